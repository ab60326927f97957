//! Which kinds of data the incidents of a period concern.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "data_types",
    aliases: &[],
    version: 1,
    title: "Data types",
    description: "Number and share of the incidents of a period per kind of data.",
    sections: &[SectionUse::mandatory("data_types")],
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
