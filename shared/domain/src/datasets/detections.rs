//! Detections: the rules that look for attacks, and the techniques that they cover.

use serde_json::json;

use crate::dataset::ColumnType::{Boolean, List, Text, Time};
use crate::dataset::{Column, Dataset, DatasetId};
use crate::filter::{Compare, Filter};

/// Severities that a detection gives its alerts, worst first.
pub const LEVELS: &[&str] = crate::datasets::incidents::SEVERITIES;

/// Rules that can raise an alert: neither deprecated nor unsupported, and not switched off. One that does not say is
/// taken for active.
#[must_use]
pub fn active() -> Filter {
    let withdrawn = Filter::compare("status", Compare::In, json!(["deprecated", "unsupported"]));
    let switched_off = Filter::compare("enabled", Compare::Eq, false);
    Filter::And(vec![Filter::Not(Box::new(withdrawn)), Filter::Not(Box::new(switched_off))])
}

/// The schema.
pub static DATASET: Dataset = Dataset {
    id: DatasetId::Detections,
    description: "Detection rules, one row per rule, newest version of each id.",
    noun: ("detection rule", "detection rules"),
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
        Column::new("created_at", Time, "When the rule was written.").required(),
        Column::new("updated_at", Time, "When this version was written; missing counts as created_at."),
        Column::new("title", Text, "What it looks for, in one line."),
        Column::new(
            "status",
            Text,
            "Maturity in the source; deprecated and unsupported rules cover nothing.",
        ),
        Column::new("level", Text, "Severity of its alerts; missing is reported as unrated.")
            .one_of(LEVELS)
            .null_as("unrated"),
        Column::new("source", Text, "Rule set that it comes from."),
        Column::new("enabled", Boolean, "Whether it runs; a rule that is switched off covers nothing."),
        Column::new("techniques", List, "ATT&CK technique ids, such as T1059.001."),
        Column::new("tactics", List, "ATT&CK tactics, such as defense-evasion."),
    ],
};
