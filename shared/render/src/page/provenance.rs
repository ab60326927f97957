//! The appendix: where the numbers come from, and what a box in place of a character means.

use std::collections::BTreeSet;

use sitrep_domain::document::Provenance;

use super::compose::Composer;
use crate::provenance::provenance_tables;

impl Composer<'_> {
    pub(super) fn provenance(&mut self, provenance: &Provenance) {
        self.heading();
        for table in provenance_tables(provenance) {
            self.table(&table, false);
        }
        if let Some(note) = describe_missing(self.shaper.missing()) {
            self.text(&note);
        }
    }
}

/// Says which characters print as boxes, if any do.
fn describe_missing(missing: &BTreeSet<char>) -> Option<String> {
    let first: Vec<String> = missing.iter().take(12).map(|c| format!("U+{:04X}", *c as u32)).collect();
    let more = if missing.len() > first.len() { ", …" } else { "" };
    let count = match missing.len() {
        0 => return None,
        1 => "1 character could not be shown".to_owned(),
        n => format!("{n} different characters could not be shown"),
    };
    Some(format!(
        "{count}: the typefaces of this file lack {}{more}. A box with the code stands in the place of each; copied from \
         here it is itself again, and the HTML, CSV, JSON and text files show it.",
        first.join(", ")
    ))
}
