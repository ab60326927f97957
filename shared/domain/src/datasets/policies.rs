//! Policies: the rules and checks that a tenant keeps.

use crate::dataset::ColumnType::{List, Text};
use crate::dataset::{Column, Dataset, DatasetId};

/// Severities of a breach, worst first.
pub const SEVERITIES: &[&str] = crate::datasets::incidents::SEVERITIES;

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Policies,
    description: "Security policies and checks as they stand, one row per policy.",
    noun: ("policy", "policies"),
    event_time: None,
    resolved_time: None,
    updated_time: None,
    columns: &[
        Column::new(
            "id",
            Text,
            "Identifier in the source; a later version of the same id replaces the earlier one.",
        )
        .required(),
        Column::new("title", Text, "What it demands, in one line."),
        Column::new("severity", Text, "How bad a breach is; missing is reported as unrated.")
            .one_of(SEVERITIES)
            .null_as("unrated"),
        Column::new("provider", Text, "Provider it is about."),
        Column::new("service", Text, "Service it is about."),
        Column::new("categories", List, "Categories it belongs to."),
    ],
};
