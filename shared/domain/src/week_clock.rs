//! Weekday and hour: at what times of the week something happens, in the report's zone, as a heat map.
//!
//! Hours of the running clock are counted and then laid on the local clock, so the hour that a change of clock repeats
//! counts with its name and the hour that it leaves out has nothing.

use crate::calendar::local_of;
use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Table, Unit};
use crate::drawing::{chart_of_counts, counted};
use crate::measure::Measure;
use crate::query::{GroupKey, Population, Query, TimeBucket};
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{SectionOutput, column, count_cell, whole, whole_table};
use crate::words;

/// Counts by weekday and hour.
pub(crate) struct WeekClock {
    /// Id of the table.
    pub(crate) id: &'static str,
    /// What is counted, such as `Incidents created`.
    pub(crate) what: &'static str,
    pub(crate) dataset: DatasetId,
    /// The time that places a record.
    pub(crate) at: &'static str,
    pub(crate) population: Population,
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HOURS: usize = 24;
/// Longest period in days: past it, the hours would not fit into one result.
const MAX_DAYS: f64 = 2_000.0;

impl WeekClock {
    /// The query; none for a period that is too long.
    pub(crate) fn queries(&self, input: &ReportInput) -> Vec<Query> {
        if input.window().days() > MAX_DAYS {
            return Vec::new();
        }
        let key = GroupKey::Time {
            time: TimeBucket::Hour,
            of: self.at.to_owned(),
            timezone: input.timezone().to_owned(),
        };
        vec![input.query(self.dataset).by(key).measure_of("n", Measure::count(), self.population)]
    }

    /// The heat map and its table.
    pub(crate) fn build(&self, input: &ReportInput, results: &[&QueryResult]) -> SectionOutput {
        let Some(result) = results.first() else {
            return SectionOutput::empty("The period is too long to be laid on one week.");
        };
        let counts = count(input, result);
        let nothing = counts.iter().flatten().all(|n| *n == 0);
        SectionOutput::of(vec![
            Block::Chart(self.draw(input, &counts)),
            Block::Table(self.tabulate(input, &counts)),
        ])
        .empty_if(nothing, format!("{}: none in this period.", self.what))
    }

    fn draw(&self, input: &ReportInput, counts: &[[u64; HOURS]; 7]) -> Chart {
        let series = DAYS.iter().zip(counts).map(|(day, hours)| counted(*day, hours.iter().copied()));
        let hours = (0..HOURS).map(|hour| format!("{hour:02}")).collect();
        let title = format!("{} by weekday and hour", self.what);
        chart_of_counts(ChartKind::HeatMap, title, self.describe(input, counts), hours, series.collect())
    }

    fn describe(&self, input: &ReportInput, counts: &[[u64; HOURS]; 7]) -> String {
        let cells = (0..7).flat_map(|day| (0..HOURS).map(move |hour| (day, hour)));
        let most = cells.max_by_key(|(day, hour)| (counts[*day][*hour], std::cmp::Reverse((*day, *hour))));
        let (day, hour) = most.unwrap_or_default();
        let weekend: u64 = counts[5..].iter().flatten().sum();
        format!(
            "{} by weekday and hour ({}): most on {} from {hour:02}:00 ({}), {} on Saturdays and Sundays.",
            self.what,
            input.timezone(),
            DAYS[day],
            words::count(counts[day][hour]),
            words::count(weekend),
        )
    }

    /// Six parts of a day, since 24 columns fit on no page; the heat map has the hours.
    fn tabulate(&self, input: &ReportInput, counts: &[[u64; HOURS]; 7]) -> Table {
        let number = ColumnKind::Number(Unit::Count);
        let mut columns = vec![column("weekday", "Weekday", ColumnKind::Text)];
        columns.extend((0..6).map(|part| {
            let (from, to) = (part * 4, part * 4 + 3);
            column(&format!("h{from:02}_{to:02}"), format!("{from:02}–{to:02}"), number)
        }));
        columns.push(column("total", "Total", number));
        let rows = DAYS.iter().zip(counts).map(|(day, hours)| {
            let parts = hours.chunks(4).map(|part| part.iter().sum()).chain([hours.iter().sum()]);
            [Cell::Text((*day).to_owned())].into_iter().chain(parts.map(count_cell)).collect()
        });
        let title = format!("{} by weekday and part of the day", self.what);
        let note = format!("Hours are those of the clock in {}.", input.timezone());
        Table { note: Some(note), ..whole_table(self.id, title, columns, rows.collect()) }
    }
}

fn count(input: &ReportInput, result: &QueryResult) -> [[u64; HOURS]; 7] {
    let mut counts = [[0; HOURS]; 7];
    for row in &result.rows {
        let Cell::Time(start) = row.keys[0] else { continue };
        let local = local_of(start, input.zone());
        let day = usize::from(local.weekday().to_monday_zero_offset().unsigned_abs());
        let hour = usize::from(local.hour().unsigned_abs());
        counts[day][hour] += whole(&row.figures[0].value);
    }
    counts
}
