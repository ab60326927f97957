//! Finished rollups: groups in order of their keys, and what figures are read from.
//!
//! What is found out from a state at the end is found out once, for all queries that read it.

use std::cell::OnceCell;

use crate::key::Key;
use crate::percentile::Ranked;
use crate::state::State;
use crate::techniques::Techniques;

/// A rollup over all segments.
pub(crate) struct Rolled {
    /// Keys and number of each group, sorted by key.
    pub(crate) groups: Vec<(Vec<Key>, usize)>,
    pub(crate) atoms: Vec<Finished>,
    pub(crate) unassigned: u64,
}

/// An atom over all segments, by number of the group.
pub(crate) struct Finished {
    pub(crate) state: Option<State>,
    /// Of distinct counts.
    pub(crate) distinct: Vec<u64>,
    /// Of percentiles.
    pub(crate) ranked: Vec<Ranked>,
    /// Found out when a coverage asks.
    pub(crate) techniques: OnceCell<Techniques>,
}

impl Finished {
    /// What is read from a state of which these values of percentiles are known.
    pub(crate) fn new(state: Option<State>, ranked: Vec<Ranked>) -> Self {
        Self { distinct: count_distinct(&state), ranked, state, techniques: OnceCell::new() }
    }
}

/// The number of distinct keys of each group.
fn count_distinct(state: &Option<State>) -> Vec<u64> {
    let Some(State::Distinct { tallies, seen, .. }) = state else { return Vec::new() };
    let mut counts = vec![0; tallies.len()];
    seen.for_each(|group, _| counts[group as usize] += 1);
    counts
}
