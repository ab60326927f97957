//! Report options: what a caller may choose where the sections of a report leave a choice.
//!
//! They are part of the input contract of a run. A choice that was not made leaves no trace there, so that inputs from
//! before there was one keep their hash.

use serde::{Deserialize, Serialize};

use crate::analytics::{Interval, SeriesKey, ViolatorKind};
use crate::custom_query::CustomQuery;

/// Choices; none of them has to be made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportOptions {
    /// Length of the buckets of trends; by the length of the period when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What trends have one series each of; one series in all when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<SeriesKey>,
    /// Whom top violators are counted by; users when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<ViolatorKind>,
    /// Most rows of top violators, 1 to 100; by the template's audience when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
    /// Questions of the requester's own; for reports of them alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<CustomQuery>,
}

impl ReportOptions {
    /// Whether nothing was chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
