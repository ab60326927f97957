//! Rollups: what is accumulated by group, once for all queries that group the same records alike.
//!
//! Queries without keys share one, whatever they are about: their one group is always there. What they take of numbers
//! that some query groups is the sum over its groups, so that numbers are collected once. Limits are those of each
//! query, so that what others ask beside it changes no answer.

use sitrep_domain::query::Query;

use crate::error::QueryError;
use crate::plan::{Atom, AtomOp};
use crate::state::check_held;

/// Which groups there are, by index into the plan's keys and masks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grouping {
    pub(crate) keys: Vec<usize>,
    /// Records that make a group exist are in any of these masks; ascending, and none without keys.
    pub(crate) base: Vec<usize>,
    /// Where groups without a first key are left out: the mask whose records count as unassigned when it is missing.
    pub(crate) unassigned: Option<usize>,
}

/// Finds what the rollup without keys can take from others; `is_single` says of which keys every record has one.
pub(crate) fn link(rollups: &mut [Rollup], is_single: impl Fn(usize) -> bool) {
    let is_whole = |grouping: &Grouping| {
        !grouping.keys.is_empty()
            && grouping.unassigned.is_none()
            && grouping.keys.iter().all(|key| is_single(*key))
    };
    let find = |rollups: &[Rollup], wanted: &Atom| {
        let mut finer = rollups.iter().enumerate().filter(|(_, rollup)| is_whole(&rollup.grouping));
        finer.find_map(|(rollup, finer)| {
            let atom = finer.atoms.iter().position(|atom| atom == wanted)?;
            Some(AtomPlace { rollup, atom })
        })
    };
    let Some(all) = rollups.iter().position(|rollup| rollup.grouping.keys.is_empty()) else { return };
    for index in 0..rollups[all].atoms.len() {
        let atom = rollups[all].atoms[index];
        if matches!(atom.op, AtomOp::Sum { .. } | AtomOp::All { .. }) {
            rollups[all].sources[index] = find(rollups, &atom);
        }
    }
}

/// Atoms by group.
pub(crate) struct Rollup {
    pub(crate) grouping: Grouping,
    pub(crate) atoms: Vec<Atom>,
    /// For each atom, the finer one that it is the sum of in the end, if there is one.
    pub(crate) sources: Vec<Option<AtomPlace>>,
    readers: Vec<Reader>,
}

/// An atom of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AtomPlace {
    pub(crate) rollup: usize,
    pub(crate) atom: usize,
}

/// A query that reads a rollup.
struct Reader {
    /// Its atoms, by index.
    atoms: Vec<usize>,
    /// How many figures it computes for each group.
    figures: usize,
}

impl Rollup {
    /// Nothing asked yet.
    pub(crate) const fn new(grouping: Grouping) -> Self {
        Self { grouping, atoms: Vec::new(), sources: Vec::new(), readers: Vec::new() }
    }

    /// Adds the atoms of a query that computes so many figures from them; gives the index of each.
    pub(crate) fn add_reader(&mut self, atoms: Vec<Atom>, figures: usize) -> Vec<usize> {
        let index = |atom: Atom| {
            self.atoms.iter().position(|known| *known == atom).unwrap_or_else(|| {
                self.atoms.push(atom);
                self.sources.push(None);
                self.atoms.len() - 1
            })
        };
        let indexes: Vec<usize> = atoms.into_iter().map(index).collect();
        self.readers.push(Reader { atoms: indexes.clone(), figures });
        indexes
    }

    /// The atom that has all the numbers that a sum is of, where they are collected for this rollup.
    pub(crate) fn find_numbers(&self, sum: &Atom) -> Option<usize> {
        let AtomOp::Sum { value } = sum.op else { return None };
        let all = Atom { op: AtomOp::All { value }, ..*sum };
        self.atoms.iter().position(|atom| *atom == all).filter(|all| self.sources[*all].is_none())
    }

    /// Most groups that every query may have, by what is held for each of them and by what is computed from that.
    pub(crate) fn most_groups(&self) -> usize {
        let most = |reader: &Reader| {
            Query::most_groups(self.grouping.keys.len(), reader.atoms.len().max(reader.figures))
        };
        self.readers.iter().map(most).min().unwrap_or(0)
    }

    /// Refuses more values held than one query may; `held` gives those of an atom.
    pub(crate) fn check_held(&self, held: impl Fn(usize) -> usize) -> Result<(), QueryError> {
        self.readers
            .iter()
            .try_for_each(|reader| check_held(reader.atoms.iter().map(|atom| held(*atom)).sum()))
    }
}
