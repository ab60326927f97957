//! The registry of built-in mappings. A new one is a file in `mappings/` and a line here.

pub mod native;
pub mod uci_itsm;
pub mod vcdb;

use crate::dataset::DatasetId;
use crate::mapping::Mapping;

/// A built-in mapping: its name, its dataset (`None` for every one), and what makes it.
pub struct BuiltIn {
    /// Name in `?mapping=`.
    pub name: &'static str,
    /// The dataset; `None` when there is one for each.
    pub dataset: Option<DatasetId>,
    /// Makes the mapping for a dataset.
    pub make: fn(DatasetId) -> Mapping,
}

/// Every built-in mapping.
pub static MAPPINGS: &[&BuiltIn] = &[&native::MAPPING, &uci_itsm::MAPPING, &vcdb::MAPPING];

/// The built-in mapping of that name for a dataset.
#[must_use]
pub fn find_mapping(dataset: DatasetId, name: &str) -> Option<Mapping> {
    let fits = |m: &&&BuiltIn| m.name == name && m.dataset.is_none_or(|d| d == dataset);
    MAPPINGS.iter().find(fits).map(|m| (m.make)(dataset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_mapping_fits_its_dataset() {
        for built_in in MAPPINGS {
            for dataset in
                crate::datasets::DATASETS.iter().filter(|d| built_in.dataset.is_none_or(|id| id == d.id))
            {
                let mapping = find_mapping(dataset.id, built_in.name).unwrap();
                mapping.check().unwrap();
                assert_eq!(mapping.name, built_in.name);
            }
        }
    }
}
