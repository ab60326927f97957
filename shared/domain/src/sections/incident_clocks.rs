//! Serious incidents of the period, and when the time limits of the law would end that run from an incident.
//!
//! Known is when an incident was created, acknowledged and resolved; not known is when somebody was aware of it in the
//! sense of a law, or whether an authority was told. So the instants are those of a clock that starts at creation.

use serde_json::json;

use jiff::Timestamp;

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Definition, Table};
use crate::filter::{Compare, Filter};
use crate::legal::Limit;
use crate::listing::{ListedRows, Listing};
use crate::record_list::RecordList;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "incident_clocks",
    title: "Incident clocks",
    description: "Critical and high incidents of the period, with the ends of the usual time limits if each clock started at creation.",
    datasets: &[DatasetId::Incidents],
    metrics: &["critical", "high"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

/// Most rows of the table.
const ROWS: usize = 50;

const LIST: RecordList = RecordList {
    id: "incident_clocks",
    title: "Critical and high incidents",
    dataset: DatasetId::Incidents,
    columns: &[
        ("created_at", "Created", ColumnKind::Time),
        ("severity", "Severity", ColumnKind::Severity),
        ("id", "Id", ColumnKind::Text),
        ("acknowledged_at", "Acknowledged", ColumnKind::Time),
        ("resolved_at", "Resolved", ColumnKind::Time),
    ],
    filter: |_| Some(Filter::compare("severity", Compare::In, json!(["critical", "high"]))),
    limit: Listing::MAX_ROWS,
};

/// The limits that most laws share.
const LIMITS: [(&str, Limit); 4] =
    [("h24", Limit::Hours(24)), ("h72", Limit::Hours(72)), ("bd4", Limit::BusinessDays(4)), ("mo1", Limit::Months(1))];

fn build(measured: &Measured<'_>) -> SectionOutput {
    let listed = measured.listed[0];
    let nothing = listed.total_rows == 0;
    SectionOutput::of(vec![
        Block::Definitions { items: count_late(measured, listed) },
        Block::Table(tabulate(measured, listed)),
    ])
    .empty_if(nothing, "No incident of this period is critical or high.")
}

/// How many were acknowledged, or resolved, only after a limit that started at creation.
fn count_late(measured: &Measured<'_>, listed: &ListedRows) -> Vec<Definition> {
    let (zone, end) = (measured.input.zone(), measured.input.window().end());
    let late = |limit: Limit, column: usize| {
        let is_late = |row: &&Vec<Cell>| {
            let Cell::Time(created) = row[0] else { return false };
            let due = limit.end_from(created, zone);
            match row[column] {
                Cell::Time(done) => done > due,
                _ => end > due,
            }
        };
        listed.rows.iter().filter(is_late).count() as u64
    };
    let item = |term: String, n: u64| Definition { term, text: words::count_of(n, "incident", "incidents") };
    let mut items = vec![item("Critical and high".to_owned(), listed.total_rows)];
    for limit in [Limit::Hours(24), Limit::Hours(72)] {
        items.push(item(format!("Not acknowledged within {}", limit.words()), late(limit, 3)));
    }
    items.push(item("Not resolved within 1 month".to_owned(), late(Limit::Months(1), 4)));
    items
}

fn tabulate(measured: &Measured<'_>, listed: &ListedRows) -> Table {
    let zone = measured.input.zone();
    let ends = |created: Timestamp| LIMITS.map(|(_, limit)| Cell::Time(limit.end_from(created, zone)));
    let rows = listed.rows.iter().take(ROWS).map(|row| {
        let ends = match row[0] {
            Cell::Time(created) => ends(created),
            _ => [Cell::Null, Cell::Null, Cell::Null, Cell::Null],
        };
        row[..3].iter().cloned().chain(ends).collect()
    });
    let mut columns: Vec<_> =
        LIST.columns[..3].iter().map(|(name, title, kind)| column(name, *title, *kind)).collect();
    columns.extend(LIMITS.iter().map(|(name, limit)| column(name, limit.words(), ColumnKind::Time)));
    let cut = (listed.rows.len() as u64) < listed.total_rows;
    let counted = if cut { " The numbers above are of the newest 1,000." } else { "" };
    let note = format!(
        "Each limit is laid from creation. A law's clock starts when it says; whether an incident must be reported, and \
         whether it was, is not known here.{counted}"
    );
    Table {
        total_rows: listed.total_rows,
        note: Some(note),
        ..whole_table("incident_clocks", "Newest critical and high incidents", columns, rows.collect())
    }
}
