//! The engine against a naive evaluator, over random records, upserts, batches, windows, zones, filters and queries.
//!
//! Also: neither the number of threads, nor the order of provision, nor how records are spread over segments changes
//! a bit of the result.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod naive;

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::filter::Filter;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mapping::SourceKind;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::measure::{Measure, MeasureOp, Value};
use sitrep_domain::query::{GroupKey, NamedMeasure, OrderBy, Population, Query};
use sitrep_domain::record::Record;
use sitrep_domain::result::{Cell, QueryResult, ResultRow};
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::window::Window;
use sitrep_query::{BodyFormat, Scan, Segment, ingest};

fn tenant() -> TenantId {
    TenantId::new("acme").unwrap()
}

/// A store of segments, one commit per batch of rows.
struct Store {
    snapshot: Arc<Snapshot>,
    segments: Vec<Arc<Segment>>,
}

impl Store {
    fn new(batches: &[Vec<Json>]) -> Self {
        let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
        let (mut metas, mut segments) = (Vec::new(), Vec::new());
        for (seq, rows) in (1..).zip(batches) {
            let body = serde_json::to_vec(rows).unwrap();
            let done = ingest(&body, BodyFormat::Json, false, &mapping, &tenant()).unwrap();
            assert_eq!((done.accepted as usize, done.errors.len()), (rows.len(), 0), "{:?}", done.errors);
            for new in done.segments {
                let file = new.bytes.clone();
                let key = format!("{seq}/{}", new.month);
                let meta = new.into_meta(key, seq, seq);
                segments.push(Arc::new(Segment::open(file, &meta, &tenant()).unwrap()));
                metas.push(meta);
            }
        }
        let generation = batches.len() as u64;
        let snapshot = Arc::new(Snapshot {
            tenant: tenant(),
            dataset: DatasetId::Incidents,
            generation,
            segments: metas,
        });
        Self { snapshot, segments }
    }

    fn run(&self, queries: &[Query], threads: usize, backwards: bool) -> Vec<QueryResult> {
        let mut scan = Scan::new(&self.snapshot, queries).unwrap();
        loop {
            let wanted = scan.wanted();
            let next = if backwards { wanted.last() } else { wanted.first() };
            let Some(index) = next.copied() else { break };
            scan.provide(index, self.segments[index].clone()).unwrap();
        }
        scan.run_on(threads).unwrap().results
    }
}

fn records(batches: &[Vec<Json>]) -> Vec<Record> {
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    let mapping = mapping.compile().unwrap();
    let map = |row: &Json| mapping.map_row(row.as_object().unwrap(), SourceKind::Json).unwrap();
    batches.iter().flatten().map(map).collect()
}

/// Instants in four months around both changes of clock in Berlin, with few distinct values so that ties happen.
fn instant() -> impl Strategy<Value = String> {
    let days = select(vec![
        "2026-02-28",
        "2026-03-01",
        "2026-03-28",
        "2026-03-29",
        "2026-03-30",
        "2026-03-31",
        "2026-10-25",
        "2026-11-01",
    ]);
    let times = select(vec![
        "00:00:00",
        "00:30:00.5",
        "01:00:00",
        "01:30:00",
        "12:00:00",
        "22:59:59.999999",
        "23:00:00",
    ]);
    (days, times).prop_map(|(day, time)| format!("{day}T{time}Z"))
}

fn optional<T: std::fmt::Debug + Clone + Into<Json> + 'static>(
    values: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Json> {
    prop_oneof![1 => Just(Json::Null), 3 => values.prop_map(Into::into)].boxed()
}

/// Techniques, sub-techniques and ids that do not count: revoked, deprecated and unknown ones.
const TECHNIQUES: [&str; 9] =
    ["T1059", "T1059.001", "T1059.003", "T1078", "T1486", "T1086", "T1043", "T9999", "t1059"];

fn row() -> impl Strategy<Value = Json> {
    let identity = (0..24_u8, instant(), optional(instant()), optional(instant()), optional(instant()));
    let texts = (
        optional(select(vec!["critical", "high", "low"])),
        optional(select(vec!["9", "10", "007", "anna", "Ümit", ""])),
        optional(any::<bool>()),
    );
    let numbers = (
        optional(select(vec![0.1, 0.2, 0.7, 1.0])),
        optional(0..4_i64),
        optional(proptest::collection::vec(select(vec!["a", "b", "c"]), 0..4)),
        optional(proptest::collection::vec(select(TECHNIQUES.to_vec()), 0..3)),
    );
    let custom = select(vec![
        json!({}),
        json!({"site": "x"}),
        json!({"site": 5}),
        json!({"site": true}),
        json!({"site": ["x", "y", "x"]}),
        json!({"n": 1e-9, "site": "5"}),
        json!({"n": 123_456.75}),
    ]);
    (identity, texts, numbers, custom).prop_map(
        |(
            (id, created, updated, resolved, acknowledged),
            (severity, user, sla),
            (confidence, reopens, tags, techniques),
            custom,
        )| {
            json!({
                "id": format!("INC-{id}"), "created_at": created, "updated_at": updated, "resolved_at": resolved,
                "acknowledged_at": acknowledged, "severity": severity, "user": user, "sla_met": sla,
                "confidence": confidence, "reopen_count": reopens, "tags": tags,
                "techniques": techniques, "custom": custom,
            })
        },
    )
}

fn batches() -> impl Strategy<Value = Vec<Vec<Json>>> {
    proptest::collection::vec(proptest::collection::vec(row(), 1..14), 1..6)
}

fn filter() -> impl Strategy<Value = Filter> {
    let term = select(vec![
        json!({"field": "severity", "op": "in", "value": ["critical", "high"]}),
        json!({"field": "severity", "op": "ne", "value": "low"}),
        json!({"field": "severity", "op": "is_null"}),
        json!({"field": "user", "op": "lt", "value": "b"}),
        json!({"field": "user", "op": "contains", "value": "0"}),
        json!({"field": "user", "op": "is_null", "value": false}),
        json!({"field": "sla_met", "op": "eq", "value": true}),
        json!({"field": "sla_met", "op": "ne", "value": true}),
        json!({"field": "confidence", "op": "ge", "value": 0.2}),
        json!({"field": "reopen_count", "op": "le", "value": 1.5}),
        json!({"field": "reopen_count", "op": "in", "value": [0, 3]}),
        json!({"field": "created_at", "op": "gt", "value": "2026-03-29T00:30:00Z"}),
        json!({"field": "resolved_at", "op": "le", "value": "2026-03-31T12:00:00Z"}),
        json!({"field": "tags", "op": "eq", "value": "a"}),
        json!({"field": "tags", "op": "ne", "value": "a"}),
        json!({"field": "tags", "op": "in", "value": ["b", "c"]}),
        json!({"field": "tags", "op": "contains", "value": "b"}),
        json!({"field": "tags", "op": "is_null"}),
        json!({"field": "custom.site", "op": "eq", "value": "x"}),
        json!({"field": "custom.site", "op": "ne", "value": 5}),
        json!({"field": "custom.site", "op": "ge", "value": 5}),
        json!({"field": "custom.site", "op": "in", "value": [true, "y"]}),
        json!({"field": "custom.none", "op": "is_null"}),
        json!({"field": "hostname", "op": "eq", "value": "h"}),
    ]);
    let leaf = term.prop_map(|json| Filter::parse(&json).unwrap());
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|f| Filter::Not(Box::new(f))),
        ]
    })
}

fn measure() -> impl Strategy<Value = Measure> {
    let minutes = json!({"minutes_between": ["created_at", "resolved_at"]});
    let value = select(vec![
        minutes,
        json!("confidence"),
        json!("reopen_count"),
        json!("custom.n"),
        json!("custom.site"),
    ]);
    let op = select(vec!["sum", "mean", "min", "max", "percentile", "count_distinct"]);
    let of_value = (op, value, select(vec![0.0, 0.5, 0.9, 0.95, 1.0])).prop_map(|(op, of, p)| {
        if op == "percentile" { json!({"op": op, "of": of, "p": p}) } else { json!({"op": op, "of": of}) }
    });
    let other = select(vec![
        json!({"op": "count"}),
        json!({"op": "count_distinct", "of": "user"}),
        json!({"op": "count_distinct", "of": "tags"}),
        json!({"op": "min", "of": "created_at"}),
        json!({"op": "latest", "of": "confidence"}),
        json!({"op": "latest", "of": "reopen_count"}),
        json!({"op": "latest", "of": "resolved_at"}),
        json!({"op": "max", "of": "resolved_at"}),
        json!({"op": "ratio", "num": {"op": "count", "where": {"field": "sla_met", "op": "eq", "value": true}},
               "den": {"op": "count", "where": {"field": "sla_met", "op": "is_null", "value": false}}}),
        json!({"op": "ratio", "num": {"op": "sum", "of": "reopen_count"}, "den": {"op": "sum", "of": "confidence"}}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1"}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1", "rolled": true}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1", "tactic": "execution"}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1", "per": "tactic", "rolled": true}),
    ]);
    let plain =
        prop_oneof![of_value, other].prop_map(|json| serde_json::from_value::<Measure>(json).unwrap());
    (plain, proptest::option::weighted(0.3, filter()))
        .prop_map(|(measure, filter)| Measure { filter, ..measure })
}

/// A measure, or one made of several.
fn composed() -> impl Strategy<Value = Measure> {
    let weight = select(vec![-2.5, 0.0, 0.25, 1.0, 100.0]);
    let is_number = |m: &Measure| {
        let instant = |of: &Value| matches!(of, Value::Column(name) if name.ends_with("_at"));
        !matches!(&m.op, MeasureOp::Min(of) | MeasureOp::Max(of) | MeasureOp::Latest(of) if instant(of))
    };
    let number = || measure().prop_filter("an instant is no number", is_number);
    let terms = proptest::collection::vec((weight, number()), 1..4);
    let composed = prop_oneof![
        terms.prop_map(Measure::weighted_sum),
        number().prop_map(Measure::per_day),
        (number(), number()).prop_map(|(num, den)| Measure::ratio(Measure::per_day(num), den)),
    ];
    let composed = (composed, proptest::option::weighted(0.3, filter()))
        .prop_map(|(measure, filter)| Measure { filter, ..measure });
    prop_oneof![3 => measure(), 2 => composed]
}

fn population() -> impl Strategy<Value = Population> {
    prop_oneof![
        3 => Just(Population::Created),
        1 => Just(Population::Resolved),
        1 => Just(Population::CreatedAndOpenAtEnd),
        1 => Just(Population::OpenAtEnd),
        1 => instant().prop_map(|at| Population::OpenAt(at.parse().unwrap())),
        1 => Just(Population::CreatedByEnd),
    ]
}

fn group_key() -> impl Strategy<Value = GroupKey> {
    let field = select(vec![
        "severity",
        "user",
        "sla_met",
        "confidence",
        "reopen_count",
        "tags",
        "techniques",
        "custom.site",
        "hostname",
        "resolved_at",
    ]);
    let bucket = select(vec!["hour", "day", "week", "month", "quarter", "year"]);
    let zone = select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]);
    let of = select(vec!["created_at", "resolved_at"]);
    prop_oneof![
        2 => field.prop_map(|f| GroupKey::Field(f.to_owned())),
        1 => (bucket, of, zone).prop_map(|(time, of, timezone)| {
            serde_json::from_value(json!({"time": time, "of": of, "timezone": timezone})).unwrap()
        }),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    let window = proptest::option::weighted(0.8, (instant(), instant())).prop_map(|ends| {
        let (a, b): (Timestamp, Timestamp) = ends.map(|(a, b)| (a.parse().unwrap(), b.parse().unwrap()))?;
        Window::new(a.min(b), a.max(b)).ok()
    });
    let measures = proptest::collection::vec((composed(), population()), 1..5);
    let keys = proptest::collection::vec(group_key(), 0..3);
    (window, proptest::option::weighted(0.4, filter()), keys, measures, any::<bool>()).prop_map(
        |(window, filter, mut keys, measures, drop_null_keys)| {
            let mut names = std::collections::BTreeSet::new();
            keys.retain(|k| names.insert(k.name().to_owned()));
            let named =
                |(i, (measure, population))| NamedMeasure { name: format!("m{i}"), measure, population };
            let mut query = Query::new(DatasetId::Incidents, window);
            query.filter = filter;
            query.group_by = keys;
            query.drop_null_keys = drop_null_keys;
            query.measures = measures.into_iter().enumerate().map(named).collect();
            query
        },
    )
}

/// The text form of a key, as the naive engine writes it.
fn key_text(cell: &Cell, key: &GroupKey) -> String {
    let is_severity = matches!(key, GroupKey::Field(name) if name == "severity");
    match cell {
        Cell::Null => "missing".to_owned(),
        Cell::Text(text) if is_severity && text == "unrated" => "missing".to_owned(),
        Cell::Text(text) => format!("t:{text}"),
        Cell::Boolean(b) => format!("b:{b}"),
        Cell::Integer(n) => format!("n:{:?}", *n as f64),
        Cell::Number(x) => format!("n:{x:?}"),
        Cell::Time(at) => format!("at:{}", at.as_microsecond()),
    }
}

fn value_of(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Time(at) => Some(at.as_microsecond() as f64),
        cell => cell.as_f64(),
    }
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        (a, b) => a == b,
    }
}

fn check(result: &QueryResult, records: &[Record], query: &Query) -> Result<(), TestCaseError> {
    let expected = naive::answer(records, query);
    prop_assert_eq!(result.unassigned, expected.unassigned, "unassigned");
    prop_assert_eq!(result.total_rows, expected.rows.len() as u64, "rows {:?}", expected.rows.keys());
    for row in &result.rows {
        let keys: Vec<String> = row.keys.iter().zip(&query.group_by).map(|(c, k)| key_text(c, k)).collect();
        let figures = expected.rows.get(&keys);
        prop_assert!(figures.is_some(), "no such row {:?}", keys);
        for (found, wanted) in row.figures.iter().zip(figures.unwrap()) {
            let same = close(value_of(&found.value), wanted.value)
                && (found.population, found.excluded) == (wanted.population, wanted.excluded);
            prop_assert!(same, "{:?}: {:?} instead of {:?}", keys, found, wanted);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_engine_agrees_with_the_naive_one(batches in batches(), queries in proptest::collection::vec(query(), 1..4)) {
        let newest = naive::newest(&records(&batches));
        let results = Store::new(&batches).run(&queries, 1, false);
        for (result, query) in results.iter().zip(&queries) {
            check(result, &newest, query)?;
        }
    }

    #[test]
    fn neither_threads_nor_order_nor_segmentation_change_a_bit(
        batches in batches(),
        queries in proptest::collection::vec(query(), 1..3),
    ) {
        let store = Store::new(&batches);
        let first = store.run(&queries, 1, false);
        prop_assert_eq!(&first, &store.run(&queries, 3, true), "threads and order of provision");
        let one_commit = Store::new(&[batches.concat()]);
        prop_assert_eq!(&first, &one_commit.run(&queries, 1, false), "segmentation");
    }

    #[test]
    fn what_queries_share_in_one_pass_changes_no_bit_of_any(
        batches in batches(),
        query in query(),
        other in group_key(),
        ends in proptest::collection::vec(instant(), 6..12),
    ) {
        let sharing = |keys| Query { group_by: keys, drop_null_keys: false, ..query.clone() };
        let backlog = ends.iter().enumerate().fold(Query::new(query.dataset, query.window), |all, (i, end)| {
            all.measure_of(format!("open{i}"), Measure::count(), Population::OpenAt(end.parse().unwrap()))
        });
        let queries = [query.clone(), sharing(vec![other]), sharing(Vec::new()), backlog];
        let (store, newest) = (Store::new(&batches), naive::newest(&records(&batches)));
        let together = store.run(&queries, 2, false);
        for (result, query) in together.iter().zip(&queries) {
            check(result, &newest, query)?;
            prop_assert_eq!(result, &store.run(std::slice::from_ref(query), 1, false)[0]);
        }
    }

    #[test]
    fn rows_come_ordered_with_missing_last_and_limited(
        batches in batches(),
        query in query(),
        descending in any::<bool>(),
        limit in 1..4_usize,
    ) {
        let store = Store::new(&batches);
        let mut query = query;
        query.order_by = vec![OrderBy { by: "m0".to_owned(), descending }];
        let all = store.run(std::slice::from_ref(&query), 1, false).remove(0);
        let values: Vec<Option<f64>> = all.rows.iter().map(|r: &ResultRow| value_of(&r.figures[0].value)).collect();
        let present: Vec<f64> = values.iter().copied().flatten().collect();
        prop_assert!(values.iter().skip(present.len()).all(Option::is_none), "missing last: {values:?}");
        let ordered = if descending { present.is_sorted_by(|a, b| a >= b) } else { present.is_sorted() };
        prop_assert!(ordered, "{values:?}");
        query.limit = limit;
        let cut = store.run(std::slice::from_ref(&query), 1, false).remove(0);
        prop_assert_eq!(&cut.rows[..], &all.rows[..limit.min(all.rows.len())]);
        prop_assert_eq!((cut.total_rows, cut.truncated()), (all.total_rows, limit < all.rows.len()));
    }
}

#[test]
fn percentiles_inside_other_measures_are_found() {
    let row = |id: usize, confidence: f64| json!({"id": format!("i-{id}"), "created_at": "2026-03-05T08:00:00Z", "user": "anna", "confidence": confidence});
    let batches = [vec![row(1, 0.1), row(2, 0.2)], vec![row(3, 0.9)]];
    let (store, records) = (Store::new(&batches), naive::newest(&records(&batches)));
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let window = Window::new(at("2026-03-01T00:00:00Z"), at("2026-03-11T00:00:00Z")).unwrap();
    let percentile = |p| Measure::percentile(p, Value::Column("confidence".to_owned()));
    for measure in [
        Measure::weighted_sum([(1.0, percentile(0.5)), (2.0, percentile(0.9))]),
        Measure::per_day(percentile(0.5)),
        Measure::ratio(Measure::per_day(percentile(0.9)), Measure::weighted_sum([(2.0, percentile(0.5))])),
    ] {
        let query = Query::new(DatasetId::Incidents, Some(window)).by_field("user").measure("m", measure);
        let result = store.run(std::slice::from_ref(&query), 1, false).remove(0);
        assert!(result.rows[0].figures[0].value.as_f64().is_some(), "{:?}", query.measures);
        check(&result, &records, &query).unwrap();
    }
}
