//! Requirements: what compliance frameworks demand, and which checks answer for it.

use crate::dataset::ColumnType::{Boolean, List, Text};
use crate::dataset::{Column, Dataset, DatasetId};

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Requirements,
    description: "Requirements of compliance frameworks as they stand, one row per requirement.",
    noun: ("requirement", "requirements"),
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
        Column::new("framework", Text, "Framework it belongs to."),
        Column::new("section", Text, "Section of the framework."),
        Column::new("title", Text, "What it demands, in one line."),
        Column::new("checks", List, "Checks that answer for it."),
        Column::new("automated", Boolean, "Whether checks answer for it without a person."),
    ],
};
