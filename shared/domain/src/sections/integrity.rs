//! What is verified of this report, what anybody can verify afterwards, and what is not verified.

use crate::document::{Block, Definition};
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "integrity",
    title: "Integrity",
    description: "What was verified when the report was made, what can be verified afterwards, and what is not.",
    datasets: &[],
    metrics: &[],
    plan: |_| Vec::new(),
    build,
    newest: |_| Vec::new(),
};

/// What is checked, and how.
const ITEMS: [(&str, &str); 5] = [
    (
        "Records read",
        "Verified: a file of records is read only if its SHA-256 is the one that was committed, and only if it names \
         this organization.",
    ),
    (
        "Sums",
        "Verified: breakdowns of this report were added up and compared with the number of records; a report whose \
         numbers do not add up is not made.",
    ),
    (
        "Input",
        "Verifiable: the SHA-256 of everything that decided this report is printed with its origin, and stands in its \
         manifest.",
    ),
    (
        "Files",
        "Verifiable: the manifest has the SHA-256 of every file, and the report can be made again from the same records \
         to the same bytes while they are kept.",
    ),
    (
        "Hash chain of the audit log",
        "Not verified: entries are written in the same transaction as what they tell, but no hash chain over them is kept \
         in this version.",
    ),
];

fn build(_: &Measured<'_>) -> SectionOutput {
    let items = ITEMS.iter().map(|(term, text)| Definition { term: (*term).to_owned(), text: (*text).to_owned() });
    SectionOutput::of(vec![Block::Definitions { items: items.collect() }])
}
