//! What analysts and teams got done in a period.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "analyst_throughput",
    aliases: &[],
    version: 1,
    title: "Analyst throughput",
    description: "What analysts and teams resolved, how fast and how well, and whether the work keeps up.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("created_resolved"),
        SectionUse::mandatory("analysts"),
        SectionUse::optional("team_throughput"),
        SectionUse::mandatory("resolution_hours"),
        SectionUse::mandatory("backlog"),
        SectionUse::mandatory("rework"),
    ],
    metrics: &[
        MetricUse::v1("resolved"),
        MetricUse::v1("active_analysts"),
        MetricUse::v1("total"),
        MetricUse::v1("mttr_median"),
        MetricUse::v1("mttr_p95"),
        MetricUse::v1("backlog_end"),
        MetricUse::v1("reopen_rate"),
        MetricUse::v1("auto_resolution_rate"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
