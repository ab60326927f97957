//! Moments: which rows of a segment are at or after each instant that bounds some population.
//!
//! A report asks for many populations over the same two times, one for each end of its buckets. Each row is placed
//! among the instants once; the rows of a population are then a few operations on whole bitmaps.

use std::cell::OnceCell;

use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::population::{FIRST, Range, Span, micros};
use crate::segment::Segment;

/// Up to so many instants, comparing every row with each is faster than placing it.
const FEW: usize = 3;
/// Bits of a slot's index in a [`Guide`].
const SLOT_BITS: u32 = 10;

/// The instants that bound populations, in microseconds since 1970 UTC: ascending, each once, [`FIRST`] among them.
pub(crate) struct Instants {
    created: Vec<i64>,
    resolved: Vec<i64>,
}

impl Instants {
    /// The instants of these populations.
    pub(crate) fn of<'s>(spans: impl IntoIterator<Item = &'s Span>) -> Self {
        let (mut created, mut resolved) = (vec![FIRST], vec![FIRST]);
        spans.into_iter().for_each(|span| span.list_instants(&mut created, &mut resolved));
        for instants in [&mut created, &mut resolved] {
            instants.sort_unstable();
            instants.dedup();
        }
        Self { created, resolved }
    }
}

/// A segment's rows by instant, found out when first asked for.
pub(crate) struct Moments<'p> {
    segment: &'p Segment,
    pub(crate) meta: &'p SegmentMeta,
    instants: &'p Instants,
    live: Option<&'p Bitmap>,
    created: OnceCell<Since<'p>>,
    resolved: OnceCell<Since<'p>>,
    resolved_counts: OnceCell<Counts>,
}

impl<'p> Moments<'p> {
    /// Nothing asked yet; of the rows only those that are `live` are counted, or all.
    pub(crate) fn new(
        segment: &'p Segment,
        meta: &'p SegmentMeta,
        instants: &'p Instants,
        live: Option<&'p Bitmap>,
    ) -> Self {
        let (created, resolved) = (OnceCell::new(), OnceCell::new());
        Self { segment, meta, instants, live, created, resolved, resolved_counts: OnceCell::new() }
    }

    /// Rows of the segment.
    pub(crate) fn rows(&self) -> usize {
        self.segment.rows()
    }

    /// The rows by event time.
    pub(crate) fn created(&self) -> Result<&Since<'p>, String> {
        if let Some(known) = self.created.get() {
            return Ok(known);
        }
        let dataset = self.segment.dataset();
        let cut = Cut::new(&self.instants.created, self.meta.event_range);
        let since = if dataset.time_is_required() && cut.within().is_empty() {
            Since::all_dated(self.rows(), cut)
        } else {
            Since::new(self.rows(), self.times(dataset.event_time)?, cut)
        };
        Ok(self.created.get_or_init(|| since))
    }

    /// The rows by resolved time.
    pub(crate) fn resolved(&self) -> Result<&Since<'p>, String> {
        if let Some(known) = self.resolved.get() {
            return Ok(known);
        }
        let cut = Cut::new(&self.instants.resolved, self.meta.resolved_range);
        let since = Since::new(self.rows(), self.times(self.segment.dataset().resolved_time)?, cut);
        Ok(self.resolved.get_or_init(|| since))
    }

    /// Whether every row has an event time within the bounds, as far as is known without looking.
    pub(crate) fn all_created_in(&self, bounds: &std::ops::Range<i64>) -> bool {
        let within = |(first, last)| bounds.start <= micros(first) && micros(last) < bounds.end;
        self.segment.dataset().time_is_required() && self.meta.event_range.is_some_and(within)
    }

    /// The numbers of live rows by resolved time; `None` where so few instants matter that bitmaps are faster.
    pub(crate) fn count_resolved(&self) -> Result<Option<ResolvedBefore<'_>>, String> {
        let since = self.resolved()?;
        if since.cut.within().len() <= FEW {
            return Ok(None);
        }
        let counts = self.resolved_counts.get_or_init(|| {
            let live = self.live.cloned().unwrap_or_else(|| Bitmap::ones(self.rows()));
            Counts::new(since.cells, &live, since.cut.within())
        });
        Ok(Some(ResolvedBefore { cut: &since.cut, counts }))
    }

    fn times(&self, name: Option<&str>) -> Result<Option<&'p [i64]>, String> {
        match name.map(|name| self.segment.column(name)).transpose()?.flatten() {
            Some(Column::Integer { cells, .. }) => Ok(Some(cells)),
            Some(_) => Err("a time column has another type".to_owned()),
            None => Ok(None),
        }
    }
}

/// Instants, and which of them separate rows of a segment: those before are before every row that has a time, those
/// after it are after every row.
struct Cut<'p> {
    instants: &'p [i64],
    start: usize,
    end: usize,
}

impl<'p> Cut<'p> {
    fn new(instants: &'p [i64], range: Option<Range>) -> Self {
        let count = |at: i64| instants.partition_point(|instant| *instant <= at);
        let (start, end) = range.map_or((0, 0), |(first, last)| (count(micros(first)), count(micros(last))));
        Self { instants, start, end: end.max(start) }
    }

    fn within(&self) -> &'p [i64] {
        &self.instants[self.start..self.end]
    }

    fn place(&self, instant: i64) -> usize {
        self.instants.binary_search(&instant).expect("every bound of a span is an instant")
    }
}

/// The rows at or after each instant, by one of their times; found when first asked for.
pub(crate) struct Since<'p> {
    cut: Cut<'p>,
    cells: Option<&'p [i64]>,
    /// Rows that have a time.
    dated: OnceCell<Bitmap>,
    /// One for each instant within the cut.
    within: OnceCell<Vec<Bitmap>>,
    none: Bitmap,
}

impl<'p> Since<'p> {
    fn new(rows: usize, cells: Option<&'p [i64]>, cut: Cut<'p>) -> Self {
        Self { cut, cells, dated: OnceCell::new(), within: OnceCell::new(), none: Bitmap::zeros(rows) }
    }

    /// Every row has a time, and no instant separates any two.
    fn all_dated(rows: usize, cut: Cut<'p>) -> Self {
        Self { dated: OnceCell::from(Bitmap::ones(rows)), ..Self::new(rows, None, cut) }
    }

    /// Rows that have a time.
    pub(crate) fn dated(&self) -> &Bitmap {
        let find = |cells| Bitmap::of_cells(cells, |at| at >= FIRST);
        self.dated.get_or_init(|| self.cells.map_or_else(|| self.none.clone(), find))
    }

    /// Rows at or after one of the instants.
    pub(crate) fn at_or_after(&self, instant: i64) -> &Bitmap {
        let index = self.cut.place(instant);
        if index < self.cut.start {
            return self.dated();
        }
        let within =
            self.within.get_or_init(|| find_later(self.cells.unwrap_or_default(), self.cut.within()));
        within.get(index - self.cut.start).filter(|_| self.cells.is_some()).unwrap_or(&self.none)
    }
}

/// How many live rows are resolved before each instant.
pub(crate) struct ResolvedBefore<'a> {
    cut: &'a Cut<'a>,
    counts: &'a Counts,
}

/// Numbers of rows, by one of their times.
struct Counts {
    rows: u64,
    /// Before each instant within the cut; those that have a time come last.
    before: Vec<u64>,
}

impl Counts {
    fn new(cells: Option<&[i64]>, live: &Bitmap, within: &[i64]) -> Self {
        let guide = Guide::new(within);
        let mut counts = vec![0; within.len() + 1];
        if let Some(cells) = cells {
            live.for_each_run(cells, |run| {
                for at in run.iter().filter(|at| **at >= FIRST) {
                    counts[guide.count_until(*at)] += 1;
                }
            });
        }
        let mut sum = 0;
        let add = |count| {
            sum += count;
            sum
        };
        Self { rows: live.count(), before: counts.into_iter().map(add).collect() }
    }
}

impl ResolvedBefore<'_> {
    /// Live rows, resolved or not.
    pub(crate) const fn rows(&self) -> u64 {
        self.counts.rows
    }

    /// Live rows that are resolved before one of the instants.
    pub(crate) fn before(&self, instant: i64) -> u64 {
        let Some(place) = self.cut.place(instant).checked_sub(self.cut.start) else { return 0 };
        self.counts.before[place.min(self.counts.before.len() - 1)]
    }
}

/// The rows at or after each of the instants, which ascend.
fn find_later(cells: &[i64], instants: &[i64]) -> Vec<Bitmap> {
    if instants.len() <= FEW {
        return instants.iter().map(|instant| Bitmap::of_cells(cells, |at| at >= *instant)).collect();
    }
    let guide = Guide::new(instants);
    let mut later = vec![Bitmap::zeros(cells.len()); instants.len()];
    for (row, at) in cells.iter().enumerate() {
        if let Some(last) = guide.count_until(*at).checked_sub(1) {
            later[last].set(row);
        }
    }
    for earlier in (1..later.len()).rev() {
        let (before, after) = later.split_at_mut(earlier);
        before[earlier - 1].or(&after[0]);
    }
    later
}

/// Finds places among instants: slots of equal length say where to begin looking.
struct Guide<'i> {
    instants: &'i [i64],
    first: i64,
    shift: u32,
    /// For each slot, how many instants are in the slots before it.
    before: Vec<usize>,
}

impl<'i> Guide<'i> {
    fn new(instants: &'i [i64]) -> Self {
        let first = instants.first().copied().unwrap_or(FIRST);
        let length = instants.last().map_or(0, |last| last.abs_diff(first));
        let shift = (u64::BITS - length.leading_zeros()).saturating_sub(SLOT_BITS);
        let mut count = 0;
        let before = (0..=length >> shift).map(|slot| {
            let is_before = |instant: &i64| instant.abs_diff(first) >> shift < slot;
            count += instants[count..].iter().take_while(|instant| is_before(instant)).count();
            count
        });
        Self { instants, first, shift, before: before.collect() }
    }

    /// How many instants there are until one, itself included.
    fn count_until(&self, at: i64) -> usize {
        if at < self.first {
            return 0;
        }
        let slot = usize::try_from(at.abs_diff(self.first) >> self.shift).unwrap_or(usize::MAX);
        let mut count = self.before[slot.min(self.before.len() - 1)];
        while self.instants.get(count).is_some_and(|instant| *instant <= at) {
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn rows_placed_among_instants_are_those_that_comparing_gives(
            mut instants in proptest::collection::vec(-50..50_i64, 1..40),
            far in proptest::collection::vec(proptest::num::i64::ANY, 0..4),
            mut cells in proptest::collection::vec(-60..60_i64, 0..200),
            scale in proptest::sample::select(vec![1, 1_000, 86_400_000_000]),
        ) {
            instants.iter_mut().chain(&mut cells).for_each(|n| *n *= scale);
            instants.extend(&far);
            instants.sort_unstable();
            instants.dedup();
            cells.extend(far.iter().flat_map(|n| [n.saturating_sub(1), *n]));
            cells.extend([i64::MIN, i64::MAX]);
            let later = find_later(&cells, &instants);
            for (instant, rows) in instants.iter().zip(&later) {
                proptest::prop_assert_eq!(rows, &Bitmap::from_fn(cells.len(), |row| cells[row] >= *instant));
            }
        }
    }
}
