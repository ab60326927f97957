//! How well the connectors worked that records come from.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "connector_health",
    aliases: &[],
    version: 1,
    title: "Connector health",
    description: "Uptime, latency and outages of the connectors that records come from, by connector.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("connector_availability"),
        SectionUse::mandatory("connector_status"),
        SectionUse::mandatory("connector_outages"),
        SectionUse::optional("connector_errors"),
    ],
    metrics: &[
        MetricUse::v1("connector_uptime"),
        MetricUse::v1("connector_latency_p95"),
        MetricUse::v1("connector_checks"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Analyst,
    origin: Origin::System,
    owner: "Sitrep",
};
