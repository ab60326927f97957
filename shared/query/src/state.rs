//! States: what is accumulated per group, within a segment and over all of them.
//!
//! Every state gives the same result whatever the order of rows and segments: counts, exact sums, extremes, sets, and
//! values that are ranked before use.

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::dictionary::{Dictionary, NO_KEY};
use crate::error::QueryError;
use crate::exact_sum::ExactSum;
use crate::groups::Groups;
use crate::key::Key;
use crate::key_column::KeyColumn;
use crate::latest::{Dated, find_latest, keep_newer};
use crate::pair_set::PairSet;
use crate::plan::AtomOp;
use crate::samples::Samples;
use crate::values::{Numbers, to_ordered};

/// Most values held for percentiles, distinct counts and newest values of one query.
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
    Sum {
        tallies: Vec<Tally>,
        whole: Vec<i128>,
        exact: Vec<ExactSum>,
    },
    Extent {
        tallies: Vec<Tally>,
        extremes: Vec<(i64, i64)>,
    },
    /// Floating point numbers as integers of the same order.
    All {
        tallies: Vec<Tally>,
        values: Vec<Samples>,
        is_whole: bool,
    },
    Latest {
        tallies: Vec<Tally>,
        newest: Vec<Option<Dated>>,
    },
    /// Pairs of a group and a key; the keys by number where they themselves matter in the end.
    Distinct {
        tallies: Vec<Tally>,
        seen: PairSet,
        keys: Vec<Key>,
    },
}

/// "No value yet": any number replaces it.
const NO_EXTREMES: (i64, i64) = (i64::MAX, i64::MIN);

impl State {
    /// No record at all.
    pub(crate) fn of_nothing(op: AtomOp) -> Self {
        let tallies = Vec::new();
        match op {
            AtomOp::Count => Self::Count(Vec::new()),
            AtomOp::Sum { .. } => Self::Sum { tallies, whole: Vec::new(), exact: Vec::new() },
            AtomOp::Extent { .. } => Self::Extent { tallies, extremes: Vec::new() },
            AtomOp::All { .. } => Self::All { tallies, values: Vec::new(), is_whole: false },
            AtomOp::Latest { .. } => Self::Latest { tallies, newest: Vec::new() },
            AtomOp::Distinct { .. } | AtomOp::Members { .. } => {
                Self::Distinct { tallies, seen: PairSet::default(), keys: Vec::new() }
            }
        }
    }

    /// Counts the records of each group.
    pub(crate) fn count(groups: &Groups<'_>, mask: &Bitmap) -> Self {
        Self::Count(groups.count(mask))
    }

    /// Sums the values of each group; `present` are the rows that have one.
    pub(crate) fn sum(groups: &Groups<'_>, mask: &Bitmap, numbers: &Numbers<'_>, present: &Bitmap) -> Self {
        let (used, tallies) = tally(groups, mask, present);
        let (mut whole, mut exact) = (Vec::new(), Vec::new());
        match numbers {
            Numbers::Missing(_) => {}
            Numbers::Integer(cells) => {
                whole = groups.fold_runs(&used, cells, 0, |sum: &mut i128, run| *sum += sum_of(run));
            }
            Numbers::Float(cells) => {
                let add = |sum: &mut ExactSum, run: &[f64]| run.iter().for_each(|x| sum.add(*x));
                exact = groups.fold_runs(&used, cells, ExactSum::default(), add);
            }
        }
        Self::Sum { tallies, whole, exact }
    }

    /// Finds the extremes of each group; `present` are the rows that have a value.
    pub(crate) fn extent(
        groups: &Groups<'_>,
        mask: &Bitmap,
        numbers: &Numbers<'_>,
        present: &Bitmap,
    ) -> Self {
        let (used, tallies) = tally(groups, mask, present);
        let widen = |so_far: &mut (i64, i64), n: i64| *so_far = widened(*so_far, (n, n));
        let extremes = match numbers {
            Numbers::Missing(_) => vec![NO_EXTREMES; groups.size],
            Numbers::Integer(cells) => groups.fold_runs(&used, cells, NO_EXTREMES, |so_far, run| {
                run.iter().for_each(|n| widen(so_far, *n));
            }),
            Numbers::Float(cells) => groups.fold_runs(&used, cells, NO_EXTREMES, |so_far, run| {
                run.iter().for_each(|x| widen(so_far, to_ordered(*x)));
            }),
        };
        Self::Extent { tallies, extremes }
    }

    /// Collects the values of each group; `present` are the rows that have one.
    pub(crate) fn all(groups: &Groups<'_>, mask: &Bitmap, numbers: &Numbers<'_>, present: &Bitmap) -> Self {
        let (used, tallies) = tally(groups, mask, present);
        let mut values: Vec<Samples> =
            tallies.iter().map(|tally| Samples::with_capacity(tally.used)).collect();
        match numbers {
            Numbers::Missing(_) => {}
            Numbers::Integer(cells) => {
                groups.for_each_run(&used, cells, |group, run| values[group].extend(run));
            }
            Numbers::Float(cells) => groups.for_each_run(&used, cells, |group, run: &[f64]| {
                run.iter().for_each(|x| values[group].extend(&[to_ordered(*x)]));
            }),
        }
        Self::All { tallies, values, is_whole: matches!(numbers, Numbers::Integer(_)) }
    }

    /// The sums of numbers that were collected, where these are whole.
    pub(crate) fn to_sum(&self) -> Option<Self> {
        let Self::All { tallies, values, is_whole: true } = self else { return None };
        let sum = |values: &Samples| values.pieces().map(sum_of).sum();
        Some(Self::Sum {
            tallies: tallies.clone(),
            whole: values.iter().map(sum).collect(),
            exact: Vec::new(),
        })
    }

    /// Sums and tallies of all groups together. The values of [`State::All`] stay where they are.
    pub(crate) fn fold(&self) -> Option<Self> {
        let together = |tallies: &[Tally]| {
            let mut sum = Tally::default();
            tallies.iter().for_each(|tally| add_tally(&mut sum, *tally));
            vec![sum]
        };
        match self {
            Self::Sum { tallies, whole, exact } => {
                let mut sum = ExactSum::default();
                exact.iter().for_each(|part| sum.merge(part));
                let whole = vec![whole.iter().sum()];
                Some(Self::Sum { tallies: together(tallies), whole, exact: vec![sum] })
            }
            Self::All { tallies, is_whole, .. } => {
                let (tallies, is_whole) = (together(tallies), *is_whole);
                Some(Self::All { tallies, values: Vec::new(), is_whole })
            }
            _ => None,
        }
    }

    /// Finds the newest value of each group.
    pub(crate) fn latest(
        groups: &Groups<'_>,
        mask: &Bitmap,
        times: Option<&Column>,
        column: &KeyColumn<'_>,
    ) -> Self {
        let (tallies, newest) = find_latest(groups, mask, times, column);
        Self::Latest { tallies, newest }
    }

    /// Collects the distinct keys of each group, by their codes.
    pub(crate) fn distinct(groups: &Groups<'_>, mask: &Bitmap, column: &KeyColumn<'_>) -> Self {
        let mut seen = PairSet::default();
        if let Some(codes) = column.one_per_row().filter(|_| groups.is_all()) {
            let present = Bitmap::of_cells(codes, |code| code < column.count);
            let (used, tallies) = tally(groups, mask, &present);
            let mut found = vec![false; column.count as usize];
            used.for_each_run(codes, |run| run.iter().for_each(|code| found[*code as usize] = true));
            (0..column.count)
                .zip(found)
                .filter(|(_, found)| *found)
                .for_each(|(code, _)| seen.insert(0, code));
            return Self::Distinct { tallies, seen, keys: Vec::new() };
        }
        let mut tallies = vec![Tally::default(); groups.size];
        groups.for_each(mask, |row, group| {
            let codes = column.codes(row);
            tallies[group].count_in(!codes.is_empty());
            codes.iter().for_each(|code| seen.insert(to_u32(group), *code));
        });
        Self::Distinct { tallies, seen, keys: Vec::new() }
    }

    /// Values it holds one by one.
    pub(crate) fn held(&self) -> usize {
        match self {
            Self::All { values, .. } => values.iter().map(Samples::count).sum(),
            Self::Latest { newest, .. } => newest.iter().flatten().count(),
            Self::Distinct { seen, .. } => seen.len(),
            Self::Count(_) | Self::Sum { .. } | Self::Extent { .. } => 0,
        }
    }

    /// Values that the groups which count add to a list of values.
    fn listed(&self, places: &Places<'_>) -> usize {
        let Self::All { values, .. } = self else { return 0 };
        places.present.iter().filter_map(|group| values.get(*group as usize)).map(Samples::count).sum()
    }
}

/// Where the groups and keys of a part are in a total.
pub(crate) struct Places<'a> {
    /// Numbers of the part's groups that count.
    pub(crate) present: &'a [u32],
    /// For each of them, its number in the total.
    pub(crate) groups: &'a [u32],
    /// Groups that the total has.
    pub(crate) count: usize,
}

/// An atom's state over all segments so far; `None` before the first.
pub(crate) struct Total {
    op: AtomOp,
    state: Option<State>,
    held: usize,
}

/// Refuses more than [`MAX_HELD`] values.
pub(crate) const fn check_held(held: usize) -> Result<(), QueryError> {
    if held > MAX_HELD {
        let what = "values for percentiles, distinct counts and newest values";
        return Err(QueryError::Limit { what, limit: MAX_HELD as u64 });
    }
    Ok(())
}

impl Total {
    /// Nothing counted yet.
    pub(crate) const fn new(op: AtomOp) -> Self {
        Self { op, state: None, held: 0 }
    }

    /// Values it holds one by one.
    pub(crate) const fn held(&self) -> usize {
        self.held
    }

    /// Adds a part's state; `key` says what number a key of the part has in the total.
    ///
    /// What is held in the end counts, so that a refusal depends neither on how records are spread over segments nor on
    /// the order of parts.
    pub(crate) fn merge(
        &mut self,
        part: State,
        places: &Places<'_>,
        key: impl FnMut(u32) -> u32,
    ) -> Result<(), QueryError> {
        let mut total = self.state.take().unwrap_or_else(|| State::of_nothing(self.op));
        let added = part.listed(places);
        merge_states(&mut total, part, places, key);
        // Lists only grow, and going through all groups after each part would take long.
        self.held = if matches!(total, State::All { .. }) { self.held + added } else { total.held() };
        self.state = Some(total);
        check_held(self.held)
    }

    /// Adds another total, as [`Self::merge`].
    pub(crate) fn absorb(
        &mut self,
        other: Self,
        places: &Places<'_>,
        key: impl FnMut(u32) -> u32,
    ) -> Result<(), QueryError> {
        other.state.map_or(Ok(()), |state| self.merge(state, places, key))
    }
}

impl Total {
    /// The state over all segments, with the keys of a distinct count where it is they that matter.
    pub(crate) fn finish(self, dictionaries: &[Dictionary]) -> Option<State> {
        let mut state = self.state;
        if let (AtomOp::Members { key, .. }, Some(State::Distinct { keys, .. })) = (self.op, &mut state) {
            *keys = dictionaries[key].keys().to_vec();
        }
        state
    }
}

fn merge_states(total: &mut State, part: State, places: &Places<'_>, mut key: impl FnMut(u32) -> u32) {
    match (total, part) {
        (State::Count(sums), State::Count(parts)) => places.add_each(sums, parts, |a, b| *a += b),
        (
            State::Sum { tallies, whole, exact },
            State::Sum { tallies: more, whole: more_whole, exact: more_exact },
        ) => {
            places.add_each(tallies, more, add_tally);
            places.add_each(whole, more_whole, |a, b| *a += b);
            places.add_each(exact, more_exact, |a, b| a.merge(&b));
        }
        (State::Extent { tallies, extremes }, State::Extent { tallies: more, extremes: wider }) => {
            places.add_each(tallies, more, add_tally);
            extremes.resize(places.count, NO_EXTREMES);
            if !wider.is_empty() {
                places.each(|part, at| extremes[at] = widened(extremes[at], wider[part]));
            }
        }
        (State::All { tallies, values, .. }, State::All { tallies: more, values: more_values, .. }) => {
            places.add_each(tallies, more, add_tally);
            places.add_each(values, more_values, Samples::append);
        }
        (State::Latest { tallies, newest }, State::Latest { tallies: more, newest: others }) => {
            places.add_each(tallies, more, add_tally);
            places.add_each(newest, others, keep_newer);
        }
        (State::Distinct { tallies, seen, .. }, State::Distinct { tallies: more, seen: new, .. }) => {
            places.add_each(tallies, more, add_tally);
            let mut place_of = vec![NO_KEY; places.present.iter().max().map_or(0, |most| *most as usize + 1)];
            places.each(|part, at| place_of[part] = to_u32(at));
            new.for_each(|group, code| match place_of.get(group as usize) {
                None | Some(&NO_KEY) => {}
                Some(at) => seen.insert(*at, key(code)),
            });
        }
        _ => unreachable!("an atom has one kind of state in every segment"),
    }
}

impl Places<'_> {
    fn each(&self, mut visit: impl FnMut(usize, usize)) {
        self.present.iter().zip(self.groups).for_each(|(part, at)| visit(*part as usize, *at as usize));
    }

    fn add_each<T: Clone + Default>(&self, totals: &mut Vec<T>, mut parts: Vec<T>, add: impl Fn(&mut T, T)) {
        totals.resize(self.count, T::default());
        if !parts.is_empty() {
            self.each(|part, at| add(&mut totals[at], std::mem::take(&mut parts[part])));
        }
    }
}

fn add_tally(a: &mut Tally, b: Tally) {
    a.used += b.used;
    a.excluded += b.excluded;
}

fn widened(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// The rows of the mask that have a value, and how many each group has and lacks.
fn tally(groups: &Groups<'_>, mask: &Bitmap, present: &Bitmap) -> (Bitmap, Vec<Tally>) {
    let (used, mut excluded) = (mask.both(present), mask.clone());
    excluded.and_not(present);
    let counts = groups.count(&used).into_iter().zip(groups.count(&excluded));
    let tallies = counts.map(|(used, excluded)| Tally { used, excluded }).collect();
    (used, tallies)
}

/// The sum of some numbers, in two halves so that neither overflows.
fn sum_of(numbers: &[i64]) -> i128 {
    let halves = |(high, low), n: &i64| (high + (n >> 32), low + (n & 0xFFFF_FFFF));
    let sum = |(high, low): (i64, i64)| (i128::from(high) << 32) + i128::from(low);
    // Of two billion halves, none of more than 32 bits.
    numbers.chunks(1 << 30).map(|some| sum(some.iter().fold((0, 0), halves))).sum()
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("there are fewer than 2^32 groups and keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distinct(pairs: &[(u32, u32)]) -> State {
        let mut seen = PairSet::default();
        pairs.iter().for_each(|(group, key)| seen.insert(*group, *key));
        State::Distinct { tallies: vec![Tally::default(); 2], seen, keys: Vec::new() }
    }

    fn held(parts: Vec<State>) -> usize {
        let op = match parts.first() {
            Some(State::All { .. }) => AtomOp::All { value: 0 },
            Some(State::Latest { .. }) => AtomOp::Latest { key: 0 },
            _ => AtomOp::Distinct { key: 0 },
        };
        let mut total = Total::new(op);
        let places = Places { present: &[0, 1], groups: &[0, 1], count: 2 };
        parts.into_iter().for_each(|part| total.merge(part, &places, |key| key).unwrap());
        total.held()
    }

    #[test]
    fn what_counts_as_held_does_not_depend_on_how_it_is_spread_over_parts() {
        let all = |values: [Vec<i64>; 2]| State::All {
            tallies: vec![Tally::default(); 2],
            values: values.map(Samples::from).into(),
            is_whole: true,
        };
        let latest = |newest: [Option<Dated>; 2]| State::Latest {
            tallies: vec![Tally::default(); 2],
            newest: newest.into(),
        };
        let dated = |at| Some((at, Key::Missing));
        for (spread, together, expected) in [
            (
                vec![distinct(&[(0, 1), (1, 1)]), distinct(&[(0, 1), (1, 2)]), distinct(&[(0, 1)])],
                distinct(&[(0, 1), (1, 1), (1, 2)]),
                3,
            ),
            (vec![all([vec![5, 5], vec![]]), all([vec![5], vec![7]])], all([vec![5, 5, 5], vec![7]]), 4),
            (vec![latest([dated(1), None]), latest([dated(2), dated(1)])], latest([dated(2), dated(1)]), 2),
        ] {
            assert_eq!((held(spread), held(vec![together])), (expected, expected));
        }
    }

    #[test]
    fn a_total_takes_over_what_another_holds_without_counting_it_twice() {
        let places = Places { present: &[0, 1], groups: &[0, 1], count: 2 };
        let mut totals = [(); 2].map(|()| Total::new(AtomOp::Distinct { key: 0 }));
        for total in &mut totals {
            total.merge(distinct(&[(0, 1), (1, 2)]), &places, |key| key).unwrap();
        }
        let [mut total, other] = totals;
        total.absorb(other, &places, |key| key).unwrap();
        assert_eq!(total.held(), 2);
    }
}
