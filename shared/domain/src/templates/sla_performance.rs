//! How far the service levels were met, by severity, over time and by team, and how fast the work was done.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "sla_performance",
    aliases: &[],
    version: 1,
    title: "SLA performance",
    description: "Service levels met by severity, over time and by team, with response times and backlog.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("sla"),
        SectionUse::mandatory("top_teams").titled("Service level by team"),
        SectionUse::optional("sla_by_category"),
        SectionUse::mandatory("sla_breaches"),
        SectionUse::mandatory("response_times"),
        SectionUse::mandatory("backlog"),
    ],
    metrics: &[
        MetricUse::v1("sla_compliance"),
        MetricUse::v1("total"),
        MetricUse::v1("mtta_median"),
        MetricUse::v1("mtta_p95"),
        MetricUse::v1("mttr_median"),
        MetricUse::v1("mttr_p95"),
        MetricUse::v1("backlog_end"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Fail,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
