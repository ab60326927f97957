//! Listings against a naive evaluator, over random records, upserts, batches, windows and filters; and what is said of
//! batches, columns and newest rows.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::filter::{Compare, Filter};
use sitrep_domain::ids::TenantId;
use sitrep_domain::listing::Listing;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::result::Cell;
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::window::Window;
use sitrep_query::{BodyFormat, RowScan, RowStream, Segment, ingest};

fn tenant() -> TenantId {
    TenantId::new("acme").unwrap()
}

/// A store of segments, one commit per batch of rows.
struct Store {
    snapshot: Arc<Snapshot>,
    segments: Vec<Arc<Segment>>,
}

impl Store {
    fn new(dataset: DatasetId, batches: &[Vec<Json>]) -> Self {
        let mapping = find_mapping(dataset, "native").unwrap();
        let (mut metas, mut segments) = (Vec::new(), Vec::new());
        for (seq, rows) in (1..).zip(batches) {
            let body = serde_json::to_vec(rows).unwrap();
            let done = ingest(&body, BodyFormat::Json, false, &mapping, &tenant()).unwrap();
            assert_eq!((done.accepted as usize, done.errors.len()), (rows.len(), 0), "{:?}", done.errors);
            for new in done.segments {
                let file = new.bytes.clone();
                let meta = new.into_meta(format!("{seq}"), seq, seq);
                segments.push(Arc::new(Segment::open(file, &meta, &tenant()).unwrap()));
                metas.push(meta);
            }
        }
        let snapshot = Arc::new(Snapshot { tenant: tenant(), dataset, generation: 1, segments: metas });
        Self { snapshot, segments }
    }

    fn scan(&self, listing: &Listing) -> RowScan {
        let mut scan = RowScan::new(&self.snapshot, listing).unwrap();
        while let Some(index) = scan.wanted().first().copied() {
            scan.provide(index, self.segments[index].clone()).unwrap();
        }
        scan
    }

    fn rows(&self, listing: &Listing) -> (Vec<String>, Vec<Vec<Cell>>) {
        let stream = self.scan(listing).open().unwrap();
        let (columns, total) = (stream.columns().to_vec(), stream.total_rows());
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for batch in stream {
            let batch = batch.unwrap();
            assert!(!batch.is_empty() && batch.len() <= RowStream::BATCH_ROWS);
            let cells = |row| (0..columns.len()).map(|c| batch.cell(row, c).into()).collect();
            rows.extend((0..batch.len()).map(cells));
        }
        assert_eq!(rows.len() as u64, total);
        (columns, rows)
    }
}

/// Few instants and few ids, so that there are ties and upserts.
fn instant() -> impl Strategy<Value = String> {
    select(vec![
        "2026-02-28T23:59:59.999999Z",
        "2026-03-01T00:00:00Z",
        "2026-03-01T00:00:00.5Z",
        "2026-03-02T12:00:00Z",
        "2026-04-01T00:00:00Z",
    ])
    .prop_map(str::to_owned)
}

fn record() -> impl Strategy<Value = Json> {
    let severity =
        prop_oneof![Just(Json::Null), select(vec!["critical", "high", "low"]).prop_map(Json::from)];
    let custom = prop_oneof![
        Just(json!({})),
        Just(json!({"site": "a \"quoted\" place"})),
        Just(json!({"site": 7.25, "on": true})),
        Just(json!({"labels": ["x", "y"]})),
    ];
    let updated = prop_oneof![Just(Json::Null), instant().prop_map(Json::from)];
    (0..30_u8, instant(), updated, severity, 0..4_i64, prop::collection::vec("[a-c]", 0..3), custom).prop_map(
        |(id, created, updated, severity, reopened, tags, custom)| {
            json!({"id": format!("i{id}"), "created_at": created, "updated_at": updated, "severity": severity,
                "reopen_count": reopened, "confidence": 0.5, "auto_resolved": reopened > 1, "tags": tags,
                "custom": custom})
        },
    )
}

fn text(record: &Map<String, Json>, name: &str) -> Option<String> {
    record[name].as_str().map(str::to_owned)
}

fn time(record: &Map<String, Json>, name: &str) -> Option<Timestamp> {
    record[name].as_str().map(|t| t.parse().unwrap())
}

/// The rows as they should be: newest versions in the window with one of the severities, by time and then id.
fn naive(
    batches: &[Vec<Json>],
    window: Option<Window>,
    severities: &[&str],
) -> Vec<(Timestamp, String, Json)> {
    let mut newest: BTreeMap<String, &Map<String, Json>> = BTreeMap::new();
    let version = |r: &Map<String, Json>| time(r, "updated_at").or(time(r, "created_at"));
    for record in batches.iter().flatten().map(|r| r.as_object().unwrap()) {
        let id = text(record, "id").unwrap();
        if newest.get(&id).is_none_or(|old| version(record) >= version(old)) {
            newest.insert(id, record);
        }
    }
    let mut rows: Vec<_> = newest
        .into_iter()
        .map(|(id, r)| (time(r, "created_at").unwrap(), id, Json::Object(r.clone())))
        .filter(|(at, ..)| window.is_none_or(|w| w.contains(*at)))
        .filter(|(.., r)| {
            severities.is_empty() || r["severity"].as_str().is_some_and(|s| severities.contains(&s))
        })
        .collect();
    rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    rows
}

/// The cell that a value of a record should be listed as.
fn cell(value: Option<&Json>) -> Cell {
    match value {
        None | Some(Json::Null) => Cell::Null,
        Some(Json::Bool(b)) => Cell::Boolean(*b),
        Some(Json::Number(n)) if n.is_i64() => Cell::Integer(n.as_i64().unwrap()),
        Some(Json::Number(n)) => Cell::Number(n.as_f64().unwrap()),
        Some(Json::String(text)) => {
            text.parse().map_or_else(|_| Cell::Text(text.clone()), |at: Timestamp| Cell::Time(at))
        }
        Some(Json::Array(items)) => {
            let items: Vec<&str> = items.iter().map(|i| i.as_str().unwrap()).collect();
            Cell::Text(items.join("; "))
        }
        Some(other) => panic!("{other}"),
    }
}

fn value_of<'r>(record: &'r Json, column: &str) -> Option<&'r Json> {
    match column.strip_prefix("custom.") {
        Some(name) => record["custom"].get(name),
        None => record.get(column),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_listing_is_what_the_naive_evaluator_lists(
        batches in prop::collection::vec(prop::collection::vec(record(), 1..40), 1..6),
        from in instant(),
        windowed in any::<bool>(),
        severities in prop::sample::subsequence(vec!["critical", "high", "low"], 0..3),
        limit in 1..8_usize,
    ) {
        let window = windowed.then(|| {
            Window::new(from.parse().unwrap(), "2026-05-01T00:00:00Z".parse().unwrap()).unwrap()
        });
        let filter = (!severities.is_empty())
            .then(|| Filter::compare("severity", Compare::In, severities.clone()));
        let listing = Listing::new(DatasetId::Incidents, window).filtered(filter);
        listing.check().unwrap();
        let store = Store::new(DatasetId::Incidents, &batches);
        let (columns, rows) = store.rows(&listing);
        let expected: Vec<Vec<Cell>> = naive(&batches, window, &severities)
            .iter()
            .map(|(.., r)| columns.iter().map(|c| cell(value_of(r, c))).collect())
            .collect();
        prop_assert_eq!(&rows, &expected);

        let newest = store.scan(&listing).newest(limit).unwrap();
        prop_assert_eq!(newest.total_rows, expected.len() as u64);
        let last: Vec<_> = expected.iter().rev().take(limit).cloned().collect();
        prop_assert_eq!(newest.rows, last);

        let some = listing.columns(&["severity", "custom.site", "id", "custom.nobody"]);
        let (names, rows) = store.rows(&some);
        prop_assert_eq!(names, ["severity", "custom.site", "id", "custom.nobody"]);
        let expected: Vec<Vec<Cell>> = naive(&batches, window, &severities)
            .iter()
            .map(|(.., r)| some.columns.iter().map(|c| cell(value_of(r, c))).collect())
            .collect();
        prop_assert_eq!(rows, expected);
    }
}

#[test]
fn many_records_of_one_instant_are_ordered_by_id_across_batches_and_segments() {
    let record = |n: u32| {
        let at = if n < 500 { "2026-03-01T00:00:00Z" } else { "2026-03-02T00:00:00Z" };
        // Spread so that neither arrival nor segment has the order of the ids.
        json!({"id": format!("{:05}", n * 7_919 % 10_000), "created_at": at})
    };
    let batches: Vec<Vec<Json>> =
        (0..3).map(|batch| (0..10_000).filter(|n| n % 3 == batch).map(record).collect()).collect();
    let store = Store::new(DatasetId::Incidents, &batches);
    let (_, rows) = store.rows(&Listing::new(DatasetId::Incidents, None).columns(&["created_at", "id"]));
    let keys: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    assert_eq!(keys.len(), 10_000);
    assert!(keys.is_sorted(), "by time, then id");
}

#[test]
fn records_of_a_dataset_without_event_time_are_ordered_by_id() {
    let policy = |id: &str| json!({"id": id, "title": id.to_uppercase(), "categories": ["b", "a"]});
    let batches = [vec![policy("c"), policy("a")], vec![policy("b"), policy("c")]];
    let store = Store::new(DatasetId::Policies, &batches);
    let (_, rows) = store.rows(&Listing::new(DatasetId::Policies, None).columns(&["id", "categories"]));
    let text = |t: &str| Cell::Text(t.to_owned());
    assert_eq!(rows, ["a", "b", "c"].map(|id| vec![text(id), text("b; a")]));
}

#[test]
fn the_tenants_own_fields_follow_the_columns_of_the_dataset() {
    let batches = [
        vec![json!({"id": "a", "created_at": "2026-03-01T00:00:00Z", "custom": {"zone": "x", "area": 2}})],
        vec![json!({"id": "b", "created_at": "2026-01-01T00:00:00Z", "custom": {"old": true}})],
    ];
    let store = Store::new(DatasetId::Incidents, &batches);
    let march = Window::new("2026-03-01T00:00:00Z".parse().unwrap(), "2026-04-01T00:00:00Z".parse().unwrap());
    let (columns, rows) = store.rows(&Listing::new(DatasetId::Incidents, Some(march.unwrap())));
    assert_eq!((columns[0].as_str(), columns[1].as_str()), ("id", "created_at"));
    assert_eq!(columns[columns.len() - 2..], ["custom.area", "custom.zone"], "January's field is not there");
    assert_eq!(rows.len(), 1);
}

#[test]
fn a_damaged_segment_is_reported_and_not_listed() {
    let rows: Vec<Json> = (0..3_000)
        .map(|n| json!({"id": format!("{n}"), "created_at": "2026-03-01T00:00:00Z", "title": format!("t{}", n * 7)}))
        .collect();
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    let body = serde_json::to_vec(&rows).unwrap();
    let new = ingest(&body, BodyFormat::Json, false, &mapping, &tenant()).unwrap().segments.remove(0);
    let whole = new.bytes.clone();
    let mut reported = 0;
    for place in (100..whole.len() / 2).step_by(whole.len() / 40) {
        let mut bytes = whole.to_vec();
        bytes[place] ^= 0xFF;
        let mut meta = new.clone().into_meta("k".to_owned(), 1, 1);
        meta.sha256 = sha256(&bytes);
        let Ok(segment) = Segment::open(bytes.into(), &meta, &tenant()) else { continue };
        let snapshot = Arc::new(Snapshot {
            tenant: tenant(),
            dataset: DatasetId::Incidents,
            generation: 1,
            segments: vec![meta],
        });
        let mut scan = RowScan::new(&snapshot, &Listing::new(DatasetId::Incidents, None)).unwrap();
        scan.provide(0, Arc::new(segment)).unwrap();
        let listed: Result<Vec<_>, _> = scan.open().and_then(Iterator::collect);
        reported += usize::from(listed.is_err());
    }
    assert!(reported > 0, "no damage was noticed");
}

fn sha256(bytes: &[u8]) -> String {
    sitrep_domain::canonical::sha256_hex(bytes)
}
