//! The incidents of a period, one row each.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "incidents",
    aliases: &[],
    version: 1,
    title: "Incidents",
    description: "The newest incidents of a period, one row each, for those who work on them.",
    sections: &[SectionUse::mandatory("key_figures").titled("Totals"), SectionUse::mandatory("incident_list")],
    metrics: &[MetricUse::v1("total"), MetricUse::v1("critical"), MetricUse::v1("high"), MetricUse::v1("open")],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Medium,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Analyst,
    origin: Origin::System,
    owner: "Sitrep",
};
