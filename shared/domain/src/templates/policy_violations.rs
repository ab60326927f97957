//! Which policies were violated in a period, and what was done about it.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "policy_violations",
    aliases: &[],
    version: 1,
    title: "Policy violations",
    description: "Incidents of a period per policy, and what was done about them.",
    sections: &[SectionUse::mandatory("policy_violations")],
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
