//! How the number of incidents developed over a period.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "trends",
    aliases: &[],
    version: 1,
    title: "Trends",
    description: "Incidents over time, in all or by severity, type or policy.",
    sections: &[SectionUse::mandatory("trends")],
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
