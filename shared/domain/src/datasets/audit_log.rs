//! Audit log: who did what, to what, from where, and whether it was allowed.

use crate::dataset::ColumnType::{Text, Time};
use crate::dataset::{Column, Dataset, DatasetId};

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::AuditLog,
    description: "Entries of audit logs, one row per entry.",
    noun: ("audit entry", "audit entries"),
    event_time: Some("created_at"),
    resolved_time: None,
    updated_time: None,
    columns: &[
        Column::new(
            "id",
            Text,
            "Identifier in the source; a later version of the same id replaces the earlier one.",
        )
        .required(),
        Column::new("created_at", Time, "When it happened.").required(),
        Column::new("actor", Text, "Who did it."),
        Column::new("actor_type", Text, "Kind of actor, such as user, role or service."),
        Column::new("action", Text, "What was done."),
        Column::new("object", Text, "What it was done to."),
        Column::new("outcome", Text, "How it ended, in the source's words."),
        Column::new("ip_address", Text, "Address it came from."),
        Column::new("user_agent", Text, "Program it came from."),
        Column::new("region", Text, "Region it happened in."),
    ],
};
