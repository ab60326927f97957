//! The five keys of software delivery, and how they compare.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "dora_snapshot",
    aliases: &[],
    version: 1,
    title: "DORA snapshot",
    description: "The five keys of software delivery with their performance bands, over time and by service.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("dora_keys"),
        SectionUse::mandatory("delivery_trend"),
        SectionUse::mandatory("change_services").titled("Delivery by service"),
        SectionUse::optional("change_teams"),
    ],
    metrics: &[
        MetricUse::v1("change_lead_time"),
        MetricUse::v1("deployment_frequency"),
        MetricUse::v1("change_fail_rate"),
        MetricUse::v1("recovery_time"),
        MetricUse::v1("rework_rate"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Executive,
    origin: Origin::System,
    owner: "Sitrep",
};
