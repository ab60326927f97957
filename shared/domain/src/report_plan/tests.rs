//! Tests of report plans over hand-made results: every count is given, none is computed from records.

use super::*;
use crate::calendar::bucket_start;
use crate::custom_query::CustomQuery;
use crate::document::{Block, ColumnKind, Document, DocumentMeta, Format, KpiCard, Rgb, Status, Table};
use crate::filter::Filter;
use crate::listing::ListedRows;
use crate::measure::MeasureOp;
use crate::query::{GroupKey, Population, TimeBucket};
use crate::report_options::ReportOptions;
use crate::result::{Cell, Figure, ResultRow};
use crate::template::MetricUse;
use crate::templates::{TEMPLATES, find_template};
use crate::window::Window;
use jiff::Timestamp;
use jiff::civil::Date;

const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://example.test\")",
    "<script>alert(1)</script>",
    "a\"b,c;d\r\ne\tf",
    "\u{202e}gnp.exe\u{0}",
    "{{7*7}} ${x} %n",
    "",
];

/// What a made-up engine answers: so many incidents of each severity, all in the first bucket and of one group.
#[derive(Clone)]
struct World {
    severities: Vec<(Cell, i64)>,
    before: i64,
    group: Option<String>,
}

impl World {
    fn of(severities: &[(&str, i64)]) -> Self {
        let severities = severities.iter().map(|(name, n)| (Cell::Text((*name).to_owned()), *n)).collect();
        Self { severities, before: 0, group: None }
    }

    fn before(mut self, before: i64) -> Self {
        self.before = before;
        self
    }

    fn grouped(mut self, group: &str) -> Self {
        self.group = Some(group.to_owned());
        self
    }

    fn total(&self) -> i64 {
        self.severities.iter().map(|(_, n)| n).sum()
    }

    fn answer(&self, plan: &ReportPlan<'_>) -> Vec<QueryResult> {
        plan.queries().iter().map(|query| self.answer_one(query, plan.input())).collect()
    }

    fn answer_one(&self, query: &Query, input: &ReportInput) -> QueryResult {
        let row = |keys: Vec<Cell>, n: i64| ResultRow {
            keys,
            figures: query.measures.iter().map(|m| figure(&m.measure.op, n)).collect(),
        };
        let start = |bucket: &TimeBucket| {
            Cell::Time(bucket_start(input.window().start(), *bucket, &jiff::tz::TimeZone::UTC))
        };
        let present = self.severities.iter().filter(|(_, n)| *n > 0);
        let rows: Vec<ResultRow> = match query.group_by.as_slice() {
            [] if query.window == Some(input.previous()) => vec![row(Vec::new(), self.before)],
            [] => vec![row(Vec::new(), self.total())],
            [GroupKey::Time { time, .. }] if self.total() > 0 => vec![row(vec![start(time)], self.total())],
            [GroupKey::Time { time, .. }, _] => {
                present.map(|(key, n)| row(vec![start(time), key.clone()], *n)).collect()
            }
            [GroupKey::Field(field)] if field == "severity" => {
                present.map(|(key, n)| row(vec![key.clone()], *n)).collect()
            }
            [GroupKey::Field(_), ..] => {
                let key = self.group.clone().map_or(Cell::Null, Cell::Text);
                let is_row = self.total() > 0 && !(query.drop_null_keys && key == Cell::Null);
                let keys = || query.group_by.iter().map(|_| key.clone()).collect();
                is_row.then(|| row(keys(), self.total())).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let grouped: i64 = rows.iter().map(|r| i64::try_from(r.figures[0].population).unwrap()).sum();
        QueryResult {
            key_names: query.group_by.iter().map(|key| key.name().to_owned()).collect(),
            figure_names: query.measures.iter().map(|m| m.name.clone()).collect(),
            total_rows: rows.len() as u64,
            unassigned: if query.drop_null_keys { (self.total() - grouped).unsigned_abs() } else { 0 },
            rows,
        }
    }
}

fn figure(op: &MeasureOp, n: i64) -> Figure {
    let value = match op {
        MeasureOp::Count => Cell::Integer(n),
        _ if n == 0 => Cell::Null,
        MeasureOp::Ratio { .. } | MeasureOp::Coverage(_) => Cell::Number(1.0 / 3.0),
        _ => Cell::Number(90.0),
    };
    Figure { value, population: n.unsigned_abs(), excluded: 0 }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn input_of(bucket: TimeBucket) -> ReportInput {
    let window = Window::new(at("2026-03-01T00:00:00Z"), at("2026-03-08T12:00:00Z")).unwrap();
    let previous = Window::new(at("2026-02-21T12:00:00Z"), at("2026-03-01T00:00:00Z")).unwrap();
    let days = (Date::constant(2026, 3, 1), Date::constant(2026, 3, 8));
    let input = ReportInput::new(window, previous, days, "UTC", bucket, None).unwrap();
    input.with_options(ReportOptions { queries: vec![by_team()], ..ReportOptions::default() })
}

/// A question of a requester's own.
fn by_team() -> CustomQuery {
    let query =
        serde_json::json!({"dataset": "incidents", "group_by": ["team"], "metrics": [{"metric": "total"}]});
    serde_json::from_value(query).unwrap()
}

fn plan(ids: &[&str]) -> ReportPlan<'static> {
    let templates: Vec<_> = ids.iter().map(|id| find_template(id).unwrap()).collect();
    ReportPlan::new(&templates, input_of(TimeBucket::Day))
}

fn meta() -> DocumentMeta {
    DocumentMeta {
        title: "Report".to_owned(),
        subtitle: String::new(),
        tenant_name: "Acme".to_owned(),
        period: (Date::constant(2026, 3, 1), Date::constant(2026, 3, 8)),
        timezone: "UTC".to_owned(),
        generated_at: at("2026-03-09T00:00:00Z"),
        report_id: "r".to_owned(),
        template: "t v1".to_owned(),
        language: "en".to_owned(),
        accent: Rgb(0, 0, 0),
        logo: None,
        classification: None,
    }
}

/// For every listing as many records as were counted, none of which is shown.
fn listed(plan: &ReportPlan<'_>, results: &[QueryResult]) -> Vec<ListedRows> {
    let total = results.iter().find_map(|result| result.find_figure(RECORDS));
    let none = |asked: &NewestRows| ListedRows {
        columns: asked.listing.columns.clone(),
        rows: Vec::new(),
        total_rows: total.map_or(0, |figure| whole(&figure.value)),
    };
    plan.listings().iter().map(none).collect()
}

fn compose(plan: &ReportPlan<'_>, world: &World) -> Document {
    plan.compose(&world.answer(plan), &listed(plan, &world.answer(plan)), meta(), Vec::new()).unwrap()
}

fn tables(document: &Document) -> Vec<&Table> {
    let blocks = document.blocks.iter();
    blocks.filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None }).collect()
}

fn cards(document: &Document) -> Vec<&KpiCard> {
    let blocks = document.blocks.iter();
    blocks.flat_map(|block| if let Block::KpiCards { cards } = block { &cards[..] } else { &[] }).collect()
}

fn headings(document: &Document) -> Vec<(u8, &str)> {
    let heading = |block| match block {
        &Block::Heading { level, ref text } => Some((level, text.as_str())),
        _ => None,
    };
    document.blocks.iter().filter_map(heading).collect()
}

/// Every sentence of the document: all that is neither a cell nor a label.
fn sentences(document: &Document) -> String {
    let sentence = |block: &Block| match block {
        Block::Text { text } | Block::Callout { text, .. } => text.clone(),
        Block::Chart(chart) => chart.summary.clone(),
        Block::Table(table) => table.note.clone().unwrap_or_default(),
        _ => String::new(),
    };
    document.blocks.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_query_of_every_template_is_well_formed_at_every_grain_and_asked_once() {
    for bucket in [
        TimeBucket::Hour,
        TimeBucket::Day,
        TimeBucket::Week,
        TimeBucket::Month,
        TimeBucket::Quarter,
        TimeBucket::Year,
    ] {
        let plan = ReportPlan::new(TEMPLATES, input_of(bucket));
        for (i, query) in plan.queries().iter().enumerate() {
            query.check().unwrap_or_else(|e| panic!("{bucket:?}: {e}: {query:?}"));
            assert!(!plan.queries()[..i].contains(query), "{bucket:?}: asked twice: {query:?}");
        }
        compose(&plan, &World::of(&[("high", 2)]).grouped("x"));
    }
}

#[test]
fn the_metrics_come_first_then_those_of_the_period_before_then_the_sections() {
    let plan = plan(&["executive_monthly"]);
    let windows: Vec<_> = plan.queries().iter().map(|query| query.window.unwrap()).collect();
    let (current, previous) = (plan.input().window(), plan.input().previous());
    assert_eq!(windows[..2], [current, previous]);
    assert!(windows[2..].iter().all(|window| *window == current));
    assert_eq!(plan.queries()[0].measures, plan.queries()[1].measures);
    assert!(plan.queries()[0].group_by.is_empty());
}

#[test]
fn every_bucket_has_its_open_incidents_at_its_end_or_at_the_windows() {
    for bucket in [TimeBucket::Hour, TimeBucket::Day] {
        let plan = ReportPlan::new(&[find_template("sla_performance").unwrap()], input_of(bucket));
        let asked = plan.queries().iter().flat_map(|q| &q.measures).filter_map(|m| match m.population {
            Population::OpenAt(instant) => Some(instant),
            _ => None,
        });
        assert_eq!(asked.collect::<Vec<_>>(), plan.input().bucket_ends(), "{bucket:?}");
        assert_eq!(plan.input().bucket_ends().last(), Some(&plan.input().window().end()));
    }
}

#[test]
fn a_figure_is_told_in_its_unit_with_the_period_before() {
    let plan = plan(&["executive_monthly"]);
    let document = compose(&plan, &World::of(&[("high", 3)]).before(5));
    let sla = &document.data.metrics["sla_compliance"];
    assert_eq!((&sla.value, &sla.previous), (&Cell::Number(33.33), &Cell::Number(33.33)));
    assert_eq!((sla.version, sla.population, sla.excluded), (1, 3, 0));
    let total = &document.data.metrics["total"];
    assert_eq!((&total.value, &total.previous), (&Cell::Integer(3), &Cell::Integer(5)));
    let cards = cards(&document);
    assert_eq!(cards.len(), find_template("executive_monthly").unwrap().metrics.len());
    assert_eq!((&cards[0].title[..], cards[0].previous.as_ref()), ("Incidents", Some(&Cell::Integer(5))));
    let note = document.provenance.metrics.iter().find(|m| m.id == "sla_compliance v1").unwrap();
    assert_eq!(note.population, 3);
}

#[test]
fn every_metric_of_one_figure_can_be_a_key_figure() {
    let metrics: Vec<&Metric> = METRICS.iter().copied().filter(|m| m.shape.has_one_figure()).collect();
    let uses: Vec<_> = metrics.iter().map(|m| MetricUse { id: m.id, version: m.version }).collect();
    let template = Template { metrics: uses.leak(), ..*find_template("executive_monthly").unwrap() };
    let plan = ReportPlan::new(&[&template], input_of(TimeBucket::Day));
    plan.queries().iter().for_each(|query| query.check().unwrap());
    let document = compose(&plan, &World::of(&[("high", 3)]).before(5));
    let cards = cards(&document);
    assert_eq!(cards.len(), metrics.len());
    for (card, metric) in cards.iter().zip(metrics) {
        let figure = &document.data.metrics[metric.id];
        assert_eq!((&card.title[..], &card.value), (metric.title, &figure.value));
        let stands = crate::datasets::get_dataset(metric.dataset).event_time.is_none();
        assert_eq!(figure.previous == Cell::Null, stands, "{}: nothing is known of before", metric.id);
    }
    let coverage = &document.data.metrics["technique_coverage"];
    assert_eq!((&coverage.value, coverage.unit), (&Cell::Number(33.33), crate::document::Unit::Percent));
}

#[test]
fn a_period_without_records_says_so_and_keeps_its_cards() {
    let reference = ["legal_clocks", "regulator_mapping"];

    for template in TEMPLATES {
        let plan = ReportPlan::new(&[template], input_of(TimeBucket::Day));
        let world = World::of(&[]);
        assert!(plan.is_empty(&world.answer(&plan)), "{}", template.id);
        let document = compose(&plan, &world);
        let Block::Callout { title, .. } = &document.blocks[0] else { panic!("{:?}", document.blocks[0]) };
        assert!(title.starts_with("No ") && title.ends_with(" were recorded in this period"), "{title}");
        for dataset in template.datasets().into_iter().map(crate::datasets::get_dataset) {
            let in_title = title.contains(dataset.noun.1);
            assert_eq!(in_title, dataset.event_time.is_some(), "{}: {title}", template.id);
        }
        assert_eq!(cards(&document).len(), template.metrics.len(), "{}", template.id);
        for card in cards(&document) {
            assert!(matches!(card.value, Cell::Integer(0) | Cell::Null), "{card:?}");
            assert!(card.value != Cell::Null || card.status == Status::Neutral, "{card:?}");
        }
        let printed = tables(&document).into_iter().filter(|t| !reference.contains(&t.id.as_str())).count();
        assert_eq!(printed, 0, "{}: a table without a figure is not printed", template.id);
    }
}

#[test]
fn an_empty_trend_keeps_its_zeros_in_the_data() {
    let document = compose(&plan(&["incident_summary"]), &World::of(&[]));
    let trend = document.data.sections.iter().find(|s| s.id == "volume_trend").unwrap();
    assert_eq!(trend.tables[0].rows.len(), 8);
    assert!(trend.tables[0].rows.iter().all(|row| row[1..].iter().all(|cell| *cell == Cell::Integer(0))));
}

#[test]
fn the_summary_states_figures_and_differences_in_plain_english() {
    for (now, before, expected) in [
        (
            World::of(&[("critical", 1)]),
            1,
            "From 1 March 2026 to 8 March 2026, 1 incident was created, as many as in the period before. \
             1 was critical, compared with 1 in the period before. \
             1 incident was open at the end of the period, compared with 1 at the end of the period before. \
             The median time to resolve was 90 minutes, compared with 90 minutes in the period before. \
             The service level was met for 33.33% of the incidents that have one, compared with 33.33% in the period \
             before.",
        ),
        (
            World::of(&[("high", 1_200), ("low", 34)]),
            0,
            "From 1 March 2026 to 8 March 2026, 1,234 incidents were created, 1,234 more than in the period before \
             (0). 1,234 were critical, compared with 0 in the period before. \
             1,234 incidents were open at the end of the period, compared with 0 at the end of the period before. \
             The median time to resolve was 90 minutes. \
             The service level was met for 33.33% of the incidents that have one.",
        ),
        (
            World::of(&[]),
            0,
            "From 1 March 2026 to 8 March 2026, no incidents were created, as in the period before. \
             No incidents were open at the end of the period, compared with 0 at the end of the period before.",
        ),
        (
            World::of(&[]),
            2,
            "From 1 March 2026 to 8 March 2026, no incidents were created, 2 fewer than in the period before (2). \
             No incidents were open at the end of the period, compared with 2 at the end of the period before.",
        ),
    ] {
        let document = compose(&plan(&["executive_monthly"]), &now.before(before));
        let text =
            document.blocks.iter().find_map(|b| if let Block::Text { text } = b { Some(text) } else { None });
        assert_eq!(text.unwrap(), expected);
    }
}

#[test]
fn every_table_is_rectangular_named_in_snake_case_and_has_every_bucket() {
    let plan = ReportPlan::new(TEMPLATES, input_of(TimeBucket::Day));
    let document = compose(&plan, &World::of(&[("low", 4)]).grouped("team"));
    let starts: Vec<Cell> = plan.input().buckets().iter().map(|t| Cell::Time(*t)).collect();
    let mut with_buckets = 0;
    for table in tables(&document) {
        for name in table.columns.iter().map(|c| &c.name).chain([&table.id.replace('.', "_")]) {
            let snake = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            assert!(snake && !name.is_empty(), "{}: {name}", table.id);
        }
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.id);
        if matches!(table.columns[0].kind, ColumnKind::Bucket(_)) {
            with_buckets += 1;
            assert!(table.rows.iter().map(|row| &row[0]).eq(&starts), "{}", table.id);
        }
    }
    assert!(with_buckets >= 16, "volumes, trends, service levels, backlogs: {with_buckets}");
}

#[test]
fn severities_are_listed_worst_first_with_zeros_and_what_has_none_is_unrated() {
    let mut world = World::of(&[("low", 3), ("critical", 1)]);
    world.severities.push((Cell::Null, 6));
    let document = compose(&plan(&["incident_summary"]), &world);
    let table = tables(&document).into_iter().find(|t| t.id == "severity_distribution").unwrap();
    let expected = [
        ("critical", 1, 10.0),
        ("high", 0, 0.0),
        ("medium", 0, 0.0),
        ("low", 3, 30.0),
        ("informational", 0, 0.0),
        ("unrated", 6, 60.0),
    ];
    let expected = expected
        .map(|(name, n, share)| vec![Cell::Text(name.to_owned()), Cell::Integer(n), Cell::Number(share)]);
    assert_eq!(table.rows, expected);
}

#[test]
fn hostile_group_keys_stay_plain_text_in_their_cells_and_out_of_every_sentence() {
    for text in HOSTILE {
        let plan = ReportPlan::new(TEMPLATES, input_of(TimeBucket::Day));
        let document = compose(&plan, &World::of(&[("high", 2)]).grouped(text));
        let cell = Cell::Text(text.to_owned());
        let cells = tables(&document).iter().flat_map(|t| &t.rows).filter(|row| row[0] == cell).count();
        assert!(cells >= 40, "so many lists show their keys: {cells} for {text:?}");
        assert!(text.is_empty() || !sentences(&document).contains(text), "{text:?}");
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document, "{text:?}");
    }
}

#[test]
fn a_hostile_severity_counts_as_unrated_so_that_sums_hold() {
    for text in HOSTILE {
        let document = compose(&plan(&["incident_summary"]), &World::of(&[(text, 2), ("high", 1)]));
        let table = tables(&document).into_iter().find(|t| t.id == "severity_distribution").unwrap();
        assert_eq!(table.rows[5][1], Cell::Integer(2), "{text:?}");
    }
}

#[test]
fn what_a_top_list_leaves_out_is_counted_below_it() {
    let plan = plan(&["executive_monthly"]);
    let world = World::of(&[("high", 3)]).grouped("blue");
    for (unassigned, expected) in [
        (0, None),
        (1, Some("1 incident has no team and is not listed.")),
        (1_000, Some("1,000 incidents have no team and are not listed.")),
    ] {
        let mut results = world.answer(&plan);
        results.iter_mut().filter(|r| r.key_names == ["team"]).for_each(|r| r.unassigned = unassigned);
        let document = plan.compose(&results, &listed(&plan, &results), meta(), Vec::new()).unwrap();
        let table = tables(&document).into_iter().find(|t| t.id == "top_teams").unwrap();
        assert_eq!(table.note.as_deref(), expected);
    }
}

#[test]
fn resolvers_are_listed_of_resolved_incidents_alone() {
    let plan = plan(&["executive_monthly"]);
    let resolved = Filter::And(vec![Filter::is_present("resolved_at")]);
    let asked: Vec<_> = plan.queries().iter().filter(|q| q.filter == Some(resolved.clone())).collect();
    assert_eq!(asked.len(), 2, "the list, and how many incidents it is of");
    let mut results = World::of(&[("high", 9)]).grouped("ann").answer(&plan);
    let list = results.iter_mut().find(|r| r.key_names == ["resolved_by"]).unwrap();
    list.unassigned = 2;
    let document = plan.compose(&results, &listed(&plan, &results), meta(), Vec::new()).unwrap();
    let note = document.provenance.metrics.iter().find(|m| m.id == "top_resolvers v1").unwrap();
    assert_eq!((note.population, note.excluded), (7, 2));
    let table = tables(&document).into_iter().find(|t| t.id == "top_resolvers").unwrap();
    assert_eq!(table.note.as_deref(), Some("2 resolved incidents have no resolver and are not listed."));
}

#[test]
fn response_times_have_a_line_for_all_and_say_what_is_left_out() {
    let plan = plan(&["sla_performance"]);
    let mut results = World::of(&[("high", 3), ("low", 2)]).answer(&plan);
    let all = results
        .iter_mut()
        .find(|r| r.figure_names[0] == "time_to_acknowledge_mean" && r.key_names.is_empty());
    let figures = &mut all.unwrap().rows[0].figures;
    (figures[0].population, figures[0].excluded, figures[0].value) = (4, 1, Cell::Number(12.5));
    let document = plan.compose(&results, &listed(&plan, &results), meta(), Vec::new()).unwrap();
    let table = tables(&document).into_iter().find(|t| t.id == "time_to_acknowledge").unwrap();
    assert_eq!(table.rows.len(), 7);
    let line = &table.rows[6];
    assert_eq!(line[0], Cell::Text("ALL".to_owned()));
    assert_eq!(line[1..4], [Cell::Integer(4), Cell::Integer(1), Cell::Number(12.5)]);
    let none = [Cell::Integer(0), Cell::Integer(0), Cell::Null, Cell::Null, Cell::Null, Cell::Null];
    assert_eq!(table.rows[0][1..], none, "no critical incident has no times, not times of 0");
    let note = "1 incident is left out: no acknowledgement, or one before the incident was created.";
    assert_eq!(table.note.as_deref(), Some(note));
}

#[test]
fn a_short_last_bucket_is_pointed_out_where_it_would_mislead() {
    let document = compose(&plan(&["executive_monthly"]), &World::of(&[("high", 3)]));
    for id in ["volume_trend", "sla_by_bucket"] {
        let table = tables(&document).into_iter().find(|t| t.id == id).unwrap();
        assert_eq!(table.note.as_deref(), Some("The last day is only partly in the period."), "{id}");
    }
}

#[test]
fn a_filter_goes_into_every_query_and_is_told_at_the_top() {
    let filter = Filter::parse(&serde_json::json!({"team": ["blue"]})).unwrap();
    let all = input_of(TimeBucket::Day);
    let (window, previous, days) = (all.window(), all.previous(), all.days());
    let input =
        ReportInput::new(window, previous, days, "UTC", TimeBucket::Day, Some(filter.clone())).unwrap();
    let plan = ReportPlan::new(TEMPLATES, input);
    for query in plan.queries() {
        let kept = match query.filter.as_ref().unwrap() {
            Filter::And(parts) => parts.contains(&filter),
            only => *only == filter,
        };
        assert!(kept, "{query:?}");
    }
    let document = compose(&plan, &World::of(&[("high", 3)]));
    let Block::Callout { text, .. } = &document.blocks[0] else { panic!("{:?}", document.blocks[0]) };
    assert!(
        text.starts_with("Only incidents, changes, ")
            && text.ends_with(" of this kind are counted: team is “blue”."),
        "{text}"
    );
}

#[test]
fn a_filter_without_a_condition_is_not_told() {
    let all = input_of(TimeBucket::Day);
    let (window, previous, days) = (all.window(), all.previous(), all.days());
    let filter = Some(Filter::And(Vec::new()));
    let input = ReportInput::new(window, previous, days, "UTC", TimeBucket::Day, filter).unwrap();
    assert_eq!(input.filter(), None);
}

#[test]
fn a_mandatory_section_says_why_it_is_empty_and_an_optional_one_is_left_out() {
    let document = compose(&plan(&["incident_summary"]), &World::of(&[("high", 2)]));
    let titles: Vec<&str> = headings(&document).iter().map(|(_, text)| *text).collect();
    assert_eq!(
        titles,
        ["Totals", "Incidents over time", "Severity", "Top categories", "When incidents come"]
    );
    assert!(sentences(&document).contains("No category is recorded for the incidents of this period."));
    let ids: Vec<&str> = document.data.sections.iter().map(|s| s.id.as_str()).collect();
    assert!(ids.contains(&"top_users"), "the data list every section, empty ones without tables");
}

#[test]
fn numbers_that_do_not_add_up_fail_and_name_their_section() {
    let plan = plan(&["executive_monthly"]);
    let world = World::of(&[("high", 2), ("low", 3)]);
    for (keys, section, sum) in [
        (vec!["severity"], "“Severity”", "4 by severity, 5 in all"),
        (vec!["day", "severity"], "“Incidents over time”", "4 over time, 5 in all"),
    ] {
        let mut results = world.answer(&plan);
        let spoilt = results.iter_mut().filter(|r| r.key_names == keys);
        spoilt.for_each(|r| r.rows[0].figures[0].value = Cell::Integer(1));
        let failure = plan.compose(&results, &listed(&plan, &results), meta(), Vec::new()).unwrap_err();
        assert!(failure.message.contains(section) && failure.message.contains(sum), "{failure}");
    }
}

#[test]
fn missing_results_and_results_of_another_shape_are_refused() {
    let plan = plan(&["executive_monthly"]);
    let results = World::of(&[("high", 2)]).answer(&plan);
    assert!(plan.compose(&results[1..], &listed(&plan, &results), meta(), Vec::new()).is_err());
    for i in 0..results.len() {
        let mut spoilt = results.clone();
        spoilt[i].figure_names.pop();
        let failure = plan.compose(&spoilt, &listed(&plan, &results), meta(), Vec::new()).unwrap_err();
        assert!(failure.diagnostic.contains(&format!("query={i}")), "{}", failure.diagnostic);
    }
}

#[test]
fn several_templates_make_one_document_with_distinct_tables() {
    let ids = ["executive_monthly", "sla_performance", "sla_performance"];
    let together = plan(&ids);
    let alone: usize = ids.iter().map(|id| plan(&[id]).queries().len()).sum();
    assert!(together.queries().len() < alone, "equal queries are asked once");
    let document = compose(&together, &World::of(&[("high", 2)]).grouped("blue"));
    let first_level: Vec<&str> =
        headings(&document).into_iter().filter(|(level, _)| *level == 1).map(|(_, text)| text).collect();
    assert_eq!(first_level, ["Executive report", "SLA performance", "SLA performance"]);
    let names: Vec<&str> = tables(&document).iter().map(|t| t.id.as_str()).collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len(), "{names:?}");
    for name in ["sla_by_severity", "sla_performance.sla_by_severity", "sla_performance.sla_by_severity_2"] {
        assert!(distinct.contains(name), "{names:?}");
    }
    let in_data: Vec<&str> =
        document.data.sections.iter().flat_map(|s| &s.tables).map(|t| t.id.as_str()).collect();
    assert_eq!(names, in_data);
}

#[test]
fn a_single_template_has_its_sections_at_the_first_level() {
    let document = compose(&plan(&["sla_performance"]), &World::of(&[("high", 2)]).grouped("blue"));
    let titles = [
        "Key figures",
        "Service levels",
        "Service level by team",
        "Service levels by category",
        "Missed service levels",
        "Response times",
        "Backlog",
    ];
    assert_eq!(headings(&document), titles.map(|title| (1, title)));
    assert_eq!(find_template("sla_performance").unwrap().formats, Format::ALL);
}

#[test]
fn what_could_not_be_read_is_told_and_never_taken_for_nothing() {
    let plan = plan(&["compliance_posture"]);
    let mut results = World::of(&[("high", 3)]).answer(&plan);
    let mut listed = listed(&plan, &results);
    for (query, result) in plan.queries().iter().zip(&mut results) {
        if query.dataset == DatasetId::Traces {
            *result = QueryResult::unread(query);
        }
    }
    for (asked, rows) in plan.listings().iter().zip(&mut listed) {
        if asked.listing.dataset == DatasetId::Traces {
            *rows = ListedRows::unread(asked);
        }
    }
    let unread = BTreeSet::from([DatasetId::Traces]);
    let document = plan.compose_without(&unread, &results, &listed, meta(), Vec::new()).unwrap();
    let Block::Callout { title, text, tone } = &document.blocks[0] else {
        panic!("{:?}", document.blocks[0])
    };
    assert_eq!((title.as_str(), *tone), ("This report is not whole", Status::Warning));
    assert!(text.starts_with("The agent decisions could not be read."), "{text}");
    assert!(sentences(&document).contains("This part is missing: the agent decisions could not be read."));
    assert!(!sentences(&document).contains("No agent decisions"), "unread is not none");
    assert_eq!(document.data.metrics["trace_volume"].value, Cell::Null);
    assert_eq!(document.data.metrics["critical"].value, Cell::Integer(3), "the rest is there");
}

proptest::proptest! {
    #[test]
    fn whatever_the_counts_are_their_tables_add_up_to_the_total(counts in proptest::array::uniform6(0_i64..1_000_000)) {
        let names = ["critical", "high", "medium", "low", "informational", ""];
        let world = World::of(&std::array::from_fn::<_, 6, _>(|i| (names[i], counts[i])));
        let document = compose(&plan(&["incident_summary"]), &world);
        let sum_of = |id: &str, column: &str| -> u64 {
            let table = document.data.sections.iter().flat_map(|s| &s.tables).find(|t| t.id == id).unwrap();
            let index = table.columns.iter().position(|name| name == column).unwrap();
            table.rows.iter().map(|row| whole(&row[index])).sum()
        };
        let total = world.total().unsigned_abs();
        proptest::prop_assert_eq!(sum_of("severity_distribution", "incidents"), total);
        proptest::prop_assert_eq!(sum_of("volume_trend", "total"), total);
        proptest::prop_assert_eq!(sum_of("volume_trend", "unrated"), counts[5].unsigned_abs());
    }
}
