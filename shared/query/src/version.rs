//! Versions: which of two rows of one id is the newer one.
//!
//! The newer updated time (missing counts as the event time), on a tie the later commit, then the later line. The
//! commit of a row is its segment's, unless the row says its own: rows of compacted segments keep the commit they came
//! with.

use sitrep_domain::snapshot::SegmentMeta;

use crate::column::Column;
use crate::ids::Ids;
use crate::layout;
use crate::segment::Segment;

/// What decides between rows of one id; larger is newer.
pub(crate) type Version = (i64, u64, i64);

/// Ids of a segment's rows and the columns that decide between their versions.
pub(crate) struct Versions<'a> {
    ids: &'a Ids,
    updated: Option<&'a Column>,
    event: Option<&'a Column>,
    line: Option<&'a Column>,
    seq: Option<&'a Column>,
    own_seq: u64,
}

impl<'a> Versions<'a> {
    /// Reads them.
    pub(crate) fn new(segment: &'a Segment, meta: &SegmentMeta) -> Result<Self, String> {
        let dataset = segment.dataset();
        let time =
            |name: Option<&str>| name.map(|name| segment.column(name)).transpose().map(Option::flatten);
        Ok(Self {
            ids: segment.ids()?,
            updated: time(dataset.updated_time)?,
            event: time(dataset.event_time)?,
            line: segment.column(layout::LINE)?,
            seq: segment.column(layout::SEQ)?,
            own_seq: meta.seq,
        })
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.ids.hashes().len()
    }

    /// The hash of a row's id.
    pub(crate) fn hash(&self, row: usize) -> u64 {
        self.ids.hashes()[row]
    }

    /// A row's id.
    pub(crate) fn id(&self, row: usize) -> &'a str {
        self.ids.get(row)
    }

    /// A row's event time, in microseconds since 1970 UTC.
    pub(crate) fn event_time(&self, row: usize) -> Option<i64> {
        integer(self.event, row)
    }

    /// The commit that a row came with.
    pub(crate) fn seq(&self, row: usize) -> u64 {
        integer(self.seq, row).and_then(|seq| u64::try_from(seq).ok()).unwrap_or(self.own_seq)
    }

    /// A row's version.
    pub(crate) fn version(&self, row: usize) -> Version {
        let time = integer(self.updated, row).or_else(|| self.event_time(row)).unwrap_or(i64::MIN);
        (time, self.seq(row), integer(self.line, row).unwrap_or(0))
    }
}

/// The time or integer of a row, if it has one.
pub(crate) fn integer(column: Option<&Column>, row: usize) -> Option<i64> {
    match column {
        Some(Column::Integer { cells, .. }) => Some(cells[row]).filter(|n| *n != i64::MIN),
        _ => None,
    }
}
