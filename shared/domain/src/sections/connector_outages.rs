//! Outages: failed checks of one connector that follow each other closely.
//!
//! Checks are moments, so an outage is told by its first and last failed check; when it really began and ended lies
//! somewhere before and after.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::filter::{Compare, Filter};
use crate::listing::{Listing, ListedRows};
use crate::record_list::RecordList;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, count_cell, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "connector_outages",
    title: "Outages",
    description: "Failed checks of one connector that are at most two hours apart, as one outage each, the longest first.",
    datasets: &[DatasetId::Connectors],
    metrics: &["connector_uptime"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

/// Failed checks further apart than this belong to two outages.
const GAP: SignedDuration = SignedDuration::from_hours(2);
/// Most rows of the table.
const ROWS: usize = 50;

const LIST: RecordList = RecordList {
    id: "connector_outages",
    title: "Outages",
    dataset: DatasetId::Connectors,
    columns: &[("created_at", "When", ColumnKind::Time), ("connector", "Connector", ColumnKind::Text)],
    filter: |_| Some(Filter::compare("status", Compare::Eq, "down")),
    limit: Listing::MAX_ROWS,
};

/// Failed checks of one connector in a row.
struct Outage {
    connector: Cell,
    first: Timestamp,
    last: Timestamp,
    checks: u64,
}

impl Outage {
    fn length(&self) -> SignedDuration {
        self.last.duration_since(self.first)
    }
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let listed = measured.listed[0];
    let outages = find_outages(listed);
    let nothing = outages.is_empty();
    SectionOutput::of(vec![Block::Table(tabulate(&outages, listed))])
        .empty_if(nothing, "No check of this period found a connector down.")
}

/// The outages among failed checks, longest first, then those with the most checks, then the newest.
fn find_outages(listed: &ListedRows) -> Vec<Outage> {
    let mut by_connector: BTreeMap<Option<&str>, Vec<Timestamp>> = BTreeMap::new();
    for row in &listed.rows {
        if let [Cell::Time(at), connector] = row.as_slice() {
            by_connector.entry(connector.as_str()).or_default().push(*at);
        }
    }
    let mut outages: Vec<Outage> = Vec::new();
    for (connector, mut times) in by_connector {
        times.sort_unstable();
        let connector = connector.map_or(Cell::Null, |name| Cell::Text(name.to_owned()));
        let mut spell: Option<Outage> = None;
        for at in times {
            match &mut spell {
                Some(open) if at.duration_since(open.last) <= GAP => (open.last, open.checks) = (at, open.checks + 1),
                _ => outages.extend(spell.replace(Outage { connector: connector.clone(), first: at, last: at, checks: 1 })),
            }
        }
        outages.extend(spell);
    }
    outages.sort_by_key(|o| std::cmp::Reverse((o.length(), o.checks, o.first)));
    outages
}

fn tabulate(outages: &[Outage], listed: &ListedRows) -> Table {
    let columns = vec![
        column("connector", "Connector", ColumnKind::Text),
        column("first_failed", "First failed check", ColumnKind::Time),
        column("last_failed", "Last failed check", ColumnKind::Time),
        column("minutes", "At least", ColumnKind::Number(Unit::Minutes)),
        column("failed_checks", "Failed checks", ColumnKind::Number(Unit::Count)),
    ];
    let rows = outages.iter().take(ROWS).map(|outage| {
        let minutes = Cell::Number(outage.length().as_secs_f64() / 60.0);
        let (first, last) = (Cell::Time(outage.first), Cell::Time(outage.last));
        vec![outage.connector.clone(), first, last, minutes, count_cell(outage.checks)]
    });
    let known = listed.rows.len() as u64;
    let cut = (known < listed.total_rows).then(|| {
        let all = words::count_of(listed.total_rows, "failed check", "failed checks");
        format!(" Made of the newest {} of {all}.", words::count(known))
    });
    let note = format!("Failed checks at most two hours apart are one outage.{}", cut.unwrap_or_default());
    Table {
        total_rows: outages.len() as u64,
        note: Some(note),
        ..whole_table("connector_outages", "Outages, the longest first", columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_checks_two_hours_apart_are_one_outage_and_further_apart_two() {
        let row = |at: &str, name: &str| vec![Cell::Time(at.parse().unwrap()), Cell::Text(name.to_owned())];
        let rows = vec![
            row("2026-01-01T10:00:00Z", "a"),
            row("2026-01-01T08:00:00Z", "a"),
            row("2026-01-01T05:59:59Z", "a"),
            row("2026-01-01T08:30:00Z", "b"),
        ];
        let listed = ListedRows { columns: vec!["created_at".to_owned(), "connector".to_owned()], rows, total_rows: 9 };
        let outages = find_outages(&listed);
        let told: Vec<_> = outages.iter().map(|o| (o.connector.as_str().unwrap(), o.checks, o.length().as_mins())).collect();
        assert_eq!(told, [("a", 2, 120), ("b", 1, 0), ("a", 1, 0)]);
        let note = tabulate(&outages, &listed).note.unwrap();
        assert!(note.ends_with("Made of the newest 4 of 9 failed checks."), "{note}");
    }
}
