//! The headings of a document as every format numbers them: those of its blocks, then its appendix.

use sitrep_domain::document::{Document, OutlineEntry, outline};

/// Title of the appendix that says where the numbers come from.
pub(crate) const PROVENANCE: &str = "Provenance";
/// Its number.
const APPENDIX: &str = "A";

/// Every heading in reading order; the last is the appendix, which is no block, unless there is nothing to say in it.
pub(crate) fn headings(document: &Document) -> Vec<OutlineEntry> {
    let mut headings = outline(&document.blocks);
    if !document.provenance.is_empty() {
        headings.push(OutlineEntry {
            block: document.blocks.len(),
            level: 1,
            number: APPENDIX.to_owned(),
            text: PROVENANCE.to_owned(),
        });
    }
    headings
}
