//! Compaction against the naive evaluator: whatever segments are made one, in whatever order, answers stay as they
//! were, to the bit; and what a change is said to touch is exactly what reads a row that came or went.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod naive;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mapping::SourceKind;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::query::Query;
use sitrep_domain::record::Record;
use sitrep_domain::result::QueryResult;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_query::{BodyFormat, Changes, Compacted, QueryError, Scan, Segment, compact, ingest};

fn tenant() -> TenantId {
    TenantId::new("acme").unwrap()
}

/// Living segments with their files, as the product keeps them.
#[derive(Clone, Default)]
struct Store {
    seq: u64,
    living: Vec<(SegmentMeta, Bytes)>,
}

impl Store {
    fn of(batches: &[Vec<Json>]) -> Self {
        let mut store = Self::default();
        batches.iter().for_each(|rows| store.ingest(rows));
        store
    }

    fn ingest(&mut self, rows: &[Json]) {
        let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        serde_json::to_writer(&mut encoder, rows).unwrap();
        let body = encoder.finish().unwrap();
        let done = ingest(&body, BodyFormat::Json, true, &mapping, &tenant()).unwrap();
        assert_eq!((done.accepted as usize, done.errors.len()), (rows.len(), 0), "{:?}", done.errors);
        self.seq += 1;
        for new in done.segments {
            let file = new.bytes.clone();
            let key = format!("{}/{}", self.seq, new.month);
            self.living.push((new.into_meta(key, self.seq, self.seq), file));
        }
    }

    /// Compacts those of each month that `chosen` names by their place among the living.
    fn compact(&mut self, chosen: &[bool]) {
        let mut months: BTreeMap<String, Vec<(SegmentMeta, Bytes)>> = BTreeMap::new();
        let mut stays = Vec::new();
        for (i, (meta, file)) in std::mem::take(&mut self.living).into_iter().enumerate() {
            if chosen.get(i).copied().unwrap_or(false) {
                months.entry(meta.month.clone()).or_default().push((meta, file));
            } else {
                stays.push((meta, file));
            }
        }
        for (_, inputs) in months {
            match compact(&inputs, &tenant()).unwrap() {
                None => stays.extend(inputs),
                Some(Compacted { segment, used }) => {
                    assert_eq!(used.len(), inputs.len(), "small inputs all fit");
                    self.seq += 1;
                    let file = segment.bytes.clone();
                    let meta = segment.into_meta(format!("c{}", self.seq), self.seq, self.seq);
                    stays.push((SegmentMeta { compacted: true, ..meta }, file));
                }
            }
        }
        self.living = stays;
        self.living.sort_by(|(a, _), (b, _)| (a.seq, &a.month).cmp(&(b.seq, &b.month)));
    }

    fn open(&self) -> Vec<(SegmentMeta, Arc<Segment>)> {
        let open = |(meta, file): &(SegmentMeta, Bytes)| {
            (meta.clone(), Arc::new(Segment::open(file.clone(), meta, &tenant()).unwrap()))
        };
        self.living.iter().map(open).collect()
    }

    fn run(&self, queries: &[Query]) -> Vec<QueryResult> {
        let metas = self.living.iter().map(|(meta, _)| meta.clone()).collect();
        let snapshot = Arc::new(Snapshot {
            tenant: tenant(),
            dataset: DatasetId::Incidents,
            generation: self.seq,
            segments: metas,
        });
        let opened = self.open();
        let mut scan = Scan::new(&snapshot, queries).unwrap();
        while let Some(index) = scan.wanted().first().copied() {
            scan.provide(index, opened[index].1.clone()).unwrap();
        }
        scan.run_on(2).unwrap().results
    }
}

fn records(batches: &[Vec<Json>]) -> Vec<Record> {
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    let mapping = mapping.compile().unwrap();
    let map = |row: &Json| mapping.map_row(row.as_object().unwrap(), SourceKind::Json).unwrap();
    batches.iter().flatten().map(map).collect()
}

/// Few ids and few instants over three months, so that upserts, ties and moves between months are common.
fn row() -> impl Strategy<Value = Json> {
    let instants = || {
        select(vec![
            "2026-01-31T23:59:59.999999Z",
            "2026-02-01T00:00:00Z",
            "2026-02-14T12:00:00Z",
            "2026-03-01T00:00:00Z",
        ])
    };
    let maybe = |values| prop_oneof![2 => Just(Json::Null), 3 => values];
    let text = |texts: Vec<&'static str>| select(texts).prop_map(Json::from);
    (
        (0..9_u8, instants(), maybe(instants().prop_map(Json::from).boxed()), maybe(instants().prop_map(Json::from).boxed())),
        maybe(text(vec!["critical", "low"]).boxed()),
        maybe(text(vec!["", "ann", "Ümit"]).boxed()),
        maybe(any::<bool>().prop_map(Json::from).boxed()),
        maybe(select(vec![0.1, 0.7]).prop_map(Json::from).boxed()),
        maybe((0..4_i64).prop_map(Json::from).boxed()),
        maybe(proptest::collection::vec(select(vec!["a", "b"]), 0..4).prop_map(Json::from).boxed()),
        select(vec![json!({}), json!({"site": "x"}), json!({"site": 5}), json!({"site": ["x", "y", "x"], "n": 1e-9}), json!({"n": false})]),
    )
        .prop_map(|((id, created, updated, resolved), severity, user, sla, confidence, reopens, tags, custom)| {
            json!({"id": format!("INC-{id}"), "created_at": created, "updated_at": updated, "resolved_at": resolved,
                "severity": severity, "user": user, "sla_met": sla, "confidence": confidence,
                "reopen_count": reopens, "tags": tags, "custom": custom})
        })
}

fn batches() -> impl Strategy<Value = Vec<Vec<Json>>> {
    proptest::collection::vec(proptest::collection::vec(row(), 1..7), 2..9)
}

/// Queries that look at every kind of column, over each population, with and without a window and a filter.
fn queries() -> Vec<Query> {
    let query = |json: Json| {
        let window = json.get("window").cloned();
        let mut query: Query = serde_json::from_value(json!({
            "dataset": "incidents", "window": window, "filter": json.get("filter"), "group_by": json["by"],
            "measures": json["measures"], "order_by": [], "limit": 1_000, "drop_null_keys": false,
        }))
        .unwrap();
        query.order_by.clear();
        query
    };
    let february = json!({"start": "2026-02-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"});
    let count = |population: Json| json!({"name": "n", "measure": {"op": "count"}, "population": population});
    let minutes = json!({"minutes_between": ["created_at", "resolved_at"]});
    let figures = json!([
        count(json!("created")),
        {"name": "sum", "measure": {"op": "sum", "of": "confidence"}, "population": "created"},
        {"name": "p", "measure": {"op": "percentile", "p": 0.9, "of": minutes}, "population": "resolved"},
        {"name": "d", "measure": {"op": "count_distinct", "of": "custom.site"}, "population": "created"},
        {"name": "open", "measure": {"op": "count"}, "population": "open_at_end"},
    ]);
    let mut all: Vec<Query> = Vec::new();
    for by in ["severity", "user", "sla_met", "tags", "custom.site", "custom.n", "reopen_count"] {
        all.push(query(json!({"by": [by], "measures": figures})));
        all.push(query(json!({"by": [by], "measures": figures, "window": february})));
    }
    let filter = json!({"field": "severity", "op": "eq", "value": "low"});
    all.push(query(json!({"by": [], "measures": figures, "window": february, "filter": filter})));
    all
}

fn count_of(expected: &naive::Answer) -> BTreeMap<Vec<String>, Option<f64>> {
    expected.rows.iter().map(|(keys, figures)| (keys.clone(), figures[0].value)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_compaction_changes_a_bit_of_any_answer(
        batches in batches(),
        later in batches(),
        first in proptest::collection::vec(any::<bool>(), 0..24),
        second in proptest::collection::vec(any::<bool>(), 0..24),
    ) {
        let queries = queries();
        let all = [batches.clone(), later.clone()].concat();
        let plain = Store::of(&all).run(&queries);
        let mut store = Store::of(&batches);
        store.compact(&first);
        for rows in &later {
            store.ingest(rows);
        }
        prop_assert_eq!(&store.run(&queries), &plain, "compacted once");
        store.compact(&second);
        prop_assert_eq!(&store.run(&queries), &plain, "compacted twice");
        store.compact(&[true; 64]);
        prop_assert_eq!(&store.run(&queries), &plain, "all of each month in one");
        let months: std::collections::BTreeSet<_> = store.living.iter().map(|(m, _)| &m.month).collect();
        prop_assert_eq!(months.len(), store.living.len());

        let newest = naive::newest(&records(&all));
        for (query, result) in queries.iter().zip(&plain) {
            let answer = naive::answer(&newest, query);
            prop_assert_eq!(result.unassigned, answer.unassigned);
            let expected = count_of(&answer);
            let found: f64 = result.rows.iter().filter_map(|r| r.figures[0].value.as_f64()).sum();
            let wanted: f64 = expected.values().flatten().sum();
            prop_assert_eq!(found, wanted, "{:?}", query.group_by);
        }
    }

    #[test]
    fn a_change_touches_the_queries_that_read_a_row_it_brought_or_replaced(
        batches in batches(),
        late in proptest::collection::vec(row(), 1..4),
        compacted in proptest::collection::vec(any::<bool>(), 0..24),
    ) {
        let mut store = Store::of(&batches);
        store.compact(&compacted);
        let before = naive::newest(&records(&batches));
        let after = naive::newest(&records(&[batches.clone(), vec![late.clone()]].concat()));
        let known = store.living.len();
        let old = store.open();
        store.ingest(&late);
        let mut changes = Changes::new(store.open().split_off(known)).unwrap();
        for (meta, segment) in old {
            if changes.may_replace_in(&meta).unwrap() {
                changes.add_old(meta, segment).unwrap();
            }
        }
        for query in queries() {
            let touched = changes.touch(std::slice::from_ref(&query)).unwrap();
            let differs = format!("{:?}", naive::answer(&before, &query).rows) != format!("{:?}", naive::answer(&after, &query).rows);
            prop_assert!(touched || !differs, "a figure differs, and the query is not touched");
            if touched {
                // Some record that came or went is one of the query's: its plainest form sees it.
                let ids = late_ids(&late);
                prop_assert!(reads(&before, &query, &ids) || reads(&after, &query, &ids), "touched for nothing");
            }
        }
    }
}

fn late_ids(late: &[Json]) -> Vec<String> {
    late.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// Whether a query reads a record of one of the ids.
fn reads(records: &[Record], query: &Query, ids: &[String]) -> bool {
    let of_ids: Vec<Record> = records
        .iter()
        .filter(|r| ids.iter().any(|id| format!("{:?}", r.values()[0]).contains(&format!("\"{id}\""))))
        .cloned()
        .collect();
    naive::answer(&of_ids, query)
        .rows
        .values()
        .flatten()
        .any(|figure| figure.population + figure.excluded > 0)
}

fn incident(id: &str, n: i64) -> Json {
    json!({"id": id, "created_at": "2026-02-03T00:00:00Z", "updated_at": "2026-02-04T00:00:00Z", "reopen_count": n})
}

#[test]
fn a_tie_is_decided_by_the_commit_a_row_came_with_and_not_by_that_of_its_segment() {
    // Commits 1 and 3 are compacted as commit 4; commit 2 lies between them and must win over 1 and lose to 3.
    let commits = [
        vec![incident("a", 1), incident("b", 1)],
        vec![incident("a", 2), incident("b", 2)],
        vec![incident("b", 3)],
    ];
    let mut store = Store::of(&commits);
    store.compact(&[true, false, true]);
    assert_eq!(store.living.len(), 2);
    let query = Query::new(DatasetId::Incidents, None)
        .by_field("reopen_count")
        .measure("n", sitrep_domain::measure::Measure::count());
    let rows = store.run(&[query]).remove(0).rows;
    let counts: Vec<f64> = rows.iter().filter_map(|r| r.keys[0].as_f64()).collect();
    assert_eq!(counts, [2.0, 3.0]);
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_the_facts_of_what_is_left() {
    let rows = |n: i64| (0..200).map(|i| incident(&format!("i{}", i * n), n)).collect::<Vec<_>>();
    let store = Store::of(&[rows(1), rows(2), rows(3)]);
    let make = || compact(&store.living, &tenant()).unwrap().unwrap();
    let (first, second) = (make(), make());
    assert_eq!(first.segment.bytes, second.segment.bytes);
    assert_eq!(first.segment.id_filter, second.segment.id_filter);
    assert_eq!(first.used, [0, 1, 2]);
    let distinct: std::collections::BTreeSet<i64> = (0..200).flat_map(|i| [i, i * 2, i * 3]).collect();
    assert_eq!(first.segment.rows, distinct.len() as u64);
    assert!(first.segment.has_unresolved && first.segment.resolved_range.is_none());
    let day = "2026-02-03T00:00:00Z".parse().unwrap();
    assert_eq!(first.segment.event_range, Some((day, day)));
}

#[test]
fn inputs_that_do_not_fit_are_left_and_others_than_of_one_month_refused() {
    let store = Store::of(&[vec![incident("a", 1)]]);
    assert!(compact(&store.living, &tenant()).unwrap().is_none(), "one segment is as compact as it gets");
    let long = |n: usize| {
        let text = |i: usize| json!({"id": format!("{n}-{i}"), "created_at": "2026-02-03T00:00:00Z", "title": format!("{i:08000}")});
        (0..3_000).map(text).collect::<Vec<_>>()
    };
    // Each has 24 MB of texts, however small the file.
    let store = Store::of(&[long(1), vec![incident("a", 1)], long(2), long(3), vec![incident("b", 1)]]);
    assert!(store.living.iter().all(|(_, file)| file.len() < 4 << 20));
    assert_eq!(compact(&store.living, &tenant()).unwrap().unwrap().used, [0, 1, 2, 4]);

    let other = json!({"id": "c", "created_at": "2026-03-03T00:00:00Z"});
    let store = Store::of(&[vec![incident("a", 1)], vec![other]]);
    assert!(matches!(compact(&store.living, &tenant()), Err(QueryError::Internal { .. })));
    let stranger = TenantId::new("globex").unwrap();
    assert!(matches!(compact(&store.living, &stranger), Err(QueryError::WrongTenant { .. })));
}
