//! Very many tiny segments with newer versions of ids between them answer as one segment does, to the bit, and what is
//! decoded for one question is of use to the next.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::measure::{Measure, MeasureOp, Value};
use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::window::Window;
use sitrep_query::{BodyFormat, Scan, Segment, ingest};

/// A snapshot with its segments, one commit per body.
struct Store {
    snapshot: Arc<Snapshot>,
    segments: Vec<Arc<Segment>>,
}

impl Store {
    fn new(bodies: &[Vec<Json>]) -> Self {
        let (tenant, dataset) = (TenantId::new("acme").unwrap(), DatasetId::Incidents);
        let mapping = find_mapping(dataset, "native").unwrap();
        let (mut metas, mut segments) = (Vec::new(), Vec::new());
        for (seq, rows) in (1..).zip(bodies) {
            let body = serde_json::to_vec(rows).unwrap();
            let done = ingest(&body, BodyFormat::Json, false, &mapping, &tenant).unwrap();
            assert_eq!(done.rejected, 0, "{:?}", done.errors);
            for new in done.segments {
                let file = new.bytes.clone();
                let key = format!("{seq}/{}", new.month);
                let meta = new.into_meta(key, seq, seq);
                segments.push(Arc::new(Segment::open(file, &meta, &tenant).unwrap()));
                metas.push(meta);
            }
        }
        let snapshot =
            Arc::new(Snapshot { tenant, dataset, generation: bodies.len() as u64, segments: metas });
        Self { snapshot, segments }
    }

    fn run(&self, queries: &[Query], threads: usize) -> Vec<QueryResult> {
        let mut scan = Scan::new(&self.snapshot, queries).unwrap();
        while let Some(index) = scan.wanted().first().copied() {
            scan.provide(index, self.segments[index].clone()).unwrap();
        }
        scan.run_on(threads).unwrap().results
    }

    fn memory_bytes(&self) -> usize {
        self.segments.iter().map(|segment| segment.memory_bytes()).sum()
    }
}

/// Incidents of three months, in which an id comes about three times; its creation may move to another month.
fn row(number: u64, of: u64) -> Json {
    let mix = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let (id, bits) = (mix % of.div_ceil(3), mix >> 32);
    let created = format!("2026-{:02}-{:02}T{:02}:30:00Z", 1 + id % 3, 1 + id % 28, bits % 24);
    let mut row = json!({"id": format!("{id:x}"), "created_at": created, "updated_at": format!("2026-05-01T00:00:{:02}Z", bits % 60),
        "user": format!("u{}", bits % 17), "severity": (["low", "high", "critical"][bits as usize % 3]),
        "confidence": (bits % 1_000) as f64 / 1_000.0, "custom": {"site": format!("s{}", bits % 5)}});
    if bits.is_multiple_of(3) {
        row["resolved_at"] = json!("2026-04-01T00:00:00Z");
    }
    // A field that few segments have.
    if bits.is_multiple_of(31) {
        row["tags"] = json!(["a", format!("t{}", bits % 7)]);
    }
    row
}

fn bodies(rows: u64, of_each: usize) -> Vec<Vec<Json>> {
    let all: Vec<Json> = (0..rows).map(|number| row(number, rows)).collect();
    all.chunks(of_each).map(<[Json]>::to_vec).collect()
}

fn window(first: u8, last: u8) -> Option<Window> {
    let at = |day: u8| format!("2026-{:02}-{:02}T00:00:00Z", 1 + day / 28, 1 + day % 28).parse().unwrap();
    Window::new(at(first), at(last)).ok()
}

fn questions(window: Option<Window>) -> Vec<Query> {
    let of = |name: &str| Value::Column(name.to_owned());
    let base = || Query::new(DatasetId::Incidents, window).measure("n", Measure::count());
    vec![
        base().measure("users", Measure::new(MeasureOp::CountDistinct(of("user")))),
        base().by_field("severity").measure("p", Measure::percentile(0.9, of("confidence"))),
        base()
            .by_field("tags")
            .by_field("custom.site")
            .measure("sum", Measure::new(MeasureOp::Sum(of("confidence")))),
        base().by_field("user").measure("last", Measure::new(MeasureOp::Latest(of("severity")))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn tiny_segments_answer_as_one_whatever_was_asked_before(
        rows in 200..900_u64,
        of_each in 1..4_usize,
        days in proptest::collection::vec((0..70_u8, 1..84_u8), 1..4),
        threads in 1..4_usize,
    ) {
        let (tiny, whole) = (Store::new(&bodies(rows, of_each)), Store::new(&bodies(rows, usize::MAX)));
        let windows = days.iter().map(|(first, length)| window(*first, (first + length).min(84)));
        let windows: Vec<_> = windows.chain([None]).collect();
        for window in windows.iter().chain(windows.iter().rev()) {
            let questions = questions(*window);
            prop_assert_eq!(tiny.run(&questions, threads), whole.run(&questions, 1));
        }
    }
}

#[test]
fn a_question_asked_again_decodes_nothing_and_a_newer_commit_little() {
    let of_each = 60;
    let mut all = bodies(24_000, of_each);
    let newest = all.pop().unwrap();
    let mut store = Store::new(&all);
    let questions = questions(None);
    let first = store.run(&questions, 2);
    let decoded = store.memory_bytes();
    assert_eq!(store.run(&questions, 2), first);
    assert_eq!(store.memory_bytes(), decoded, "nothing was decoded again");
    all.push(newest);
    let next = Store::new(&all);
    let known = store.segments.len();
    store.snapshot = next.snapshot.clone();
    store.segments.extend(next.segments.iter().skip(known).cloned());
    let newer = store.run(&questions, 2);
    assert_eq!(newer, Store::new(&[all.concat()]).run(&questions, 1));
}

#[test]
fn a_damaged_one_among_small_segments_is_named() {
    let rows = |first: usize| -> Vec<Json> {
        let row = |n: usize| json!({"id": format!("{n:04}"), "created_at": "2026-01-01", "user": format!("user {}", n % 9)});
        (first..first + 50).map(row).collect()
    };
    let mut store = Store::new(&(0..9).map(|n| rows(n * 50)).collect::<Vec<_>>());
    let tenant = store.snapshot.tenant.clone();
    let file = ingest(
        &serde_json::to_vec(&rows(200)).unwrap(),
        BodyFormat::Json,
        false,
        &find_mapping(DatasetId::Incidents, "native").unwrap(),
        &tenant,
    )
    .unwrap()
    .segments[0]
        .bytes
        .to_vec();
    // A text of the dictionary is no text any more.
    let at = file.windows(6).position(|bytes| bytes == b"user 3").unwrap();
    let mut damaged = file;
    damaged[at] = 0xFF;
    let meta = &mut Arc::make_mut(&mut store.snapshot).segments[4];
    meta.sha256 = sitrep_domain::canonical::sha256_hex(&damaged);
    store.segments[4] = Arc::new(Segment::open(damaged.into(), meta, &tenant).unwrap());
    let mut scan = Scan::new(&store.snapshot, &questions(None)).unwrap();
    while let Some(index) = scan.wanted().first().copied() {
        scan.provide(index, store.segments[index].clone()).unwrap();
    }
    let error = scan.run().unwrap_err().to_string();
    assert!(error.contains(&store.snapshot.segments[4].key), "{error}");
}
