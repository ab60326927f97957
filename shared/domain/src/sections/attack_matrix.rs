//! The ATT&CK matrix: every technique of every tactic, shaded by how much of it the active rules look for.

use std::collections::BTreeMap;

use crate::attack::{Catalogue, CatalogueId, Technique, catalogue};
use crate::attack::coverage::CoverageReport;
use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Table, Unit};
use crate::drawing::series_of;
use crate::result::{Cell, QueryResult};
use crate::section::{
    Measured, Section, SectionOutput, column, count_cell, figure, share_cell, whole, whole_table,
};
use crate::sections::tactic_coverage::count_ids;
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "attack_matrix",
    title: "ATT&CK matrix",
    description: "Each technique of each tactic, with the share of it and its sub-techniques that active rules look for.",
    datasets: &[DatasetId::Detections],
    metrics: &["technique_coverage"],
    plan: |input| vec![count_ids(input)],
    build,
    newest: |_| Vec::new(),
};

/// One technique with its sub-techniques.
struct Family<'c> {
    technique: &'c Technique,
    /// Itself and its sub-techniques.
    members: u64,
    /// Those that an active rule looks for.
    covered: u64,
    /// Active rules that carry one of them; a rule that carries several counts for each.
    mentions: u64,
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let catalogue = catalogue(CatalogueId::Attack18_1);
    let families = gather(catalogue, &count_rules(measured.results[0]));
    let covered = families.iter().filter(|family| family.covered > 0).count();
    SectionOutput::of(vec![
        Block::Chart(draw(catalogue, &families, covered)),
        Block::Table(tabulate(catalogue, &families)),
    ])
    .empty_if(covered == 0, "No active rule names a technique of ATT&CK 18.1.")
}

/// Active rules by technique id.
fn count_rules(result: &QueryResult) -> BTreeMap<&str, u64> {
    let row = |i: usize| Some((result.rows[i].keys[0].as_str()?, whole(&figure(result, i, CoverageReport::COUNTING).value)));
    (0..result.rows.len()).filter_map(row).collect()
}

fn gather<'c>(catalogue: &'c Catalogue, rules: &BTreeMap<&str, u64>) -> Vec<Family<'c>> {
    let techniques = catalogue.techniques();
    let of = |(position, technique): (usize, &'c Technique)| {
        let members = techniques.iter().enumerate().filter(|(at, t)| {
            t.is_active() && (*at == position || t.parent == Some(position))
        });
        let mut family = Family { technique, members: 0, covered: 0, mentions: 0 };
        for (_, member) in members {
            let mentions = rules.get(member.id).copied().unwrap_or(0);
            family.members += 1;
            family.covered += u64::from(mentions > 0);
            family.mentions += mentions;
        }
        family
    };
    techniques.iter().enumerate().filter(|(_, t)| t.is_active() && t.parent.is_none()).map(of).collect()
}

/// A row per tactic, its techniques from the best covered to the least, so that the axis counts them; tactics with fewer
/// techniques end early.
fn draw(catalogue: &Catalogue, families: &[Family<'_>], covered: usize) -> Chart {
    let rows: Vec<Vec<Option<f64>>> = (0..catalogue.tactics().len())
        .map(|tactic| {
            let own = families.iter().filter(|family| family.technique.tactics.contains(&tactic));
            let mut shares: Vec<Option<f64>> =
                own.map(|family| share_cell(family.covered, family.members).as_f64()).collect();
            shares.sort_by(|a, b| b.unwrap_or(0.0).total_cmp(&a.unwrap_or(0.0)));
            shares
        })
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let series = catalogue.tactics().iter().zip(rows).map(|(tactic, mut values)| {
        values.resize(width, None);
        series_of(tactic.name, values)
    });
    Chart {
        title: "Coverage of each technique, by tactic".to_owned(),
        summary: format!(
            "A row per tactic, a cell per technique, the best covered first: rules look for {} of {} techniques, at least in part.",
            words::count(covered as u64),
            words::count(families.len() as u64),
        ),
        kind: ChartKind::HeatMap,
        categories: (1..=width).map(|n| n.to_string()).collect(),
        series: series.collect(),
        unit: Unit::Percent,
    }
}

fn tabulate(catalogue: &Catalogue, families: &[Family<'_>]) -> Table {
    let count = ColumnKind::Number(Unit::Count);
    let columns = vec![
        column("technique", "Technique", ColumnKind::Text),
        column("name", "Name", ColumnKind::Text),
        column("tactics", "Tactics", ColumnKind::Text),
        column("members", "With sub-techniques", count),
        column("covered", "Covered", count),
        column("covered_percent", "Share", ColumnKind::Number(Unit::Percent)),
        column("rules", "Rules", count),
    ];
    let rows = families.iter().map(|family| {
        let tactics = family.technique.tactics.iter().map(|tactic| catalogue.tactics()[*tactic].name);
        vec![
            Cell::Text(family.technique.id.to_owned()),
            Cell::Text(family.technique.name.to_owned()),
            Cell::Text(tactics.collect::<Vec<_>>().join(", ")),
            count_cell(family.members),
            count_cell(family.covered),
            share_cell(family.covered, family.members),
            count_cell(family.mentions),
        ]
    });
    let note = "A technique counts with its sub-techniques; a rule that names several of them counts for each.";
    Table {
        note: Some(note.to_owned()),
        ..whole_table("attack_techniques", "Techniques, ATT&CK enterprise 18.1", columns, rows.collect())
    }
}
