//! Changes: what was deployed, how long it took, and whether it failed.

use crate::dataset::ColumnType::{Boolean, List, Text, Time};
use crate::dataset::{Column, Dataset, DatasetId};

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Changes,
    description: "Changes to services, one row per change, newest version of each id.",
    noun: ("change", "changes"),
    event_time: Some("created_at"),
    resolved_time: Some("deployed_at"),
    updated_time: Some("updated_at"),
    columns: &[
        Column::new(
            "id",
            Text,
            "Identifier in the source; a later version of the same id replaces the earlier one.",
        )
        .required(),
        Column::new("created_at", Time, "When the change began: its first commit, or its request.")
            .required(),
        Column::new("updated_at", Time, "When this version was written; missing counts as created_at."),
        Column::new("title", Text, "What was changed, in one line."),
        Column::new("service", Text, "Service or repository that was changed."),
        Column::new("team", Text, "Team that owns it."),
        Column::new("author", Text, "Who made it."),
        Column::new("status", Text, "State in the source's words."),
        Column::new(
            "kind",
            Text,
            "Kind of change in the source's words, such as commit, release or emergency.",
        ),
        Column::new("deployed_at", Time, "When it reached production; missing when it has not."),
        Column::new(
            "failed",
            Boolean,
            "Whether its deployment had to be remedied: rolled back, reverted or fixed at once.",
        ),
        Column::new("restored_at", Time, "When service was restored after it failed."),
        Column::new("rework", Boolean, "Whether it was unplanned work to remedy an earlier change."),
        Column::new("release", Text, "Release that it is part of."),
        Column::new("tags", List, "Free tags."),
    ],
};
