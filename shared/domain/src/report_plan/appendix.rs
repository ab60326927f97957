//! The appendix of a report: long tables over time, which say line by line what a chart shows at a glance.
//!
//! A reader sees the chart where it belongs and finds the figures at the end; nothing is left out. The data of a report
//! keeps every table in its section.

use crate::document::{Block, ColumnKind, Table};
use crate::query::TimeBucket;
use crate::words;

/// Most rows of a table over time that stands below its chart: about half a month.
const MOST: usize = 16;

/// The tables that were moved to the end, in order.
#[derive(Debug)]
pub(super) struct Appendix {
    /// Whether there is anything that long tables would keep apart.
    wanted: bool,
    tables: Vec<Table>,
}

impl Appendix {
    /// The appendix of a report of so many sections; of a single one, whose table may as well stay, it is empty.
    pub(super) const fn of(sections: usize) -> Self {
        Self { wanted: sections > 1, tables: Vec::new() }
    }

    /// The section without its long tables over time; the chart before each says where its figures are.
    pub(super) fn relieve(&mut self, blocks: Vec<Block>) -> Vec<Block> {
        let mut kept: Vec<Block> = Vec::with_capacity(blocks.len());
        for block in blocks {
            match (kept.last_mut(), block) {
                (Some(Block::Chart(chart)), Block::Table(table)) if self.wanted && is_long(&table) => {
                    let all = if table.truncated() { "Newest figures" } else { "All figures" };
                    chart.summary = format!("{} {all}: “{}”, at the end.", chart.summary, table.title);
                    self.tables.push(table);
                }
                (_, block) => kept.push(block),
            }
        }
        kept
    }

    /// The heading and the tables; nothing when there are none.
    pub(super) fn into_blocks(self) -> Vec<Block> {
        let Some(bucket) = self.tables.first().and_then(bucket_of) else { return Vec::new() };
        let noun = words::bucket_noun(bucket);
        let heading = Block::heading(1, &format!("Figures {noun} by {noun}"));
        std::iter::once(heading).chain(self.tables.into_iter().map(Block::Table)).collect()
    }
}

fn is_long(table: &Table) -> bool {
    table.rows.len() > MOST && bucket_of(table).is_some()
}

/// The grain of a table that runs over time.
fn bucket_of(table: &Table) -> Option<TimeBucket> {
    match table.columns.first()?.kind {
        ColumnKind::Bucket(bucket) => Some(bucket),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Chart, ChartKind, Unit};
    use crate::result::Cell;
    use crate::section::{column, whole_table};

    fn chart() -> Block {
        Block::Chart(Chart {
            title: "Incidents".into(),
            summary: "Two in all.".into(),
            kind: ChartKind::Line,
            categories: Vec::new(),
            series: Vec::new(),
            unit: Unit::Count,
        })
    }

    fn table(kind: ColumnKind, rows: usize) -> Block {
        let rows = vec![vec![Cell::Null]; rows];
        Block::Table(whole_table("t", "Incidents per day", vec![column("bucket", "Day", kind)], rows))
    }

    #[test]
    fn only_long_tables_over_time_below_a_chart_move_and_only_where_sections_follow() {
        let days = ColumnKind::Bucket(TimeBucket::Day);
        for (sections, before, kind, rows, moves) in [
            (2, chart(), days, 17, true),
            (2, chart(), days, 16, false),
            (2, chart(), ColumnKind::Text, 17, false),
            (2, Block::PageBreak, days, 17, false),
            (1, chart(), days, 17, false),
        ] {
            let mut appendix = Appendix::of(sections);
            let kept = appendix.relieve(vec![before, table(kind, rows)]);
            let moved = appendix.into_blocks();
            assert_eq!((kept.len(), moved.len()), if moves { (1, 2) } else { (2, 0) }, "{sections} {rows}");
        }
    }

    #[test]
    fn a_chart_says_where_its_figures_are_and_the_appendix_is_called_by_its_grain() {
        let mut appendix = Appendix::of(2);
        let kept = appendix.relieve(vec![chart(), table(ColumnKind::Bucket(TimeBucket::Week), 20)]);
        let Block::Chart(chart) = &kept[0] else { panic!("the chart stays") };
        assert_eq!(chart.summary, "Two in all. All figures: “Incidents per day”, at the end.");
        assert_eq!(appendix.into_blocks()[0], Block::heading(1, "Figures week by week"));
    }
}
