//! The text around the blocks: title, contents, headings, provenance.

use sitrep_domain::document::{Block, Document, OutlineEntry, Provenance};

use super::lines::{WIDTH, fixed, pad, width, wrap};
use crate::cells::{CellPrinter, format_period};
use crate::clean::clean_line;
use crate::figures::format_count;
use crate::headings::headings;

/// Column in which values stand beside their labels.
const VALUES: usize = 18;
/// Widest label that has its value beside it.
const WIDEST_LABEL: usize = 20;

/// A text under construction.
pub(super) struct TextFile<'a> {
    pub(super) lines: Vec<String>,
    pub(super) cells: &'a CellPrinter,
    pub(super) blocks: &'a [Block],
    headings: &'a [OutlineEntry],
    headings_done: usize,
}

/// The whole file.
pub(crate) fn write_text(document: &Document) -> String {
    let cells = CellPrinter::new(&document.meta);
    let headings = headings(document);
    let (lines, blocks) = (Vec::new(), document.blocks.as_slice());
    let mut text = TextFile { lines, cells: &cells, blocks, headings: &headings, headings_done: 0 };
    text.title(document);
    let mut before = None;
    for block in &document.blocks {
        text.block(block, before);
        before = Some(block);
    }
    text.provenance(&document.provenance);
    text.lines.push(String::new());
    text.lines.join("\n")
}

impl TextFile<'_> {
    pub(super) fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// One empty line, never two.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.line("");
        }
    }

    /// A paragraph, every line of it behind `indent` spaces.
    pub(super) fn paragraph(&mut self, text: &str, indent: usize) {
        for line in wrap(text, WIDTH - indent) {
            self.line(format!("{}{line}", " ".repeat(indent)).trim_end());
        }
    }

    /// A text behind a mark, its further lines below its first letter.
    pub(super) fn hanging(&mut self, mark: &str, text: &str, indent: usize) {
        let tab = indent + width(mark) + 1;
        for (i, line) in wrap(text, WIDTH.saturating_sub(tab)).into_iter().enumerate() {
            let start = if i == 0 { format!("{}{mark} ", " ".repeat(indent)) } else { " ".repeat(tab) };
            self.line(format!("{start}{line}").trim_end());
        }
    }

    fn title(&mut self, document: &Document) {
        let meta = &document.meta;
        self.line("=".repeat(WIDTH));
        self.paragraph(&clean_line(&meta.title), 0);
        if let Some(subtitle) = meta.subtitle_line() {
            self.paragraph(&clean_line(subtitle), 0);
        }
        self.line("=".repeat(WIDTH));
        let mut facts = vec![
            ("Organization", meta.tenant_name.clone()),
            ("Period", format_period(meta)),
            ("Generated", self.cells.format_with_zone(meta.generated_at)),
            ("Template", meta.template.clone()),
        ];
        facts.extend(meta.classification.clone().map(|label| ("Classification", label)));
        for (label, value) in facts {
            self.fact(label, &value);
        }
    }

    /// A label with its value beside it, or behind it where the label is long.
    pub(super) fn fact(&mut self, label: &str, value: &str) {
        let label = format!("{}:", clean_line(label));
        if width(&label) > WIDEST_LABEL {
            self.paragraph(&format!("{label} {}", clean_line(value)), 0);
            return;
        }
        let indent = VALUES.max(width(&label) + 1);
        let mut lines = wrap(&clean_line(value), WIDTH - indent).into_iter();
        let first = fixed(&lines.next().unwrap_or_default());
        self.line(format!("{}{first}", pad(&fixed(&label), indent, false)).trim_end());
        for line in lines {
            self.line(format!("{}{line}", " ".repeat(indent)));
        }
    }

    /// The heading that comes next, underlined by its level.
    pub(super) fn heading(&mut self) {
        let Some(heading) = self.headings.get(self.headings_done) else { return };
        self.headings_done += 1;
        self.gap();
        if heading.level == 1 {
            self.line("");
        }
        let first = self.lines.len();
        self.hanging(&heading.number, &clean_line(&heading.text), 0);
        let widest = self.lines[first..].iter().map(|line| width(line)).max().unwrap_or(0).min(WIDTH);
        match heading.level {
            1 => self.line("=".repeat(widest)),
            2 => self.line("-".repeat(widest)),
            _ => {}
        }
    }

    /// The headings down to that level; a text has no pages to name.
    pub(super) fn contents(&mut self, levels: u8) {
        self.gap();
        self.line("Contents");
        self.line("");
        for heading in self.headings.iter().filter(|heading| heading.level <= levels.clamp(1, 3)) {
            let indent = [2, 4, 8][usize::from(heading.level - 1).min(2)];
            self.hanging(&pad(&heading.number, 3, false), &clean_line(&heading.text), indent);
        }
    }

    fn provenance(&mut self, provenance: &Provenance) {
        self.heading();
        for (label, value) in &provenance.facts {
            self.fact(label, value);
        }
        for note in &provenance.metrics {
            self.gap();
            self.paragraph(&clean_line(&format!("{} ({})", note.title, note.id)), 0);
            self.paragraph(&clean_line(&note.description), 4);
            let count = |n: u64| i64::try_from(n).map_or_else(|_| n.to_string(), format_count);
            self.paragraph(
                &format!("{} records, {} left out", count(note.population), count(note.excluded)),
                4,
            );
        }
    }
}
