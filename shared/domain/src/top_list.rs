//! Top lists: the largest groups of a metric, as a table with what is not in it told below.
//!
//! The metric says which column, how many rows and which measure; a section adds further columns. Group keys are
//! whatever a source sent and stay plain text: they go into cells, never into sentences.

use crate::document::{Block, ColumnKind, Table, TableColumn, Unit};
use crate::metric::{Metric, Shape};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::{Measured, SectionOutput, column, figure};
use crate::words;

/// How a top list is printed.
pub(crate) struct TopList {
    /// The metric; of shape [`Shape::Top`].
    pub(crate) metric: &'static Metric,
    /// What the list is made of, such as `incident`.
    pub(crate) of: &'static str,
    /// What the key is called in a sentence, such as `team`.
    pub(crate) noun: &'static str,
    /// Title of the key's column.
    pub(crate) title: &'static str,
}

impl TopList {
    /// The query of the list; a section may add measures to it.
    pub(crate) fn query(&self, input: &ReportInput) -> Query {
        let (by, limit) = self.shape();
        let formula = self.metric.named_measure_by(&input.metric_settings());
        input
            .query(self.metric.dataset)
            .by_field(by)
            .measure_of(formula.name, formula.measure, formula.population)
            .top(self.metric.id, limit)
    }

    /// The list without further columns.
    pub(crate) fn build(&self, measured: &Measured<'_>) -> SectionOutput {
        self.build_with(measured, measured.total(), Vec::new(), |_| Vec::new())
    }

    /// The list of `records` in all with further columns, whose cells `more` makes for each row of the first result,
    /// by its index.
    pub(crate) fn build_with(
        &self,
        measured: &Measured<'_>,
        records: u64,
        columns: Vec<TableColumn>,
        more: impl Fn(usize) -> Vec<Cell>,
    ) -> SectionOutput {
        let result = measured.results[0];
        if result.rows.is_empty() {
            return SectionOutput::empty(format!(
                "No {} is recorded for the incidents of this period.",
                self.noun
            ));
        }
        let rows = result.rows.iter().enumerate().map(|(i, row)| {
            let mut cells = vec![row.keys[0].clone(), figure(result, i, self.metric.id).value.clone()];
            cells.extend(more(i));
            cells
        });
        let mut all = vec![
            column(self.shape().0, self.title, ColumnKind::Text),
            column("incidents", "Incidents", ColumnKind::Number(Unit::Count)),
        ];
        all.extend(columns);
        let table = Table {
            id: self.metric.id.to_owned(),
            title: self.metric.title.to_owned(),
            columns: all,
            rows: rows.collect(),
            groups: Vec::new(),
            totals: None,
            total_rows: result.total_rows,
            note: self.note(result.unassigned),
        };
        let listed = records.saturating_sub(result.unassigned);
        SectionOutput::of(vec![Block::Table(table)]).covering(self.metric.id, listed, result.unassigned)
    }

    fn note(&self, unassigned: u64) -> Option<String> {
        let noun = self.noun;
        let counted = words::count_of(unassigned, self.of, &format!("{}s", self.of));
        match unassigned {
            0 => None,
            1 => Some(format!("{counted} has no {noun} and is not listed.")),
            _ => Some(format!("{counted} have no {noun} and are not listed.")),
        }
    }

    fn shape(&self) -> (&'static str, usize) {
        let Shape::Top { by, limit } = self.metric.shape else {
            unreachable!("a top list is made of a metric of that shape")
        };
        (by, limit)
    }
}
