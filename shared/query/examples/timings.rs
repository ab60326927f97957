//! Times ingest and queries: `timings FILE.ndjson.gz MAPPING [COPIES]`.
//!
//! Each copy of the file gets ids of its own and is moved by a day, so that a million records are a few copies away.

use std::error::Error;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mapping::Mapping;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::measure::{Measure, MeasureOp, Value};
use sitrep_domain::query::{GroupKey, Population, Query, TimeBucket};
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_domain::window::Window;
use sitrep_query::{BodyFormat, Ingested, Scan, Segment, ingest};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, file, mapping, rest @ ..] = args.as_slice() else {
        return Err("usage: timings FILE.ndjson.gz MAPPING [COPIES]".into());
    };
    let copies = rest.first().map_or(Ok(1), |n| n.parse())?;
    let mapping = find_mapping(DatasetId::Incidents, mapping).ok_or("no such mapping")?;
    let tenant = TenantId::new("acme")?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file)?).read_to_string(&mut text)?;
    let stored = store_copies(&text, copies, &mapping, &tenant)?;
    let metas: Vec<SegmentMeta> = stored.iter().map(|(meta, _)| meta.clone()).collect();
    let snapshot = Snapshot { tenant, dataset: DatasetId::Incidents, generation: 1, segments: metas };
    for (name, queries) in queries(&snapshot)? {
        let start = Instant::now();
        let segments = stored
            .iter()
            .map(|(meta, file)| Ok(Arc::new(Segment::open(file.clone(), meta, &snapshot.tenant)?)))
            .collect::<Outcome<Vec<_>>>()?;
        let opened = start.elapsed();
        let cold = time(&snapshot, &queries, &segments)?;
        let warm: Vec<f64> =
            (0..5).map(|_| time(&snapshot, &queries, &segments)).collect::<Outcome<Vec<f64>>>()?;
        let best = warm.iter().copied().fold(f64::MAX, f64::min);
        println!("{name}: open {opened:.1?}, cold {cold:.1} ms, warm {best:.1} ms");
    }
    Ok(())
}

fn store_copies(
    text: &str,
    copies: usize,
    mapping: &Mapping,
    tenant: &TenantId,
) -> Outcome<Vec<(SegmentMeta, bytes::Bytes)>> {
    let mut stored = Vec::new();
    for copy in 0..copies {
        let body = text.replace("INC", &format!("INC{copy:03}-"));
        // Bodies over the limit are sent gzip-encoded, as clients do.
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, body.as_bytes())?;
        let body = encoder.finish()?;
        let start = Instant::now();
        let done: Ingested = ingest(&body, BodyFormat::Ndjson, true, mapping, tenant)?;
        if copy < 3 {
            let rate = done.accepted as f64 / start.elapsed().as_secs_f64();
            let bytes: usize = done.segments.iter().map(|s| s.bytes.len()).sum();
            println!("ingest: {} rows, {bytes} bytes of segments, {rate:.0} rows/s", done.accepted);
        }
        for segment in done.segments {
            let file = segment.bytes.clone();
            let key = format!("{copy}/{}", segment.month);
            stored.push((segment.into_meta(key, copy as u64 + 1, 1), file));
        }
    }
    Ok(stored)
}

fn time(snapshot: &Snapshot, queries: &[Query], segments: &[Arc<Segment>]) -> Outcome<f64> {
    let start = Instant::now();
    let mut scan = Scan::new(snapshot, queries)?;
    while let Some(index) = scan.wanted().first().copied() {
        scan.provide(index, segments[index].clone())?;
    }
    scan.run()?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn queries(snapshot: &Snapshot) -> Outcome<Vec<(&'static str, Vec<Query>)>> {
    let range = |m: &SegmentMeta| m.event_range;
    let first = snapshot.segments.iter().filter_map(range).map(|r| r.0).min().ok_or("no records")?;
    let last = snapshot.segments.iter().filter_map(range).map(|r| r.1).max().ok_or("no records")?;
    let end = Timestamp::from_second(last.as_second() + 1)?;
    let all = || Query::new(DatasetId::Incidents, Window::new(first, end).ok());
    let mttr = || Value::minutes_between("created_at", "resolved_at");
    let day = |time| GroupKey::Time { time, of: "created_at".into(), timezone: "Europe/Berlin".into() };
    let by_day = all().by(day(TimeBucket::Day)).by_field("severity").measure("n", Measure::count());
    let top = all().by_field("resolved_by").measure("n", Measure::count()).top("n", 10);
    let mut times = all();
    for p in [0.5, 0.9, 0.95] {
        times = times.measure(format!("p{p}"), Measure::percentile(p, mttr()));
    }
    times = times.measure("mean", Measure::mean(mttr()));
    let mut backlog = all();
    for i in 0..12 {
        let at = Timestamp::from_second(first.as_second() + (end.as_second() - first.as_second()) * i / 12)?;
        backlog = backlog.measure_of(format!("open{i}"), Measure::count(), Population::OpenAt(at));
    }
    let distinct =
        all().measure("users", Measure::new(MeasureOp::CountDistinct(Value::column("resolved_by"))));
    let report = vec![by_day.clone(), top.clone(), times.clone(), backlog.clone(), distinct.clone()];
    Ok(vec![
        ("count by day and severity", vec![by_day]),
        ("top resolvers", vec![top]),
        ("resolution times", vec![times]),
        ("backlog at 12 instants", vec![backlog]),
        ("distinct resolvers", vec![distinct]),
        ("all of these in one pass", report),
    ])
}
