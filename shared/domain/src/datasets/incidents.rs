//! Incidents: what happened, how bad it was, who dealt with it and how fast.

use crate::dataset::ColumnType::{Boolean, Integer, List, Number, Text, Time};
use crate::dataset::{Column, Dataset, DatasetId};

/// Severities, worst first.
pub const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "informational"];

/// What a control did about an incident.
pub const ACTIONS: &[&str] = &["blocked", "allowed", "quarantined", "alerted"];

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Incidents,
    description: "Security and service incidents, one row per incident, newest version of each id.",
    noun: ("incident", "incidents"),
    event_time: Some("created_at"),
    resolved_time: Some("resolved_at"),
    updated_time: Some("updated_at"),
    columns: &[
        Column::new(
            "id",
            Text,
            "Identifier in the source; a later version of the same id replaces the earlier one.",
        )
        .required(),
        Column::new("created_at", Time, "When the incident began or was opened.").required(),
        Column::new("updated_at", Time, "When this version was written; missing counts as created_at."),
        Column::new("title", Text, "What happened, in one line."),
        Column::new("severity", Text, "How bad it is; missing is reported as unrated.")
            .one_of(SEVERITIES)
            .null_as("unrated"),
        Column::new("status", Text, "State in the source; open and resolved go by resolved_at, not by this."),
        Column::new("type", Text, "Kind of incident in the source's words."),
        Column::new("category", Text, "Category in the source's words."),
        Column::new("policy_id", Text, "Policy that was violated."),
        Column::new("policy_name", Text, "Name of that policy."),
        Column::new("user", Text, "Person or account concerned."),
        Column::new("agent_id", Text, "Endpoint or AI agent concerned."),
        Column::new("agent_name", Text, "Name of that agent."),
        Column::new("hostname", Text, "Host concerned."),
        Column::new("ip_address", Text, "Address concerned."),
        Column::new("data_type", Text, "Kind of data concerned, such as pii."),
        Column::new("confidence", Number, "How sure the source is.").between(0.0, 1.0),
        Column::new("action", Text, "What the control did.").one_of(ACTIONS),
        Column::new("acknowledged_at", Time, "When somebody took it up."),
        Column::new("resolved_at", Time, "When it was resolved."),
        Column::new("closed_at", Time, "When it was closed; does not count for open or resolved."),
        Column::new("resolution", Text, "How it was resolved."),
        Column::new("auto_resolved", Boolean, "Whether it was resolved without a person."),
        Column::new("sla_met", Boolean, "Whether the service level was met."),
        Column::new("assignee", Text, "Who it is assigned to."),
        Column::new("resolved_by", Text, "Who resolved it."),
        Column::new("team", Text, "Team that owns it."),
        Column::new("reopen_count", Integer, "How often it was reopened.").between(0.0, 1e9),
        Column::new("reassignment_count", Integer, "How often it changed hands.").between(0.0, 1e9),
        Column::new("techniques", List, "ATT&CK technique ids."),
        Column::new("tags", List, "Free tags."),
        Column::new("source", Text, "System that reported it."),
        Column::new("workspace_id", Text, "Workspace in the source."),
    ],
};
