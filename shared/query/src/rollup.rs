//! Rollups: what is accumulated by group, once for all queries that group the same records alike.
//!
//! Queries without keys share one, whatever they are about: their one group is always there. Limits are those of each
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

/// Atoms by group.
pub(crate) struct Rollup {
    pub(crate) grouping: Grouping,
    pub(crate) atoms: Vec<Atom>,
    readers: Vec<Reader>,
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
        Self { grouping, atoms: Vec::new(), readers: Vec::new() }
    }

    /// Adds the atoms of a query that computes so many figures from them; gives the index of each.
    pub(crate) fn add_reader(&mut self, atoms: Vec<Atom>, figures: usize) -> Vec<usize> {
        let index = |atom: Atom| {
            self.atoms.iter().position(|known| *known == atom).unwrap_or_else(|| {
                self.atoms.push(atom);
                self.atoms.len() - 1
            })
        };
        let indexes: Vec<usize> = atoms.into_iter().map(index).collect();
        self.readers.push(Reader { atoms: indexes.clone(), figures });
        indexes
    }

    /// The atom that has all the numbers that a sum is of.
    pub(crate) fn find_numbers(&self, sum: &Atom) -> Option<usize> {
        let AtomOp::Sum { value } = sum.op else { return None };
        self.atoms.iter().position(|atom| atom.mask == sum.mask && atom.op == AtomOp::All { value })
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
