//! The mapping of the VERIS Community Database as one row per incident.
//!
//! Most of its incidents have no severity; they stay without one and are reported as unrated.

use crate::dataset::DatasetId;
use crate::mapping::{Mapping, Rule};
use crate::mappings::BuiltIn;

/// The mapping.
pub static MAPPING: BuiltIn = BuiltIn { name: "vcdb", datasets: &[DatasetId::Incidents], make };

const FIELDS: &[(&str, &str)] = &[
    ("id", "incident_id"),
    ("created_at", "created_at"),
    ("updated_at", "modified_at"),
    ("title", "victim_id"),
    ("severity", "severity"),
    ("status", "status"),
    ("source", "source"),
    ("tags", "action_varieties"),
    ("custom.actor", "actor_categories"),
    ("custom.action", "action_categories"),
    ("custom.asset_disclosure", "data_disclosure"),
    ("custom.victim_country", "victim_country"),
    ("custom.victim_industry", "victim_industry_naics"),
];

fn make(dataset: DatasetId) -> Mapping {
    let fields = FIELDS.iter().map(|(to, from)| ((*to).to_owned(), Rule::from(from))).collect();
    Mapping { name: "vcdb".to_owned(), dataset, fields, refuse_unknown: false, own_names: false }
}
