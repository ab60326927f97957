//! KPIs: the figures of the dashboard, each judged by its targets.
//!
//! They are metrics of the dictionary, measured as reports measure them; nothing is defined here but which ones are shown
//! and how a judgement is told: by a word and a colour, never by the colour alone.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::document::{Format, Status, Unit};
use crate::metric::{Better, Metric, Targets};
use crate::metrics::get_metric;
use crate::report_data::MetricFigure;
use crate::result::Cell;
use crate::run::Sensitivity;
use crate::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// What measures the KPIs of incidents: a report of nothing but figures, which nobody can ask for.
pub static INCIDENTS: Template = template(&[
    MetricUse::v1("total"),
    MetricUse::v1("critical"),
    MetricUse::v1("open"),
    MetricUse::v1("backlog_end"),
    MetricUse::v1("mtta_median"),
    MetricUse::v1("mttr_median"),
    MetricUse::v1("mttr_p95"),
    MetricUse::v1("auto_resolution_rate"),
    MetricUse::v1("sla_compliance"),
    MetricUse::v1("reopen_rate"),
    MetricUse::v1("block_rate"),
    MetricUse::v1("risk_score"),
]);

/// What measures the compliance summary.
pub static COMPLIANCE: Template = template(&[
    MetricUse::v1("trace_volume"),
    MetricUse::v1("mean_confidence"),
    MetricUse::v2("low_confidence_share"),
    MetricUse::v1("policy_coverage"),
    MetricUse::v1("requirement_count"),
    MetricUse::v1("requirement_coverage"),
    MetricUse::v1("policy_count"),
    MetricUse::v1("audit_entries"),
]);

/// Nothing but the figures.
const SECTIONS: &[SectionUse] = &[SectionUse::mandatory("key_figures")];

const fn template(metrics: &'static [MetricUse]) -> Template {
    Template {
        id: "kpis",
        aliases: &[],
        version: 1,
        title: "KPIs",
        description: "The figures of the dashboard.",
        sections: SECTIONS,
        metrics,
        formats: &Format::ALL,
        sensitivity: Sensitivity::Low,
        retention: RetentionClass::Standard,
        data_policy: DataPolicy::Fail,
        late_data: LateDataPolicy::Ignore,
        audience: Audience::Executive,
        origin: Origin::System,
        owner: "Sitrep",
    }
}

/// A figure with its judgement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kpi {
    /// Id of the metric.
    pub id: &'static str,
    /// Its version.
    pub version: u32,
    /// Its title.
    pub title: &'static str,
    /// The figure in its unit; null when there is nothing to compute from.
    pub value: Cell,
    /// Its unit.
    pub unit: Unit,
    /// The figure of the period of the same length before.
    pub previous: Cell,
    /// Whether a higher or a lower figure is better.
    pub better: Better,
    /// Bounds of green and amber, if it has a target.
    pub targets: Option<Targets>,
    /// How good the figure is.
    pub status: Status,
    /// The same in a word, for those who see no colours; empty without a judgement.
    pub status_text: &'static str,
    /// The colour that stands for it.
    pub colour: Colour,
}

/// The colour of a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// No judgement.
    Grey,
    /// On target.
    Green,
    /// Near it.
    Amber,
    /// Off it.
    Red,
}

impl From<Status> for Colour {
    fn from(status: Status) -> Self {
        match status {
            Status::Neutral => Self::Grey,
            Status::Good => Self::Green,
            Status::Warning => Self::Amber,
            Status::Bad => Self::Red,
        }
    }
}

/// The KPIs of a template's metrics, in its order, from the figures of its report. One without a figure has no value.
#[must_use]
pub fn read_kpis(template: &Template, figures: &BTreeMap<String, MetricFigure>) -> Vec<Kpi> {
    let read = |usage: &MetricUse| read_kpi(get_metric(usage.id), figures.get(usage.id));
    template.metrics.iter().map(read).collect()
}

fn read_kpi(metric: &'static Metric, figure: Option<&MetricFigure>) -> Kpi {
    let value = figure.map_or(Cell::Null, |figure| figure.value.clone());
    let status = metric.status_of(&value);
    Kpi {
        id: metric.id,
        version: metric.version,
        title: metric.title,
        unit: metric.unit,
        previous: figure.map_or(Cell::Null, |figure| figure.previous.clone()),
        better: metric.better,
        targets: metric.targets,
        status,
        status_text: status.word(),
        colour: status.into(),
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_judged_by_its_targets_in_word_and_colour() {
        let figure = |value| MetricFigure {
            version: 1,
            value,
            unit: Unit::Percent,
            population: 10,
            excluded: 0,
            previous: Cell::Null,
        };
        let metric = get_metric("sla_compliance");
        let targets = metric.targets.expect("it has targets");
        for (value, colour, word) in [
            (Cell::Number(targets.green), Colour::Green, "On target"),
            (Cell::Number(targets.amber), Colour::Amber, "At risk"),
            (Cell::Number(targets.amber - 0.01), Colour::Red, "Off target"),
            (Cell::Null, Colour::Grey, ""),
        ] {
            let kpi = read_kpi(metric, Some(&figure(value.clone())));
            assert_eq!((kpi.colour, kpi.status_text), (colour, word), "{value:?}");
        }
    }

    #[test]
    fn both_lists_are_measured_and_every_one_has_one_figure() {
        for template in [&INCIDENTS, &COMPLIANCE] {
            let kpis = read_kpis(template, &BTreeMap::new());
            assert_eq!(kpis.len(), template.metrics.len());
            assert!(kpis.iter().all(|kpi| kpi.value == Cell::Null && kpi.colour == Colour::Grey));
            assert!(template.metrics.iter().all(|m| get_metric(m.id).shape.has_one_figure()));
        }
    }
}
