//! Ingest: a request's body to validated, deduplicated Parquet segments.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::invalid::FieldError;
use sitrep_domain::mapping::{Mapping, SourceKind};
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_domain::upload::BodyFormat;

use crate::body::unpack;
use crate::error::IngestError;
use crate::id_filter::IdFilter;
use crate::rows::for_each_row;
use crate::table::Table;
use crate::words::hash_text;
use crate::writer::write_rows;

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
    let mapping = mapping.compile()?;
    let text = unpack(body, gzip)?;
    let kind = if format == BodyFormat::Csv { SourceKind::Csv } else { SourceKind::Json };
    let mut table = Table::new(mapping.dataset());
    let mut ingested = Ingested { accepted: 0, rejected: 0, errors: Vec::new(), segments: Vec::new() };
    for_each_row(&text, format, &mut |line, row| {
        let mapped = row.map_err(|e| vec![e]).and_then(|row| {
            let pushed = mapping.map_row(&row, kind).and_then(|r| table.push(line, r).map_err(|e| vec![e]));
            pushed.map_err(|errors| errors.into_iter().map(|e| LineError::of_field(line, e)).collect())
        });
        ingested.count(mapped);
    })?;
    ingested.segments = write_segments(&table, tenant)?;
    Ok(ingested)
}

impl LineError {
    fn of_field(line: u64, error: FieldError) -> Self {
        Self { line, field: error.field, code: error.code, detail: error.detail }
    }
}

impl Ingested {
    fn count(&mut self, row: Result<(), Vec<LineError>>) {
        match row {
            Ok(()) => self.accepted += 1,
            Err(errors) => {
                self.rejected += 1;
                let room = Self::MAX_ERRORS - self.errors.len();
                self.errors.extend(errors.into_iter().take(room));
            }
        }
    }
}

/// Month of rows without an event time.
const NO_MONTH: u32 = 0;

fn write_segments(table: &Table, tenant: &TenantId) -> Result<Vec<NewSegment>, IngestError> {
    let rows = table.newest_rows();
    let of_commit = rows.len();
    let months = share_oldest(group_by_month(table, rows));
    months.into_iter().map(|(month, rows)| write_segment(table, month, rows, of_commit, tenant)).collect()
}

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
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a text does not fail");
        hex
    })
}
