//! What was changed in a period, and what of it failed.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "changes_summary",
    aliases: &[],
    version: 1,
    title: "Changes summary",
    description: "Changes of a period: how many were deployed, where, how fast, and which failed.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("change_volume"),
        SectionUse::mandatory("change_services"),
        SectionUse::optional("change_teams"),
        SectionUse::optional("change_kinds"),
        SectionUse::optional("change_authors"),
        SectionUse::mandatory("failed_changes"),
        SectionUse::mandatory("change_list"),
    ],
    metrics: &[
        MetricUse::v1("changes_deployed"),
        MetricUse::v1("deployment_frequency"),
        MetricUse::v1("change_lead_time"),
        MetricUse::v1("change_fail_rate"),
        MetricUse::v1("rework_rate"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
