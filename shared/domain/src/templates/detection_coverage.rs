//! How far the detection rules cover the techniques of ATT&CK, and where they do not.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "detection_coverage",
    aliases: &[],
    version: 1,
    title: "Detection coverage",
    description: "Detection rules against the techniques of ATT&CK 18.1: what they cover, what incidents show that they do not, and what does not count.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("tactic_coverage"),
        SectionUse::mandatory("attack_matrix"),
        SectionUse::mandatory("uncovered_techniques"),
        SectionUse::mandatory("inactive_rules"),
        SectionUse::mandatory("uncounted_techniques"),
        SectionUse::mandatory("rule_levels"),
        SectionUse::optional("rule_states"),
        SectionUse::optional("rule_sources"),
    ],
    metrics: &[
        MetricUse::v1("technique_coverage"),
        MetricUse::v1("tactic_coverage"),
        MetricUse::v1("detection_rules"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Degrade,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Analyst,
    origin: Origin::System,
    owner: "Sitrep",
};
