//! Counts over time: how many records of a dataset fall into each bucket of the period, by the values of a column.
//!
//! Every bucket of the report has its row and every series its column, so that "none" is a 0 and not a gap.

use crate::dataset::DatasetId;
use crate::document::{Block, Chart};
use crate::document::{ChartKind, ColumnKind, Table, Unit};
use crate::drawing::{chart_of_counts, counted};
use crate::measure::Measure;
use crate::query::{GroupKey, Population, Query};
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{column, count_cell, whole, whole_table};
use crate::words;

/// Counts over time.
pub(crate) struct OverTime {
    /// Id of the table.
    pub(crate) id: &'static str,
    /// What is counted, such as `Agent decisions`; `per <bucket>` is added.
    pub(crate) what: &'static str,
    pub(crate) dataset: DatasetId,
    /// The time that places a record.
    pub(crate) at: &'static str,
    pub(crate) population: Population,
    /// The column whose values are told apart.
    pub(crate) by: &'static str,
    /// The values, as text, each with its machine name and title; the last takes whatever else there is.
    pub(crate) series: &'static [(&'static str, &'static str)],
    pub(crate) kind: ChartKind,
}

const FIGURE: &str = "n";

impl OverTime {
    /// The query.
    pub(crate) fn query(&self, input: &ReportInput) -> Query {
        let key = GroupKey::Time {
            time: input.bucket(),
            of: self.at.to_owned(),
            timezone: input.timezone().to_owned(),
        };
        let query = input.query(self.dataset).by(key).by_field(self.by);
        query.measure_of(FIGURE, Measure::count(), self.population)
    }

    /// The chart and the table, and how many records are in them.
    pub(crate) fn build(&self, input: &ReportInput, result: &QueryResult) -> (Vec<Block>, u64) {
        let counts = self.count(input, result);
        let sum = counts.iter().flatten().sum();
        let blocks =
            vec![Block::Chart(self.draw(input, &counts)), Block::Table(self.tabulate(input, &counts))];
        (blocks, sum)
    }

    fn count(&self, input: &ReportInput, result: &QueryResult) -> Vec<Vec<u64>> {
        let mut counts = vec![vec![0; self.series.len()]; input.buckets().len()];
        for row in &result.rows {
            let Cell::Time(start) = row.keys[0] else { continue };
            if let Ok(bucket) = input.buckets().binary_search(&start) {
                counts[bucket][self.place(&row.keys[1])] += whole(&row.figures[0].value);
            }
        }
        counts
    }

    fn place(&self, key: &Cell) -> usize {
        let known = |word: &str| self.series.iter().position(|(name, _)| *name == word);
        let place = match key {
            Cell::Text(word) => known(word),
            Cell::Boolean(yes) => known(if *yes { "true" } else { "false" }),
            _ => None,
        };
        place.unwrap_or(self.series.len() - 1)
    }

    fn title(&self, input: &ReportInput) -> String {
        format!("{} per {}", self.what, words::bucket_noun(input.bucket()))
    }

    fn tabulate(&self, input: &ReportInput, counts: &[Vec<u64>]) -> Table {
        let (bucket, number) = (input.bucket(), ColumnKind::Number(Unit::Count));
        let mut columns = vec![column("bucket", words::bucket_title(bucket), ColumnKind::Bucket(bucket))];
        columns.extend(self.series.iter().map(|(name, title)| column(&machine_name(name), *title, number)));
        columns.push(column("total", "Total", number));
        let rows = input.buckets().iter().zip(counts).map(|(start, counts)| {
            let figures = counts.iter().copied().chain([counts.iter().sum()]).map(count_cell);
            [Cell::Time(*start)].into_iter().chain(figures).collect()
        });
        let rows: Vec<_> = rows.collect();
        Table { note: input.cut_note(), ..whole_table(self.id, self.title(input), columns, rows) }
    }

    /// Series that never occur are not drawn: the table beside the chart has their zeros.
    fn draw(&self, input: &ReportInput, counts: &[Vec<u64>]) -> Chart {
        let occurs = |place: usize| counts.iter().any(|bucket| bucket[place] > 0);
        let present = self.series.iter().enumerate().filter(|(place, _)| occurs(*place));
        let series =
            present.map(|(place, (_, title))| counted(*title, counts.iter().map(|bucket| bucket[place])));
        let sums: Vec<u64> = counts.iter().map(|bucket| bucket.iter().sum()).collect();
        let (noun, labels) = (words::bucket_noun(input.bucket()), input.bucket_labels());
        let most = (0..sums.len()).max_by_key(|i| (sums[*i], std::cmp::Reverse(*i))).unwrap_or_default();
        let summary = format!(
            "{} per {noun}: {} in all, most in one {noun} {} ({}).",
            self.what,
            words::count(sums.iter().sum()),
            words::count(sums.get(most).copied().unwrap_or(0)),
            labels.get(most).map_or("", String::as_str),
        );
        chart_of_counts(self.kind, self.title(input), summary, labels, series.collect())
    }
}

/// A value as the name of a column.
fn machine_name(value: &str) -> String {
    match value {
        "true" => "yes".to_owned(),
        "false" => "no".to_owned(),
        other => other.to_owned(),
    }
}
