//! Breakdowns: the figures of a dataset by one key, as a table.
//!
//! A breakdown is plain data: the key, the figures and which records they are about. Keys are whatever a source sent and
//! stay plain text: they go into cells, never into sentences.

use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::measure::Measure;
use crate::metric::{MetricSettings, percent};
use crate::query::{NamedMeasure, OrderBy, Population, Query};
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult, ResultRow};
use crate::section::{Measured, SectionOutput, column, whole};
use crate::severity;
use crate::words;

/// Figures by one key.
pub(crate) struct Breakdown {
    /// Id of the table.
    pub(crate) id: &'static str,
    /// Title of the table.
    pub(crate) title: &'static str,
    /// The dataset that the records are of.
    pub(crate) dataset: DatasetId,
    /// The column that is grouped by, its title and how it is printed.
    pub(crate) key: (&'static str, &'static str, ColumnKind),
    /// Which records the figures are about.
    pub(crate) population: Population,
    /// The figures; the first orders the rows, largest first, and counts what they are made of.
    pub(crate) figures: &'static [BreakdownFigure],
}

/// One figure of a breakdown.
pub(crate) struct BreakdownFigure {
    /// Machine name of its column.
    pub(crate) name: &'static str,
    /// Title of its column.
    pub(crate) title: &'static str,
    /// How its column is printed.
    pub(crate) kind: ColumnKind,
    /// Its formula; a ratio in a column of percents is told times 100.
    pub(crate) measure: fn(&MetricSettings) -> Measure,
}

impl BreakdownFigure {
    /// A count of records.
    pub(crate) const fn count(
        name: &'static str,
        title: &'static str,
        measure: fn(&MetricSettings) -> Measure,
    ) -> Self {
        Self::of(name, title, Unit::Count, measure)
    }

    /// A ratio, told as a percentage.
    pub(crate) const fn percent(
        name: &'static str,
        title: &'static str,
        measure: fn(&MetricSettings) -> Measure,
    ) -> Self {
        Self::of(name, title, Unit::Percent, measure)
    }

    /// A figure of some unit.
    pub(crate) const fn of(
        name: &'static str,
        title: &'static str,
        unit: Unit,
        measure: fn(&MetricSettings) -> Measure,
    ) -> Self {
        Self { name, title, kind: ColumnKind::Number(unit), measure }
    }

    /// An instant.
    pub(crate) const fn time(
        name: &'static str,
        title: &'static str,
        measure: fn(&MetricSettings) -> Measure,
    ) -> Self {
        Self { name, title, kind: ColumnKind::Time, measure }
    }

    /// A word of the newest record.
    pub(crate) const fn text(
        name: &'static str,
        title: &'static str,
        measure: fn(&MetricSettings) -> Measure,
    ) -> Self {
        Self { name, title, kind: ColumnKind::Text, measure }
    }

    fn in_unit(&self, value: &Cell) -> Cell {
        match (self.kind, value.as_f64()) {
            (ColumnKind::Number(Unit::Percent), Some(ratio)) => Cell::Number(percent(ratio)),
            _ => value.clone(),
        }
    }
}

impl Breakdown {
    /// The query by the key: every group, those without a key too.
    pub(crate) fn all(&self, input: &ReportInput) -> Query {
        let mut query = self.by_key(input);
        query.order_by = vec![OrderBy { by: self.figures[0].name.to_owned(), descending: true }];
        query
    }

    /// The query by the key: the largest groups, records without a key counted apart.
    pub(crate) fn top(&self, input: &ReportInput, limit: usize) -> Query {
        self.by_key(input).top(self.figures[0].name, limit)
    }

    fn by_key(&self, input: &ReportInput) -> Query {
        let settings = input.metric_settings();
        let mut query = input.query(self.dataset).by_field(self.key.0);
        let named = |figure: &BreakdownFigure| NamedMeasure {
            name: figure.name.to_owned(),
            measure: (figure.measure)(&settings),
            population: self.population,
        };
        query.measures.extend(self.figures.iter().map(named));
        query
    }

    /// A section of [`Self::all`] alone; `nothing` is why its table has no row.
    pub(crate) fn build_all(&self, measured: &Measured<'_>, nothing: &str) -> SectionOutput {
        let table = self.tabulate(measured.results[0]);
        let is_empty = table.rows.is_empty();
        SectionOutput::of(vec![Block::Table(table)]).empty_if(is_empty, nothing)
    }

    /// A section of [`Self::top`] alone; `nothing` is why it has no table.
    pub(crate) fn build_top(&self, measured: &Measured<'_>, nothing: &str) -> SectionOutput {
        match measured.results[0] {
            result if result.rows.is_empty() => SectionOutput::empty(nothing),
            result => SectionOutput::of(vec![Block::Table(self.tabulate(result))]),
        }
    }

    /// The table of a result. Groups that no record of the population is in have no row.
    fn tabulate(&self, result: &QueryResult) -> Table {
        let kind = self.key.2;
        let mut columns = vec![column(self.key.0, self.key.1, kind)];
        columns.extend(self.figures.iter().map(|figure| column(figure.name, figure.title, figure.kind)));
        let rows: Vec<_> = result.rows.iter().filter(|row| count(row) > 0).map(|row| self.row(row)).collect();
        let hidden = (result.rows.len() - rows.len()) as u64;
        let without = result.rows.iter().find(|row| row.keys[0] == Cell::Null).map_or(0, count);
        Table {
            total_rows: result.total_rows.saturating_sub(hidden).max(rows.len() as u64),
            note: self.note(without, result.unassigned, get_dataset(self.dataset).noun),
            ..Table::new(self.id, self.title, columns, rows)
        }
    }

    fn row(&self, row: &ResultRow) -> Vec<Cell> {
        let key = match (self.key.2, &row.keys[0]) {
            (ColumnKind::Severity, Cell::Null) => Cell::Text(severity::UNRATED.to_owned()),
            (_, Cell::Boolean(yes)) => Cell::Text(if *yes { "yes" } else { "no" }.to_owned()),
            (_, key) => key.clone(),
        };
        let figures = self.figures.iter().zip(&row.figures).map(|(f, found)| f.in_unit(&found.value));
        [key].into_iter().chain(figures).collect()
    }

    fn note(&self, without: u64, unassigned: u64, (one, many): (&str, &str)) -> Option<String> {
        let key = self.key.1.to_lowercase();
        if unassigned > 0 {
            let left_out = words::count_of(unassigned, one, many);
            return Some(format!("Without {key}, and therefore not listed: {left_out}."));
        }
        let unnamed = without > 0 && self.key.2 != ColumnKind::Severity;
        unnamed.then(|| {
            format!("The row without a name is {} without {key}.", words::count_of(without, one, many))
        })
    }
}

/// How many records a group is made of.
fn count(row: &ResultRow) -> u64 {
    row.figures.first().map_or(0, |figure| whole(&figure.value))
}
