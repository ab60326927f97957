//! Cells as people read them, in the document's zone: buckets at their grain, times to the minute.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sitrep_domain::calendar::find_zone;
use sitrep_domain::document::{ColumnKind, DocumentMeta, Table, TableColumn, Unit};
use sitrep_domain::query::TimeBucket;
use sitrep_domain::result::Cell;

use crate::clean::clean_text;
use crate::figures::{NO_VALUE, format_value};

/// What the row of totals is called.
const TOTAL: &str = "Total";

/// Prints cells in one zone.
#[derive(Debug)]
pub(crate) struct CellPrinter {
    zone: TimeZone,
    zone_name: String,
}

impl CellPrinter {
    /// A printer in the document's zone. An unknown name means UTC, and is then called so.
    pub(crate) fn new(meta: &DocumentMeta) -> Self {
        match find_zone(&meta.timezone) {
            Ok(zone) => Self { zone, zone_name: meta.timezone.clone() },
            Err(_) => Self { zone: TimeZone::UTC, zone_name: "UTC".to_owned() },
        }
    }

    /// A cell by the kind of its column.
    pub(crate) fn format(&self, cell: &Cell, kind: ColumnKind) -> String {
        match (cell, kind) {
            (Cell::Null, ColumnKind::Severity) => "unrated".to_owned(),
            (Cell::Null, _) => NO_VALUE.to_owned(),
            (Cell::Time(at), ColumnKind::Bucket(bucket)) => self.format_bucket(*at, bucket),
            (Cell::Time(at), _) => self.format_minute(*at),
            (_, ColumnKind::Number(Unit::Percent)) => {
                // As many decimals in every row, so that points stand below points.
                let percent = cell.as_f64().filter(|x| x.is_finite());
                percent.map_or_else(|| NO_VALUE.to_owned(), |x| format!("{x:.2}%").replace('-', "−"))
            }
            (_, ColumnKind::Number(unit)) => format_value(cell, unit),
            _ => format_value(cell, Unit::Number),
        }
    }

    /// The cells of a row.
    pub(crate) fn format_row(&self, table: &Table, row: &[Cell]) -> Vec<String> {
        let text =
            |(cell, column): (&Cell, &TableColumn)| clean_text(&self.format(cell, column.kind)).into_owned();
        row.iter().zip(&table.columns).map(text).collect()
    }

    /// The totals of a table. Columns without a sum stay empty; where that is the first one, it says what the row is.
    pub(crate) fn format_totals(&self, table: &Table) -> Option<Vec<String>> {
        let mut texts = self.format_row(table, table.totals.as_ref()?);
        for (text, cell) in texts.iter_mut().zip(table.totals.iter().flatten()) {
            if *cell == Cell::Null {
                text.clear();
            }
        }
        if let Some(first) = texts.first_mut().filter(|text| text.is_empty()) {
            TOTAL.clone_into(first);
        }
        Some(texts)
    }

    /// An instant to the minute.
    pub(crate) fn format_minute(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// An instant to the minute with its offset.
    pub(crate) fn format_with_offset(&self, at: Timestamp) -> String {
        let form = if self.zone_name == "UTC" { "%-d %b %Y, %H:%M UTC" } else { "%-d %b %Y, %H:%M UTC%:z" };
        at.to_zoned(self.zone.clone()).strftime(form).to_string()
    }

    /// An instant to the minute with its offset and the name of the zone.
    pub(crate) fn format_with_zone(&self, at: Timestamp) -> String {
        let local = self.format_with_offset(at);
        if self.zone_name == "UTC" { local } else { format!("{local} ({})", self.zone_name) }
    }

    fn format_bucket(&self, at: Timestamp, bucket: TimeBucket) -> String {
        let local = at.to_zoned(self.zone.clone());
        match bucket {
            TimeBucket::Hour => local.strftime("%Y-%m-%d %H:%M").to_string(),
            TimeBucket::Day => local.strftime("%Y-%m-%d").to_string(),
            TimeBucket::Week => local.strftime("%G-W%V").to_string(),
            TimeBucket::Month => local.strftime("%Y-%m").to_string(),
            TimeBucket::Quarter => format!("{}-Q{}", local.year(), (local.month() - 1) / 3 + 1),
            TimeBucket::Year => local.strftime("%Y").to_string(),
        }
    }
}

/// The period as people write it: "1 Mar 2026 – 31 Mar 2026".
pub(crate) fn format_period(meta: &DocumentMeta) -> String {
    let (first, last) = meta.period;
    let day = |date: jiff::civil::Date| date.strftime("%-d %b %Y").to_string();
    if first == last { day(first) } else { format!("{} – {}", day(first), day(last)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_say_what_they_are_and_leave_columns_without_a_sum_empty() {
        let column = |kind| TableColumn { name: String::new(), title: String::new(), kind };
        let count = ColumnKind::Number(Unit::Count);
        let columns = vec![column(ColumnKind::Text), column(count), column(count)];
        let printer = CellPrinter { zone: TimeZone::UTC, zone_name: "UTC".into() };
        for (totals, expected) in [
            ([Cell::Null, Cell::Integer(7), Cell::Null], ["Total", "7", ""]),
            ([Cell::Text("All".into()), Cell::Null, Cell::Integer(0)], ["All", "", "0"]),
        ] {
            let mut table = Table::new("t", "t", columns.clone(), Vec::new());
            assert_eq!(printer.format_totals(&table), None);
            table.totals = Some(totals.to_vec());
            assert_eq!(printer.format_totals(&table).unwrap(), expected);
        }
    }

    #[test]
    fn buckets_and_times_print_at_their_grain_in_the_zone() {
        let printer =
            CellPrinter { zone: find_zone("Europe/Berlin").unwrap(), zone_name: "Europe/Berlin".into() };
        let at = Cell::Time("2026-02-28T23:00:00Z".parse().unwrap());
        for (kind, expected) in [
            (ColumnKind::Bucket(TimeBucket::Hour), "2026-03-01 00:00"),
            (ColumnKind::Bucket(TimeBucket::Day), "2026-03-01"),
            (ColumnKind::Bucket(TimeBucket::Week), "2026-W09"),
            (ColumnKind::Bucket(TimeBucket::Month), "2026-03"),
            (ColumnKind::Bucket(TimeBucket::Quarter), "2026-Q1"),
            (ColumnKind::Bucket(TimeBucket::Year), "2026"),
            (ColumnKind::Time, "2026-03-01 00:00"),
        ] {
            assert_eq!(printer.format(&at, kind), expected, "{kind:?}");
        }
        assert_eq!(printer.format(&Cell::Null, ColumnKind::Time), "–");
        assert_eq!(printer.format(&Cell::Null, ColumnKind::Severity), "unrated");
        assert_eq!(printer.format(&Cell::Integer(1200), ColumnKind::Number(Unit::Count)), "1,200");
        for (percent, expected) in [(100.0, "100.00%"), (64.1, "64.10%"), (-0.5, "−0.50%"), (f64::NAN, "–")]
        {
            assert_eq!(printer.format(&Cell::Number(percent), ColumnKind::Number(Unit::Percent)), expected);
        }
        assert_eq!(
            printer.format_with_zone("2026-02-28T23:00:00Z".parse().unwrap()),
            "1 Mar 2026, 00:00 UTC+01:00 (Europe/Berlin)"
        );
    }
}
