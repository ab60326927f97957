//! Ranking: what percentiles lie between, of all groups of all queries, shared out to threads.
//!
//! A group without keys may have its numbers in the groups of a finer rollup; they are looked at where they are.

use std::convert::Infallible;
use std::sync::OnceLock;

use crate::percentile::Ranked;
use crate::plan::{FigurePlan, Plan};
use crate::rollup::AtomPlace;
use crate::samples::Samples;
use crate::state::State;
use crate::threads::for_each_parallel;

/// Numbers from which a second thread is worth its start.
const MANY: usize = 1 << 15;

/// The numbers of one group, and the percentiles asked of them.
struct Job<'s> {
    place: AtomPlace,
    pieces: Vec<&'s [i64]>,
    asked: &'s [f64],
    found: OnceLock<Ranked>,
}

/// For each rollup, atom and group, what its percentiles need; nothing for atoms without any.
pub(crate) fn rank_all(plan: &Plan, states: &[Vec<Option<State>>], threads: usize) -> Vec<Vec<Vec<Ranked>>> {
    let asked = list_asked(plan);
    let mut jobs = list_jobs(plan, states, &asked);
    let numbers: usize = jobs.iter().map(Job::numbers).sum();
    // The largest first, so that no thread is left with one in the end. Groups of an atom stay in order.
    let mut order: Vec<&Job<'_>> = jobs.iter().collect();
    order.sort_by_key(|job| std::cmp::Reverse(job.numbers()));
    let done: Result<(), Infallible> =
        for_each_parallel(&order, if numbers < MANY { 1 } else { threads }, |job| {
            job.found.get_or_init(|| Ranked::new(&job.pieces, job.asked));
            Ok(())
        });
    done.unwrap_or_else(|never| match never {});
    let mut ranked: Vec<Vec<Vec<Ranked>>> =
        asked.iter().map(|atoms| atoms.iter().map(|_| Vec::new()).collect()).collect();
    for job in &mut jobs {
        ranked[job.place.rollup][job.place.atom].push(job.found.take().unwrap_or_default());
    }
    ranked
}

impl Job<'_> {
    fn numbers(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }
}

fn list_jobs<'s>(plan: &Plan, states: &'s [Vec<Option<State>>], asked: &'s [Vec<Vec<f64>>]) -> Vec<Job<'s>> {
    let mut jobs = Vec::new();
    for (rollup, planned) in plan.rollups.iter().enumerate() {
        for (atom, source) in planned.sources.iter().enumerate() {
            let place = AtomPlace { rollup, atom };
            let from = source.unwrap_or(place);
            let Some(State::All { values, .. }) = &states[from.rollup][from.atom] else { continue };
            let groups: Vec<&[Samples]> =
                if source.is_some() { vec![values] } else { values.chunks(1).collect() };
            jobs.extend(groups.into_iter().map(|group| Job {
                place,
                pieces: group.iter().flat_map(Samples::pieces).collect(),
                asked: &asked[rollup][atom],
                found: OnceLock::new(),
            }));
        }
    }
    jobs
}

/// The percentiles that the queries of a plan ask, by rollup and atom.
fn list_asked(plan: &Plan) -> Vec<Vec<Vec<f64>>> {
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
