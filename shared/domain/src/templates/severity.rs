//! How bad the incidents of a period were.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "severity",
    aliases: &[],
    version: 1,
    title: "Severity distribution",
    description: "Number and share of the incidents of a period per severity.",
    sections: &[SectionUse::mandatory("severity_distribution")],
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
