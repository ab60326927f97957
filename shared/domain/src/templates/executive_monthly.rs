//! The month (or quarter, or year) for the board: key figures, what changed, and where the work was.

use crate::document::Format;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// The template.
pub static TEMPLATE: Template = Template {
    id: "executive_monthly",
    aliases: &[],
    version: 1,
    title: "Executive report",
    description: "Key figures, trends, service levels, backlog and workload of a period, for the board.",
    sections: &[
        SectionUse::mandatory("key_figures"),
        SectionUse::mandatory("summary"),
        SectionUse::mandatory("volume_trend"),
        SectionUse::mandatory("severity_distribution"),
        SectionUse::mandatory("response_times"),
        SectionUse::mandatory("sla"),
        SectionUse::mandatory("backlog"),
        SectionUse::mandatory("top_resolvers"),
        SectionUse::mandatory("top_teams"),
        SectionUse::mandatory("top_categories"),
        SectionUse::mandatory("rework"),
    ],
    metrics: &[
        MetricUse::v1("total"),
        MetricUse::v1("critical"),
        MetricUse::v1("open"),
        MetricUse::v1("backlog_end"),
        MetricUse::v1("mtta_median"),
        MetricUse::v1("mttr_median"),
        MetricUse::v1("mttr_mean"),
        MetricUse::v1("sla_compliance"),
        MetricUse::v1("reopen_rate"),
        MetricUse::v1("auto_resolution_rate"),
    ],
    formats: &Format::ALL,
    sensitivity: Sensitivity::Low,
    retention: RetentionClass::Standard,
    data_policy: DataPolicy::Fail,
    late_data: LateDataPolicy::Flag,
    audience: Audience::Executive,
    origin: Origin::System,
    owner: "Sitrep",
};
