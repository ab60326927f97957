//! Times of the same records in many small segments and after these became few: `compaction [SEGMENTS]`.
//!
//! Printed, never asserted: machines are shared and noisy. Each segment is one body of 111 incidents of one of three
//! months; a query is timed in a process that starts cold and then without its kept answer.

use std::time::Instant;

use serde_json::{Value, json};
use sitrep_app::data::{
    RESULT_CACHE_BYTES, ResultCache, SNAPSHOT_CACHE_BYTES, SnapshotCache, list_segments, measure,
};
use sitrep_app::jobs::maintain_dataset;
use sitrep_aws::entities::Generation;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::measure::Measure;
use sitrep_domain::query::Query;
use sitrep_domain::window::Window;
use sitrep_query::{BodyFormat, ingest};
use sitrep_tests::{TestApp, at};

const ROWS: usize = 111;

#[tokio::main]
async fn main() {
    let segments = std::env::args().nth(1).map_or(9_000, |n| n.parse().expect("a number of segments"));
    let app = TestApp::start().await;
    let _ = app.tenant("bench").await;
    let began = Instant::now();
    store_segments(&app, segments).await;
    println!("{segments} segments stored in {:.0?}", began.elapsed());
    time_queries(&app, "before").await;
    let tenant = TenantId::new("bench").expect("a slug");
    let services = sitrep::application::connect(app.stack.backend()).await.expect("the stack has keys");
    let (began, mut compactions) = (Instant::now(), 0);
    loop {
        let pass = Instant::now();
        let done = maintain_dataset(&services, &tenant, DatasetId::Incidents, "bench").await;
        let done = done.expect("the dataset can be looked after");
        compactions += done.compactions;
        println!("a pass of {} compactions took {:.1?}", done.compactions, pass.elapsed());
        if done.compactions == 0 {
            break;
        }
    }
    println!("{compactions} compactions took {:.1?}", began.elapsed());
    time_queries(&app, "after").await;
}

/// Stores the segments as ingest does, ninety to a commit, so that the preparation is short.
async fn store_segments(app: &TestApp, segments: usize) {
    let services = sitrep::application::connect(app.stack.backend()).await.expect("the stack has keys");
    let tenant = TenantId::new("bench").expect("a slug");
    let opened = services.open_job(&tenant, "bench", "bench").await.expect("the table can be read");
    let (scope, _) = opened.expect("the tenant is there");
    let mapping = find_mapping(DatasetId::Incidents, "native").expect("the mapping is built in");
    let numbers: Vec<usize> = (0..segments).collect();
    for (commit, some) in (1..).zip(numbers.chunks(90)) {
        let audit = services.audit(&scope, "records.ingested", "dataset/incidents");
        let mut change = services.store.change(&scope, audit);
        for n in some {
            let body = serde_json::to_vec(&body(*n)).expect("rows are JSON");
            let done = ingest(&body, BodyFormat::Json, false, &mapping, &tenant).expect("the rows are good");
            let segment = done.segments.into_iter().next().expect("one month each");
            let key = keys::segment_object(
                &tenant,
                segment.dataset,
                &segment.month,
                &segment.sha256,
                services.ids.uuid(),
            );
            let put = services.objects.put_once(&scope, Bucket::Records, &key, "", segment.bytes.clone());
            put.await.expect("it can be stored");
            change = change.create(&segment.into_meta(key, *n as u64 + 1, commit));
        }
        let row =
            services.store.find::<Generation>(&scope, &DatasetId::Incidents).await.expect("it can be read");
        let last = *some.last().expect("chunks are not empty") as u64 + 1;
        let advance =
            |before: Generation| Generation { generation: commit, seq: last, segments: last, ..before };
        change = match row {
            Some(mut row) => {
                row.value = advance(row.value);
                change.replace(&row)
            }
            None => change.create(&advance(Generation::empty(DatasetId::Incidents))),
        };
        change.commit().await.expect("nobody else writes");
    }
}

fn body(n: usize) -> Vec<Value> {
    let row = |i: usize| {
        let id = n * ROWS + i;
        let severity = ["high", "low", "critical"][id % 3];
        json!({"id": format!("INC{id:08}"), "severity": severity,
            "created_at": format!("2026-{:02}-{:02}T{:02}:{:02}:00Z", 8 + n % 3, 1 + i % 28, id % 24, id % 60),
            "resolved_at": "2026-11-01T00:00:00Z", "team": format!("team {}", id % 9), "user": format!("user {}", id % 500)})
    };
    (0..ROWS).map(row).collect()
}

async fn time_queries(app: &TestApp, when: &str) {
    let mut services =
        (*sitrep::application::connect(app.stack.backend()).await.expect("the stack has keys")).clone();
    let tenant = TenantId::new("bench").expect("a slug");
    let opened = services.open_job(&tenant, "bench", "bench").await.expect("the table can be read");
    let (scope, _) = opened.expect("the tenant is there");
    let rows = list_segments(&services, &scope, DatasetId::Incidents).await.expect("rows can be listed");
    let living = rows.iter().filter(|row| row.value.gen_to.is_none()).count();
    let began = Instant::now();
    list_segments(&services, &scope, DatasetId::Incidents).await.expect("rows can be listed");
    println!("{when}: {living} segments of {} rows listed in {:.0?}", rows.len(), began.elapsed());
    let window = Window::new(at("2026-08-01T00:00:00Z"), at("2026-11-01T00:00:00Z")).expect("a quarter");
    let query =
        Query::new(DatasetId::Incidents, Some(window)).by_field("severity").measure("n", Measure::count());
    for what in ["cold", "warm", "warm, snapshot listed anew", "kept"] {
        match what {
            "warm" => services.results = ResultCache::new(RESULT_CACHE_BYTES).into(),
            "warm, snapshot listed anew" => {
                services.results = ResultCache::new(RESULT_CACHE_BYTES).into();
                services.snapshots = SnapshotCache::new(SNAPSHOT_CACHE_BYTES).into();
            }
            _ => {}
        }
        let began = Instant::now();
        let measured = measure(&services, &scope, std::slice::from_ref(&query), None).await;
        let rows = measured.expect("the query can be answered").results[0].rows.len();
        println!("{when}, {what}: {rows} rows in {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    }
}
