//! Plain text in 80 columns, for mail readers and terminals.

use sitrep_domain::document::{
    Block, Chart, ColumnKind, Definition, Document, Format, KpiCard, Provenance, Status, Table,
};
use sitrep_domain::result::Cell;

use super::FormatWriter;
use crate::RenderedFile;
use crate::cells::{CellPrinter, format_period};
use crate::clean::{clean_line, clean_text, is_unsafe};
use crate::error::RenderError;
use crate::figures::{
    describe_change, describe_rows, describe_target, format_count, format_number, format_value,
};
use crate::txt::columns::{TextColumn, write_table};
use crate::txt::lines::{WIDTH, fixed, pad, width, wrap};

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Txt, render, validate };

/// Most categories of a chart that are drawn as bars.
const MOST_BARS: usize = 31;

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let cells = CellPrinter::new(&document.meta);
    let mut text = TextFile { lines: Vec::new(), cells: &cells };
    text.title(document);
    for block in &document.blocks {
        text.block(block);
    }
    text.provenance(&document.provenance);
    let mut bytes = text.lines.join("\n").into_bytes();
    bytes.push(b'\n');
    Ok(RenderedFile { bytes, content_type: "text/plain; charset=utf-8", extension: "txt" })
}

struct TextFile<'a> {
    lines: Vec<String>,
    cells: &'a CellPrinter,
}

impl TextFile<'_> {
    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// One empty line, never two.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.line("");
        }
    }

    /// A paragraph, every line of it behind `indent` spaces.
    fn paragraph(&mut self, text: &str, indent: usize) {
        for line in wrap(text, WIDTH - indent) {
            self.line(format!("{}{line}", " ".repeat(indent)).trim_end());
        }
    }

    fn title(&mut self, document: &Document) {
        let meta = &document.meta;
        self.line("=".repeat(WIDTH));
        self.paragraph(&clean_line(&meta.title), 0);
        if !meta.subtitle.is_empty() {
            self.paragraph(&clean_line(&meta.subtitle), 0);
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

    fn fact(&mut self, label: &str, value: &str) {
        let label = format!("{}:", clean_line(label));
        if width(&label) > 20 {
            self.paragraph(&format!("{label} {}", clean_line(value)), 0);
            return;
        }
        let mut lines = wrap(&clean_line(value), WIDTH - 18.max(width(&label) + 1)).into_iter();
        let indent = 18.max(width(&label) + 1);
        let first = fixed(&lines.next().unwrap_or_default());
        self.line(format!("{}{first}", pad(&fixed(&label), indent, false)).trim_end());
        for line in lines {
            self.line(format!("{}{line}", " ".repeat(indent)));
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Text { text } => {
                self.gap();
                self.paragraph(&clean_text(text), 0);
            }
            Block::KpiCards { cards } => {
                self.gap();
                cards.iter().for_each(|card| self.card(card));
            }
            Block::Table(table) => self.table(table),
            Block::Chart(chart) => self.chart(chart),
            Block::Callout { tone, title, text } => self.callout(*tone, title, text),
            Block::Definitions { items } => self.definitions(items),
            Block::Image(image) => self.paragraph(&clean_line(&image.alt), 0),
            Block::TableOfContents { .. } => {}
            Block::PageBreak => self.gap(),
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.gap();
        if level <= 1 {
            self.line("");
        }
        let text = clean_line(text);
        let widest = wrap(&text, WIDTH).iter().map(|line| width(line)).max().unwrap_or(0);
        self.paragraph(&text, 0);
        match level {
            0 | 1 => self.line("=".repeat(widest)),
            2 => self.line("-".repeat(widest)),
            _ => {}
        }
    }

    fn card(&mut self, card: &KpiCard) {
        let mut value = format_value(&card.value, card.unit);
        if card.value == Cell::Null {
            value.push_str(" (no data)");
        }
        let title = clean_line(&card.title);
        let dots = ".".repeat(WIDTH.saturating_sub(width(&title) + width(&value) + 6).max(2));
        self.paragraph(&format!("* {} {dots} {}", fixed(&title), fixed(&clean_line(&value))), 0);
        let change = describe_change(card).map(|change| change.words);
        let status = Some(card.status.word().to_owned()).filter(|word| !word.is_empty());
        let details: Vec<String> = [status, change, describe_target(card)].into_iter().flatten().collect();
        if !details.is_empty() {
            self.paragraph(&details.join("; "), 4);
        }
    }

    fn table(&mut self, table: &Table) {
        self.gap();
        self.paragraph(&clean_line(&table.title), 0);
        self.line("");
        let columns: Vec<TextColumn> = table
            .columns
            .iter()
            .map(|column| TextColumn {
                title: clean_line(&column.title).into_owned(),
                right: matches!(column.kind, ColumnKind::Number(_)),
            })
            .collect();
        let cell = |(cell, column): (&Cell, &sitrep_domain::document::TableColumn)| {
            clean_text(&self.cells.format(cell, column.kind)).into_owned()
        };
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().zip(&table.columns).map(cell).collect()).collect();
        if rows.is_empty() {
            self.line("(no rows in this period)");
        } else {
            self.lines.extend(write_table(&columns, &rows));
        }
        if let Some(rows) = describe_rows(table.rows.len(), table.total_rows) {
            self.paragraph(&format!("({rows})"), 0);
        }
        if let Some(note) = &table.note {
            self.paragraph(&clean_line(note), 0);
        }
    }

    /// The summary; for a single series also its bars.
    fn chart(&mut self, chart: &Chart) {
        self.gap();
        self.paragraph(&clean_line(&chart.title), 0);
        self.paragraph(&clean_line(&chart.summary), 0);
        let [series] = chart.series.as_slice() else { return };
        let most = series.values.iter().flatten().copied().filter(|x| x.is_finite()).fold(0.0, f64::max);
        if most <= 0.0 || chart.categories.len() > MOST_BARS {
            return;
        }
        self.line("");
        let names: Vec<String> =
            chart.categories.iter().map(|name| wrap(&clean_line(name), 28).swap_remove(0)).collect();
        let indent = names.iter().map(|name| width(name)).max().unwrap_or(0);
        for (name, value) in names.iter().zip(&series.values) {
            let value = value.filter(|x| x.is_finite());
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 30")]
            let length = (value.unwrap_or(0.0).max(0.0) / most * 30.0).round() as usize;
            let figure = value.map_or_else(|| "–".to_owned(), |x| format_number(x, chart.unit));
            self.line(format!("{}  {} {figure}", pad(&fixed(name), indent, false), "#".repeat(length)));
        }
    }

    fn definitions(&mut self, items: &[Definition]) {
        self.gap();
        for item in items {
            self.fact(&item.term, &item.text);
        }
    }

    fn callout(&mut self, tone: Status, title: &str, text: &str) {
        self.gap();
        let word = match tone {
            Status::Neutral => "Note",
            Status::Good => "Good",
            Status::Warning => "Attention",
            Status::Bad => "Problem",
        };
        self.paragraph(&format!("[{word}] {}", clean_line(title)), 0);
        self.paragraph(&clean_text(text), 4);
    }

    fn provenance(&mut self, provenance: &Provenance) {
        self.heading(1, "Provenance");
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

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let malformed = |detail: String| RenderError::malformed(Format::Txt, detail);
    let text = std::str::from_utf8(&file.bytes).map_err(|e| malformed(e.to_string()))?;
    if text.chars().any(|c| is_unsafe(c) || c == '\t') {
        return Err(malformed("it holds control characters".to_owned()));
    }
    let too_wide = |line: &str| width(line) > WIDTH && line.trim().contains(' ');
    match text.lines().position(too_wide) {
        Some(i) => Err(malformed(format!("line {} is wider than {WIDTH} columns", i + 1))),
        None => Ok(()),
    }
}
