//! Totals: one query's parts, merged in the order of the snapshot's segments.

use hashbrown::HashMap;
use sitrep_domain::result::QueryResult;

use crate::answer::answer;
use crate::error::QueryError;
use crate::groups::check_groups;
use crate::key::Key;
use crate::pass::Part;
use crate::plan::QueryPlan;
use crate::state::{Total, check_held};

/// One query's result under way.
pub(crate) struct QueryTotal<'p> {
    plan: &'p QueryPlan,
    places: HashMap<Vec<Key>, usize>,
    totals: Vec<Total>,
    unassigned: u64,
}

impl<'p> QueryTotal<'p> {
    pub(crate) fn new(plan: &'p QueryPlan) -> Self {
        let mut places = HashMap::new();
        if plan.keys.is_empty() {
            // The one row is there even when there is no record.
            places.insert(Vec::new(), 0);
        }
        Self { plan, places, totals: plan.atoms.iter().map(|_| Total::new()).collect(), unassigned: 0 }
    }

    /// Adds a segment's part.
    pub(crate) fn merge(&mut self, part: Part) -> Result<(), QueryError> {
        self.unassigned += part.unassigned;
        let mut places = Vec::with_capacity(part.keys.len());
        for keys in part.keys {
            let next = self.places.len();
            places.push(*self.places.entry(keys).or_insert(next));
        }
        let count = self.places.len();
        check_groups(count, self.plan.most_groups())?;
        for (total, state) in self.totals.iter_mut().zip(part.states) {
            total.merge(state, &places, count)?;
        }
        check_held(self.totals.iter().map(Total::held).sum())
    }

    /// The finished result.
    pub(crate) fn finish(self) -> QueryResult {
        let mut groups: Vec<(Vec<Key>, usize)> = self.places.into_iter().collect();
        groups.sort_unstable();
        let states = self.totals.into_iter().map(|t| t.state).collect();
        answer(self.plan, groups, states, self.unassigned)
    }
}
