//! The template's metrics as cards, each beside the period before and its target.
//!
//! A metric without data keeps its card: that there is nothing to measure is itself something to know.

use crate::document::{Block, KpiCard};
use crate::metric::{Better, Metric};
use crate::metrics::get_metric;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "key_figures",
    title: "Key figures",
    description: "The metrics of the template, compared with the period before and with their targets.",
    datasets: &[],
    metrics: &[],
    plan: |_| Vec::new(),
    build,
    newest: |_| Vec::new(),
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let cards: Vec<_> = measured.cards.iter().map(|c| make_card(get_metric(c.id), measured)).collect();
    SectionOutput::of(if cards.is_empty() { Vec::new() } else { vec![Block::KpiCards { cards }] })
}

fn make_card(metric: &Metric, measured: &Measured<'_>) -> KpiCard {
    let (value, previous) = (measured.value(metric.id), measured.previous(metric.id));
    KpiCard {
        title: metric.title.to_owned(),
        value: value.clone(),
        unit: metric.unit,
        previous: (*previous != Cell::Null).then(|| previous.clone()),
        lower_is_better: match metric.better {
            Better::Lower => Some(true),
            Better::Higher => Some(false),
            Better::Neither => None,
        },
        target: metric.targets.map(|t| t.green),
        status: metric.status_of(value),
        trend: Vec::new(),
    }
}
