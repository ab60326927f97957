//! Real incidents against results that were computed elsewhere (DuckDB, recomputed with plain Python).
//!
//! Data and expected results are in the repository's `tests/data`; their README says where they come from.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::sync::Arc;

use serde_json::Value as Json;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::filter::{Compare, Filter};
use sitrep_domain::ids::TenantId;
use sitrep_domain::mapping::Mapping;
use sitrep_domain::measure::{Measure, MeasureOp, Value};
use sitrep_domain::query::{GroupKey, Population, Query, TimeBucket};
use sitrep_domain::result::{Cell, QueryResult};
use sitrep_domain::snapshot::Snapshot;
use sitrep_query::{BodyFormat, Scan, Segment, ingest};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data");

struct Data {
    snapshot: Arc<Snapshot>,
    segments: Vec<Arc<Segment>>,
    expected: Json,
}

fn load(folder: &str, file: &str) -> Data {
    let tenant = TenantId::new("acme").unwrap();
    let body = std::fs::read(format!("{DATA}/{folder}/{file}.ndjson.gz")).unwrap();
    let expected = std::fs::read(format!("{DATA}/{folder}/expected.json")).unwrap();
    let mut mapping: Json =
        serde_json::from_slice(&std::fs::read(format!("{DATA}/{folder}/mapping.{file}.json")).unwrap())
            .unwrap();
    mapping["name"] = file.into();
    mapping["dataset"] = "incidents".into();
    let mapping: Mapping = serde_json::from_value(mapping).unwrap();
    let done = ingest(&body, BodyFormat::Ndjson, true, &mapping, &tenant).unwrap();
    assert_eq!((done.rejected, &done.errors[..]), (0, &[][..]));
    let (mut metas, mut segments) = (Vec::new(), Vec::new());
    for new in done.segments {
        let (bytes, key) = (new.bytes.clone(), new.month.clone());
        let meta = new.into_meta(key, 1, 1);
        segments.push(Arc::new(Segment::open(bytes, &meta, &tenant).unwrap()));
        metas.push(meta);
    }
    let snapshot =
        Arc::new(Snapshot { tenant, dataset: DatasetId::Incidents, generation: 1, segments: metas });
    Data { snapshot, segments, expected: serde_json::from_slice(&expected).unwrap() }
}

impl Data {
    fn run(&self, query: &Query) -> QueryResult {
        let mut scan = Scan::new(&self.snapshot, std::slice::from_ref(query)).unwrap();
        while let Some(index) = scan.wanted().first().copied() {
            scan.provide(index, self.segments[index].clone()).unwrap();
        }
        scan.run().unwrap().results.remove(0)
    }

    fn expected_rows(&self, name: &str) -> &[Json] {
        self.expected[name].as_array().unwrap()
    }
}

fn itsm() -> Data {
    load("uci-itsm", "itsm_incidents")
}

fn all() -> Query {
    Query::new(DatasetId::Incidents, None)
}

fn by_month(of: &str) -> GroupKey {
    GroupKey::Time { time: TimeBucket::Month, of: of.to_owned(), timezone: "UTC".to_owned() }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Time(at) => at.to_string()[..7].to_owned(),
        cell => cell.as_str().unwrap().to_owned(),
    }
}

fn is(found: &Cell, expected: &Json, per_minute: f64) -> bool {
    let (found, expected) = (found.as_f64().unwrap() * per_minute, expected.as_f64().unwrap());
    // The expected figures are rounded to six decimals.
    (found - expected).abs() <= 1e-6 + expected.abs() * 1e-12
}

#[test]
fn totals_by_month_and_severity_are_the_expected_ones() {
    for (data, name) in
        [(itsm(), "by_opened_month_severity"), (load("vcdb", "incidents_vcdb"), "by_created_month_severity")]
    {
        let total = data.run(&all().measure("n", Measure::count()));
        assert_eq!(total.rows[0].figures[0].value, Cell::Integer(data.expected["total"].as_i64().unwrap()));
        let query = all().by(by_month("created_at")).by_field("severity").measure("n", Measure::count());
        let mut found: Vec<(String, String, i64)> = data
            .run(&query)
            .rows
            .iter()
            .map(|r| (text(&r.keys[0]), text(&r.keys[1]), r.figures[0].population.cast_signed()))
            .collect();
        let of = |row: &Json| {
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            (text("m"), text("severity"), row["n"].as_i64().unwrap())
        };
        let mut expected: Vec<_> = data.expected_rows(name).iter().map(of).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn times_to_acknowledge_and_resolve_are_the_expected_ones() {
    let data = itsm();
    for (name, column) in [("mtta", "acknowledged_at"), ("mttr", "resolved_at")] {
        let value = || Value::minutes_between("created_at", column);
        let with_measures = |query: Query| {
            let op = |op: fn(Value) -> MeasureOp| Measure::new(op(value()));
            let query = query.measure("mean_s", Measure::mean(value()));
            let query = query.measure("min_s", op(MeasureOp::Min)).measure("max_s", op(MeasureOp::Max));
            [(0.5, "p50_s"), (0.9, "p90_s"), (0.95, "p95_s")]
                .into_iter()
                .fold(query, |query, (p, name)| query.measure(name, Measure::percentile(p, value())))
        };
        let by_severity = data.run(&with_measures(all().by_field("severity")));
        let overall = data.run(&with_measures(all()));
        for expected in data.expected_rows(name) {
            let severity = expected["severity"].as_str().unwrap();
            let row = if severity == "ALL" {
                &overall.rows[0]
            } else {
                by_severity.rows.iter().find(|r| text(&r.keys[0]) == severity).unwrap()
            };
            for (figure, measure) in row.figures.iter().zip(&overall.figure_names) {
                assert_eq!(figure.population, expected["n"].as_u64().unwrap(), "{name} {severity}");
                assert!(
                    is(&figure.value, &expected[measure], 60.0),
                    "{name} {severity} {measure}: {figure:?}"
                );
            }
        }
    }
    let excluded = &data.expected["excluded"][0];
    let left_out = |column: &str| {
        let value = Value::minutes_between("created_at", column);
        data.run(&all().measure("m", Measure::mean(value))).rows[0].figures[0].excluded
    };
    let count = |name: &str| excluded[name].as_u64().unwrap();
    assert_eq!(left_out("acknowledged_at"), count("ack_null") + count("ack_before_opened"));
    assert_eq!(left_out("resolved_at"), count("unresolved") + count("resolved_before_opened"));
}

#[test]
fn service_levels_are_the_expected_ones() {
    let data = itsm();
    let made = || Measure::count().filtered(Filter::compare("sla_met", Compare::Eq, true));
    let rated = Measure::count().filtered(Filter::is_present("sla_met"));
    for (name, label, key) in [
        ("sla_by_severity", "severity", GroupKey::Field("severity".to_owned())),
        ("sla_by_opened_month", "m", by_month("created_at")),
    ] {
        let query =
            all().by(key).measure("share", Measure::ratio(made(), rated.clone())).measure("made", made());
        let found = data.run(&query);
        assert_eq!(found.rows.len(), data.expected_rows(name).len());
        for expected in data.expected_rows(name) {
            let row =
                found.rows.iter().find(|r| text(&r.keys[0]) == expected[label].as_str().unwrap()).unwrap();
            assert_eq!(row.figures[0].population, expected["n"].as_u64().unwrap(), "{expected}");
            assert_eq!(row.figures[1].population, expected["made"].as_u64().unwrap(), "{expected}");
            let percent = row.figures[0].value.as_f64().unwrap() * 100.0;
            assert!((percent - expected["pct"].as_f64().unwrap()).abs() < 5e-5 + 1e-9, "{expected}");
        }
    }
}

#[test]
fn the_backlog_at_each_month_end_is_the_expected_one() {
    let data = itsm();
    let expected = data.expected_rows("backlog_month_end");
    let mut query = all();
    for row in expected {
        let day = row["as_of"].as_str().unwrap();
        let at = Population::OpenAt(format!("{day}T00:00:00Z").parse().unwrap());
        query = query.measure_of(day, Measure::count(), at);
    }
    let found = data.run(&query);
    assert!(expected.len() > 3);
    for (figure, row) in found.rows[0].figures.iter().zip(expected) {
        assert_eq!(figure.value, Cell::Integer(row["open_unresolved"].as_i64().unwrap()), "{row}");
    }
}

#[test]
fn reopened_reassigned_and_custom_counts_are_the_expected_ones() {
    let data = itsm();
    let above_zero = |field: &str| Measure::count().filtered(Filter::compare(field, Compare::Gt, 0));
    let query = all()
        .measure("reopened", above_zero("reopen_count"))
        .measure("reassigned", above_zero("reassignment_count"))
        .measure("hands", Measure::new(MeasureOp::Sum(Value::column("reassignment_count"))))
        .measure("caused", Measure::count().filtered(Filter::is_present("custom.caused_by_change")));
    let found = data.run(&query);
    let values: Vec<&Cell> = found.rows[0].figures.iter().map(|f| &f.value).collect();
    let expected = [
        &data.expected["reopened"],
        &data.expected["reassigned"]["n"],
        &data.expected["reassigned"]["total"],
        &data.expected["caused_by_change"],
    ];
    assert_eq!(values, expected.map(|n| Cell::Integer(n.as_i64().unwrap())).iter().collect::<Vec<_>>());
}

#[test]
fn top_resolvers_teams_varieties_and_countries_are_the_expected_ones() {
    let vcdb = || load("vcdb", "incidents_vcdb");
    // The expected resolvers stand beside their mean time to resolve, so only what has a resolved time counts.
    let resolved = Filter::is_present("resolved_at");
    for (data, name, field, filter) in [
        (itsm(), "top10_resolvers", "resolved_by", Some(resolved)),
        (itsm(), "top10_groups", "team", None),
        (vcdb(), "top10_action_varieties", "tags", None),
        (vcdb(), "top10_countries", "custom.victim_country", None),
        (vcdb(), "top10_victims", "title", None),
    ] {
        let query = all().by_field(field).measure("n", Measure::count()).top("n", 10);
        let found = data.run(&query.filtered(filter));
        let found: Vec<(String, u64)> =
            found.rows.iter().map(|r| (text(&r.keys[0]), r.figures[0].population)).collect();
        let of = |row: &Json| (row["value"].as_str().unwrap().to_owned(), row["n"].as_u64().unwrap());
        let expected: Vec<_> = data.expected_rows(name).iter().map(of).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn throughput_by_resolver_and_month_of_resolution_is_the_expected_one() {
    let data = itsm();
    let query = all().by(by_month("resolved_at")).by_field("resolved_by").measure_of(
        "n",
        Measure::count(),
        Population::Resolved,
    );
    let found = data.run(&query);
    for expected in data.expected_rows("throughput_top5_resolvers_by_month") {
        let (month, who) = (expected["m"].as_str().unwrap(), expected["resolved_by"].as_str().unwrap());
        let of = |r: &&sitrep_domain::result::ResultRow| {
            r.keys.iter().all(|k| *k != Cell::Null) && text(&r.keys[0]) == month && text(&r.keys[1]) == who
        };
        let row = found.rows.iter().find(of);
        assert_eq!(row.map(|r| r.figures[0].population), expected["n"].as_u64(), "{expected}");
    }
}
