//! Times an export of made-up incidents as CSV, and tells its size and memory: `rows_as_csv SCRATCH [ROWS]`.
//!
//! Records are spread over 90 days: first in daily batches, so that segments lie behind one another as they do in
//! practice, then with every batch over all days, which is the worst that can be. Writing the segments and measuring are
//! processes of their own, so that the peak of memory is that of the export.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use sitrep_domain::csv::CsvWriter;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::listing::Listing;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_query::{BodyFormat, RowCell, RowScan, Segment, ingest};

type Outcome<T> = Result<T, Box<dyn Error>>;

const DAYS: usize = 90;
/// The file that lists the segments of a folder.
const SEGMENTS: &str = "segments.json";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["store", folder, rows, order] => store(rows.parse()?, *order == "shuffled", Path::new(folder)),
        ["measure", folder, order] => measure(Path::new(folder), order),
        [scratch] => run(Path::new(scratch), "1000000"),
        [scratch, rows] => run(Path::new(scratch), rows),
        _ => Err("usage: rows_as_csv SCRATCH [ROWS]".into()),
    }
}

/// Both orders, each stored once and measured.
fn run(scratch: &Path, rows: &str) -> Outcome<()> {
    for order in ["in time order", "shuffled"] {
        let folder = scratch.join(format!("csv-{rows}-{order}").replace(' ', "-"));
        let place = folder.display().to_string();
        if !folder.join(SEGMENTS).exists() {
            again(&["store", &place, rows, order])?;
        }
        again(&["measure", &place, order])?;
    }
    Ok(())
}

/// This program with other arguments, in a process of its own.
fn again(arguments: &[&str]) -> Outcome<()> {
    let status = Command::new(std::env::current_exe()?).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("{arguments:?} failed ({status})").into()) }
}

fn measure(folder: &Path, order: &str) -> Outcome<()> {
    let idle = memory_mb("VmRSS:")?;
    let metas: Vec<SegmentMeta> =
        serde_json::from_reader(BufReader::new(File::open(folder.join(SEGMENTS))?))?;
    let (segments, files) = (metas.len(), metas.iter().map(|meta| meta.bytes).sum());
    let start = Instant::now();
    let (count, bytes) = export(metas, folder)?;
    println!(
        "{count} rows {order} of {segments} segments ({:.1} MB) as {:.1} MB of CSV: {:.2?} (bound 2 s), \
         peak {:.1} MB above idle (bound 96 MB)",
        mb(files),
        mb(bytes),
        start.elapsed(),
        memory_mb("VmHWM:")? - idle,
    );
    Ok(())
}

fn export(segments: Vec<SegmentMeta>, folder: &Path) -> Outcome<(u64, u64)> {
    let snapshot =
        Arc::new(Snapshot { tenant: tenant()?, dataset: DatasetId::Incidents, generation: 1, segments });
    let mut scan = RowScan::new(&snapshot, &Listing::new(DatasetId::Incidents, None))?;
    loop {
        let wanted = scan.wanted();
        if wanted.is_empty() {
            break;
        }
        for index in wanted {
            let meta = &snapshot.segments[index];
            let bytes = Bytes::from(std::fs::read(folder.join(&meta.sha256))?);
            scan.provide(index, Arc::new(Segment::open(bytes, meta, &snapshot.tenant)?))?;
        }
    }
    let stream = scan.open()?;
    let (columns, count) = (stream.columns().len(), stream.total_rows());
    let mut csv = CsvWriter::new(false);
    csv.header(stream.columns().iter().map(String::as_str));
    let mut bytes = 0;
    for batch in stream {
        let batch = batch?;
        for row in 0..batch.len() {
            for column in 0..columns {
                match batch.cell(row, column) {
                    RowCell::Missing => csv.missing(),
                    RowCell::Text(text) => csv.text(&text),
                    RowCell::Time(micros) => csv.time(micros),
                    RowCell::Integer(n) => csv.integer(n),
                    RowCell::Number(x) => csv.number(x),
                    RowCell::Boolean(yes) => csv.boolean(yes),
                    RowCell::List(items) => csv.list(items.iter().map(AsRef::as_ref)),
                }
            }
            csv.end_row();
        }
        bytes += csv.take().len() as u64;
    }
    Ok((count, bytes))
}

fn store(rows: usize, shuffled: bool, folder: &Path) -> Outcome<()> {
    let mapping = find_mapping(DatasetId::Incidents, "native").ok_or("the mapping is built in")?;
    std::fs::create_dir_all(folder)?;
    let mut metas = Vec::new();
    for batch in 0..DAYS {
        let numbers = (0..rows / DAYS).map(|n| n * DAYS + batch);
        let text: String =
            numbers.map(|n| line(n, if shuffled { n / DAYS * 7_919 % DAYS } else { batch })).collect();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes())?;
        let done = ingest(&gzip.finish()?, BodyFormat::Ndjson, true, &mapping, &tenant()?)?;
        for new in done.segments {
            std::fs::write(folder.join(&new.sha256), &new.bytes)?;
            metas.push(new.into_meta(format!("{batch}"), batch as u64 + 1, 1));
        }
    }
    Ok(std::fs::write(folder.join(SEGMENTS), serde_json::to_vec(&metas)?)?)
}

/// An incident with about as many columns filled as sources fill.
fn line(n: usize, day: usize) -> String {
    let (month, date, second) = (day / 30 + 7, day % 30 + 1, n / DAYS % 86_400);
    let at = format!(
        "2026-{month:02}-{date:02}T{:02}:{:02}:{:02}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60
    );
    let severity = ["critical", "high", "medium", "low"][n % 4];
    let action = ["blocked", "allowed", "alerted"][n % 3];
    format!(
        "{{\"id\":\"INC{day:02}-{n:08}\",\"created_at\":\"{at}\",\"updated_at\":\"{at}\",\"title\":\"Upload of file {} to a site\",\
         \"severity\":\"{severity}\",\"status\":\"closed\",\"type\":\"dlp\",\"category\":\"Category {}\",\"policy_id\":\"p{}\",\
         \"user\":\"user{}@acme.example\",\"hostname\":\"host-{}\",\"data_type\":\"pii\",\"confidence\":0.{},\
         \"action\":\"{action}\",\"resolved_at\":\"{at}\",\"auto_resolved\":true,\"sla_met\":{},\"team\":\"team {}\",\
         \"reopen_count\":{},\"tags\":[\"a\",\"b{}\"],\"custom\":{{\"site\":\"site {}\"}}}}\n",
        n % 50_000,
        n % 40,
        n % 200,
        n % 20_000,
        n % 5_000,
        n % 100,
        !n.is_multiple_of(5),
        n % 30,
        n % 3,
        n % 10,
        n % 12,
    )
}

fn tenant() -> Outcome<TenantId> {
    Ok(TenantId::new("acme")?)
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

/// A line of the process's memory, in MB.
fn memory_mb(name: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1_024.0)
}
