//! The registry of datasets. A new one is a file in `datasets/` and a line here.

pub mod audit_log;
pub mod changes;
pub mod connectors;
pub mod detections;
pub mod incidents;
pub mod policies;
pub mod requirements;
pub mod traces;

use crate::dataset::{Dataset, DatasetId};

/// Every dataset, in the order of the documentation.
pub static DATASETS: &[&Dataset] = &[
    &incidents::DATASET,
    &changes::DATASET,
    &detections::DATASET,
    &traces::DATASET,
    &connectors::DATASET,
    &audit_log::DATASET,
    &policies::DATASET,
    &requirements::DATASET,
];

/// The schema of a dataset.
///
/// # Panics
///
/// Never: a test checks that every [`DatasetId`] is registered.
#[must_use]
pub fn get_dataset(id: DatasetId) -> &'static Dataset {
    DATASETS.iter().find(|d| d.id == id).expect("every dataset id is registered")
}

/// The schema of the dataset with that name.
#[must_use]
pub fn find_dataset(name: &str) -> Option<&'static Dataset> {
    DATASETS.iter().copied().find(|d| d.id.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::ColumnType;

    #[test]
    fn every_dataset_has_its_id_its_times_and_distinct_columns() {
        for dataset in DATASETS {
            assert_eq!(get_dataset(dataset.id).id, dataset.id);
            assert_eq!(dataset.columns[0].name, "id");
            assert!(dataset.columns[0].required && dataset.columns[0].kind == ColumnType::Text);
            let times = [dataset.event_time, dataset.resolved_time, dataset.updated_time];
            for time in times.into_iter().flatten() {
                assert_eq!(dataset.find_column(time).expect(time).1.kind, ColumnType::Time, "{time}");
            }
            assert!(dataset.event_time.is_some() || dataset.updated_time.is_none());
            for (i, column) in dataset.columns.iter().enumerate() {
                assert_eq!(dataset.find_column(column.name).unwrap().0, i, "{} stands twice", column.name);
            }
        }
    }
}
