//! The main figures of a period, beside those of the period before.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "summary",
    aliases: &[],
    version: 1,
    title: "Summary",
    description: "The main figures of a period beside those of the period before, with severities and volume.",
    sections: &[SectionUse::mandatory("key_figures"), SectionUse::mandatory("figures"), SectionUse::optional("severity_distribution"), SectionUse::optional("volume_trend")],
    metrics: &[MetricUse::v1("total"), MetricUse::v1("critical"), MetricUse::v1("open"), MetricUse::v1("mttr_median"), MetricUse::v1("block_rate"), MetricUse::v1("sla_compliance")],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
