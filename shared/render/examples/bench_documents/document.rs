//! The document that is timed: chapters with text, key figures, a chart, a remark and a table.

use jiff::civil::date;
use sitrep_domain::document::{
    Block, Chart, ChartKind, ColumnKind, Document, DocumentMeta, KpiCard, Provenance, Rgb, Series,
    SeriesRole, Status, Table, TableColumn, Unit,
};
use sitrep_domain::report_data::{ReportData, SectionData};
use sitrep_domain::result::Cell;

const TEAMS: [&str; 5] = ["Identity", "Network", "Endpoint", "Cloud platform", "Application security"];
const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];
const WORDS: &str = "The number of incidents went down against the period before while the median time to resolve \
                     them became longer, mostly because two teams were short of people in the second week. Of those \
                     that broke their service level, most were of medium severity and waited for a third party.";

/// A document of so many chapters.
pub(crate) fn make(chapters: usize, rows_per_chapter: usize) -> Document {
    let blocks: Vec<Block> = (0..chapters).flat_map(|i| chapter(i, rows_per_chapter)).collect();
    let tables =
        blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t.into()) } else { None }).collect();
    let section = SectionData { id: "chapters".into(), title: "Chapters".into(), tables };
    Document {
        meta: meta(),
        data: ReportData { schema: ReportData::SCHEMA.into(), metrics: [].into(), sections: vec![section] },
        blocks,
        provenance: Provenance { facts: vec![("Rows read".into(), "12,157".into())], metrics: Vec::new() },
    }
}

fn meta() -> DocumentMeta {
    DocumentMeta {
        title: "Incidents of the month".into(),
        subtitle: "Executive report".into(),
        tenant_name: "Example organization".into(),
        period: (date(2026, 3, 1), date(2026, 3, 31)),
        timezone: "Europe/Berlin".into(),
        generated_at: "2026-04-01T06:00:00Z".parse().expect("a constant time"),
        report_id: "0195f0a2-7c11-7d3e-9a41-5f1f6f0c2b77".into(),
        template: "bench v1".into(),
        language: "en".into(),
        accent: Rgb(0x1f, 0x4e, 0x79),
        logo: None,
        classification: Some("Internal".into()),
    }
}

fn chapter(index: usize, rows: usize) -> Vec<Block> {
    vec![
        Block::Heading { level: 1, text: format!("Chapter on {}", TEAMS[index % TEAMS.len()]) },
        Block::Text { text: WORDS.into() },
        Block::KpiCards { cards: (0..4).map(|i| card(index, i)).collect() },
        Block::Chart(chart(index)),
        Block::Callout { tone: Status::Warning, title: "Worth a look".into(), text: WORDS[..120].into() },
        Block::Table(table(index, rows)),
    ]
}

fn card(chapter: usize, index: usize) -> KpiCard {
    KpiCard {
        title: ["Incidents", "Open at the end", "Median time to resolve", "Service level met"][index].into(),
        value: Cell::Integer(number(chapter * 7 + index, 400)),
        unit: Unit::Count,
        previous: Some(Cell::Integer(number(chapter * 5 + index, 400))),
        lower_is_better: Some(true),
        target: Some(200.0),
        status: [Status::Good, Status::Warning, Status::Bad, Status::Neutral][index],
        trend: Vec::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn chart(chapter: usize) -> Chart {
    Chart {
        title: "Incidents per month".into(),
        summary: "Incidents per month of the last year, by severity.".into(),
        kind: ChartKind::Bar,
        categories: (1..=12).map(|month| format!("2025-{month:02}")).collect(),
        series: SEVERITIES[..2]
            .iter()
            .enumerate()
            .map(|(s, name)| Series {
                name: (*name).into(),
                values: (0..12).map(|m| Some(number(chapter + s * 31 + m * 7, 90) as f64)).collect(),
                role: SeriesRole::Plain,
            })
            .collect(),
        unit: Unit::Count,
    }
}

fn table(chapter: usize, rows: usize) -> Table {
    let column = |name: &str, title: &str, kind| TableColumn { name: name.into(), title: title.into(), kind };
    let columns = vec![
        column("id", "Incident", ColumnKind::Text),
        column("severity", "Severity", ColumnKind::Severity),
        column("team", "Team", ColumnKind::Text),
        column("title", "Title", ColumnKind::Text),
        column("minutes", "Time to resolve", ColumnKind::Number(Unit::Minutes)),
        column("reopened", "Reopened", ColumnKind::Number(Unit::Count)),
    ];
    let row = |i: usize| {
        let n = chapter * 997 + i;
        vec![
            Cell::Text(format!("INC{:07}", n * 37)),
            Cell::Text(SEVERITIES[n % 4].into()),
            Cell::Text(TEAMS[n % 5].into()),
            Cell::Text(format!("Sign-in from a new country for user {}", number(n, 9_000))),
            Cell::Integer(number(n, 6_000)),
            Cell::Integer(number(n, 4)),
        ]
    };
    Table::new(format!("incidents_{chapter}"), "Incidents", columns, (0..rows).map(row).collect())
}

/// A number below `most` that looks like chance and is always the same.
fn number(seed: usize, most: i64) -> i64 {
    let mixed = (seed as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    i64::try_from(mixed).unwrap_or(0) % most
}
