//! The compliance posture at a glance: agents, policies, serious incidents and what the law asks for.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "compliance_posture",
    aliases: &[],
    version: 1,
    title: "Compliance posture",
    description: "Decisions of agents, their confidence and the policies behind them, incident clocks and regulator mapping.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("trace_status"),
        SectionUse::optional("trace_trend"),
        SectionUse::optional("agent_decisions"),
        SectionUse::optional("model_decisions"),
        SectionUse::optional("agent_alerts"),
        SectionUse::optional("low_confidence"),
        SectionUse::mandatory("framework_coverage"),
        SectionUse::mandatory("incident_clocks"),
        SectionUse::mandatory("legal_clocks"),
        SectionUse::mandatory("regulator_mapping"),
        SectionUse::mandatory("integrity"),
    ],
    metrics: &[
        MetricUse::v1("trace_volume"),
        MetricUse::v1("mean_confidence"),
        MetricUse::v2("low_confidence_share"),
        MetricUse::v1("policy_coverage"),
        MetricUse::v1("requirement_coverage"),
        MetricUse::v1("critical"),
        MetricUse::v1("high"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Regulatory,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Manager,
    origin: Origin::System,
    owner: "Sitrep",
};
