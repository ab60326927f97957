//! Figures of the main job: ingest, measure and render, and a whole run from trigger to accepted mail.
//!
//! Printed, never asserted: machines are shared and noisy. Run it by `cargo xtask bench`.

use std::time::Instant;

use serde_json::json;
use sitrep::workbench::Workbench;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::document::{Document, Format};
use sitrep_domain::ids::TenantId;
use sitrep_domain::templates::find_template;
use sitrep_query::{BodyFormat, ingest};
use sitrep_tests::workbenches::sheet;
use sitrep_tests::{TestApp, data};

const RECORDS: &str = "uci-itsm/itsm_incidents.ndjson.gz";
const MAPPING: &str = "uci-itsm/mapping.itsm_incidents.json";

#[tokio::main]
async fn main() {
    let gzip = data::read(RECORDS);
    println!("{:<58} {:>12} {:>12}", "figure", "measured", "target");
    bench_ingest(&gzip);
    bench_documents(&gzip);
    bench_run().await;
    print_row("peak memory of this process", &format!("{:.0} MB", peak_mb()), "<= 256 MB");
}

fn print_row(what: &str, measured: &str, target: &str) {
    println!("{what:<58} {measured:>12} {target:>12}");
}

fn tenant() -> TenantId {
    TenantId::new("bench").expect("a slug")
}

fn bench_ingest(gzip: &[u8]) {
    let mapping = data::mapping(DatasetId::Incidents, MAPPING);
    let rounds = 10;
    let (began, cpu) = (Instant::now(), cpu_ms());
    let mut rows = 0;
    for _ in 0..rounds {
        rows += ingest(gzip, BodyFormat::Ndjson, true, &mapping, &tenant())
            .expect("the records are good")
            .accepted;
    }
    let per_second = rows as f64 / began.elapsed().as_secs_f64();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let what = format!("ingest, gzip NDJSON to Parquet, {cores} cores, rows/s");
    print_row(&what, &format!("{per_second:.0}"), ">= 200000");
    let cpu_s = (cpu_ms() - cpu) / 1_000.0 / (rows as f64 / 1e6);
    print_row("the same, CPU seconds per million rows", &format!("{cpu_s:.1} s"), "<= 10 s");
}

/// The executive report of the real records, composed once, and drawn in each format.
fn bench_documents(gzip: &[u8]) {
    let document = compose(gzip);
    let rounds = 20;
    let mut all = 0.0;
    for format in Format::ALL {
        let (wall, cpu) = (Instant::now(), cpu_ms());
        let mut bytes = 0;
        for _ in 0..rounds {
            bytes = sitrep_render::render(&document, format).expect("the document can be drawn").bytes.len();
        }
        let ms = wall.elapsed().as_secs_f64() * 1_000.0 / f64::from(rounds);
        all += (cpu_ms() - cpu) / f64::from(rounds);
        let what = format!("executive_monthly as {} ({} KB), wall", format.as_str(), bytes / 1_024);
        print_row(&what, &format!("{ms:.1} ms"), "");
    }
    print_row("executive_monthly in every format, CPU", &format!("{all:.1} ms"), "<= 300 ms");
}

fn compose(gzip: &[u8]) -> Document {
    let mut bench = Workbench::new();
    let mapping = data::mapping(DatasetId::Incidents, MAPPING);
    bench.load(gzip, BodyFormat::Ndjson, true, &mapping).expect("the records are good");
    let template = find_template("executive_monthly").expect("a template");
    let began = Instant::now();
    let document =
        bench.compose(&[template], &sheet("2016-03-01", "2016-03-31")).expect("the gate lets it pass");
    let ms = began.elapsed().as_secs_f64() * 1_000.0;
    print_row("executive_monthly, from opened segments to document", &format!("{ms:.1} ms"), "");
    document
}

/// From the request for a report to the mail that the service accepted, five times.
async fn bench_run() {
    let app = TestApp::start_at("2016-04-04T07:00:00Z").await;
    let bench = app.tenant("bench").await;
    let _ = bench.ingest_incidents("uci-itsm", "itsm_incidents").await;
    let body = json!({"report_type": "executive_monthly", "start_date": "2016-02-29", "end_date": "2016-04-11",
        "formats": ["pdf", "pdfa", "html", "csv", "json", "txt"], "recipients": ["board@bench.example"]});
    let mut times = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let report = bench.report(body.clone()).await;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(report["status"], "completed", "{report}");
    }
    assert_eq!(app.stack.mailbox().len(), 5, "each run's mail was accepted");
    times.sort_by(f64::total_cmp);
    print_row(
        "12,157 incidents, request to mail accepted, median",
        &format!("{:.0} ms", times[2]),
        "<= 1000 ms",
    );
    print_row(
        "12,157 incidents, request to mail accepted, slowest",
        &format!("{:.0} ms", times[4]),
        "<= 1000 ms",
    );
}

/// CPU time of this process so far, in milliseconds: clock ticks of 10 ms from the kernel.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) * 10.0
}

/// Most memory that this process has had, in mebibytes.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
}
