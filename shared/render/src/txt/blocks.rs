//! Blocks in characters.

use sitrep_domain::document::{Block, Chart, ColumnKind, Definition, KpiCard, Series, Status, Table};
use sitrep_domain::result::Cell;

use super::columns::{TextColumn, TextTable, write_table};
use super::lines::{WIDTH, fixed, pad, width, wrap};
use super::page::TextFile;
use crate::chart::summary::summary_of;
use crate::clean::{clean_line, clean_text};
use crate::figures::{describe_change, describe_rows, describe_target, format_number, format_value};
use crate::printed::{is_titled_by, print_table};

/// Most categories of a chart that are drawn as bars.
const MOST_BARS: usize = 31;
/// Most series that stand side by side; more are told one after the other.
const MOST_SERIES: usize = 8;

impl TextFile<'_> {
    /// A block, and the one before it.
    pub(super) fn block(&mut self, block: &Block, before: Option<&Block>) {
        match block {
            Block::Heading { .. } => self.heading(),
            Block::Text { text } => {
                self.gap();
                self.paragraph(&clean_text(text), 0);
            }
            Block::KpiCards { cards } => {
                self.gap();
                cards.iter().for_each(|card| self.card(card));
            }
            Block::Table(table) => self.table(table, is_titled_by(table, before)),
            Block::Chart(chart) => self.chart(chart),
            Block::Callout { tone, title, text } => self.callout(*tone, title, text),
            Block::Definitions { items } => self.definitions(items),
            Block::Image(image) => {
                self.gap();
                self.paragraph(&format!("[Picture: {}]", clean_line(&image.alt)), 0);
            }
            Block::TableOfContents { levels } => self.contents(*levels),
            Block::PageBreak => self.gap(),
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

    /// A table, under its title unless that was said.
    fn table(&mut self, table: &Table, titled: bool) {
        let shown = print_table(table);
        let table = shown.as_ref();
        self.gap();
        if !titled {
            self.paragraph(&clean_line(&table.title), 0);
            self.line("");
        }
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| self.cells.format_row(table, row)).collect();
        let totals = self.cells.format_totals(table);
        if rows.is_empty() {
            self.line("(no rows in this period)");
        } else {
            let groups = table.groups.iter().map(|g| (clean_line(&g.title).into_owned(), g.span)).collect();
            self.lines.extend(write_table(&TextTable { columns: text_columns(table), groups, rows, totals }));
        }
        if let Some(rows) = describe_rows(table.rows.len(), table.total_rows) {
            self.paragraph(&format!("({rows})"), 0);
        }
        if let Some(note) = &table.note {
            self.paragraph(&clean_line(note), 0);
        }
    }

    /// The summary; for a single series also its bars, else the numbers if no table has them.
    fn chart(&mut self, chart: &Chart) {
        self.gap();
        self.paragraph(&clean_line(&chart.title), 0);
        self.paragraph(&clean_line(&summary_of(chart)), 0);
        let most = chart.series.first().map_or(0.0, |series| {
            series.values.iter().flatten().copied().filter(|x| x.is_finite()).fold(0.0, f64::max)
        });
        match chart.series.as_slice() {
            [series] if most > 0.0 && chart.categories.len() <= MOST_BARS => self.bars(chart, series, most),
            [] => {}
            _ if chart.is_told_in(self.blocks) => {}
            several if several.len() > MOST_SERIES => self.series_by_series(chart),
            _ => self.table(&chart.table(), true),
        }
    }

    /// Each series with its categories and their numbers; those that have none are left out.
    fn series_by_series(&mut self, chart: &Chart) {
        self.line("");
        for series in &chart.series {
            let figures = chart.categories.iter().zip(&series.values).filter_map(|(name, value)| {
                let value = value.filter(|x| x.is_finite())?;
                Some(format!("{} {}", clean_line(name), format_number(value, chart.unit)))
            });
            let told = figures.collect::<Vec<_>>().join(", ");
            self.fact(&series.name, if told.is_empty() { "no data" } else { &told });
        }
    }

    fn bars(&mut self, chart: &Chart, series: &Series, most: f64) {
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
}

fn text_columns(table: &Table) -> Vec<TextColumn> {
    let column = |column: &sitrep_domain::document::TableColumn| TextColumn {
        title: clean_line(&column.title).into_owned(),
        right: matches!(column.kind, ColumnKind::Number(_)),
    };
    table.columns.iter().map(column).collect()
}
