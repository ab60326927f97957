//! One segment's part of the pass: every rollup's partial states, from columns that are each read once.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::buckets::Buckets;
use crate::column::Column;
use crate::dictionary::Translation;
use crate::error::QueryError;
use crate::groups::{Groups, Use};
use crate::key_column::KeyColumn;
use crate::moments::Moments;
use crate::plan::{Atom, AtomOp, KeySpec, Plan};
use crate::predicate::filter_rows;
use crate::rollup::Rollup;
use crate::segment::Segment;
use crate::state::State;
use crate::total::{Part, Totals};
use crate::values::{Numbers, numbers_of};

/// What a worker knows of the plan's time buckets, by key.
pub(crate) struct BucketCache {
    of_keys: Vec<RefCell<Option<Buckets>>>,
}

impl BucketCache {
    /// Nothing known yet.
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { of_keys: plan.keys.iter().map(|_| RefCell::new(None)).collect() }
    }
}

/// A segment under way; what several queries need is computed once.
struct Pass<'p> {
    plan: &'p Plan,
    segment: &'p Segment,
    meta: &'p SegmentMeta,
    /// The newest versions; `None` when all are.
    live: Option<&'p Bitmap>,
    moments: Moments<'p>,
    filters: Vec<OnceCell<Bitmap>>,
    masks: Vec<OnceCell<Bitmap>>,
    numbers: Vec<OnceCell<Numbers<'p>>>,
    /// The rows that have one.
    present: Vec<OnceCell<Bitmap>>,
    keys: Vec<OnceCell<KeyColumn<'p>>>,
    buckets: &'p BucketCache,
}

/// Adds the live rows of one segment to the totals of all queries.
pub(crate) fn add_segment(
    totals: &mut Totals,
    buckets: &BucketCache,
    plan: &Plan,
    segment: &Segment,
    meta: &SegmentMeta,
    live: Option<&Bitmap>,
) -> Result<(), QueryError> {
    fn cells<T>(count: usize) -> Vec<OnceCell<T>> {
        (0..count).map(|_| OnceCell::new()).collect()
    }
    let pass = Pass {
        plan,
        segment,
        meta,
        live,
        moments: Moments::new(segment, meta, &plan.instants, live),
        filters: cells(plan.filters.len()),
        masks: cells(plan.masks.len()),
        numbers: cells(plan.values.len()),
        present: cells(plan.values.len()),
        keys: cells(plan.keys.len()),
        buckets,
    };
    let mut translations: Vec<Option<Translation>> = plan.keys.iter().map(|_| None).collect();
    for (index, rollup) in plan.rollups.iter().enumerate() {
        if let Some(part) = pass.run_rollup(rollup)? {
            let column = |key: usize| pass.keys[key].get().expect("a key of the part was computed for it");
            totals.add_part(plan, index, part, &mut translations, column)?;
        }
    }
    totals.check_held(plan)
}

/// What is in the cell, computed when it is empty.
fn get_or_try<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T, QueryError>) -> Result<&T, QueryError> {
    if let Some(known) = cell.get() {
        return Ok(known);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

impl<'p> Pass<'p> {
    /// One rollup's part; `None` when no record of the segment is of its concern.
    fn run_rollup(&self, rollup: &Rollup) -> Result<Option<Part<'_>>, QueryError> {
        let grouping = &rollup.grouping;
        let (mut groups, mut unassigned) = (Groups::all(), 0);
        if !grouping.keys.is_empty() {
            let base = self.base(&grouping.base)?;
            if base.is_empty() {
                return Ok(None);
            }
            let columns =
                grouping.keys.iter().map(|key| self.key_column(*key)).collect::<Result<Vec<_>, _>>()?;
            if let Some(mask) = grouping.unassigned.filter(|_| columns[0].has_missing()) {
                unassigned = columns[0].count_missing(self.mask(mask)?);
            }
            let (rows, drop_missing) = (self.segment.rows(), grouping.unassigned.is_some());
            let use_of = Use { times: rollup.atoms.len(), most_groups: rollup.most_groups() };
            groups = Groups::new(&columns, &base, rows, drop_missing, use_of)?;
        }
        let states = self.run_atoms(rollup, &groups)?;
        Ok(Some(Part { groups, states, unassigned }))
    }

    /// The states of a rollup's atoms. A sum beside all its numbers is theirs, so those come first.
    fn run_atoms(&self, rollup: &Rollup, groups: &Groups<'_>) -> Result<Vec<State>, QueryError> {
        let mut states: Vec<Option<State>> = rollup.atoms.iter().map(|_| None).collect();
        let is_sum = |index: &usize| matches!(rollup.atoms[*index].op, AtomOp::Sum { .. });
        let (sums, others): (Vec<usize>, Vec<usize>) = (0..rollup.atoms.len()).partition(is_sum);
        for index in others.into_iter().chain(sums) {
            let atom = &rollup.atoms[index];
            let known = || rollup.find_numbers(atom).and_then(|all| states[all].as_ref()?.to_sum());
            let state = match rollup.sources[index] {
                Some(_) => State::of_nothing(atom.op),
                None => known().map_or_else(|| self.run_atom(atom, groups), Ok)?,
            };
            let holds = state.held() > 0;
            states[index] = Some(state);
            if holds {
                rollup.check_held(|atom| states[atom].as_ref().map_or(0, State::held))?;
            }
        }
        Ok(states.into_iter().flatten().collect())
    }

    /// The records that any of the masks admits.
    fn base(&self, masks: &[usize]) -> Result<Cow<'_, Bitmap>, QueryError> {
        let mut masks = masks.iter().map(|mask| self.mask(*mask));
        let Some(first) = masks.next() else { return Ok(Cow::Owned(Bitmap::zeros(self.segment.rows()))) };
        let mut base = Cow::Borrowed(first?);
        for mask in masks {
            base.to_mut().or(mask?);
        }
        Ok(base)
    }

    fn run_atom(&self, atom: &Atom, groups: &Groups<'_>) -> Result<State, QueryError> {
        let spec = &self.plan.masks[atom.mask];
        if atom.op == AtomOp::Count && groups.is_all() && spec.filters.is_empty() {
            let known = self.plan.spans[spec.span].count_among(&self.moments);
            if let Some(count) = known.map_err(|e| self.corrupt(e))? {
                return Ok(State::Count(vec![count]));
            }
        }
        let mask = self.mask(atom.mask)?;
        // Values and keys are read from whole columns; nobody needs none of them.
        if mask.is_empty() {
            return Ok(State::of_nothing(atom.op));
        }
        Ok(match atom.op {
            AtomOp::Count => State::count(groups, mask),
            AtomOp::Distinct { key } | AtomOp::Members { key, .. } => {
                State::distinct(groups, mask, self.key_column(key)?)
            }
            AtomOp::Latest { key } => State::latest(groups, mask, self.event_times()?, self.key_column(key)?),
            AtomOp::Sum { value } => State::sum(groups, mask, self.numbers(value)?, self.present(value)?),
            AtomOp::Extent { value } => {
                State::extent(groups, mask, self.numbers(value)?, self.present(value)?)
            }
            AtomOp::All { value } => State::all(groups, mask, self.numbers(value)?, self.present(value)?),
        })
    }

    fn corrupt(&self, detail: String) -> QueryError {
        QueryError::Corrupt { key: self.meta.key.clone(), detail }
    }

    fn filter(&self, index: usize) -> Result<&Bitmap, QueryError> {
        get_or_try(&self.filters[index], || {
            filter_rows(self.segment, &self.plan.filters[index]).map_err(|e| self.corrupt(e))
        })
    }

    fn mask(&self, index: usize) -> Result<&Bitmap, QueryError> {
        get_or_try(&self.masks[index], || {
            let spec = &self.plan.masks[index];
            let span = &self.plan.spans[spec.span];
            let mut rows = span.rows_among(&self.moments).map_err(|e| self.corrupt(e))?;
            if let Some(live) = self.live {
                rows.and(live);
            }
            for filter in &spec.filters {
                // A filter reads whole columns; nobody left needs none of it.
                if rows.is_empty() {
                    break;
                }
                rows.and(self.filter(*filter)?);
            }
            Ok(rows)
        })
    }

    fn numbers(&self, index: usize) -> Result<&Numbers<'p>, QueryError> {
        get_or_try(&self.numbers[index], || {
            numbers_of(self.segment, &self.plan.values[index]).map_err(|e| self.corrupt(e))
        })
    }

    fn present(&self, index: usize) -> Result<&Bitmap, QueryError> {
        get_or_try(&self.present[index], || Ok(self.numbers(index)?.present_rows()))
    }

    fn key_column(&self, index: usize) -> Result<&KeyColumn<'p>, QueryError> {
        get_or_try(&self.keys[index], || match &self.plan.keys[index] {
            KeySpec::Field(name) => {
                let column = self.column(name)?;
                Ok(column.map_or_else(|| KeyColumn::missing(self.segment.rows()), KeyColumn::of_column))
            }
            KeySpec::Bucket { bucket, of, zone } => match self.column(of)? {
                Some(Column::Integer { cells, .. }) => {
                    let mut known = self.buckets.of_keys[index].borrow_mut();
                    let buckets = known.get_or_insert_with(|| Buckets::new(*bucket, zone.clone()));
                    Ok(KeyColumn::of_times(cells, buckets))
                }
                Some(_) => Err(self.corrupt("a time column has another type".to_owned())),
                None => Ok(KeyColumn::missing(self.segment.rows())),
            },
            KeySpec::Number(value) => Ok(KeyColumn::of_numbers(self.numbers(*value)?)),
        })
    }

    fn event_times(&self) -> Result<Option<&'p Column>, QueryError> {
        self.segment.dataset().event_time.map_or(Ok(None), |name| self.column(name))
    }

    fn column(&self, name: &str) -> Result<Option<&'p Column>, QueryError> {
        self.segment.column(name).map_err(|e| self.corrupt(e))
    }
}
