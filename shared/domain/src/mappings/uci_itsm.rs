//! The mapping of the UCI "Incident management process enriched event log" (no. 498), one row per incident.
//!
//! Its times carry no zone; they are read as UTC, as the published figures do. Its numeric ids stay texts.

use crate::dataset::DatasetId;
use crate::mapping::{Mapping, Rule};
use crate::mappings::BuiltIn;

/// The mapping.
pub static MAPPING: BuiltIn = BuiltIn { name: "uci_itsm", datasets: &[DatasetId::Incidents], make };

const FIELDS: &[(&str, &str)] = &[
    ("id", "incident_id"),
    ("created_at", "opened_at"),
    ("updated_at", "updated_at"),
    ("severity", "severity"),
    ("status", "state"),
    ("category", "category"),
    ("acknowledged_at", "acknowledged_at"),
    ("resolved_at", "resolved_at"),
    ("closed_at", "closed_at"),
    ("resolution", "closed_code"),
    ("sla_met", "made_sla"),
    ("assignee", "assigned_to"),
    ("resolved_by", "resolved_by"),
    ("team", "assignment_group"),
    ("reopen_count", "reopen_count"),
    ("reassignment_count", "reassignment_count"),
    ("source", "source"),
    ("custom.subcategory", "subcategory"),
    ("custom.location", "location"),
    ("custom.contact_type", "contact_type"),
    ("custom.caused_by_change", "caused_by_change"),
];

fn make(dataset: DatasetId) -> Mapping {
    let fields = FIELDS.iter().map(|(to, from)| ((*to).to_owned(), Rule::from(from))).collect();
    Mapping { name: "uci_itsm".to_owned(), dataset, fields, refuse_unknown: false, own_names: false }
}
