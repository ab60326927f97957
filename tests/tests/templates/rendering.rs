//! Every template in every format, from the workbench: real records with their expected figures, none, one, hostile ones.

use sitrep::workbench::Workbench;
use sitrep_domain::document::{Block, Document, Format, Table};
use sitrep_domain::result::Cell;
use sitrep_domain::templates::{TEMPLATES, find_template};
use sitrep_render::{render, validate};

use sitrep_tests::workbenches::{days_of, filled, real, sheet};

use crate::kept::keep;

const OCTOBER: [&str; 2] = ["2026-10-01", "2026-10-31"];

fn compose(bench: &mut Workbench, template: &str, days: [&str; 2]) -> Document {
    let template = find_template(template).expect("a template");
    bench.compose(&[template], &sheet(days[0], days[1])).unwrap_or_else(|e| panic!("{}: {e}", template.id))
}

/// Renders in every format; `rows` says what kind of records it is about.
fn render_all(document: &Document, template: &str, rows: &str) {
    for format in Format::ALL {
        let rendered =
            render(document, format).unwrap_or_else(|e| panic!("{template} as {}: {e}", format.as_str()));
        validate(&rendered, format).unwrap_or_else(|e| panic!("{template} as {}: {e}", format.as_str()));
        keep(&format!("{template}-{rows}"), format, &rendered);
    }
}

fn table<'d>(document: &'d Document, id: &str) -> &'d Table {
    let tables =
        document.blocks.iter().filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None });
    tables.into_iter().find(|table| table.id == id).unwrap_or_else(|| panic!("no table {id}"))
}

/// A figure of a table, by the text in its first column and the name of the column.
fn figure(table: &Table, row: &str, column: &str) -> Cell {
    let row = table
        .rows
        .iter()
        .find(|cells| cells[0].as_str() == Some(row))
        .unwrap_or_else(|| panic!("no row {row}"));
    row[table.columns.iter().position(|c| c.name == column).expect("a column")].clone()
}

#[test]
fn every_template_renders_its_real_records_in_every_format() {
    let mut bench = real();
    for template in TEMPLATES {
        let document = compose(&mut bench, template.id, days_of(template.id));
        // A source that has nothing of what a section tells is told so, in words.
        let says_something = |block: &Block| match block {
            Block::Table(table) => !table.rows.is_empty(),
            Block::Text { text } => text.starts_with("No "),
            _ => false,
        };
        assert!(document.blocks.iter().any(says_something), "{}", template.id);
        render_all(&document, template.id, "real");
    }
}

#[test]
fn figures_of_the_real_records_are_the_expected_ones() {
    let mut bench = real();
    let metric = |document: &Document, id: &str| document.data.metrics[id].value.clone();

    let detections = compose(&mut bench, "detection_coverage", ["2021-01-01", "2022-12-31"]);
    assert_eq!(metric(&detections, "technique_coverage"), Cell::Number(44.72));
    let tactics = table(&detections, "tactic_coverage");
    assert_eq!(figure(tactics, "Reconnaissance", "covered"), Cell::Integer(2));
    assert_eq!(figure(tactics, "Initial Access", "rolled_percent"), Cell::Number(68.18));
    assert_eq!(tactics.totals.as_ref().map(|row| row[2].clone()), Some(Cell::Integer(309)));
    let matrix = table(&detections, "attack_techniques");
    assert_eq!(matrix.rows.len(), 216);
    assert_eq!(table(&detections, "inactive_rules").total_rows, 202);
    let uncounted: Vec<_> = table(&detections, "uncounted_techniques")
        .rows
        .iter()
        .map(|row| row[0].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(uncounted, ["T1035", "T1043", "T1050", "T1086"]);

    let connectors = compose(&mut bench, "connector_health", ["2020-08-01", "2020-10-31"]);
    assert_eq!(metric(&connectors, "connector_checks"), Cell::Integer(1_686));
    let broken = table(&connectors, "connector_status");
    assert_eq!(figure(broken, "Broken Site", "uptime_percent"), Cell::Number(0.0));
    assert_eq!(figure(broken, "Broken Site", "down"), Cell::Integer(140));

    let audit = compose(&mut bench, "audit_log", ["2023-07-10", "2023-07-10"]);
    assert_eq!(metric(&audit, "audit_entries"), Cell::Integer(1_432));
    assert_eq!(figure(table(&audit, "audit_actions"), "Decrypt", "entries"), Cell::Integer(166));
    assert_eq!(table(&audit, "audit_list").total_rows, 1_432);

    let evidence = compose(&mut bench, "compliance_evidence", ["2016-02-29", "2016-04-30"]);
    assert_eq!(metric(&evidence, "policy_count"), Cell::Integer(645));
    let frameworks = table(&evidence, "framework_coverage");
    assert_eq!(figure(frameworks, "cis_4.0_aws", "covered_percent"), Cell::Number(100.0));
    assert!(table(&evidence, "regulator_mapping").rows.len() >= 30);

    let throughput = compose(&mut bench, "analyst_throughput", ["2016-02-29", "2016-04-30"]);
    let created: i64 = table(&throughput, "created_resolved")
        .rows
        .iter()
        .map(|row| if let Cell::Integer(n) = row[1] { n } else { 0 })
        .sum();
    assert_eq!(Cell::Integer(created), metric(&throughput, "total"));
}

#[test]
fn a_template_renders_without_records_and_with_one_of_each() {
    let mut empty = Workbench::new();
    let mut one = filled(&["plain"]);
    for template in TEMPLATES {
        render_all(&compose(&mut empty, template.id, OCTOBER), template.id, "none");
        let document = compose(&mut one, template.id, OCTOBER);
        assert!(document.data.sections.iter().any(|section| !section.tables.is_empty()), "{}", template.id);
        render_all(&document, template.id, "one");
    }
}

#[test]
fn a_template_renders_hostile_records_as_plain_text() {
    let hostile = [
        "=HYPERLINK(\"http://example.test\")",
        "<script>alert(1)</script>",
        "a\"b,c;d\r\ne\tf",
        "\u{202e}gnp.exe",
        "{{7*7}} ${x} %n",
        "T1059.001",
        "../../../etc/passwd",
        "𝕬𝖗𝖆𝖇 العربية עברית 漢字 🚀",
        &"x".repeat(4_000),
    ];
    let mut bench = filled(&hostile);
    for template in TEMPLATES {
        let document = compose(&mut bench, template.id, OCTOBER);
        render_all(&document, template.id, "hostile");
        let html = render(&document, Format::Html).expect("it was rendered a moment ago");
        let html = String::from_utf8(html.bytes).expect("HTML is text");
        assert!(!html.contains("<script>alert"), "{}", template.id);
        let csv = render(&document, Format::Txt).expect("it was rendered a moment ago");
        assert!(!csv.bytes.contains(&0x1b), "{}", template.id);
    }
}
