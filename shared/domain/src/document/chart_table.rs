//! The numbers of a chart as a table, and whether a table beside it tells them already.
//!
//! No number of a document may be had from a drawing alone: whoever cannot see it, or wants to calculate, gets the
//! table. Whether one is needed is read off the tables themselves, so that no section can promise it in vain.

use super::block::Block;
use super::chart::{Chart, Series};
use super::figure::Unit;
use super::table::{ColumnKind, Table, TableColumn};
use crate::result::Cell;

/// Longest machine name that is made of a title, in characters.
const NAME: usize = 48;
/// Whole numbers up to this size are exact as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Chart {
    /// The numbers as a table: a row per category, a column per series. Values that are no numbers are `Null`. Its id is
    /// made of the title behind `chart_`, which no table of a section begins with; several charts may share it.
    #[must_use]
    pub fn table(&self) -> Table {
        let mut columns = vec![column("category".to_owned(), "Category", ColumnKind::Text)];
        for series in &self.series {
            let name = unused_name(&columns, &machine_name(&series.name, "series"));
            columns.push(column(name, &series.name, ColumnKind::Number(self.unit)));
        }
        let row = |(i, category): (usize, &String)| {
            let figures = self.series.iter().map(|series| cell_of(value(series, i), self.unit));
            std::iter::once(Cell::Text(category.clone())).chain(figures).collect()
        };
        let rows = self.categories.iter().enumerate().map(row).collect();
        let id = format!("chart_{}", machine_name(&self.title, "untitled"));
        Table::new(id, self.title.clone(), columns, rows)
    }

    /// Whether the table has every number of the chart: a column per series with its values row by row, or at the rows
    /// that are called as the categories.
    #[must_use]
    pub fn is_told_by(&self, table: &Table) -> bool {
        let Some(rows) = rows_of(self, table) else { return false };
        let told = |series: &Series, column: usize| {
            rows.iter().enumerate().all(|(i, row)| {
                let cell = table.rows[*row].get(column).and_then(Cell::as_f64);
                cell.filter(|x| x.is_finite()) == value(series, i)
            })
        };
        let is_number = |c: &usize| matches!(table.columns[*c].kind, ColumnKind::Number(_));
        let numbers: Vec<usize> = (0..table.columns.len()).filter(is_number).collect();
        self.series.iter().all(|series| numbers.iter().any(|column| told(series, *column)))
    }

    /// Whether some table among the blocks has every number of the chart.
    #[must_use]
    pub fn is_told_in(&self, blocks: &[Block]) -> bool {
        blocks.iter().any(|block| matches!(block, Block::Table(table) if self.is_told_by(table)))
    }
}

/// The value of a category, unless it is none or no number.
fn value(series: &Series, category: usize) -> Option<f64> {
    series.values.get(category).copied().flatten().filter(|x| x.is_finite())
}

/// The table's row of each category.
fn rows_of(chart: &Chart, table: &Table) -> Option<Vec<usize>> {
    let named = |column: usize| -> Option<Vec<usize>> {
        let is_called = |row: &Vec<Cell>, name: &str| {
            row.get(column).and_then(Cell::as_str).is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        let mut next = 0;
        let row_of = |name: &String| {
            let row = next + table.rows[next..].iter().position(|row| is_called(row, name))?;
            next = row + 1;
            Some(row)
        };
        chart.categories.iter().map(row_of).collect()
    };
    let by_name = (0..table.columns.len()).find_map(named);
    let one_by_one = || (table.rows.len() == chart.categories.len()).then(|| (0..table.rows.len()).collect());
    by_name.or_else(one_by_one)
}

fn column(name: String, title: &str, kind: ColumnKind) -> TableColumn {
    TableColumn { name, title: title.to_owned(), kind }
}

/// Counts stay whole numbers.
fn cell_of(value: Option<f64>, unit: Unit) -> Cell {
    match value {
        None => Cell::Null,
        #[expect(clippy::cast_possible_truncation, reason = "a whole number within ±2^53")]
        Some(x) if unit == Unit::Count && x.fract() == 0.0 && x.abs() < EXACT => Cell::Integer(x as i64),
        Some(x) => Cell::Number(x),
    }
}

/// A title as a machine name: ASCII letters and digits in lower case, one `_` for anything between.
fn machine_name(title: &str, fallback: &str) -> String {
    let mut name = String::new();
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if name.len() == NAME {
            break;
        }
    }
    let name = name.trim_end_matches('_');
    if name.is_empty() { fallback.to_owned() } else { name.to_owned() }
}

fn unused_name(columns: &[TableColumn], name: &str) -> String {
    std::iter::once(name.to_owned())
        .chain((2..).map(|n| format!("{name}_{n}")))
        .find(|candidate| columns.iter().all(|column| column.name != *candidate))
        .expect("the numbers do not end")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ChartKind, SeriesRole};

    fn chart(categories: &[&str], series: &[(&str, &[Option<f64>])]) -> Chart {
        Chart {
            title: "Open incidents, by team".into(),
            summary: String::new(),
            kind: ChartKind::Bar,
            categories: categories.iter().map(|name| (*name).to_owned()).collect(),
            series: series
                .iter()
                .map(|(name, values)| Series {
                    name: (*name).to_owned(),
                    values: values.to_vec(),
                    role: SeriesRole::Plain,
                })
                .collect(),
            unit: Unit::Count,
        }
    }

    fn numbers(rows: &[(&str, &[Cell])]) -> Table {
        let rows: Vec<Vec<Cell>> = rows
            .iter()
            .map(|(name, cells)| [Cell::Text((*name).to_owned())].iter().chain(*cells).cloned().collect())
            .collect();
        let mut columns = vec![column("team".into(), "Team", ColumnKind::Text)];
        let more = rows.first().map_or(0, |row| row.len() - 1);
        columns.extend((0..more).map(|i| column(format!("n{i}"), "N", ColumnKind::Number(Unit::Count))));
        Table::new("t", "T", columns, rows)
    }

    #[test]
    fn the_table_has_a_row_per_category_and_a_column_per_series() {
        let odd = [Some(1.0), Some(f64::NAN)];
        let table = chart(&["a", "b", "c"], &[("High", &odd), ("High", &[Some(0.5)]), ("中", &[])]).table();
        let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(table.id, "chart_open_incidents_by_team");
        assert_eq!(names, ["category", "high", "high_2", "series"]);
        let text = |s: &str| Cell::Text(s.into());
        assert_eq!(
            table.rows,
            [
                vec![text("a"), Cell::Integer(1), Cell::Number(0.5), Cell::Null],
                vec![text("b"), Cell::Null, Cell::Null, Cell::Null],
                vec![text("c"), Cell::Null, Cell::Null, Cell::Null],
            ]
        );
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    }

    #[test]
    fn a_chart_tells_itself_by_its_own_table() {
        let drawn = chart(&["a", "b"], &[("x", &[Some(1.0), None]), ("y", &[Some(2.5)])]);
        assert!(drawn.is_told_by(&drawn.table()));
        assert!(drawn.is_told_in(&[Block::PageBreak, Block::Table(drawn.table())]));
        assert!(!drawn.is_told_in(&[Block::PageBreak]));
    }

    #[test]
    fn a_table_tells_a_chart_row_by_row_or_by_the_names_of_its_rows() {
        let (one, two, three) = (Cell::Integer(1), Cell::Integer(2), Cell::Number(3.0));
        let drawn = chart(&["Critical", "Low"], &[("n", &[Some(1.0), Some(3.0)])]);
        for (table, told, why) in [
            (numbers(&[("x", &[one.clone()]), ("y", &[three.clone()])]), true, "as many rows"),
            (numbers(&[("x", &[one.clone()]), ("y", &[two.clone()])]), false, "another number"),
            (numbers(&[("x", &[one.clone()])]), false, "fewer rows"),
            (
                numbers(&[("critical", &[one.clone()]), ("high", &[two.clone()]), ("low", &[three.clone()])]),
                true,
                "rows of these names among others",
            ),
            (
                numbers(&[("critical", &[one.clone()]), ("low", &[two.clone()]), ("z", &[three.clone()])]),
                false,
                "the number stands at another name",
            ),
            (numbers(&[]), false, "no rows"),
        ] {
            assert_eq!(drawn.is_told_by(&table), told, "{why}");
        }
    }
}
