//! What a person decides of a schedule, validated.

use serde::{Deserialize, Serialize};

use crate::cadence::Cadence;
use crate::custom_query::CustomQuery;
use crate::document::Format;
use crate::filter::Filter;
use crate::period::PeriodRule;
use crate::run::{Recipient, Sensitivity, Versioned};
use crate::template::Template;

/// What happens to a fire while the run before is still at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlapPolicy {
    /// It is skipped, and recorded as skipped.
    #[default]
    Skip,
}

/// What happens to fires that nobody took up in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MisfirePolicy {
    /// The latest runs, those before it are recorded as skipped.
    #[default]
    Latest,
}

/// What happens when there is nothing to report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnEmpty {
    /// The report is sent; it says that nothing was recorded.
    #[default]
    Send,
}

/// Which parts of a report a schedule includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    /// The key figures.
    pub metrics: bool,
    /// The agents with the most incidents.
    pub top_agents: bool,
    /// Decisions of agents that were flagged, escalated or blocked.
    #[serde(default = "yes")]
    pub alerts: bool,
    /// Decisions of agents of low confidence.
    #[serde(default)]
    pub low_conf: bool,
}

const fn yes() -> bool {
    true
}

impl Include {
    /// Sections of the templates that are left out, by id.
    #[must_use]
    pub fn left_out(self, templates: &[&Template]) -> Vec<String> {
        let parts = [
            (self.metrics, "key_figures"),
            (self.top_agents, "top_agents"),
            (self.alerts, "agent_alerts"),
            (self.low_conf, "low_confidence"),
        ];
        let has = |section: &str| templates.iter().any(|t| t.sections.iter().any(|s| s.kind == section));
        let left_out = parts.iter().filter(|(included, section)| !included && has(section));
        left_out.map(|(_, section)| (*section).to_owned()).collect()
    }
}

impl Default for Include {
    fn default() -> Self {
        Self { metrics: true, top_agents: true, alerts: true, low_conf: false }
    }
}

/// What a person decided, validated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleSpec {
    /// 1 to 120 characters.
    pub name: String,
    /// Workspace in the tenant's own words.
    pub workspace_id: Option<String>,
    /// The templates, in order; at least one.
    pub templates: Vec<Versioned>,
    /// When it fires; by hand only without one.
    pub cadence: Option<Cadence>,
    /// IANA zone of the cadence and the periods.
    pub timezone: String,
    /// Which days a run covers.
    pub period: PeriodRule,
    /// Which records count.
    pub filters: Option<Filter>,
    /// Questions of the requester's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<CustomQuery>,
    /// Which parts are included.
    #[serde(default)]
    pub include: Include,
    /// Formats to make; at least one.
    pub formats: Vec<Format>,
    /// Who gets it: at most 20, at least one when there is a cadence.
    pub recipients: Vec<Recipient>,
    /// Subject with `{tenant}`, `{name}` and `{date}`.
    pub subject_template: Option<String>,
    /// How it may travel.
    pub sensitivity: Sensitivity,
    /// Whether it fires.
    pub is_active: bool,
    /// While the run before is still at work.
    pub overlap: OverlapPolicy,
    /// Fires that nobody took up in time.
    pub misfire: MisfirePolicy,
    /// Nothing to report.
    pub on_empty: OnEmpty,
}

impl ScheduleSpec {
    /// Longest name, in characters.
    pub const MAX_NAME: usize = 120;
    /// Longest subject, in characters.
    pub const MAX_SUBJECT: usize = 200;
}
