//! Answers: figures from finished states, ordered and limited.
//!
//! `population` of a figure is the number of records it rests on: those whose value went in. Those left out for want
//! of a value are `excluded`; the two together are the records that the measure's population and filters admit.

use std::cmp::Ordering;

use sitrep_domain::attack::coverage::Covered;
use sitrep_domain::measure::Coverage;
use sitrep_domain::result::{Cell, Figure, QueryResult, ResultRow};

use crate::key::{Key, time_cell};
use crate::plan::{FigurePlan, QueryPlan};
use crate::rolled::{Finished, Rolled};
use crate::state::{State, Tally};
use crate::techniques::Techniques;
use crate::values::{Meaning, from_ordered};

const MICROS_PER_MINUTE: f64 = 60_000_000.0;

/// Orders the groups (sorted by key) of the rollup that a query reads, limits them and computes their figures.
///
/// What decides the order is computed for all groups, and everything else for those that are left.
pub(crate) fn answer(plan: &QueryPlan, rolled: &Rolled) -> QueryResult {
    let atoms: Vec<&Finished> = plan.atoms.iter().map(|atom| &rolled.atoms[*atom]).collect();
    let compute = |group: usize, figures: &[&FigurePlan]| -> Vec<Figure> {
        let of = Figures { atoms: &atoms, group };
        figures.iter().map(|figure| of.compute(figure)).collect()
    };
    let orders = find_columns(plan);
    let deciding: Vec<&FigurePlan> = orders.iter().filter_map(|order| order.0.figure()).collect();
    let mut rows: Vec<Row<'_>> = rolled
        .groups
        .iter()
        .map(|(keys, group)| Row { keys, group: *group, figures: compute(*group, &deciding) })
        .collect();
    let total_rows = rows.len() as u64;
    order_rows(&orders, &mut rows);
    rows.truncate(plan.query.limit);
    let all: Vec<&FigurePlan> = plan.figures.iter().collect();
    rows.truncate(plan.query.limit);
    QueryResult {
        key_names: plan.query.group_by.iter().map(|k| k.name().to_owned()).collect(),
        figure_names: plan.query.measures.iter().map(|m| m.name.clone()).collect(),
        rows: rows.into_iter().map(|row| to_row(plan, row.keys, compute(row.group, &all))).collect(),
        total_rows,
        unassigned: rolled.unassigned,
    }
}

/// A group with the figures that decide the order.
struct Row<'a> {
    keys: &'a [Key],
    group: usize,
    figures: Vec<Figure>,
}

fn to_row(plan: &QueryPlan, keys: &[Key], figures: Vec<Figure>) -> ResultRow {
    let cells = keys.iter().zip(&plan.null_labels).map(|(key, label)| key.to_cell(*label));
    ResultRow { keys: cells.collect(), figures }
}

/// The figures of one group. A group that a state never saw has nothing in it.
struct Figures<'a> {
    atoms: &'a [&'a Finished],
    group: usize,
}

impl Figures<'_> {
    fn compute(&self, figure: &FigurePlan) -> Figure {
        match figure {
            FigurePlan::Count { atom } => {
                let count = self.count(*atom);
                Figure { value: integer(count.into()), population: count, excluded: 0 }
            }
            FigurePlan::Distinct { atom } => {
                let count = self.atoms[*atom].distinct.get(self.group).copied().unwrap_or(0);
                self.figure(*atom, integer(count.into()))
            }
            FigurePlan::Latest { atom } => self.figure(*atom, self.latest(*atom)),
            FigurePlan::Sum { atom, meaning } => self.figure(*atom, self.sum(*atom, *meaning, 1)),
            FigurePlan::Mean { atom, meaning } => {
                let used = self.tally(*atom).used;
                self.figure(*atom, self.sum(*atom, *meaning, used))
            }
            FigurePlan::Min { atom, meaning } => self.figure(*atom, self.extreme(*atom, *meaning, |e| e.0)),
            FigurePlan::Max { atom, meaning } => self.figure(*atom, self.extreme(*atom, *meaning, |e| e.1)),
            FigurePlan::Percentile { atom, p, meaning } => {
                self.figure(*atom, self.percentile(*atom, *p, *meaning))
            }
            FigurePlan::Ratio { num, den } => ratio(&self.compute(num), &self.compute(den)),
            FigurePlan::WeightedSum { records, terms } => {
                let parts =
                    terms.iter().map(|(weight, term)| Some(weight * self.compute(term).value.as_f64()?));
                let sum = parts.sum::<Option<f64>>();
                let value = sum.map_or(Cell::Null, number);
                Figure { value, population: self.count(*records), excluded: 0 }
            }
            FigurePlan::PerDay { num, days } => {
                let num = self.compute(num);
                let value = num.value.as_f64().zip(*days).map_or(Cell::Null, |(n, days)| number(n / days));
                Figure { value, ..num }
            }
            FigurePlan::Coverage { atom, coverage } => self.coverage(*atom, coverage),
        }
    }

    fn count(&self, atom: usize) -> u64 {
        match &self.atoms[atom].state {
            Some(State::Count(counts)) => counts.get(self.group).copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// Records without any id say that they cover nothing; only without records there is nothing to say.
    fn coverage(&self, index: usize, coverage: &Coverage) -> Figure {
        let Tally { used, excluded } = self.tally(index);
        if used + excluded == 0 {
            return self.figure(index, Cell::Null);
        }
        let atom = self.atoms[index];
        let techniques =
            atom.techniques.get_or_init(|| Techniques::new(coverage.catalogue, atom.state.as_ref()));
        let covered = Covered::new(coverage.catalogue, techniques.of_group(self.group));
        self.figure(index, number(covered.ratio(&coverage.scope, coverage.rolled)))
    }

    fn figure(&self, atom: usize, value: Cell) -> Figure {
        let Tally { used, excluded } = self.tally(atom);
        Figure { value, population: used, excluded }
    }

    fn tally(&self, atom: usize) -> Tally {
        let tallies = match &self.atoms[atom].state {
            Some(
                State::Sum { tallies, .. }
                | State::Extent { tallies, .. }
                | State::All { tallies, .. }
                | State::Latest { tallies, .. }
                | State::Distinct { tallies, .. },
            ) => tallies,
            Some(State::Count(_)) | None => return Tally::default(),
        };
        tallies.get(self.group).copied().unwrap_or_default()
    }

    /// The sum divided by `count`: 1 for a sum, the number of values for a mean.
    #[expect(clippy::cast_precision_loss, reason = "one rounding, at the end")]
    fn sum(&self, atom: usize, meaning: Meaning, count: u64) -> Cell {
        let Some(State::Sum { whole, exact, .. }) = &self.atoms[atom].state else { return Cell::Null };
        if self.tally(atom).used == 0 {
            return Cell::Null;
        }
        let whole = whole.get(self.group).copied().unwrap_or(0);
        match meaning {
            Meaning::Duration => number(whole as f64 / count as f64 / MICROS_PER_MINUTE),
            Meaning::Integer | Meaning::Time if count == 1 => integer(whole),
            Meaning::Integer | Meaning::Time => number(whole as f64 / count as f64),
            Meaning::Number => {
                match exact.get(self.group).map_or(Some(0.0), super::exact_sum::ExactSum::value) {
                    Some(sum) => number(sum / count as f64),
                    None => Cell::Null,
                }
            }
        }
    }

    fn extreme(&self, atom: usize, meaning: Meaning, pick: fn((i64, i64)) -> i64) -> Cell {
        let Some(State::Extent { extremes, .. }) = &self.atoms[atom].state else { return Cell::Null };
        match extremes.get(self.group) {
            Some(range) if range.0 <= range.1 => of_meaning(pick(*range), meaning),
            _ => Cell::Null,
        }
    }

    fn latest(&self, atom: usize) -> Cell {
        let Some(State::Latest { newest, .. }) = &self.atoms[atom].state else { return Cell::Null };
        let dated = newest.get(self.group).and_then(Option::as_ref);
        dated.map_or(Cell::Null, |(_, key)| key.to_cell(None))
    }

    fn percentile(&self, atom: usize, p: f64, meaning: Meaning) -> Cell {
        let value = |n| if meaning == Meaning::Number { from_ordered(n) } else { to_float(n) };
        match self.atoms[atom].ranked.get(self.group).and_then(|ranked| ranked.percentile(p, value)) {
            None => Cell::Null,
            Some(x) if meaning == Meaning::Duration => number(x / MICROS_PER_MINUTE),
            Some(x) => number(x),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "durations of 285 years are exact to the microsecond")]
const fn to_float(n: i64) -> f64 {
    n as f64
}

fn of_meaning(n: i64, meaning: Meaning) -> Cell {
    match meaning {
        Meaning::Integer => Cell::Integer(n),
        Meaning::Time => time_cell(n),
        Meaning::Duration => number(to_float(n) / MICROS_PER_MINUTE),
        Meaning::Number => number(from_ordered(n)),
    }
}

/// The dividend by the divisor; what the answer rests on is what the divisor rests on.
fn ratio(num: &Figure, den: &Figure) -> Figure {
    let value = match (num.value.as_f64(), den.value.as_f64()) {
        (Some(_), Some(0.0)) | (None, _) | (_, None) => Cell::Null,
        (Some(n), Some(d)) => number(n / d),
    };
    Figure { value, population: den.population, excluded: den.excluded }
}

fn number(x: f64) -> Cell {
    if x.is_finite() { Cell::Number(x + 0.0) } else { Cell::Null }
}

/// A whole number; one past 64 bits as the nearest floating point number.
#[expect(clippy::cast_precision_loss, reason = "only past 64 bits")]
fn integer(n: i128) -> Cell {
    i64::try_from(n).map_or(Cell::Number(n as f64), Cell::Integer)
}

/// A column that the order goes by.
enum Column<'p> {
    Key(usize),
    /// With its place among the figures that decide the order.
    Figure(&'p FigurePlan, usize),
}

/// The columns that the order goes by, each once, and whether the largest comes first.
fn find_columns(plan: &QueryPlan) -> Vec<(Column<'_>, bool)> {
    let query = &plan.query;
    let (mut columns, mut seen, mut deciding) = (Vec::new(), Vec::new(), 0..);
    for order in &query.order_by {
        if seen.contains(&&order.by) {
            continue;
        }
        seen.push(&order.by);
        let key = query.group_by.iter().position(|key| key.name() == order.by).map(Column::Key);
        let figure = || query.measures.iter().position(|measure| measure.name == order.by);
        let column = key.or_else(|| Some(Column::Figure(&plan.figures[figure()?], deciding.next()?)));
        columns.extend(column.map(|column| (column, order.descending)));
    }
    columns
}

/// Sorts rows (that come sorted by key) by what the query says; missing comes last in either direction.
fn order_rows(orders: &[(Column<'_>, bool)], rows: &mut [Row<'_>]) {
    if orders.is_empty() {
        return;
    }
    // Stable, so what the sort keys leave equal stays in the order of the group keys.
    rows.sort_by(|a, b| {
        let compare = |(column, descending): &(Column<'_>, bool)| column.compare(a, b, *descending);
        orders.iter().map(compare).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    });
}

impl<'p> Column<'p> {
    const fn figure(&self) -> Option<&'p FigurePlan> {
        match self {
            Self::Key(_) => None,
            Self::Figure(figure, _) => Some(figure),
        }
    }

    fn compare(&self, a: &Row<'_>, b: &Row<'_>, descending: bool) -> Ordering {
        let (missing, order) = match self {
            Self::Key(i) => {
                let (a, b) = (&a.keys[*i], &b.keys[*i]);
                ((*a == Key::Missing, *b == Key::Missing), a.cmp(b))
            }
            Self::Figure(_, i) => {
                let (a, b) = (&a.figures[*i].value, &b.figures[*i].value);
                ((*a == Cell::Null, *b == Cell::Null), compare_cells(a, b))
            }
        };
        match missing {
            (false, false) if descending => order.reverse(),
            (false, false) => order,
            (a, b) => a.cmp(&b),
        }
    }
}

fn compare_cells(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(b),
        _ => a.as_f64().unwrap_or(0.0).total_cmp(&b.as_f64().unwrap_or(0.0)),
    }
}
