//! The records that queries are timed on: the real incidents of the repository, repeated and moved over 90 days.
//!
//! Each record keeps its time of day, its durations and its values; ids are numbered in the order of creation, as
//! sources do. What the source has no field for (users, agents, policies, data types, actions, confidence) is taken
//! from fields of like spread. Segments come from the product's own ingest; the same call makes the same files.

use std::fmt::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_query::{BodyFormat, ingest};

use crate::Outcome;

/// Days that the records cover.
pub(crate) const DAYS: usize = 90;
/// The first of them.
pub(crate) const FIRST_DAY: &str = "2026-01-01T00:00:00Z";
/// Most rows of one body, so that it stays within what ingest takes.
const MAX_BODY_ROWS: usize = 40_000;

/// How a data set is made.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) rows: usize,
    /// Bodies a day, each a commit and a segment.
    pub(crate) bodies_a_day: usize,
    /// Of how many records one comes again the next day, in a newer version; 0 for none.
    pub(crate) updates_one_in: usize,
    /// Whether ids are spread at random instead of numbered in the order of creation.
    pub(crate) random_ids: bool,
}

impl Shape {
    /// The segments' files and rows, read from the folder or made in it.
    pub(crate) fn prepare(&self, source: &Path, folder: &Path, reuse: bool) -> Outcome<Snapshot> {
        let index = folder.join("segments.json");
        if reuse && index.exists() {
            return load(folder);
        }
        std::fs::remove_dir_all(folder).or_else(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(e),
        })?;
        std::fs::create_dir_all(folder)?;
        let records = read_records(source)?;
        let bodies = DAYS * self.bodies_a_day.max((self.rows / DAYS).div_ceil(MAX_BODY_ROWS));
        let halves = std::thread::scope(|scope| {
            let work = |half: usize| {
                let mine = (0..bodies).filter(|body| body % 2 == half);
                let store = |body| self.store_body(&records, body, bodies, folder).map_err(|e| e.to_string());
                mine.map(store).collect::<Result<Vec<_>, String>>()
            };
            let other = scope.spawn(move || work(1));
            [work(0), other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))]
        });
        let mut metas = Vec::new();
        for half in halves {
            metas.extend(half?.into_iter().flatten());
        }
        metas.sort_by(|a, b| (a.seq, &a.month).cmp(&(b.seq, &b.month)));
        std::fs::write(index, serde_json::to_vec(&metas)?)?;
        load(folder)
    }

    /// The rows of a body, without newer versions.
    fn rows_of(&self, body: usize, bodies: usize) -> std::ops::Range<usize> {
        body * self.rows / bodies..(body + 1) * self.rows / bodies
    }

    fn store_body(
        &self,
        records: &[Record],
        body: usize,
        bodies: usize,
        folder: &Path,
    ) -> Outcome<Vec<SegmentMeta>> {
        let mut lines = String::new();
        let rows = self.rows_of(body, bodies);
        for row in self.updated_rows(&rows) {
            self.write_row(&mut lines, records, row, true)?;
        }
        rows.clone().try_for_each(|row| self.write_row(&mut lines, records, row, false))?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        std::io::Write::write_all(&mut encoder, lines.as_bytes())?;
        let mapping = find_mapping(DatasetId::Incidents, "native").ok_or("the mapping is built in")?;
        let done = ingest(&encoder.finish()?, BodyFormat::Ndjson, true, &mapping, &tenant()?)?;
        if done.rejected > 0 {
            return Err(format!("a record is not accepted: {:?}", done.errors.first()).into());
        }
        let mut metas = Vec::new();
        for segment in done.segments {
            let file = format!("{body:05}-{}.parquet", segment.month);
            std::fs::write(folder.join(&file), &segment.bytes)?;
            metas.push(segment.into_meta(file, body as u64 + 1, 1));
        }
        Ok(metas)
    }

    /// The rows of a day before that come again with these.
    fn updated_rows(&self, rows: &std::ops::Range<usize>) -> Vec<usize> {
        let wanted = |row: &usize| self.updates_one_in > 0 && row.is_multiple_of(self.updates_one_in);
        rows.clone().filter_map(|row| row.checked_sub(self.rows / DAYS)).filter(wanted).collect()
    }

    fn write_row(&self, lines: &mut String, records: &[Record], row: usize, again: bool) -> Outcome<()> {
        let day = row * DAYS / self.rows;
        // A step without a common divisor spreads the records over all days.
        let record = &records[row * 7_919 % records.len()];
        let number = if self.random_ids { row as u64 * 2_654_435_761 % 4_294_967_291 } else { row as u64 };
        let first: Timestamp = FIRST_DAY.parse()?;
        let created = first + SignedDuration::from_hours(24 * day as i64) + record.time_of_day;
        let later = |after: Option<SignedDuration>| after.map(|after| (created + after).to_string());
        let resolved = if again || !row.is_multiple_of(50) { record.resolved } else { None };
        let mut line = record.values.clone();
        line["id"] = json!(format!("INC{number:010}"));
        line["created_at"] = json!(created.to_string());
        line["updated_at"] =
            json!((created + SignedDuration::from_hours(if again { 20 } else { 0 })).to_string());
        line["acknowledged_at"] = json!(later(record.acknowledged));
        line["resolved_at"] = json!(later(resolved));
        line["confidence"] = json!((row * 7_919 % 1_000) as f64 / 1_000.0);
        writeln!(lines, "{line}")?;
        Ok(())
    }
}

/// A real incident: its plain values, and its times relative to its creation.
struct Record {
    values: Value,
    time_of_day: SignedDuration,
    acknowledged: Option<SignedDuration>,
    resolved: Option<SignedDuration>,
}

fn read_records(source: &Path) -> Outcome<Vec<Record>> {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut GzDecoder::new(std::fs::File::open(source)?), &mut text)?;
    text.lines().map(|line| read_record(&serde_json::from_str(line)?)).collect()
}

fn read_record(row: &Value) -> Outcome<Record> {
    let time = |name: &str| -> Outcome<Option<Timestamp>> {
        row[name].as_str().map(|text| Ok(format!("{text}Z").parse()?)).transpose()
    };
    let opened = time("opened_at")?.ok_or("every record has opened_at")?;
    let since = |at: Option<Timestamp>| at.map(|at| at.duration_since(opened));
    let number = |name: &str| row[name].as_i64().unwrap_or(0);
    let actions = ["blocked", "allowed", "quarantined", "alerted"];
    let values = json!({
        "severity": row["severity"], "status": row["state"], "category": row["category"], "sla_met": row["made_sla"],
        "user": row["caller_id"], "agent_id": row["opened_by"], "data_type": row["category"],
        "policy_id": row["subcategory"], "action": actions[(number("event_count") % 4) as usize],
        "assignee": row["assigned_to"], "resolved_by": row["resolved_by"], "team": row["assignment_group"],
        "auto_resolved": row["resolved_by"].is_null(), "reopen_count": number("reopen_count"),
        "reassignment_count": number("reassignment_count"), "resolution": row["closed_code"],
        "source": row["source"], "custom": {"location": row["location"]},
    });
    Ok(Record {
        values,
        time_of_day: SignedDuration::from_secs(opened.as_second().rem_euclid(86_400)),
        acknowledged: since(time("acknowledged_at")?),
        resolved: since(time("resolved_at")?),
    })
}

/// The snapshot of a folder that was prepared.
pub(crate) fn load(folder: &Path) -> Outcome<Snapshot> {
    let segments = serde_json::from_slice(&std::fs::read(folder.join("segments.json"))?)?;
    Ok(Snapshot { tenant: tenant()?, dataset: DatasetId::Incidents, generation: 1, segments })
}

fn tenant() -> Outcome<TenantId> {
    Ok(TenantId::new("bench")?)
}
