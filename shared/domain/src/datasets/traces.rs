//! Traces: what AI agents decided, how sure they were, and under which policy.

use crate::dataset::ColumnType::{Number, Text, Time};
use crate::dataset::{Column, Dataset, DatasetId};

/// What became of a decision.
pub const STATUSES: &[&str] = &["approved", "flagged", "escalated", "blocked", "completed", "failed"];

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Traces,
    description: "Decisions of AI agents, one row per decision, newest version of each id.",
    noun: ("agent decision", "agent decisions"),
    event_time: Some("created_at"),
    resolved_time: None,
    updated_time: Some("updated_at"),
    columns: &[
        Column::new(
            "id",
            Text,
            "Identifier in the source; a later version of the same id replaces the earlier one.",
        )
        .required(),
        Column::new("created_at", Time, "When it was decided; some sources do not say."),
        Column::new("updated_at", Time, "When this version was written; missing counts as created_at."),
        Column::new("agent_id", Text, "Agent that decided."),
        Column::new("agent_name", Text, "Name of that agent."),
        Column::new("model", Text, "Model that the agent used."),
        Column::new("status", Text, "What became of the decision.").one_of(STATUSES),
        Column::new("confidence", Number, "How sure the agent was.").between(0.0, 1.0),
        Column::new("policy_id", Text, "Policy that the decision was checked against."),
        Column::new("latency_ms", Number, "How long it took, in milliseconds.").between(0.0, 1e15),
    ],
};
