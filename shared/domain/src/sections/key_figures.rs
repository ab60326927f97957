//! The template's metrics as cards, each beside the period before and its target.
//!
//! A metric without data keeps its card: that there is nothing to measure is itself something to know.

use crate::document::Block;
use crate::metrics::get_metric;
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
    let cards: Vec<_> = measured.cards.iter().map(|c| get_metric(c.id).card(measured.value(c.id), measured.previous(c.id))).collect();
    SectionOutput::of(if cards.is_empty() { Vec::new() } else { vec![Block::KpiCards { cards }] })
}
