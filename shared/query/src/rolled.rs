//! Finished rollups: groups in order of their keys, and what figures are read from.
//!
//! What is found out from a state at the end is found out once, for all queries that read it.

use std::cell::OnceCell;

use crate::key::Key;
use crate::percentile::Ranked;
use crate::plan::{FigurePlan, Plan};
use crate::samples::Samples;
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
    /// What is read from a state of which these percentiles are asked.
    pub(crate) fn new(state: Option<State>, percentiles: &[f64]) -> Self {
        let ranked = match &state {
            Some(State::All { values, .. }) => {
                let ranked = |group: &Samples| Ranked::new(&group.pieces().collect::<Vec<_>>(), percentiles);
                values.iter().map(ranked).collect()
            }
            _ => Vec::new(),
        };
        Self { distinct: count_distinct(&state), ranked, state, techniques: OnceCell::new() }
    }
}

/// The percentiles that the queries of a plan ask, by rollup and atom.
pub(crate) fn list_asked(plan: &Plan) -> Vec<Vec<Vec<f64>>> {
    let mut asked: Vec<Vec<Vec<f64>>> =
        plan.rollups.iter().map(|rollup| vec![Vec::new(); rollup.atoms.len()]).collect();
    for query in &plan.queries {
        let of_rollup = &mut asked[query.rollup];
        let mut ask = |atom: usize, p| of_rollup[query.atoms[atom]].push(p);
        query.figures.iter().for_each(|figure| list_percentiles(figure, &mut ask));
    }
    asked
}

fn list_percentiles(figure: &FigurePlan, ask: &mut dyn FnMut(usize, f64)) {
    match figure {
        FigurePlan::Percentile { atom, p, .. } => ask(*atom, *p),
        FigurePlan::Ratio { num, den } => {
            list_percentiles(num, ask);
            list_percentiles(den, ask);
        }
        FigurePlan::WeightedSum { terms, .. } => {
            terms.iter().for_each(|(_, term)| list_percentiles(term, ask));
        }
        FigurePlan::PerDay { num, .. } => list_percentiles(num, ask),
        FigurePlan::Count { .. }
        | FigurePlan::Distinct { .. }
        | FigurePlan::Latest { .. }
        | FigurePlan::Sum { .. }
        | FigurePlan::Mean { .. }
        | FigurePlan::Min { .. }
        | FigurePlan::Max { .. }
        | FigurePlan::Coverage { .. } => {}
    }
}

/// The number of distinct keys of each group.
fn count_distinct(state: &Option<State>) -> Vec<u64> {
    let Some(State::Distinct { tallies, seen, .. }) = state else { return Vec::new() };
    let mut counts = vec![0; tallies.len()];
    seen.for_each(|group, _| counts[group as usize] += 1);
    counts
}
