//! The formats that are text, compared to the byte: in full, folded, or by their hash.

use std::fs;

use sitrep_domain::document::Format;

use crate::cases::{CASES, Case, Rows, in_parallel};
use crate::folder::{accept, accepts, assert_none, keep, path};
use crate::folding::{fold_csv, fold_html, fold_json, hash, style_of};

/// A file that was made now, by its name in the folder.
type Made = (String, String);

#[test]
fn every_template_says_what_it_said() {
    let made: Vec<Made> = in_parallel(&CASES, texts_of).into_iter().flatten().collect();
    let others =
        CASES.iter().filter(|case| case.rows == Rows::Real).map(|case| others_of(case.template, &made));
    let files = made.iter().filter(|(name, _)| !is_line(name)).cloned().chain(others);
    assert_none(&files.filter_map(|(name, text)| compare(&name, &text)).collect::<Vec<_>>());
}

#[test]
fn all_reports_share_one_style_sheet() {
    let real: Vec<&Case> = CASES.iter().filter(|case| case.rows == Rows::Real).collect();
    let styles = in_parallel(&real, |case| (case.template, style_of(&text(case, Format::Html))));
    let differing = styles.iter().filter(|(_, style)| *style != styles[0].1);
    let mut differences: Vec<String> =
        differing.map(|(template, _)| format!("{template}: another style")).collect();
    differences.extend(compare("style.css", &styles[0].1));
    assert_none(&differences);
}

/// What is compared of one case; what becomes a line of a common file has a name that [`is_line`].
fn texts_of(case: &Case) -> Vec<Made> {
    let name = |end: &str| format!("{}/{}.{end}", case.template, case.rows.as_str());
    let txt = (name("txt"), text(case, Format::Txt));
    let [json, csv] = [Format::Json, Format::Csv].map(|format| case.render(format));
    let html = fold_html(&text(case, Format::Html));
    if case.rows == Rows::Real {
        return vec![
            txt,
            (name("html"), html),
            (name("json"), fold_json(&json.bytes)),
            (name("csv"), fold_csv(&csv)),
        ];
    }
    // The style sheet is left out here too: a change of it is one change.
    let bytes = [(Format::Html, html.into_bytes()), (Format::Json, json.bytes), (Format::Csv, csv.bytes)];
    let lines = bytes.map(|(format, bytes)| format!("{} {} {}", format.as_str(), bytes.len(), hash(&bytes)));
    vec![txt, (name("lines"), lines.map(|line| format!("{} {line}\n", case.rows.as_str())).concat())]
}

fn is_line(name: &str) -> bool {
    name.ends_with(".lines")
}

/// The common file of a template's lines.
fn others_of(template: &str, made: &[Made]) -> Made {
    let own = made.iter().filter(|(name, _)| is_line(name) && name.starts_with(&format!("{template}/")));
    (format!("{template}/others.txt"), own.map(|(_, lines)| lines.as_str()).collect())
}

fn text(case: &Case, format: Format) -> String {
    String::from_utf8(case.render(format).bytes).expect("the format is text")
}

/// What differs from the golden file, in words; nothing where it is the same, or accepted.
fn compare(name: &str, text: &str) -> Option<String> {
    if accepts() {
        accept(name, text.as_bytes());
        return None;
    }
    let golden = fs::read_to_string(path(name)).unwrap_or_default();
    if golden == text {
        return None;
    }
    let kept = keep(name, text.as_bytes());
    let same = golden.lines().zip(text.lines()).take_while(|(was, is)| was == is).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("the end").chars().take(200).collect::<String>();
    let (was, is) = (line(&golden), line(text));
    Some(format!("{name}, line {}\n  was {was}\n  is  {is}\n  all of it: {}", same + 1, kept.display()))
}
