//! The registry of built-in mappings. A new one is a file in `mappings/` and a line here.
//!
//! Their names belong to the product, for every dataset: no tenant's mapping can have one.

pub mod native;
pub mod ocsf;

use crate::dataset::DatasetId;
use crate::mapping::Mapping;

/// A built-in mapping: its name, its datasets, and what makes it.
pub struct BuiltIn {
    /// Name in `?mapping=`.
    pub name: &'static str,
    /// The datasets that have it; empty for every one.
    pub datasets: &'static [DatasetId],
    /// Makes the mapping for a dataset.
    pub make: fn(DatasetId) -> Mapping,
}

/// Every built-in mapping.
pub static MAPPINGS: &[&BuiltIn] = &[&native::MAPPING, &ocsf::MAPPING];

impl BuiltIn {
    fn fits(&self, dataset: DatasetId) -> bool {
        self.datasets.is_empty() || self.datasets.contains(&dataset)
    }
}

/// The built-in mapping of that name for a dataset.
#[must_use]
pub fn find_mapping(dataset: DatasetId, name: &str) -> Option<Mapping> {
    MAPPINGS.iter().find(|m| m.name == name && m.fits(dataset)).map(|m| (m.make)(dataset))
}

/// The built-in mappings of a dataset, by name.
#[must_use]
pub fn list_mappings(dataset: DatasetId) -> Vec<Mapping> {
    let mut found: Vec<Mapping> =
        MAPPINGS.iter().filter(|m| m.fits(dataset)).map(|m| (m.make)(dataset)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Whether the name is one of the product's own, for whatever dataset.
#[must_use]
pub fn is_built_in(name: &str) -> bool {
    MAPPINGS.iter().any(|m| m.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::DATASETS;
    use crate::mapping::{SourceKind, check_mapping_name};
    use serde_json::{Value, json};

    #[test]
    fn every_built_in_mapping_fits_its_datasets() {
        for built_in in MAPPINGS {
            check_mapping_name(built_in.name).unwrap();
            for dataset in DATASETS.iter().filter(|d| built_in.fits(d.id)) {
                let mapping = find_mapping(dataset.id, built_in.name).unwrap();
                mapping.check().unwrap();
                assert_eq!((mapping.name.as_str(), mapping.dataset), (built_in.name, dataset.id));
            }
        }
        assert!(find_mapping(DatasetId::Policies, "ocsf").is_none());
        assert!(is_built_in("ocsf"));
    }

    /// A value that the column takes, as JSON.
    fn example(column: &crate::dataset::Column) -> Value {
        use crate::dataset::ColumnType as C;
        match column.kind {
            C::Text => json!(column.values.first().copied().unwrap_or("text")),
            C::Time => json!("2026-01-02T03:04:05.678Z"),
            C::Number => json!(0.5),
            C::Integer => json!(7),
            C::Boolean => json!(true),
            C::List => json!(["a", "b"]),
        }
    }

    #[test]
    fn native_gives_back_every_column_of_every_dataset_as_it_was_sent() {
        for dataset in DATASETS {
            let mapping = find_mapping(dataset.id, "native").unwrap();
            let ready = mapping.compile().unwrap();
            let mut row: Value = dataset
                .columns
                .iter()
                .map(|c| (c.name.to_owned(), example(c)))
                .collect::<serde_json::Map<_, _>>()
                .into();
            row["custom"] = json!({"n": 1.5, "t": "x", "b": false, "l": ["p", "q"]});
            let record = ready.map_row(row.as_object().unwrap(), SourceKind::Json).unwrap();
            assert_eq!(record.to_json(dataset), row, "{}", dataset.id);
            row["colour"] = json!("red");
            let errors = ready.map_row(row.as_object().unwrap(), SourceKind::Json).unwrap_err();
            assert_eq!((errors[0].field.as_str(), errors[0].code), ("colour", "unknown_field"));
            let errors =
                ready.map_row(json!({"title": 1}).as_object().unwrap(), SourceKind::Json).unwrap_err();
            assert!(errors.iter().any(|e| e.field == "id" && e.code == "missing"), "{}", dataset.id);
        }
    }
}
