//! Connectors: health checks of the sources that records come from.

use crate::dataset::ColumnType::{Integer, Number, Text, Time};
use crate::dataset::{Column, Dataset, DatasetId};

/// How a connector was when it was checked.
pub const STATUSES: &[&str] = &["up", "degraded", "down"];

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Connectors,
    description: "Health checks of connectors, one row per check.",
    noun: ("connector check", "connector checks"),
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
        Column::new("created_at", Time, "When it was checked.").required(),
        Column::new("connector", Text, "Connector or target that was checked."),
        Column::new("status", Text, "How it was.").one_of(STATUSES),
        Column::new(
            "latency_ms",
            Number,
            "How long the answer took, in milliseconds; missing when there was none.",
        )
        .between(0.0, 1e15),
        Column::new("http_code", Integer, "Status of an HTTP check; 0 when there was no answer.")
            .between(0.0, 999.0),
        Column::new("events_received", Integer, "Records received since the check before.")
            .between(0.0, 1e15),
        Column::new("error", Text, "What went wrong."),
    ],
};
