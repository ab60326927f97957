//! The appendix: where the numbers come from, and what a box in place of a character means.

use sitrep_domain::document::Provenance;

use super::compose::Composer;
use crate::provenance::provenance_tables;

impl Composer<'_> {
    pub(super) fn provenance(&mut self, provenance: &Provenance) {
        self.heading();
        for table in provenance_tables(provenance) {
            self.table(&table);
        }
        if self.shaper.missing() > 0 {
            self.text(
                "□ stands for a character that the typefaces of this file lack. Copied from here it is itself again; the \
                 HTML, CSV, JSON and text files show it.",
            );
        }
    }
}
