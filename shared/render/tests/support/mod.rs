//! Documents for the tests: every kind of block, with the given text wherever a text goes.

use jiff::civil::date;
use sitrep_domain::document::{
    Block, Chart, ChartKind, ColumnGroup, ColumnKind, Definition, Document, DocumentMeta, Image, KpiCard,
    MetricNote, Png, Provenance, Rgb, Series, SeriesRole, Status, Table, TableColumn, Unit,
};
use sitrep_domain::query::TimeBucket;
use sitrep_domain::report_data::{MetricFigure, ReportData, SectionData};
use sitrep_domain::result::Cell;

/// A mark on a transparent ground.
pub(crate) fn picture() -> Png {
    Png::new(include_bytes!("../../examples/logo.png").to_vec()).expect("the file is a picture")
}

/// A document that says `text` everywhere, with a table of `rows` rows.
pub(crate) fn document(text: &str, rows: usize) -> Document {
    let blocks = blocks(text, rows);
    let tables =
        blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t.into()) } else { None }).collect();
    let figure = MetricFigure {
        version: 1,
        value: Cell::Number(12.5),
        unit: Unit::Minutes,
        population: 4,
        excluded: 1,
        previous: Cell::Null,
    };
    let section = SectionData { id: "s".into(), title: text.into(), tables };
    Document {
        meta: meta(text),
        data: ReportData {
            schema: ReportData::SCHEMA.into(),
            metrics: [("mttr_median".to_owned(), figure)].into(),
            sections: vec![section],
        },
        blocks,
        provenance: Provenance {
            facts: vec![(text.into(), text.into())],
            metrics: vec![MetricNote {
                title: text.into(),
                id: "m v1".into(),
                description: text.into(),
                population: 3,
                excluded: 0,
            }],
        },
    }
}

fn meta(text: &str) -> DocumentMeta {
    DocumentMeta {
        title: text.into(),
        subtitle: text.into(),
        tenant_name: text.into(),
        period: (date(2026, 3, 1), date(2026, 3, 31)),
        timezone: "Europe/Berlin".into(),
        generated_at: "2026-04-01T06:00:00Z".parse().expect("a constant time"),
        report_id: "0195f0a2-7c11-7d3e-9a41-5f1f6f0c2b77".into(),
        template: text.into(),
        language: "en".into(),
        accent: Rgb(0, 90, 160),
        logo: Some(picture()),
        classification: Some(text.into()),
    }
}

fn blocks(text: &str, rows: usize) -> Vec<Block> {
    let chart = |kind, role| {
        Block::Chart(Chart {
            title: text.into(),
            summary: text.into(),
            kind,
            categories: vec![text.into(), "b".into(), text.into()],
            series: vec![
                Series { name: text.into(), values: vec![Some(1.0), None, Some(3.5)], role },
                Series { name: "other".into(), values: vec![Some(2.0)], role: SeriesRole::Plain },
            ],
            unit: Unit::Minutes,
        })
    };
    vec![
        Block::TableOfContents { levels: 3 },
        Block::Heading { level: 1, text: text.into() },
        Block::Heading { level: 2, text: text.into() },
        Block::Text { text: text.into() },
        Block::KpiCards {
            cards: vec![
                card(text, Cell::Null),
                card(text, Cell::Integer(5)),
                card(text, Cell::Text(text.into())),
            ],
        },
        chart(ChartKind::Line, SeriesRole::Plain),
        chart(ChartKind::Bar, SeriesRole::Severity(text.into())),
        chart(ChartKind::StackedBar, SeriesRole::Severity("high".into())),
        chart(ChartKind::HorizontalBar, SeriesRole::Plain),
        chart(ChartKind::Area, SeriesRole::Plain),
        chart(ChartKind::Donut, SeriesRole::Plain),
        chart(ChartKind::HeatMap, SeriesRole::Plain),
        chart(ChartKind::Sparkline, SeriesRole::Plain),
        Block::Table(table(text, rows)),
        Block::Callout { tone: Status::Bad, title: text.into(), text: text.into() },
        Block::PageBreak,
        Block::Heading { level: 3, text: text.into() },
        Block::Definitions { items: vec![Definition { term: text.into(), text: text.into() }] },
        Block::Image(Image { png: picture(), alt: text.into(), width: 90 }),
    ]
}

fn card(text: &str, value: Cell) -> KpiCard {
    KpiCard {
        title: text.into(),
        value,
        unit: Unit::Count,
        previous: Some(Cell::Integer(4)),
        lower_is_better: Some(true),
        target: Some(3.0),
        status: Status::Warning,
        trend: vec![Some(1.0), None, Some(3.0), Some(2.0)],
    }
}

fn table(text: &str, rows: usize) -> Table {
    let column = |name: &str, kind| TableColumn { name: name.into(), title: text.into(), kind };
    let at = Cell::Time("2026-02-28T23:00:00Z".parse().expect("a constant time"));
    let row = |i: usize| {
        vec![
            at.clone(),
            if i.is_multiple_of(2) { Cell::Text(text.into()) } else { Cell::Text("critical".into()) },
            Cell::Text(text.into()),
            Cell::Number(1.5),
            at.clone(),
        ]
    };
    Table {
        id: text.into(),
        title: text.into(),
        columns: vec![
            column("month", ColumnKind::Bucket(TimeBucket::Month)),
            column("severity", ColumnKind::Severity),
            column(text, ColumnKind::Text),
            column("n", ColumnKind::Number(Unit::Number)),
            column("at", ColumnKind::Time),
        ],
        rows: (0..rows).map(row).collect(),
        groups: vec![
            ColumnGroup { title: String::new(), span: 2 },
            ColumnGroup { title: text.into(), span: 3 },
        ],
        totals: Some(vec![Cell::Null, Cell::Null, Cell::Text(text.into()), Cell::Number(9.0), Cell::Null]),
        total_rows: rows as u64 + 7,
        note: Some(text.into()),
    }
}
