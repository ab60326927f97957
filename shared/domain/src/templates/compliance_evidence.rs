//! Evidence for an auditor: what is required, what answers for it, who did what, and what happened.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "compliance_evidence",
    aliases: &[],
    version: 1,
    title: "Compliance evidence",
    description: "Requirements, policies and checks, the audit log and serious incidents, as evidence for an auditor.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("framework_coverage"),
        SectionUse::mandatory("section_coverage"),
        SectionUse::mandatory("check_coverage"),
        SectionUse::mandatory("policy_severities"),
        SectionUse::optional("policy_services"),
        SectionUse::mandatory("audit_outcomes"),
        SectionUse::optional("audit_actors"),
        SectionUse::optional("audit_actions"),
        SectionUse::mandatory("incident_clocks"),
        SectionUse::mandatory("legal_clocks"),
        SectionUse::mandatory("regulator_mapping"),
        SectionUse::mandatory("integrity"),
    ],
    metrics: &[
        MetricUse::v1("requirement_count"),
        MetricUse::v1("requirement_coverage"),
        MetricUse::v1("policy_count"),
        MetricUse::v1("audit_entries"),
        MetricUse::v1("critical"),
        MetricUse::v1("high"),
        MetricUse::v1("mtta_median"),
        MetricUse::v1("mttr_median"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Regulatory,
    data_policy: DataPolicy::Fail,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Analyst,
    origin: Origin::System,
    owner: "Sitrep",
};
