//! What a template is: a versioned list of sections with the rules that its reports obey.
//!
//! System templates are plain data in [`crate::templates`]. A template names sections and metrics by id and version;
//! that they exist is checked when it is published, and for system templates by a test.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::dataset::DatasetId;
use crate::document::Format;
use crate::metrics::get_metric;
use crate::run::Sensitivity;
use crate::sections::get_section;

/// A versioned list of sections with the rules that its reports obey.
#[derive(Clone, Debug, Serialize)]
pub struct Template {
    /// Its id, snake_case.
    pub id: &'static str,
    /// Other ids that requests may use for it.
    pub aliases: &'static [&'static str],
    /// Version; an approved one never changes.
    pub version: u32,
    /// Its title, as printed.
    pub title: &'static str,
    /// What its reports tell and for whom, in one sentence.
    pub description: &'static str,
    /// The sections, in reading order.
    pub sections: &'static [SectionUse],
    /// The metrics of the key figures, in the order of the cards.
    pub metrics: &'static [MetricUse],
    /// The formats that its reports can be had in.
    pub formats: &'static [Format],
    /// How its reports may travel.
    pub sensitivity: Sensitivity,
    /// How long its reports are kept.
    pub retention: RetentionClass,
    /// What a missing source does to a run.
    pub data_policy: DataPolicy,
    /// What records that come late do to a completed report.
    pub late_data: LateDataPolicy,
    /// Whom its reports are written for.
    pub audience: Audience,
    /// Who made it.
    pub origin: Origin,
    /// Who answers for it.
    pub owner: &'static str,
}

impl Template {
    /// Id and version, as documents and manifests name it: `executive_monthly v1`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} v{}", self.id, self.version)
    }

    /// The datasets that its reports read, by its sections and its metrics.
    #[must_use]
    pub fn datasets(&self) -> BTreeSet<DatasetId> {
        let sections = || self.sections.iter().map(|usage| get_section(usage.kind));
        let drawn_on = sections().flat_map(|section| section.metrics).copied();
        let metrics = self.metrics.iter().map(|usage| usage.id).chain(drawn_on);
        let of_metrics = metrics.map(|id| get_metric(id).dataset);
        sections().flat_map(|section| section.datasets).copied().chain(of_metrics).collect()
    }

    /// Whether it goes by that id or alias.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        self.id == id || self.aliases.contains(&id)
    }
}

/// A section as one template uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SectionUse {
    /// Id of the section in [`crate::sections::SECTIONS`].
    pub kind: &'static str,
    /// Its title here, if not its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'static str>,
    /// Whether a report must have it: an empty one is printed with its reason, and one without a reason fails the run.
    pub mandatory: bool,
}

impl SectionUse {
    /// A section that every report of the template has.
    #[must_use]
    pub const fn mandatory(kind: &'static str) -> Self {
        Self { kind, title: None, mandatory: true }
    }

    /// A section that is left out when there is nothing to say.
    #[must_use]
    pub const fn optional(kind: &'static str) -> Self {
        Self { kind, title: None, mandatory: false }
    }

    /// The same section under another title.
    #[must_use]
    pub const fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }
}

/// A metric in a fixed version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MetricUse {
    /// Id of the metric in [`crate::metrics::METRICS`].
    pub id: &'static str,
    /// Version of its formula.
    pub version: u32,
}

impl MetricUse {
    /// The first version of a metric.
    #[must_use]
    pub const fn v1(id: &'static str) -> Self {
        Self { id, version: 1 }
    }

    /// The second version of a metric.
    #[must_use]
    pub const fn v2(id: &'static str) -> Self {
        Self { id, version: 2 }
    }
}

/// How long a report is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionClass {
    /// As long as the tenant's settings say; 90 days by default.
    Standard,
    /// Seven years.
    Regulatory,
}

/// What a missing source does to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DataPolicy {
    /// The report is made without it and flagged as degraded.
    Degrade,
    /// The run fails.
    Fail,
}

/// What records that come late do to a completed report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LateDataPolicy {
    /// Nothing.
    Ignore,
    /// The report is flagged as stale.
    Flag,
    /// A corrected report is made that supersedes it.
    Rerun,
}

/// Whom a report is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Those who work on the incidents.
    Analyst,
    /// Those who lead them.
    Manager,
    /// The board.
    Executive,
}

/// Who made a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It comes with the product and is the same for every tenant.
    System,
}
