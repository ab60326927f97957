//! The mapping of rows that already use our names; it refuses names it does not know.

use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::mapping::{Mapping, Rule};
use crate::mappings::BuiltIn;

/// The mapping.
pub static MAPPING: BuiltIn = BuiltIn { name: "native", datasets: &[], make };

fn make(dataset: DatasetId) -> Mapping {
    let fields =
        get_dataset(dataset).columns.iter().map(|c| (c.name.to_owned(), Rule::from(c.name))).collect();
    Mapping { name: "native".to_owned(), dataset, fields, refuse_unknown: true, own_names: true }
}
