//! Totals: the results of all queries under way, over the segments that one worker has run so far.
//!
//! Workers number groups and keys for themselves; in the end one takes over what the others have. Nothing in a total
//! depends on the order in which parts came.

use hashbrown::HashMap;
use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;

use crate::answer::answer;
use crate::dictionary::{Dictionary, NO_KEY, Translation};
use crate::error::QueryError;
use crate::groups::{Groups, check_groups};
use crate::key::Key;
use crate::key_column::KeyColumn;
use crate::plan::{AtomOp, Plan};
use crate::ranking::rank_all;
use crate::rolled::{Finished, Rolled};
use crate::rollup::{AtomPlace, Rollup};
use crate::state::{Places, State, Total};

/// All queries' results under way.
pub(crate) struct Totals {
    /// One per key of the plan.
    dictionaries: Vec<Dictionary>,
    rollups: Vec<RollupTotal>,
}

/// One rollup's part of a segment.
pub(crate) struct Part<'k> {
    pub(crate) groups: Groups<'k>,
    /// One per atom.
    pub(crate) states: Vec<State>,
    pub(crate) unassigned: u64,
}

/// One rollup under way.
struct RollupTotal {
    places: GroupPlaces,
    totals: Vec<Total>,
    unassigned: u64,
}

impl Totals {
    /// Nothing counted yet.
    pub(crate) fn new(plan: &Plan) -> Self {
        let total = |rollup: &Rollup| RollupTotal {
            places: GroupPlaces::new(rollup.grouping.keys.len()),
            totals: rollup.atoms.iter().map(|atom| Total::new(atom.op)).collect(),
            unassigned: 0,
        };
        Self {
            dictionaries: plan.keys.iter().map(|_| Dictionary::default()).collect(),
            rollups: plan.rollups.iter().map(total).collect(),
        }
    }

    /// Adds a rollup's part of a segment; `column` gives the segment's keys by their index in the plan.
    pub(crate) fn add_part<'c>(
        &mut self,
        plan: &Plan,
        rollup: usize,
        part: Part<'_>,
        translations: &mut [Option<Translation>],
        column: impl Fn(usize) -> &'c KeyColumn<'c>,
    ) -> Result<(), QueryError> {
        let dictionaries = &mut self.dictionaries;
        let mut number = |key: usize, code: u32| {
            let column = column(key);
            let translation = translations[key].get_or_insert_with(|| Translation::new(column));
            translation.number(&mut dictionaries[key], column, code)
        };
        let (total, rollup) = (&mut self.rollups[rollup], &plan.rollups[rollup]);
        total.unassigned += part.unassigned;
        let (keys, present) = (&rollup.grouping.keys, &part.groups.present);
        let groups = total.places.find_all(keys, &part.groups.codes, present.len(), &mut number);
        let places = Places { present, groups: &groups, count: total.places.len(rollup)? };
        for ((total, state), atom) in total.totals.iter_mut().zip(part.states).zip(&rollup.atoms) {
            total.merge(state, &places, |code| number(counted_key(atom.op), code))?;
        }
        Ok(())
    }

    /// Refuses more values held than one query may.
    pub(crate) fn check_held(&self, plan: &Plan) -> Result<(), QueryError> {
        let held = |place: AtomPlace| self.rollups[place.rollup].totals[place.atom].held();
        plan.rollups.iter().enumerate().try_for_each(|(rollup, planned)| {
            planned.check_held(|atom| held(planned.sources[atom].unwrap_or(AtomPlace { rollup, atom })))
        })
    }

    /// Adds what another worker has.
    pub(crate) fn absorb(&mut self, plan: &Plan, other: Self) -> Result<(), QueryError> {
        let pairs = self.dictionaries.iter_mut().zip(&other.dictionaries);
        let adopted: Vec<Vec<u32>> = pairs.map(|(ours, theirs)| ours.adopt(theirs)).collect();
        let number =
            |key: usize, theirs: u32| if theirs == NO_KEY { NO_KEY } else { adopted[key][theirs as usize] };
        for ((total, other), rollup) in self.rollups.iter_mut().zip(other.rollups).zip(&plan.rollups) {
            total.unassigned += other.unassigned;
            let present: Vec<u32> = (0..other.places.len_u32()).collect();
            let keys = &rollup.grouping.keys;
            let groups = total.places.find_all(keys, &other.places.numbers, present.len(), number);
            let places = Places { present: &present, groups: &groups, count: total.places.len(rollup)? };
            for ((total, state), atom) in total.totals.iter_mut().zip(other.totals).zip(&rollup.atoms) {
                total.absorb(state, &places, |theirs| number(counted_key(atom.op), theirs))?;
            }
        }
        self.check_held(plan)
    }

    /// The finished results, computed on at most so many threads.
    pub(crate) fn finish(self, plan: &Plan, threads: usize) -> Vec<QueryResult> {
        let Self { dictionaries, rollups } = self;
        let finished = rollups.into_iter().map(|total| total.finish(&dictionaries));
        let (places, mut states): (Vec<_>, Vec<_>) = finished.unzip();
        let ranked = rank_all(plan, &states, threads);
        fold_sources(plan, &mut states);
        let finish = |(state, ranked)| Finished::new(state, ranked);
        let rolled: Vec<Rolled> = places
            .into_iter()
            .zip(plan.rollups.iter().zip(states.into_iter().zip(ranked)))
            .map(|((places, unassigned), (rollup, (states, ranked)))| Rolled {
                groups: places.list(&rollup.grouping.keys, &dictionaries),
                atoms: states.into_iter().zip(ranked).map(finish).collect(),
                unassigned,
            })
            .collect();
        plan.queries.iter().map(|query| answer(query, &rolled[query.rollup])).collect()
    }
}

/// Puts in the states that are the sum of finer ones.
fn fold_sources(plan: &Plan, states: &mut [Vec<Option<State>>]) {
    for (rollup, planned) in plan.rollups.iter().enumerate() {
        for (atom, source) in planned.sources.iter().enumerate() {
            if let Some(source) = source {
                states[rollup][atom] = states[source.rollup][source.atom].as_ref().and_then(State::fold);
            }
        }
    }
}

/// The key whose distinct values an atom counts; any other atom has none and asks for none.
const fn counted_key(op: AtomOp) -> usize {
    match op {
        AtomOp::Distinct { key } | AtomOp::Members { key, .. } => key,
        _ => usize::MAX,
    }
}

impl RollupTotal {
    /// The groups and how many records are in none of them, and the state of each atom.
    fn finish(self, dictionaries: &[Dictionary]) -> ((GroupPlaces, u64), Vec<Option<State>>) {
        let states = self.totals.into_iter().map(|total| total.finish(dictionaries)).collect();
        ((self.places, self.unassigned), states)
    }
}

/// The groups of a rollup's total, by the numbers of their keys.
struct GroupPlaces {
    width: usize,
    count: usize,
    /// The keys' numbers, group after group.
    numbers: Vec<u32>,
    /// Of groups with one key: the place of each number, that of "missing" first.
    single: Vec<Option<u32>>,
    places: HashMap<[u32; Query::MAX_GROUP_KEYS], u32>,
}

impl GroupPlaces {
    fn new(width: usize) -> Self {
        // Without keys the one row is there even when there is no record.
        let count = usize::from(width == 0);
        Self { width, count, numbers: Vec::new(), single: Vec::new(), places: HashMap::new() }
    }

    /// The places of groups whose keys' codes come one after the other; new groups get the next ones.
    fn find_all(
        &mut self,
        keys: &[usize],
        codes: &[u32],
        groups: usize,
        mut number: impl FnMut(usize, u32) -> u32,
    ) -> Vec<u32> {
        match keys {
            [] => vec![0; groups],
            [key] => codes.iter().map(|code| self.find_single(number(*key, *code))).collect(),
            keys => {
                let place = |codes: &[u32]| {
                    let mut numbers = [0; Query::MAX_GROUP_KEYS];
                    for ((own, key), code) in numbers.iter_mut().zip(keys).zip(codes) {
                        *own = number(*key, *code);
                    }
                    self.find_several(numbers)
                };
                codes.chunks(keys.len()).map(place).collect()
            }
        }
    }

    fn find_single(&mut self, number: u32) -> u32 {
        // "Missing" is the largest number, so the one after it is 0.
        let at = number.wrapping_add(1) as usize;
        if at >= self.single.len() {
            self.single.resize(at + 1, None);
        }
        if let Some(place) = self.single[at] {
            return place;
        }
        let place = self.add(&[number]);
        self.single[at] = Some(place);
        place
    }

    fn find_several(&mut self, numbers: [u32; Query::MAX_GROUP_KEYS]) -> u32 {
        if let Some(place) = self.places.get(&numbers) {
            return *place;
        }
        let place = self.add(&numbers[..self.width]);
        self.places.insert(numbers, place);
        place
    }

    fn add(&mut self, numbers: &[u32]) -> u32 {
        self.numbers.extend_from_slice(numbers);
        self.count += 1;
        self.len_u32() - 1
    }

    fn numbers_of(&self, group: usize) -> &[u32] {
        &self.numbers[group * self.width..(group + 1) * self.width]
    }

    /// Keys and number of each group, sorted by key.
    fn list(&self, keys: &[usize], dictionaries: &[Dictionary]) -> Vec<(Vec<Key>, usize)> {
        let key = |(spec, number): (&usize, &u32)| dictionaries[*spec].key(*number).clone();
        let keys_of = |group| keys.iter().zip(self.numbers_of(group)).map(key).collect();
        let mut groups: Vec<(Vec<Key>, usize)> =
            (0..self.count).map(|group| (keys_of(group), group)).collect();
        groups.sort_unstable();
        groups
    }

    fn len_u32(&self) -> u32 {
        u32::try_from(self.count).expect("there are fewer groups than records")
    }

    fn len(&self, rollup: &Rollup) -> Result<usize, QueryError> {
        check_groups(self.count, rollup.most_groups()).map(|()| self.count)
    }
}
