//! Populations: which records a measure is about, by event time and resolved time.
//!
//! Without a window nothing bounds time: *created* and *created by the end* are every record, *resolved* every record
//! with a resolved time, and *open at the end* every record without one.

use jiff::Timestamp;
use sitrep_domain::query::Population;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_domain::window::Window;

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::segment::Segment;

/// Half-open microseconds since 1970 UTC.
type Micros = std::ops::Range<i64>;

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
const FIRST: i64 = i64::MIN + 1;

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
        if !self.may_match(meta) {
            return Ok(Bitmap::zeros(segment.rows()));
        }
        let dataset = segment.dataset();
        let mut rows = Bitmap::ones(segment.rows());
        if let Some(bounds) = &self.created
            && !(dataset.time_is_required() && contains(bounds, meta.event_range))
        {
            rows.and(&filter_times(segment, dataset.event_time, |at| bounds.contains(&at))?);
        }
        match &self.resolved {
            Resolved::Any => {}
            Resolved::In(bounds) => {
                rows.and(&filter_times(segment, dataset.resolved_time, |at| bounds.contains(&at))?);
            }
            Resolved::OpenAt(end) => {
                let open = |at| at == i64::MIN || at >= *end;
                rows.and(&filter_times(segment, dataset.resolved_time, open)?);
            }
        }
        Ok(rows)
    }
}

/// Microseconds since 1970 UTC, rounded up: a record's time is at or after the instant exactly when it is at or after
/// that microsecond.
pub(crate) fn micros(at: Timestamp) -> i64 {
    i64::try_from((at.as_nanosecond() + 999).div_euclid(1_000)).expect("an instant fits in microseconds")
}

fn touches(bounds: &Micros, range: Option<(Timestamp, Timestamp)>) -> bool {
    range.is_some_and(|(first, last)| micros(first) < bounds.end && micros(last) >= bounds.start)
}

fn contains(bounds: &Micros, range: Option<(Timestamp, Timestamp)>) -> bool {
    range.is_some_and(|(first, last)| bounds.contains(&micros(first)) && bounds.contains(&micros(last)))
}

fn filter_times(
    segment: &Segment,
    name: Option<&str>,
    admits: impl Fn(i64) -> bool,
) -> Result<Bitmap, String> {
    match name.map(|name| segment.column(name)).transpose()?.flatten() {
        Some(Column::Integer { cells, .. }) => Ok(Bitmap::of_cells(cells, admits)),
        Some(_) => Err("a time column has another type".to_owned()),
        None if admits(i64::MIN) => Ok(Bitmap::ones(segment.rows())),
        None => Ok(Bitmap::zeros(segment.rows())),
    }
}
