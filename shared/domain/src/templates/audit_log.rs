//! What was done in a period, by whom, and how it ended.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "audit_log",
    aliases: &[],
    version: 1,
    title: "Audit log",
    description: "Audit entries of a period: how many, by whom, what, from where, how they ended, and the newest of them.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("audit_volume"),
        SectionUse::mandatory("audit_outcomes"),
        SectionUse::mandatory("audit_actors"),
        SectionUse::mandatory("audit_actions"),
        SectionUse::optional("audit_addresses"),
        SectionUse::optional("audit_objects"),
        SectionUse::optional("audit_hours"),
        SectionUse::mandatory("audit_list"),
    ],
    metrics: &[
        MetricUse::v1("audit_entries"),
        MetricUse::v1("audit_actors"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Regulatory,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Analyst,
    origin: Origin::System,
    owner: "Sitrep",
};
