//! Charts across formats: ids that do not clash, and no number that only a drawing tells.

mod support;

use std::collections::BTreeSet;

use sitrep_domain::document::{Block, Chart, ChartKind, Document, Format, Series, SeriesRole, Unit};
use sitrep_render::render;
use support::document;

fn chart() -> Chart {
    let series = |name: &str, values: [f64; 2]| Series {
        name: name.into(),
        values: values.map(Some).into(),
        role: SeriesRole::Plain,
    };
    Chart {
        title: "Load".into(),
        summary: String::new(),
        kind: ChartKind::StackedBar,
        categories: vec!["North".into(), "South".into()],
        series: vec![series("Opened", [31_337.0, 2.0]), series("Closed", [27_182.0, 4.0])],
        unit: Unit::Count,
    }
}

fn of(blocks: Vec<Block>) -> Document {
    let mut document = document("text", 0);
    document.data.sections.clear();
    Document { blocks, ..document }
}

fn text(document: &Document, format: Format) -> String {
    let file = render(document, format).expect("every document renders");
    let archived = file.extension == "zip";
    if archived { format!("{:?}", file.bytes) } else { String::from_utf8(file.bytes).expect("a text") }
}

fn attributes<'a>(html: &'a str, open: &str) -> Vec<&'a str> {
    html.split(open).skip(1).filter_map(|rest| rest.split_once(['"', ')'])).map(|(value, _)| value).collect()
}

#[test]
fn ids_of_a_page_are_its_own_and_every_reference_meets_one() {
    let html = text(&document("text", 3), Format::Html);
    let ids = attributes(&html, " id=\"");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "{ids:?}");
    let references =
        ["aria-labelledby=\"", "aria-describedby=\"", "url(#"].map(|open| attributes(&html, open));
    assert!(references.iter().all(|list| !list.is_empty()), "{references:?}");
    for reference in references.iter().flatten() {
        assert!(known.contains(reference), "{reference} meets nothing");
    }
}

#[test]
fn numbers_that_no_table_has_stand_in_every_format_that_is_text() {
    let alone = of(vec![Block::Chart(chart())]);
    let html = text(&alone, Format::Html);
    for number in ["31,337", "27,182"] {
        assert!(html.contains(&format!("<td class=\"n\">{number}</td>")), "{number}");
        assert!(text(&alone, Format::Txt).contains(number), "{number}");
    }
    assert!(html.contains("Opened: highest 31,337 (North), lowest 2 (South)."));
    let table = chart().table();
    let both = of(vec![Block::Chart(chart()), Block::Table(table)]);
    let lines = |document: &Document| text(document, Format::Txt).matches("27,182").count();
    assert_eq!((lines(&alone), lines(&both)), (2, 2), "once in the summary, once in a table");
}

#[test]
fn the_archive_of_tables_has_one_for_a_chart_that_no_table_tells() {
    let names = |blocks: Vec<Block>| -> Vec<String> {
        let file = render(&of(blocks), Format::Csv).expect("every document renders");
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        ["metrics.csv", "chart_load.csv"]
            .into_iter()
            .filter(|name| text.contains(name))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(names(vec![Block::Chart(chart())]), ["metrics.csv", "chart_load.csv"]);
    let told = sitrep_domain::document::Table { id: "north".into(), ..chart().table() };
    assert_eq!(names(vec![Block::Chart(chart()), Block::Table(told)]), ["metrics.csv"]);
}

#[test]
fn cards_tell_their_trend_in_words() {
    let html = text(&document("text", 0), Format::Html);
    assert!(html.contains("aria-label=\"Trend: Highest 3, lowest 1; from 1 to 2, up 100%.\""));
}
