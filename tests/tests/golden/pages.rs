//! The pages of both PDF kinds, compared as pictures.
//!
//! `pdftoppm` of Poppler draws them. A page may differ from its golden picture as much as two programs that draw letters
//! differ, and no more: [`MAX_MEAN`] says how much over the whole page, [`MAX_SHARE`] how many pixels may be another.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use sitrep_domain::document::Format;

use crate::cases::{CASES, Case, Rows, in_parallel};
use crate::folder::{accept, accepts, assert_none, files_of, keep, path};
use crate::picture::Picture;

/// Dots per inch: headings, columns, bars and lines of text can be told, letters hardly.
const RESOLUTION: &str = "45";
/// Most difference of a page on average, where 255 lies between black and white.
const MAX_MEAN: f64 = 1.0;
/// Most pixels of a page that may differ by two of five steps or more.
const MAX_SHARE: f64 = 0.004;

#[test]
fn every_page_of_both_pdf_kinds_looks_as_it_did() {
    let real: Vec<&Case> = CASES.iter().filter(|case| case.rows == Rows::Real).collect();
    let differences = in_parallel(&real, |case| compare(case));
    assert_none(&differences.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn every_template_becomes_both_pdf_kinds_whatever_its_rows() {
    let others: Vec<&Case> = CASES.iter().filter(|case| case.rows != Rows::Real).collect();
    in_parallel(&others, |case| [Format::Pdf, Format::PdfA].map(|format| case.render(format)));
}

/// What differs in a report's pages, in words.
fn compare(case: &Case) -> Vec<String> {
    let pages = draw(&case.render(Format::Pdf).bytes);
    if accepts() {
        accept_pages(case.template, &pages);
    }
    let mut differences = compare_pages(case.template, Format::Pdf, &pages);
    differences.extend(compare_pages(case.template, Format::PdfA, &draw(&case.render(Format::PdfA).bytes)));
    differences
}

fn compare_pages(template: &str, format: Format, pages: &[Picture]) -> Vec<String> {
    let golden = files_of(template).into_iter().filter(|name| is_page(name)).count();
    let mut differences = Vec::new();
    if golden != pages.len() {
        differences.push(format!("{template} as {}: {} pages, were {golden}", format.as_str(), pages.len()));
    }
    for (i, page) in pages.iter().enumerate() {
        let name = format!("{template}/{}", page_name(i));
        let Ok(bytes) = fs::read(path(&name)) else { continue };
        let (mean, share) = page.difference(&Picture::from_png(&bytes));
        if mean > MAX_MEAN || share > MAX_SHARE {
            let kept = keep(&name.replace(".png", &format!(".{}.png", format.as_str())), &page.to_png());
            let told = format!("{mean:.2} on average, {:.2} % of its pixels", share * 100.0);
            differences.push(format!("{name} as {}: differs by {told}: {}", format.as_str(), kept.display()));
        }
    }
    differences
}

/// Makes the pages the golden ones and takes away those that are no more.
fn accept_pages(template: &str, pages: &[Picture]) {
    for name in files_of(template).into_iter().filter(|name| is_page(name)) {
        fs::remove_file(path(&format!("{template}/{name}"))).expect("the page was there a moment ago");
    }
    for (i, page) in pages.iter().enumerate() {
        accept(&format!("{template}/{}", page_name(i)), &page.to_png());
    }
}

fn page_name(index: usize) -> String {
    format!("page-{:02}.png", index + 1)
}

fn is_page(name: &str) -> bool {
    name.ends_with(".png")
}

/// The pages of a PDF file.
fn draw(pdf: &[u8]) -> Vec<Picture> {
    let mut child = Command::new("pdftoppm")
        .args(["-r", RESOLUTION, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftoppm is installed (Debian: poppler-utils)");
    // It draws only after it has read everything.
    child.stdin.take().expect("it was piped").write_all(pdf).expect("pdftoppm reads");
    let output = child.wait_with_output().expect("pdftoppm ends");
    assert!(output.status.success(), "pdftoppm: {}", output.status);
    Picture::all_from_ppm(&output.stdout)
}
