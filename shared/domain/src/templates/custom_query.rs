//! Questions of a caller's own as a report.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{Audience, DataPolicy, LateDataPolicy, Origin, RetentionClass, SectionUse, Template};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "custom_query",
    aliases: &[],
    version: 1,
    title: "Custom query",
    description: "One to ten questions of the requester's own, as POST /query takes them, over the report's period.",
    sections: &[SectionUse::mandatory("custom_queries")],
    metrics: &[],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Fail,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Analyst,
    origin: Origin::System,
    owner: "Sitrep",
};
