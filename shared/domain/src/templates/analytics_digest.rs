//! All analytics of a period in one document.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "analytics_digest",
    aliases: &[],
    version: 1,
    title: "Analytics digest",
    description: "Every analytics question of the product in one document: figures, trends, violators, data types, policies and severity.",
    sections: &[
        SectionUse::mandatory("figures"),
        SectionUse::mandatory("trends"),
        SectionUse::mandatory("severity_distribution"),
        SectionUse::mandatory("violators"),
        SectionUse::mandatory("data_types"),
        SectionUse::mandatory("policy_violations"),
        SectionUse::optional("incident_types"),
        SectionUse::optional("incident_hours"),
    ],
    metrics: &[],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
