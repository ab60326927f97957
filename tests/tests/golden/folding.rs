//! Reports as one reads them in a review: one thing per line, without what repeats itself.
//!
//! Rows of a table beyond the first few and the inside of drawings become their number and a hash, so that a change
//! there is still a change, and the style sheet, which is the same in all reports, lies in a file of its own.

use std::io::{Cursor, Read as _};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sitrep_render::RenderedFile;
use zip::ZipArchive;

/// How many rows of a table are kept.
const KEPT_ROWS: usize = 6;
/// How long a line of JSON may become before it is broken.
const LINE: usize = 110;

/// The first half of the SHA-256 of some bytes: short enough to read, long enough to tell changes.
pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An HTML report.
pub(crate) fn fold_html(html: &str) -> String {
    let html = replace_inside(html, "<style>", "</style>", |_| "…".to_owned());
    let html = replace_inside(&html, "style-src 'sha256-", "'", |_| "…".to_owned());
    let html = replace_inside(&html, "<svg ", "</svg>", |svg| format!("hash {}>…", hash(svg.as_bytes())));
    let html = replace_inside(&html, "src=\"data:image/png;base64,", "\"", |png| hash(png.as_bytes()));
    let html = html.replace("\n<tr", "<tr").replace("<tr", "\n<tr").replace("</tbody>", "\n</tbody>");
    fold_lines(&html, |line| line.starts_with("<tr"))
}

/// The style sheet of an HTML report, a rule per line, without what it prints at the edge of a page.
pub(crate) fn style_of(html: &str) -> String {
    let (_, rest) = html.split_once("<style>").expect("a report has its style in itself");
    let style = rest.split_once("</style>").expect("it ends").0;
    replace_inside(style, "content:\"", "\"", |_| "…".to_owned()).replace('}', "}\n")
}

/// A CSV report: one file or the files of an archive.
pub(crate) fn fold_csv(file: &RenderedFile) -> String {
    if file.extension != "zip" {
        return fold_lines(&String::from_utf8_lossy(&file.bytes), |_| true);
    }
    let mut archive = ZipArchive::new(Cursor::new(&file.bytes)).expect("the archive opens");
    let mut out = String::new();
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).expect("the entry is there");
        let name = entry.name().expect("a name is text").into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("the entry is text");
        out.push_str(&format!("== {name}\n{}", fold_lines(&text, |_| true)));
    }
    out
}

/// A JSON report.
pub(crate) fn fold_json(bytes: &[u8]) -> String {
    let mut value: Value = serde_json::from_slice(bytes).expect("the report is JSON");
    fold_lists(&mut value);
    let mut out = String::new();
    print(&value, 0, &mut out);
    out.push('\n');
    out
}

/// Keeps the first of adjoining lines that are rows.
fn fold_lines(text: &str, is_row: fn(&str) -> bool) -> String {
    let mut out = String::new();
    let lines: Vec<&str> = text.lines().collect();
    for block in lines.chunk_by(|a, b| is_row(a) == is_row(b)) {
        let kept = if is_row(block[0]) { block.len().min(KEPT_ROWS) } else { block.len() };
        block[..kept].iter().for_each(|line| out.push_str(&format!("{line}\n")));
        if kept < block.len() {
            let rest = block[kept..].join("\n");
            out.push_str(&format!("… {} rows, {}\n", block.len() - kept, hash(rest.as_bytes())));
        }
    }
    out
}

/// Replaces what lies between each start and the end that follows it.
fn replace_inside(text: &str, start: &str, end: &str, with: fn(&str) -> String) -> String {
    let mut parts = text.split(start);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, after) = part.split_once(end).expect("what begins ends");
        out.push_str(&format!("{start}{}{end}{after}", with(inside)));
    }
    out
}

fn fold_lists(value: &mut Value) {
    match value {
        Value::Object(object) => object.values_mut().for_each(fold_lists),
        Value::Array(list)
            if list.len() > KEPT_ROWS && list.iter().all(|one| one.is_array() || !one.is_object()) =>
        {
            let rest = Value::Array(list.split_off(KEPT_ROWS));
            let count = rest.as_array().map_or(0, Vec::len);
            list.push(Value::String(format!("… {count} more, {}", hash(rest.to_string().as_bytes()))));
        }
        Value::Array(list) => list.iter_mut().for_each(fold_lists),
        _ => {}
    }
}

/// Writes a value on one line where it fits, and otherwise one of its parts per line.
fn print(value: &Value, depth: usize, out: &mut String) {
    let line = value.to_string();
    let indent = "  ".repeat(depth + 1);
    let last = |i: usize, len: usize| if i + 1 == len { "" } else { "," };
    match value {
        Value::Object(object) if line.len() > LINE => {
            out.push('{');
            for (i, (name, part)) in object.iter().enumerate() {
                out.push_str(&format!("\n{indent}{}: ", Value::from(name.as_str())));
                print(part, depth + 1, out);
                out.push_str(last(i, object.len()));
            }
            out.push_str(&format!("\n{}}}", "  ".repeat(depth)));
        }
        Value::Array(list) if line.len() > LINE => {
            out.push('[');
            for (i, part) in list.iter().enumerate() {
                out.push_str(&format!("\n{indent}"));
                print(part, depth + 1, out);
                out.push_str(last(i, list.len()));
            }
            out.push_str(&format!("\n{}]", "  ".repeat(depth)));
        }
        _ => out.push_str(&line),
    }
}

#[test]
fn what_is_folded_away_still_changes_the_result() {
    let table = |last: &str| {
        let rows: String = (0..9).map(|i| format!("<tr><td>{i}</td></tr>\n")).collect();
        format!("<style>a</style><table>{rows}<tr><td>{last}</td></tr></tbody></table><svg x>{last}</svg>")
    };
    let folded = fold_html(&table("9"));
    assert!(folded.contains("… 4 rows, ") && !folded.contains("<td>7"), "{folded}");
    assert_ne!(folded, fold_html(&table("8")));
    let list = |last: u8| format!("{{\"rows\": [[1],[2],[3],[4],[5],[6],[7],[{last}]]}}");
    assert!(fold_json(list(8).as_bytes()).contains("… 2 more, "));
    assert_ne!(fold_json(list(8).as_bytes()), fold_json(list(9).as_bytes()));
}
