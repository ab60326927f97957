//! What happened in a period: how much, how bad, of what kind, and whom it concerned.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "incident_summary",
    aliases: &["incidents_summary"],
    version: 1,
    title: "Incident summary",
    description: "Number, severity, kind and subjects of the incidents of a period, for those who lead the response.",
    sections: &[
        SectionUse::mandatory("key_figures").titled("Totals"),
        SectionUse::mandatory("volume_trend"),
        SectionUse::mandatory("severity_distribution"),
        SectionUse::mandatory("top_categories"),
        SectionUse::optional("incident_types"),
        SectionUse::optional("incident_sources"),
        SectionUse::optional("incident_hours"),
        SectionUse::optional("incident_techniques"),
        SectionUse::optional("top_users"),
        SectionUse::optional("top_agents"),
        SectionUse::optional("data_types"),
    ],
    metrics: &[
        MetricUse::v1("total"),
        MetricUse::v1("critical"),
        MetricUse::v1("high"),
        MetricUse::v1("open"),
        MetricUse::v1("mttr_median"),
        MetricUse::v1("block_rate"),
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
