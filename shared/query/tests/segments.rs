//! Segments from bodies, and scans over them: months, ranges, rounds, damage and tenants.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::sync::Arc;

use serde_json::{Value as Json, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::measure::{Measure, MeasureOp, Value};
use sitrep_domain::query::Query;
use sitrep_domain::result::Cell;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_domain::window::Window;
use sitrep_query::{
    BodyFormat, IngestError, Ingested, MAX_CUSTOM_NAMES, NewSegment, QueryError, Scan, Segment, ingest,
};

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

fn ingest_text(text: &str, format: BodyFormat) -> Result<Ingested, IngestError> {
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    ingest(text.as_bytes(), format, false, &mapping, &tenant("acme"))
}

fn segments_of(rows: &[Json]) -> Vec<NewSegment> {
    let done = ingest_text(&Json::from(rows).to_string(), BodyFormat::Json).unwrap();
    assert_eq!(done.rejected, 0, "{:?}", done.errors);
    done.segments
}

fn incident(id: &str, created_at: &str) -> Json {
    json!({"id": id, "created_at": created_at})
}

/// A snapshot of one commit per list of rows.
fn store(commits: &[&[Json]]) -> (Arc<Snapshot>, Vec<Arc<Segment>>) {
    let (mut metas, mut segments) = (Vec::new(), Vec::new());
    for (seq, rows) in (1..).zip(commits) {
        for new in segments_of(rows) {
            let (file, key) = (new.bytes.clone(), format!("{seq}/{}", new.month));
            let meta = new.into_meta(key, seq, seq);
            segments.push(Arc::new(Segment::open(file, &meta, &tenant("acme")).unwrap()));
            metas.push(meta);
        }
    }
    let generation = commits.len() as u64;
    let snapshot =
        Snapshot { tenant: tenant("acme"), dataset: DatasetId::Incidents, generation, segments: metas };
    (Arc::new(snapshot), segments)
}

fn count_in(start: &str, end: &str) -> Query {
    let window = Window::new(start.parse().unwrap(), end.parse().unwrap()).unwrap();
    Query::new(DatasetId::Incidents, Some(window)).measure("n", Measure::count())
}

#[test]
fn a_body_becomes_one_segment_a_month_with_its_facts() {
    let rows = [
        json!({"id": "b", "created_at": "2026-02-10T00:00:00Z", "resolved_at": "2026-02-11T00:00:00Z"}),
        json!({"id": "a", "created_at": "2026-02-01T00:00:00Z", "resolved_at": "2026-03-05T00:00:00Z"}),
        incident("c", "2026-01-31T23:59:59.999999Z"),
    ];
    let segments = segments_of(&rows);
    let facts: Vec<_> = segments.iter().map(|s| (s.month.as_str(), s.rows, s.has_unresolved)).collect();
    assert_eq!(facts, [("202601", 1, true), ("202602", 2, false)]);
    let range = |a: &str, b: &str| Some((a.parse().unwrap(), b.parse().unwrap()));
    assert_eq!(segments[1].event_range, range("2026-02-01T00:00:00Z", "2026-02-10T00:00:00Z"));
    assert_eq!(segments[1].resolved_range, range("2026-02-11T00:00:00Z", "2026-03-05T00:00:00Z"));
    assert_eq!(segments[0].resolved_range, None);
}

#[test]
fn the_same_body_gives_the_same_bytes() {
    let rows: Vec<Json> = (0..500)
        .map(|n| json!({"id": format!("i{n}"), "created_at": "2026-01-02", "custom": {"a": n, "b": [n.to_string()]}}))
        .collect();
    let (first, second) = (segments_of(&rows), segments_of(&rows));
    assert_eq!(first[0].bytes, second[0].bytes);
    assert_eq!(first[0].id_filter, second[0].id_filter);
}

#[test]
fn of_one_body_the_newest_version_of_an_id_is_kept() {
    let version = |updated: Json, title: &str| json!({"id": "a", "created_at": "2026-01-05", "updated_at": updated, "title": title});
    for (rows, expected) in [
        (vec![version(json!("2026-01-07"), "x"), version(json!("2026-01-06"), "y")], "x"),
        (vec![version(json!("2026-01-07"), "x"), version(json!("2026-01-07"), "y")], "y"),
        (vec![version(json!(null), "x"), version(json!("2026-01-04"), "y")], "x"),
        (vec![version(json!("2026-01-05"), "x"), version(json!(null), "y")], "y"),
    ] {
        let (snapshot, segments) = store(&[&rows]);
        assert_eq!(snapshot.segments[0].rows, 1);
        let query = Query::new(DatasetId::Incidents, None).by_field("title").measure("n", Measure::count());
        let mut scan = Scan::new(&snapshot, &[query]).unwrap();
        scan.provide(0, segments[0].clone()).unwrap();
        assert_eq!(scan.run().unwrap().results[0].rows[0].keys, [Cell::Text(expected.into())], "{rows:?}");
    }
}

#[test]
fn more_months_than_a_commit_takes_share_the_oldest_segment() {
    let month = |n: i32| incident(&format!("i{n}"), &format!("{}-{:02}-15", 2010 + n / 12, n % 12 + 1));
    let rows: Vec<Json> = (0..100).map(month).collect();
    let segments = segments_of(&rows);
    assert_eq!(segments.len(), Ingested::MAX_SEGMENTS);
    assert_eq!((segments[0].rows, segments[0].month.as_str()), (6, "201006"));
    assert_eq!(segments.iter().map(|s| s.rows).sum::<u64>(), 100);
}

#[test]
fn bad_rows_are_counted_and_the_first_errors_reported_by_line() {
    let mut lines = vec![incident("good", "2026-01-01").to_string(), "{\"id\": 1".to_owned()];
    lines
        .extend((0..150).map(|_| json!({"id": "x", "created_at": "soon", "severity": "urgent"}).to_string()));
    let done = ingest_text(&lines.join("\n"), BodyFormat::Ndjson).unwrap();
    assert_eq!((done.accepted, done.rejected, done.errors.len()), (1, 151, Ingested::MAX_ERRORS));
    let first: Vec<_> = done.errors[..3].iter().map(|e| (e.line, e.field.as_str(), e.code)).collect();
    assert_eq!(first, [(2, "", "bad_json"), (3, "created_at", "bad_time"), (3, "severity", "unknown_value")]);
    let nothing = ingest_text("id,created_at\n", BodyFormat::Csv).unwrap();
    assert_eq!((nothing.accepted, nothing.segments.len()), (0, 0));
}

#[test]
fn too_many_different_custom_fields_are_refused_by_row() {
    let row =
        |n: usize| json!({"id": format!("i{n}"), "created_at": "2026-01-01", "custom": {format!("f{n}"): 1}});
    let rows: Vec<Json> = (0..MAX_CUSTOM_NAMES + 2).map(row).collect();
    let done = ingest_text(&Json::from(rows).to_string(), BodyFormat::Json).unwrap();
    assert_eq!((done.accepted, done.rejected), (MAX_CUSTOM_NAMES as u64, 2));
    assert_eq!(done.errors[0].field, "custom");
}

#[test]
fn a_damaged_or_foreign_file_is_refused() {
    let new = segments_of(&[incident("a", "2026-01-01")]).remove(0);
    let file = new.bytes.to_vec();
    let meta = new.into_meta("k".to_owned(), 1, 1);
    let open = |file: Vec<u8>, meta: &SegmentMeta, who: &str| {
        Segment::open(file.into(), meta, &tenant(who)).err().map(|e| e.to_string())
    };
    assert_eq!(open(file.clone(), &meta, "acme"), None);
    assert_eq!(open(file.clone(), &meta, "globex").unwrap(), "the segment k is not of this tenant");
    for at in [0, file.len() / 2, file.len() - 1] {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert!(open(damaged, &meta, "acme").unwrap().contains("hash"), "byte {at}");
    }
    let wrong_rows = SegmentMeta { rows: 2, ..meta.clone() };
    assert!(open(file, &wrong_rows, "acme").unwrap().contains("rows"));
}

#[test]
fn a_file_with_a_fitting_hash_and_broken_content_is_an_error_and_never_a_panic() {
    let rows: Vec<Json> = (0..300).map(|n| incident(&format!("i{n}"), "2026-01-01T05:00:00Z")).collect();
    let new = segments_of(&rows).remove(0);
    let file = new.bytes.to_vec();
    let meta = new.into_meta("k".to_owned(), 1, 1);
    let snapshot = |meta: &SegmentMeta| {
        Arc::new(Snapshot {
            tenant: tenant("acme"),
            dataset: DatasetId::Incidents,
            generation: 1,
            segments: vec![meta.clone()],
        })
    };
    for at in (0..file.len()).step_by(7) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x55;
        let meta = SegmentMeta { sha256: sha256(&damaged), ..meta.clone() };
        let Ok(segment) = Segment::open(damaged.into(), &meta, &tenant("acme")) else { continue };
        let distinct = Measure::new(MeasureOp::CountDistinct(Value::column("id")));
        let query = count_in("2026-01-01T00:00:00Z", "2026-01-01T06:00:00Z").measure("ids", distinct);
        let mut scan = Scan::new(&snapshot(&meta), &[query]).unwrap();
        // Either it is refused or it is read; both are answers.
        if scan.provide(0, Arc::new(segment)).is_ok() {
            drop(scan.run());
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn a_scan_asks_for_the_window_first_and_then_for_what_may_hold_newer_versions() {
    let january = [incident("INC1", "2026-01-10"), incident("INC2", "2026-01-11")];
    let february = [incident("INC3", "2026-02-10")];
    // INC2 moves to March.
    let moved = [json!({"id": "INC2", "created_at": "2026-03-10", "updated_at": "2026-03-11"})];
    let (snapshot, segments) = store(&[&january, &february, &moved]);
    let mut scan = Scan::new(&snapshot, &[count_in("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]).unwrap();
    assert_eq!(scan.wanted(), [0]);
    scan.provide(0, segments[0].clone()).unwrap();
    assert_eq!(scan.wanted(), [2], "the one that may hold INC2, not February's");
    scan.provide(2, segments[2].clone()).unwrap();
    assert!(scan.wanted().is_empty());
    let output = scan.run().unwrap();
    assert_eq!(output.results[0].rows[0].figures[0].value, Cell::Integer(1));
    assert_eq!((output.segments_read, output.rows_read), (vec![0, 2], 3));
}

#[test]
fn an_id_that_moved_counts_once_in_its_newest_month_and_old_news_changes_nothing() {
    let first = [incident("a", "2026-01-10")];
    let moved = [json!({"id": "a", "created_at": "2026-02-10", "updated_at": "2026-02-11"})];
    let late = [json!({"id": "a", "created_at": "2026-03-10", "updated_at": "2026-01-20"})];
    let (snapshot, segments) = store(&[&first, &moved, &late]);
    for (start, end, expected) in [
        ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 0),
        ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 1),
        ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", 0),
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 1),
    ] {
        let mut scan = Scan::new(&snapshot, &[count_in(start, end)]).unwrap();
        while let Some(index) = scan.wanted().last().copied() {
            scan.provide(index, segments[index].clone()).unwrap();
        }
        let found = scan.run().unwrap().results.remove(0);
        assert_eq!(found.rows[0].figures[0].value, Cell::Integer(expected), "{start}");
    }
}

#[test]
fn a_scan_refuses_strangers_and_running_early() {
    let (snapshot, segments) = store(&[&[incident("a", "2026-01-10")], &[incident("b", "2026-02-10")]]);
    let query = Query::new(DatasetId::Incidents, None).measure("n", Measure::count());
    let new = || Scan::new(&snapshot, std::slice::from_ref(&query)).unwrap();
    assert!(matches!(new().run(), Err(QueryError::Internal { .. })));
    assert!(matches!(new().provide(0, segments[1].clone()), Err(QueryError::Corrupt { .. })));
    assert!(matches!(new().provide(9, segments[1].clone()), Err(QueryError::Internal { .. })));
    let foreign = Arc::new(Snapshot { tenant: tenant("globex"), ..(*snapshot).clone() });
    let mut scan = Scan::new(&foreign, &[query]).unwrap();
    assert!(matches!(scan.provide(0, segments[0].clone()), Err(QueryError::WrongTenant { .. })));
}

#[test]
fn an_empty_snapshot_gives_one_row_of_nothing() {
    let snapshot = store(&[]).0;
    let mean = Measure::mean(Value::minutes_between("created_at", "resolved_at"));
    let query = Query::new(DatasetId::Incidents, None).measure("n", Measure::count()).measure("mean", mean);
    let grouped = query.clone().by_field("severity");
    let results = Scan::new(&snapshot, &[query, grouped]).unwrap().run().unwrap().results;
    let values: Vec<&Cell> = results[0].rows[0].figures.iter().map(|f| &f.value).collect();
    assert_eq!(values, [&Cell::Integer(0), &Cell::Null]);
    assert_eq!((results[1].rows.len(), results[1].total_rows), (0, 0));
}
