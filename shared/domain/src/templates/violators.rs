//! Whom the incidents of a period concern most.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "violators",
    aliases: &[],
    version: 1,
    title: "Top violators",
    description: "The users, agents or addresses with the most incidents of a period.",
    sections: &[SectionUse::mandatory("violators")],
    metrics: &[],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Medium,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
