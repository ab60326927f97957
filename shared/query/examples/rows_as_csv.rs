//! Times an export: `rows_as_csv [ROWS]` writes so many made-up incidents as CSV and tells time, size and memory.
//!
//! Records are spread over 90 days in daily batches, so that segments lie behind one another as they do in practice;
//! `rows_as_csv ROWS shuffled` spreads each batch over all days, which is the worst that can be.

use std::error::Error;
use std::io::Write as _;
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

fn main() -> Outcome<()> {
    let rows: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |n| n.parse())?;
    let shuffled = std::env::args().nth(2).is_some_and(|word| word == "shuffled");
    let tenant = TenantId::new("acme")?;
    let folder = std::env::temp_dir().join(format!("sitrep-rows-{rows}-{shuffled}"));
    // Writing takes memory of its own, so that measuring is a run of its own.
    if !folder.exists() {
        store(rows, shuffled, &tenant, &folder)?;
        println!("stored; run again to measure");
        return Ok(());
    }
    let idle = memory_mb("VmRSS:")?;
    let metas: Vec<SegmentMeta> = serde_json::from_slice(&std::fs::read(folder.join("metas.json"))?)?;
    let start = Instant::now();
    let (count, bytes) = export(&metas, &tenant, &folder)?;
    let took = start.elapsed();
    let peak = memory_mb("VmHWM:")?;
    let files: u64 = metas.iter().map(|meta| meta.bytes).sum();
    println!(
        "{count} rows of {} segments ({:.1} MB) to {:.1} MB of CSV: {took:.2?}, peak {:.1} MB above idle ({idle:.1} MB)",
        metas.len(),
        mb(files),
        mb(bytes),
        peak - idle,
    );
    Ok(())
}

fn export(metas: &[SegmentMeta], tenant: &TenantId, folder: &std::path::Path) -> Outcome<(u64, u64)> {
    let snapshot = Snapshot {
        tenant: tenant.clone(),
        dataset: DatasetId::Incidents,
        generation: 1,
        segments: metas.to_vec(),
    };
    let mut scan = RowScan::new(&snapshot, &Listing::new(DatasetId::Incidents, None))?;
    loop {
        let wanted = scan.wanted();
        if wanted.is_empty() {
            break;
        }
        for index in wanted {
            let bytes = Bytes::from(std::fs::read(folder.join(&metas[index].sha256))?);
            scan.provide(index, Arc::new(Segment::open(bytes, &metas[index], tenant)?))?;
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

fn store(rows: usize, shuffled: bool, tenant: &TenantId, folder: &std::path::Path) -> Outcome<()> {
    let mapping = find_mapping(DatasetId::Incidents, "native").ok_or("the mapping is built in")?;
    std::fs::create_dir_all(folder)?;
    let mut metas = Vec::new();
    for batch in 0..DAYS {
        let numbers = (0..rows / DAYS).map(|n| n * DAYS + batch);
        let text: String =
            numbers.map(|n| line(n, if shuffled { n / DAYS * 7_919 % DAYS } else { batch })).collect();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes())?;
        let done = ingest(&gzip.finish()?, BodyFormat::Ndjson, true, &mapping, tenant)?;
        for new in done.segments {
            std::fs::write(folder.join(&new.sha256), &new.bytes)?;
            metas.push(new.into_meta(format!("{batch}"), batch as u64 + 1, 1));
        }
    }
    Ok(std::fs::write(folder.join("metas.json"), serde_json::to_vec(&metas)?)?)
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

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

/// A line of the process's memory, in MB.
fn memory_mb(name: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1_024.0)
}
