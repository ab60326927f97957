//! Populations: which records a measure is about, by event time and resolved time.
//!
//! Without a window nothing bounds time: *created* and *created by the end* are every record, *resolved* every record
//! with a resolved time, and *open at the end* every record without one.

use jiff::Timestamp;
use sitrep_domain::query::Population;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_domain::window::Window;

use crate::bitmap::Bitmap;
use crate::moments::{Instants, Moments};
use crate::segment::Segment;

/// Half-open microseconds since 1970 UTC.
type Micros = std::ops::Range<i64>;

/// First and last instant of a segment's records.
pub(crate) type Range = (Timestamp, Timestamp);

/// A population as bounds on the two times of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Bounds of the event time; `None` admits every record, those without one too.
    created: Option<Micros>,
    resolved: Resolved,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Resolved {
    Any,
    In(Micros),
    /// Missing, or at or after that instant.
    OpenAt(i64),
}

/// From the first instant that is not "missing".
pub(crate) const FIRST: i64 = i64::MIN + 1;

impl Span {
    /// The bounds of a population relative to a window.
    pub(crate) fn new(population: Population, window: Option<Window>) -> Self {
        let within = window.map(|w| micros(w.start())..micros(w.end()));
        let open_at = |end: Option<i64>, created| match end {
            Some(end) => Self { created, resolved: Resolved::OpenAt(end) },
            None => Self { created: None, resolved: Resolved::OpenAt(i64::MAX) },
        };
        let end = within.as_ref().map(|w| w.end);
        match population {
            Population::Created => Self { created: within, resolved: Resolved::Any },
            Population::Resolved => {
                Self { created: None, resolved: Resolved::In(within.unwrap_or(FIRST..i64::MAX)) }
            }
            Population::CreatedAndOpenAtEnd => open_at(end, within),
            Population::OpenAtEnd => open_at(end, end.map(|e| FIRST..e)),
            Population::OpenAt(at) => open_at(Some(micros(at)), Some(FIRST..micros(at))),
            Population::CreatedByEnd => Self { created: end.map(|e| FIRST..e), resolved: Resolved::Any },
        }
    }

    /// Whether a segment may hold a record of the population.
    pub(crate) fn may_match(&self, meta: &SegmentMeta) -> bool {
        let created = self.created.as_ref().is_none_or(|bounds| touches(bounds, meta.event_range));
        created
            && match &self.resolved {
                Resolved::Any => true,
                Resolved::In(bounds) => touches(bounds, meta.resolved_range),
                Resolved::OpenAt(at) => {
                    meta.has_unresolved || meta.resolved_range.is_some_and(|(_, last)| micros(last) >= *at)
                }
            }
    }

    /// The segment's records of the population, all versions.
    pub(crate) fn rows(&self, segment: &Segment, meta: &SegmentMeta) -> Result<Bitmap, String> {
        self.rows_among(&Moments::new(segment, meta, &Instants::of([self]), None))
    }

    /// As [`Self::rows`], by what is known of the segment; this population's instants are among those known.
    pub(crate) fn rows_among(&self, moments: &Moments<'_>) -> Result<Bitmap, String> {
        if !self.may_match(moments.meta) {
            return Ok(Bitmap::zeros(moments.rows()));
        }
        let mut rows = match &self.resolved {
            Resolved::Any => Bitmap::ones(moments.rows()),
            Resolved::In(bounds) => {
                let resolved = moments.resolved()?;
                let mut rows = resolved.at_or_after(bounds.start).clone();
                rows.and_not(resolved.at_or_after(bounds.end));
                rows
            }
            Resolved::OpenAt(end) => {
                let resolved = moments.resolved()?;
                let mut rows = resolved.dated().clone();
                rows.and_not(resolved.at_or_after(*end));
                rows.not();
                rows
            }
        };
        if let Some(bounds) = &self.created {
            let created = moments.created()?;
            rows.and(created.at_or_after(bounds.start));
            rows.and_not(created.at_or_after(bounds.end));
        }
        Ok(rows)
    }

    /// How many live rows the population has, where that is known without going through them for this one.
    pub(crate) fn count_among(&self, moments: &Moments<'_>) -> Result<Option<u64>, String> {
        if !self.may_match(moments.meta) {
            return Ok(Some(0));
        }
        if !self.created.as_ref().is_none_or(|bounds| moments.all_created_in(bounds)) {
            return Ok(None);
        }
        let count = match &self.resolved {
            Resolved::Any => None,
            Resolved::In(bounds) => {
                moments.count_resolved()?.map(|times| times.before(bounds.end) - times.before(bounds.start))
            }
            Resolved::OpenAt(end) => moments.count_resolved()?.map(|times| times.rows() - times.before(*end)),
        };
        Ok(count)
    }

    /// Adds the instants that bound the two times.
    pub(crate) fn list_instants(&self, created: &mut Vec<i64>, resolved: &mut Vec<i64>) {
        created.extend(self.created.iter().flat_map(|bounds| [bounds.start, bounds.end]));
        match &self.resolved {
            Resolved::Any => {}
            Resolved::In(bounds) => resolved.extend([bounds.start, bounds.end]),
            Resolved::OpenAt(end) => resolved.push(*end),
        }
    }
}

/// Microseconds since 1970 UTC, rounded up: a record's time is at or after the instant exactly when it is at or after
/// that microsecond.
pub(crate) fn micros(at: Timestamp) -> i64 {
    i64::try_from((at.as_nanosecond() + 999).div_euclid(1_000)).expect("an instant fits in microseconds")
}

fn touches(bounds: &Micros, range: Option<Range>) -> bool {
    range.is_some_and(|(first, last)| micros(first) < bounds.end && micros(last) >= bounds.start)
}
