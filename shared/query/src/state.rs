//! States: what is accumulated per group, within a segment and over all of them.
//!
//! Every state gives the same result whatever the order of rows and segments: counts, exact sums, extremes, sets, and
//! values that are sorted before use.

use hashbrown::{HashMap, HashSet};

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::error::QueryError;
use crate::exact_sum::ExactSum;
use crate::groups::Groups;
use crate::key::Key;
use crate::key_column::KeyColumn;
use crate::latest::{Dated, find_latest, keep_newer};
use crate::values::{Numbers, to_ordered};

/// Most values held for percentiles and distinct counts of one query.
pub(crate) const MAX_HELD: usize = 32_000_000;

/// How many records went in, and how many were left out for want of a value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) used: u64,
    pub(crate) excluded: u64,
}

impl Tally {
    /// Counts one more record, in or left out.
    pub(crate) fn count_in(&mut self, present: bool) {
        if present {
            self.used += 1;
        } else {
            self.excluded += 1;
        }
    }
}

/// One atom's state, by group.
pub(crate) enum State {
    Count(Vec<u64>),
    Sum { tallies: Vec<Tally>, whole: Vec<i128>, exact: Vec<ExactSum> },
    Extent { tallies: Vec<Tally>, extremes: Vec<(i64, i64)> },
    All { tallies: Vec<Tally>, values: Vec<Vec<f64>> },
    Latest { tallies: Vec<Tally>, newest: Vec<Option<Dated>> },
    Distinct { tallies: Vec<Tally>, seen: HashSet<(u32, u32)>, keys: Vec<Key> },
}

/// "No value yet": any number replaces it.
const NO_EXTREMES: (i64, i64) = (i64::MAX, i64::MIN);

impl State {
    /// Counts the records of each group.
    pub(crate) fn count(groups: &Groups, mask: &Bitmap) -> Self {
        let mut counts = vec![0; groups.keys.len()];
        if groups.is_all() {
            counts[0] = mask.count();
        } else {
            groups.for_each(mask, |_, group| counts[group] += 1);
        }
        Self::Count(counts)
    }

    /// Sums the values of each group.
    pub(crate) fn sum(groups: &Groups, mask: &Bitmap, numbers: &Numbers<'_>) -> Self {
        let count = groups.keys.len();
        let mut tallies = vec![Tally::default(); count];
        let (mut whole, mut exact) = (Vec::new(), Vec::new());
        match numbers {
            Numbers::Missing(_) => exclude_all(groups, mask, &mut tallies),
            Numbers::Integer(cells) => {
                whole = vec![0; count];
                tally_integers(groups, mask, cells, &mut tallies, |group, n| whole[group] += i128::from(n));
            }
            Numbers::Float(cells) => {
                exact = vec![ExactSum::default(); count];
                tally_floats(groups, mask, cells, &mut tallies, |group, x| exact[group].add(x));
            }
        }
        Self::Sum { tallies, whole, exact }
    }

    /// Finds the extremes of each group.
    pub(crate) fn extent(groups: &Groups, mask: &Bitmap, numbers: &Numbers<'_>) -> Self {
        let mut tallies = vec![Tally::default(); groups.keys.len()];
        let mut extremes = vec![NO_EXTREMES; groups.keys.len()];
        let mut widen = |group: usize, n: i64| extremes[group] = widened(extremes[group], (n, n));
        match numbers {
            Numbers::Missing(_) => exclude_all(groups, mask, &mut tallies),
            Numbers::Integer(cells) => tally_integers(groups, mask, cells, &mut tallies, widen),
            Numbers::Float(cells) => {
                tally_floats(groups, mask, cells, &mut tallies, |group, x| widen(group, to_ordered(x)));
            }
        }
        Self::Extent { tallies, extremes }
    }

    /// Collects the values of each group.
    pub(crate) fn all(groups: &Groups, mask: &Bitmap, numbers: &Numbers<'_>) -> Self {
        let mut tallies = vec![Tally::default(); groups.keys.len()];
        let mut values = vec![Vec::new(); groups.keys.len()];
        match numbers {
            Numbers::Missing(_) => exclude_all(groups, mask, &mut tallies),
            #[expect(
                clippy::cast_precision_loss,
                reason = "durations of 285 years are exact to the microsecond"
            )]
            Numbers::Integer(cells) => {
                tally_integers(groups, mask, cells, &mut tallies, |group, n| values[group].push(n as f64));
            }
            Numbers::Float(cells) => {
                tally_floats(groups, mask, cells, &mut tallies, |group, x| values[group].push(x));
            }
        }
        Self::All { tallies, values }
    }

    /// Finds the newest value of each group.
    pub(crate) fn latest(
        groups: &Groups,
        mask: &Bitmap,
        times: Option<&Column>,
        column: &KeyColumn<'_>,
    ) -> Self {
        let (tallies, newest) = find_latest(groups, mask, times, column);
        Self::Latest { tallies, newest }
    }

    /// Collects the distinct keys of each group.
    pub(crate) fn distinct(groups: &Groups, mask: &Bitmap, column: &KeyColumn<'_>) -> Self {
        let mut tallies = vec![Tally::default(); groups.keys.len()];
        let mut seen = HashSet::new();
        let (mut numbers, mut keys) = (HashMap::new(), Vec::new());
        groups.for_each(mask, |row, group| {
            let codes = column.codes(row);
            tallies[group].count_in(!codes.is_empty());
            for code in codes {
                let number = *numbers.entry(*code).or_insert_with(|| {
                    keys.push(column.key(*code));
                    to_u32(keys.len() - 1)
                });
                seen.insert((to_u32(group), number));
            }
        });
        Self::Distinct { tallies, seen, keys }
    }

    /// Values it holds one by one.
    pub(crate) fn held(&self) -> usize {
        match self {
            Self::All { values, .. } => values.iter().map(Vec::len).sum(),
            Self::Distinct { seen, .. } => seen.len(),
            _ => 0,
        }
    }
}

/// An atom's state over all segments so far.
pub(crate) struct Total {
    pub(crate) state: Option<State>,
    numbers: HashMap<Key, u32>,
    held: usize,
}

/// Refuses more than [`MAX_HELD`] values.
pub(crate) const fn check_held(held: usize) -> Result<(), QueryError> {
    if held > MAX_HELD {
        let what = "values for percentiles and distinct counts";
        return Err(QueryError::Limit { what, limit: MAX_HELD as u64 });
    }
    Ok(())
}

impl Total {
    /// Values it held one by one on the way.
    pub(crate) const fn held(&self) -> usize {
        self.held
    }

    pub(crate) fn new() -> Self {
        Self { state: None, numbers: HashMap::new(), held: 0 }
    }

    /// Adds a segment's state; `places[g]` is where its group `g` is among the `count` groups of the total.
    pub(crate) fn merge(&mut self, part: State, places: &[usize], count: usize) -> Result<(), QueryError> {
        self.held += part.held();
        check_held(self.held)?;
        let total = self.state.take().unwrap_or_else(|| empty_like(&part));
        self.state = Some(merge_states(total, part, places, count, &mut self.numbers));
        Ok(())
    }
}

fn empty_like(part: &State) -> State {
    match part {
        State::Count(_) => State::Count(Vec::new()),
        State::Sum { .. } => State::Sum { tallies: Vec::new(), whole: Vec::new(), exact: Vec::new() },
        State::Extent { .. } => State::Extent { tallies: Vec::new(), extremes: Vec::new() },
        State::All { .. } => State::All { tallies: Vec::new(), values: Vec::new() },
        State::Latest { .. } => State::Latest { tallies: Vec::new(), newest: Vec::new() },
        State::Distinct { .. } => {
            State::Distinct { tallies: Vec::new(), seen: HashSet::new(), keys: Vec::new() }
        }
    }
}

fn merge_states(
    mut total: State,
    part: State,
    places: &[usize],
    count: usize,
    numbers: &mut HashMap<Key, u32>,
) -> State {
    match (&mut total, part) {
        (State::Count(sums), State::Count(parts)) => add_each(sums, parts, places, count, |a, b| *a += b),
        (
            State::Sum { tallies, whole, exact },
            State::Sum { tallies: more, whole: more_whole, exact: more_exact },
        ) => {
            add_each(tallies, more, places, count, add_tally);
            add_each(whole, more_whole, places, count, |a, b| *a += b);
            add_each(exact, more_exact, places, count, |a, b| a.merge(&b));
        }
        (State::Extent { tallies, extremes }, State::Extent { tallies: more, extremes: wider }) => {
            add_each(tallies, more, places, count, add_tally);
            extremes.resize(count, NO_EXTREMES);
            places.iter().zip(wider).for_each(|(at, range)| extremes[*at] = widened(extremes[*at], range));
        }
        (State::All { tallies, values }, State::All { tallies: more, values: more_values }) => {
            add_each(tallies, more, places, count, add_tally);
            add_each(values, more_values, places, count, std::iter::Extend::extend);
        }
        (State::Latest { tallies, newest }, State::Latest { tallies: more, newest: others }) => {
            add_each(tallies, more, places, count, add_tally);
            add_each(newest, others, places, count, keep_newer);
        }
        (State::Distinct { tallies, seen, .. }, State::Distinct { tallies: more, seen: new, keys }) => {
            add_each(tallies, more, places, count, add_tally);
            let number = |key| {
                let next = to_u32(numbers.len());
                *numbers.entry(key).or_insert(next)
            };
            let ours: Vec<u32> = keys.into_iter().map(number).collect();
            seen.extend(new.into_iter().map(|(g, k)| (to_u32(places[g as usize]), ours[k as usize])));
        }
        _ => unreachable!("an atom has one kind of state in every segment"),
    }
    total
}

fn add_each<T: Clone + Default>(
    totals: &mut Vec<T>,
    parts: Vec<T>,
    places: &[usize],
    count: usize,
    add: impl Fn(&mut T, T),
) {
    totals.resize(count, T::default());
    places.iter().zip(parts).for_each(|(at, part)| add(&mut totals[*at], part));
}

fn add_tally(a: &mut Tally, b: Tally) {
    a.used += b.used;
    a.excluded += b.excluded;
}

fn widened(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

fn exclude_all(groups: &Groups, mask: &Bitmap, tallies: &mut [Tally]) {
    groups.for_each(mask, |_, group| tallies[group].excluded += 1);
}

fn tally_integers(
    groups: &Groups,
    mask: &Bitmap,
    cells: &[i64],
    tallies: &mut [Tally],
    mut add: impl FnMut(usize, i64),
) {
    groups.for_each(mask, |row, group| {
        let there = cells[row] != i64::MIN;
        tallies[group].count_in(there);
        if there {
            add(group, cells[row]);
        }
    });
}

fn tally_floats(
    groups: &Groups,
    mask: &Bitmap,
    cells: &[f64],
    tallies: &mut [Tally],
    mut add: impl FnMut(usize, f64),
) {
    groups.for_each(mask, |row, group| {
        let there = !cells[row].is_nan();
        tallies[group].count_in(there);
        if there {
            add(group, cells[row]);
        }
    });
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("there are fewer than 2^32 groups and keys")
}
