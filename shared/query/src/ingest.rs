//! Ingest: a request's body to validated, deduplicated Parquet segments.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::invalid::FieldError;
use sitrep_domain::mapping::Mapping;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_domain::upload::{BodyFormat, FilePosition, RowError};

use crate::error::IngestError;
use crate::id_filter::IdFilter;
use crate::source::UnpackLimits;
use crate::stream::{RecordStream, StreamOptions, available_workers};
use crate::table::Table;
use crate::words::hash_text;
use crate::writer::write_rows;

/// Most bytes of a body as sent.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes of a body unpacked.
pub const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;

/// One rejected field of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// Line of the text, 1 and up; for a JSON array the number of the element.
    pub line: u64,
    /// Path of the field; empty when the whole row is at fault.
    pub field: String,
    /// Stable name of the broken rule.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl From<&LineError> for RowError {
    fn from(error: &LineError) -> Self {
        Self::new(error.line, &error.field, error.code, &error.detail)
    }
}

/// What became of a body.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// Rows that fit.
    pub accepted: u64,
    /// Rows that do not.
    pub rejected: u64,
    /// The first [`Ingested::MAX_ERRORS`] errors, by line.
    pub errors: Vec<LineError>,
    /// The accepted rows, newest version of each id, one segment per calendar month; empty when nothing was accepted.
    pub segments: Vec<NewSegment>,
}

impl Ingested {
    /// Most errors that are reported.
    pub const MAX_ERRORS: usize = 100;
    /// Most segments of one body; the oldest months share one beyond it.
    pub const MAX_SEGMENTS: usize = 95;
}

/// A segment that is not committed yet.
#[derive(Clone, Debug)]
pub struct NewSegment {
    /// The Parquet file.
    pub bytes: Bytes,
    /// The dataset.
    pub dataset: DatasetId,
    /// Calendar month (UTC) of the event times, `yyyymm`; `000000` for records without one. Of the segment that many
    /// months share: the newest of them.
    pub month: String,
    /// Records in it.
    pub rows: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// First and last event time, if any record has one.
    pub event_range: Option<(Timestamp, Timestamp)>,
    /// First and last resolved time, if any record has one.
    pub resolved_range: Option<(Timestamp, Timestamp)>,
    /// Whether any record has no resolved time.
    pub has_unresolved: bool,
    /// Filter of the ids, as [`SegmentMeta::id_filter`].
    pub id_filter: String,
}

impl NewSegment {
    /// What the commit stores: the segment's facts under its object key, sequence and first generation.
    #[must_use]
    pub fn into_meta(self, key: String, seq: u64, gen_from: u64) -> SegmentMeta {
        SegmentMeta {
            dataset: self.dataset,
            month: self.month,
            seq,
            key,
            sha256: self.sha256,
            bytes: self.bytes.len() as u64,
            rows: self.rows,
            event_range: self.event_range,
            resolved_range: self.resolved_range,
            has_unresolved: self.has_unresolved,
            id_filter: self.id_filter,
            gen_from,
            gen_to: None,
            compacted: false,
        }
    }
}

/// Turns a body into segments of `tenant`. The same input gives the same bytes.
///
/// Rows that break a rule are reported and left out. Of several rows with one id only the newest version is kept: the
/// newer updated time (missing counts as the event time), on a tie the later line. Nothing accepted is not an error
/// here.
///
/// # Errors
///
/// [`IngestError`] when the body as a whole cannot be read.
pub fn ingest(
    body: &[u8],
    format: BodyFormat,
    gzip: bool,
    mapping: &Mapping,
    tenant: &TenantId,
) -> Result<Ingested, IngestError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(IngestError::TooLarge { what: "body as sent", limit: MAX_BODY_BYTES });
    }
    let options = StreamOptions {
        workers: available_workers(),
        chunk_rows: u64::MAX,
        chunk_bytes: u64::MAX,
        unpack: UnpackLimits { bytes: MAX_UNPACKED_BYTES as u64, ratio: u64::MAX },
    };
    let mut stream = RecordStream::open(body, format, gzip, mapping, FilePosition::default(), options)?;
    let whole = stream.next_chunk(tenant)?.map(|chunk| chunk.ingested);
    Ok(whole.unwrap_or(Ingested { accepted: 0, rejected: 0, errors: Vec::new(), segments: Vec::new() }))
}

impl LineError {
    pub(crate) fn of_field(line: u64, error: FieldError) -> Self {
        Self { line, field: error.field, code: error.code, detail: error.detail }
    }
}

/// Month of rows without an event time.
const NO_MONTH: u32 = 0;

/// Writes the newest version of each id of a table, month by month, on so many threads.
pub(crate) fn write_segments(
    table: &Table,
    tenant: &TenantId,
    workers: usize,
) -> Result<Vec<NewSegment>, IngestError> {
    let rows = table.newest_rows();
    let of_commit = rows.len();
    let months: Vec<_> = share_oldest(group_by_month(table, rows)).into_iter().collect();
    let write =
        |(month, rows): &(u32, Vec<usize>)| write_segment(table, *month, rows.clone(), of_commit, tenant);
    if workers < 2 || of_commit < SMALL {
        return months.iter().map(write).collect();
    }
    let (next, written) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..workers.min(months.len()) {
            scope.spawn(|| {
                while let Some(month) = months.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let segment = write(month);
                    written.lock().unwrap_or_else(PoisonError::into_inner).insert(month.0, segment);
                }
            });
        }
    });
    written.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

/// Fewer rows than this are not worth a thread.
const SMALL: usize = 5_000;

fn group_by_month(table: &Table, rows: Vec<usize>) -> BTreeMap<u32, Vec<usize>> {
    let mut months: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in rows {
        let month = table.event_time(row).map_or(NO_MONTH, month_of);
        months.entry(month).or_default().push(row);
    }
    months
}

/// Calendar month (UTC) as `yyyymm`.
fn month_of(micros: i64) -> u32 {
    let date = instant(micros).to_zoned(jiff::tz::TimeZone::UTC).date();
    let (year, month) = (u32::from(date.year().unsigned_abs()), u32::from(date.month().unsigned_abs()));
    year * 100 + month
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).expect("a record's times lie between the years 1900 and 2200")
}

/// Puts the oldest months together until there are few enough for one commit.
fn share_oldest(mut months: BTreeMap<u32, Vec<usize>>) -> BTreeMap<u32, Vec<usize>> {
    while months.len() > Ingested::MAX_SEGMENTS {
        let mut oldest = months.keys().copied().filter(|m| *m != NO_MONTH);
        let (Some(first), Some(second)) = (oldest.next(), oldest.next()) else { break };
        let rows = months.remove(&first).unwrap_or_default();
        months.entry(second).or_default().extend(rows);
    }
    months
}

fn write_segment(
    table: &Table,
    month: u32,
    mut rows: Vec<usize>,
    of_commit: usize,
    tenant: &TenantId,
) -> Result<NewSegment, IngestError> {
    rows.sort_by_key(|row| (table.event_time(*row), *row));
    let file =
        write_rows(table, &rows, tenant).map_err(|e| IngestError::Internal { detail: e.to_string() })?;
    let (codes, words) = table.ids();
    let hashes: Vec<(&str, u64)> =
        rows.iter().map(|row| words.get(codes[*row])).map(|id| (id, hash_text(id))).collect();
    let resolved = rows.iter().filter_map(|row| table.resolved_time(*row));
    Ok(NewSegment {
        dataset: table.dataset.id,
        month: format!("{month:06}"),
        rows: rows.len() as u64,
        sha256: sha256_hex(&file),
        event_range: time_range(rows.iter().filter_map(|row| table.event_time(*row))),
        resolved_range: time_range(resolved.clone()),
        has_unresolved: resolved.count() < rows.len(),
        id_filter: IdFilter::new(hashes.iter().copied(), of_commit).encode(),
        bytes: Bytes::from(file),
    })
}

/// The first and the last of times in microseconds since 1970 UTC.
pub(crate) fn time_range(times: impl Iterator<Item = i64>) -> Option<(Timestamp, Timestamp)> {
    let widen = |range: Option<(i64, i64)>, at: i64| {
        Some(range.map_or((at, at), |(first, last)| (first.min(at), last.max(at))))
    };
    times.fold(None, widen).map(|(first, last)| (instant(first), instant(last)))
}

/// SHA-256 in lower-case hex.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
