//! Schedules on the virtual clock: each fire once, at its instant, through changes of clock, lost and doubled events.
//!
//! What is due is worked out here by plain calendar arithmetic, not by the planner under test.

use std::time::Instant;

use aws_sdk_scheduler::Client;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use sitrep_domain::run::RunStatus;
use sitrep_tests::data::incident;
use sitrep_tests::rows::Rows;
use sitrep_tests::{TestApp, TestTenant, at};

const GROUP: &str = sitrep::resources::SCHEDULE_GROUP;
const SCHEDULES: &str = "/api/v1/reports/schedules";

/// A saved report that goes to the viewer as text, which is quick to make.
fn saved(name: &str, more: Value) -> Value {
    let mut body = json!({"name": name, "report_type": "incident_summary", "formats": ["txt"],
        "recipients": ["viewer@acme.example"]});
    let fields = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    body
}

async fn create(acme: &TestTenant<'_>, body: Value) -> Value {
    acme.post(SCHEDULES, body).await.expect(201)
}

async fn make(acme: &TestTenant<'_>, name: &str, more: Value) -> String {
    id_of(&create(acme, saved(name, more)).await)
}

fn id_of(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

/// Reads a schedule, signing in anew: tokens end after an hour of the clock.
async fn read(acme: &TestTenant<'_>, id: &str) -> Value {
    acme.sign_out();
    acme.get(&format!("{SCHEDULES}/{id}")).await.expect(200)
}

async fn change(acme: &TestTenant<'_>, id: &str, patch: Value) -> Value {
    acme.sign_out();
    acme.patch(&format!("{SCHEDULES}/{id}"), patch).await.expect(200)
}

/// The instants that a schedule's runs were due, oldest first; each run must have completed.
async fn due_of(app: &TestApp, id: &str) -> Vec<Timestamp> {
    let runs = Rows::open(app, "acme").await.runs_of(id).await;
    for run in &runs {
        assert_eq!(run.status, RunStatus::Completed, "{} {:?}", run.due_at, run.failure);
    }
    let mut due: Vec<Timestamp> = runs.iter().map(|run| run.due_at).collect();
    due.sort();
    due
}

/// What EventBridge has of a schedule: expression and zone, by name.
async fn wake_ups(app: &TestApp, id: &str) -> Vec<(String, String)> {
    let client = Client::new(&app.stack.sdk_config());
    let listed = client.list_schedules().group_name(GROUP).name_prefix(id).send().await.unwrap();
    let mut found = Vec::new();
    for (n, summary) in listed.schedules().iter().enumerate() {
        assert_eq!(summary.name().unwrap(), format!("{id}-{n}"));
        let one = client.get_schedule().group_name(GROUP).name(format!("{id}-{n}")).send().await.unwrap();
        found.push((
            one.schedule_expression().unwrap().to_owned(),
            one.schedule_expression_timezone().unwrap().to_owned(),
        ));
    }
    found
}

fn wake_up(expression: &str, zone: &str) -> Vec<(String, String)> {
    vec![(expression.to_owned(), zone.to_owned())]
}

fn fault_on(functions: &[&str], mode: &str) -> Vec<Value> {
    let fault = |f: &&str| json!({"service": "function", "operation": f, "mode": mode, "times": 100_000});
    functions.iter().map(fault).collect()
}

/// The instant of a local time: the first of two, and the first after a gap.
fn local(day: Date, hour: i8, minute: i8, zone: &TimeZone) -> Timestamp {
    let civil = day.at(hour, minute, 0, 0);
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    match ambiguous.offset() {
        jiff::tz::AmbiguousOffset::Gap { .. } => {
            // Both sides of the gap name the same instant: the first that exists.
            let transition = zone.following(day.at(0, 0, 0, 0).to_zoned(zone.clone()).unwrap().timestamp());
            transition.into_iter().next().unwrap().timestamp()
        }
        _ => ambiguous.earlier().unwrap(),
    }
}

fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day < to)
}

#[tokio::test]
async fn a_year_of_a_weekly_and_a_daily_schedule_crosses_both_changes_of_clock() {
    let app = TestApp::start_at("2026-01-01T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-01-02T10:00:00Z", "high")]).await;
    let berlin = json!("Europe/Berlin");
    let weekly = make(&acme, "Weekly", json!({"frequency": "weekly", "timezone": berlin})).await;
    let daily = make(&acme, "Daily", json!({"cron": "30 2 * * *", "timezone": berlin})).await;

    let began = Instant::now();
    app.advance_to("2027-01-01T00:00:00Z").await;
    let took = began.elapsed();

    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let year = || days(date(2026, 1, 1), date(2027, 1, 1));
    let mondays: Vec<Timestamp> =
        year().filter(|day| day.weekday() == Weekday::Monday).map(|day| local(day, 9, 0, &zone)).collect();
    let nights: Vec<Timestamp> = year().map(|day| local(day, 2, 30, &zone)).collect();
    assert_eq!((mondays.len(), nights.len()), (52, 365));
    assert!(mondays.contains(&at("2026-03-23T08:00:00Z")) && mondays.contains(&at("2026-03-30T07:00:00Z")));
    assert!(nights.contains(&at("2026-03-29T01:00:00Z")) && nights.contains(&at("2026-10-25T00:30:00Z")));
    assert_eq!(due_of(&app, &weekly).await, mondays);
    assert_eq!(due_of(&app, &daily).await, nights);

    let fires = mondays.len() + nights.len();
    assert_eq!(app.stack.mailbox().len(), fires, "each run is one mail");
    for (id, sent, next) in [(&weekly, 52, "2027-01-04T08:00:00Z"), (&daily, 365, "2027-01-01T01:30:00Z")] {
        let view = read(&acme, id).await;
        assert_eq!((&view["sent_count"], &view["next_send_at"]), (&json!(sent), &json!(next)), "{view}");
        assert_eq!(view["health"]["state"], "ok", "{view}");
    }
    let each = took.as_secs_f64() * 1_000.0 / fires as f64;
    println!("a year of two schedules, {fires} fires: {:.1} s, {each:.1} ms a fire", took.as_secs_f64());
}

#[tokio::test]
async fn no_fire_comes_twice_when_every_event_is_delivered_twice() {
    for (start, end, nights) in [
        ("2026-03-26T00:00:00Z", "2026-04-02T00:00:00Z", (date(2026, 3, 26), date(2026, 4, 2))),
        ("2026-10-22T00:00:00Z", "2026-10-29T00:00:00Z", (date(2026, 10, 22), date(2026, 10, 29))),
    ] {
        let app = TestApp::start_at(start).await;
        let acme = app.tenant("acme").await;
        let berlin = json!("Europe/Berlin");
        let weekly = make(&acme, "Weekly", json!({"frequency": "weekly", "timezone": berlin})).await;
        let daily = make(&acme, "Daily", json!({"cron": "30 2 * * *", "timezone": berlin})).await;
        for fault in fault_on(&["schedule", "render", "deliver"], "duplicate") {
            app.fault(fault).await;
        }
        app.advance_to(end).await;
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let expected: Vec<Timestamp> = days(nights.0, nights.1).map(|day| local(day, 2, 30, &zone)).collect();
        assert_eq!(due_of(&app, &daily).await, expected);
        assert_eq!(due_of(&app, &weekly).await.len(), 1);
        assert_eq!(app.stack.mailbox().len(), expected.len() + 1);
        assert_eq!(read(&acme, &daily).await["sent_count"], expected.len());
    }
}

#[tokio::test]
async fn a_fire_that_eventbridge_never_brings_is_made_up_for_by_the_sweep() {
    let app = TestApp::start_at("2026-11-23T08:58:30Z").await;
    let acme = app.tenant("acme").await;
    app.fault(
        json!({"service": "scheduler", "operation": "CreateSchedule", "mode": "error", "times": 100_000}),
    )
    .await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    assert_eq!(wake_ups(&app, &id).await, [], "EventBridge has nothing of it");
    app.advance_to("2026-11-23T09:02:00Z").await;
    assert_eq!(due_of(&app, &id).await, [at("2026-11-23T09:00:00Z")]);
    assert_eq!(app.stack.mailbox().len(), 1);

    app.stack.faults().clear();
    app.advance_by(120).await;
    assert_eq!(wake_ups(&app, &id).await, wake_up("cron(0 9 ? * 2 *)", "UTC"), "EventBridge was repaired");
    app.advance_to("2026-11-30T09:00:00Z").await;
    assert_eq!(due_of(&app, &id).await.len(), 2, "the next one comes by EventBridge, on time");
}

#[tokio::test]
async fn a_schedule_leaves_out_the_parts_that_it_does_not_include() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let mut record = incident("a", "2026-11-10T10:00:00Z", "high");
    record["agent_id"] = json!("agent-1");
    acme.ingest(&[record]).await;
    for (include, expected) in [(true, true), (false, false)] {
        let body = json!({"report_type": "incident_summary", "frequency": "weekly", "include_metrics": include,
            "include_top_agents": include});
        let id = make(&acme, "Weekly", body).await;
        assert_eq!(read(&acme, &id).await["include_metrics"], include);
        let run = acme.post(&format!("{SCHEDULES}/{id}/run-now"), json!({})).await.expect(202);
        app.settle().await;
        let report = acme.read_report(&id_of(&run)).await;
        let sections = report["data"]["sections"].as_array().unwrap();
        assert_eq!(sections.iter().any(|s| s["id"] == "top_agents"), expected, "{report}");
        let text = acme.get(&format!("/api/v1/reports/{}/download?format=txt", id_of(&run))).await.text();
        assert_eq!(text.contains("Totals"), expected, "{text}");
    }
}

#[tokio::test]
async fn a_change_between_a_fires_instant_and_its_taking_does_not_lose_it() {
    for (what, body) in [
        ("change", Some(json!({"cron": "0 6 * * *"}))),
        ("pause", Some(json!({"is_active": false}))),
        ("delete", None),
    ] {
        let app = TestApp::start_at("2026-11-23T08:58:30Z").await;
        let acme = app.tenant("acme").await;
        let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
        // EventBridge loses it behind our back, so that the fire is due and nobody comes before the sweep.
        let lost =
            Client::new(&app.stack.sdk_config()).delete_schedule().group_name(GROUP).name(format!("{id}-0"));
        lost.send().await.unwrap();
        app.advance_to("2026-11-23T09:00:10Z").await;
        assert_eq!(due_of(&app, &id).await, [], "{what}: nobody has taken it yet");
        match body {
            Some(patch) => drop(change(&acme, &id, patch).await),
            None => assert_eq!(acme.delete(&format!("{SCHEDULES}/{id}")).await.status, 204),
        }
        app.settle().await;
        assert_eq!(due_of(&app, &id).await, [at("2026-11-23T09:00:00Z")], "{what}");
    }
}

#[tokio::test]
async fn a_function_that_dies_after_recording_a_fire_loses_and_doubles_nothing() {
    let app = TestApp::start_at("2026-11-23T08:59:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    app.fault(json!({"service": "function", "operation": "schedule", "mode": "crash", "after": "fired"}))
        .await;
    app.advance_to("2026-11-23T09:00:00Z").await;
    assert_eq!(app.stack.mailbox().len(), 0, "nobody was woken for the run");
    app.advance_to("2026-11-23T09:02:00Z").await;
    assert_eq!(due_of(&app, &id).await, [at("2026-11-23T09:00:00Z")]);
    app.advance_to("2026-11-23T12:00:00Z").await;
    assert_eq!(app.stack.mailbox().len(), 1);
}

#[tokio::test]
async fn eventbridge_keeps_in_step_with_a_schedule_from_creation_to_deletion() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly", "timezone": "Europe/Berlin"})).await;
    assert_eq!(wake_ups(&app, &id).await, wake_up("cron(0 9 ? * 2 *)", "Europe/Berlin"));

    change(&acme, &id, json!({"timezone": "America/New_York"})).await;
    assert_eq!(wake_ups(&app, &id).await, wake_up("cron(0 9 ? * 2 *)", "America/New_York"));
    change(&acme, &id, json!({"frequency": null, "cron": "0 7 1 * 5"})).await;
    let either_day = ["cron(0 7 1 * ? *)", "cron(0 7 ? * 6 *)"];
    let expected: Vec<_> = either_day.iter().flat_map(|e| wake_up(e, "America/New_York")).collect();
    assert_eq!(wake_ups(&app, &id).await, expected, "one for either kind of day");
    change(&acme, &id, json!({"cron": "0 7 * * *"})).await;
    assert_eq!(wake_ups(&app, &id).await, wake_up("cron(0 7 * * ? *)", "America/New_York"));

    let paused = change(&acme, &id, json!({"is_active": false})).await;
    assert_eq!((&paused["is_active"], &paused["next_send_at"]), (&json!(false), &Value::Null));
    assert_eq!(wake_ups(&app, &id).await, []);
    change(&acme, &id, json!({"is_active": true})).await;
    assert_eq!(wake_ups(&app, &id).await.len(), 1);

    assert_eq!(acme.delete(&format!("{SCHEDULES}/{id}")).await.status, 204);
    assert_eq!(wake_ups(&app, &id).await, []);
    assert_eq!(acme.get(&format!("{SCHEDULES}/{id}")).await.status, 404);
    app.advance_to("2026-12-18T00:00:00Z").await;
    assert_eq!(app.stack.mailbox().len(), 0, "nothing is left that could fire");
}

#[tokio::test]
async fn a_deletion_that_eventbridge_does_not_hear_is_repeated_by_the_sweep() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    app.fault(json!({"service": "scheduler", "operation": "DeleteSchedule", "mode": "error", "times": 8}))
        .await;
    assert_eq!(acme.delete(&format!("{SCHEDULES}/{id}")).await.status, 204);
    assert_eq!(acme.get(&format!("{SCHEDULES}/{id}")).await.status, 404, "for callers it is gone at once");
    app.stack.faults().clear();
    app.advance_by(180).await;
    assert_eq!(wake_ups(&app, &id).await, []);
}

#[tokio::test]
async fn a_moved_fire_replaces_the_next_one_once_and_the_rhythm_comes_back() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    let rows = Rows::open(&app, "acme").await;

    // Later than the regular fire of Monday the 23rd, which is stepped over.
    let moved = change(&acme, &id, json!({"next_send_at": "2026-11-24T06:00:00Z"})).await;
    assert_eq!(moved["next_send_at"], "2026-11-24T06:00:00Z");
    assert_eq!(wake_ups(&app, &id).await, wake_up("at(2026-11-24T06:00:00)", "UTC"));
    let skipped = rows.fire(&id, at("2026-11-23T09:00:00Z")).await.unwrap();
    assert_eq!((skipped.run, skipped.skipped.as_deref()), (None, Some("moved")));
    app.advance_to("2026-11-24T06:00:00Z").await;
    assert_eq!(due_of(&app, &id).await, [at("2026-11-24T06:00:00Z")]);
    assert_eq!(read(&acme, &id).await["next_send_at"], "2026-11-30T09:00:00Z");
    app.advance_to("2026-11-30T09:00:00Z").await;
    assert_eq!(wake_ups(&app, &id).await, wake_up("cron(0 9 ? * 2 *)", "UTC"));
    assert_eq!(due_of(&app, &id).await.len(), 2);

    // Earlier than the regular fire of the 7th, which comes as well: it is the one after.
    change(&acme, &id, json!({"next_send_at": "2026-12-02T06:00:00Z"})).await;
    app.advance_to("2026-12-07T12:00:00Z").await;
    let expected = ["2026-12-02T06:00:00Z", "2026-12-07T09:00:00Z"].map(at);
    assert_eq!(due_of(&app, &id).await[2..], expected);
    acme.sign_out();
    for instant in ["2026-12-07T12:00:00Z", "2026-12-01T00:00:00Z"] {
        let refused = acme.patch(&format!("{SCHEDULES}/{id}"), json!({"next_send_at": instant})).await;
        assert_eq!(
            (refused.status, refused.field().as_str()),
            (400, "next_send_at"),
            "{instant} is not to come"
        );
    }
}

#[tokio::test]
async fn a_fire_that_was_moved_away_and_comes_back_is_taken() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    change(&acme, &id, json!({"next_send_at": "2026-12-03T06:00:00Z"})).await;
    // Moved once more over the same regular fires, then paused and resumed: the rhythm begins anew from now.
    change(&acme, &id, json!({"next_send_at": "2026-12-04T06:00:00Z"})).await;
    change(&acme, &id, json!({"is_active": false})).await;
    let resumed = change(&acme, &id, json!({"is_active": true})).await;
    assert_eq!(resumed["next_send_at"], "2026-11-23T09:00:00Z");
    app.advance_to("2026-12-08T00:00:00Z").await;
    let expected = ["2026-11-23T09:00:00Z", "2026-11-30T09:00:00Z", "2026-12-07T09:00:00Z"].map(at);
    assert_eq!(due_of(&app, &id).await, expected);
}

#[tokio::test]
async fn a_paused_schedule_sends_nothing_and_resumes_from_now() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Daily", json!({"frequency": "daily"})).await;
    change(&acme, &id, json!({"is_active": false})).await;
    app.advance_to("2026-11-28T12:00:00Z").await;
    assert_eq!(app.stack.mailbox().len(), 0);
    let resumed = change(&acme, &id, json!({"is_active": true})).await;
    assert_eq!(resumed["next_send_at"], "2026-11-29T08:00:00Z", "what was missed is not made up for");
    app.advance_to("2026-11-29T08:00:00Z").await;
    assert_eq!(due_of(&app, &id).await, [at("2026-11-29T08:00:00Z")]);
}

#[tokio::test]
async fn a_run_by_hand_counts_as_sent_and_leaves_the_next_fire_alone() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    app.settle().await;
    assert_eq!(app.stack.mailbox().len(), 0, "making a schedule sends nothing");
    let before = read(&acme, &id).await;
    assert_eq!((&before["sent_count"], &before["last_sent_at"]), (&json!(0), &Value::Null));

    for (path, sent) in
        [(format!("{SCHEDULES}/{id}/run-now"), 1), (format!("/api/v1/reports/send-now/{id}"), 2)]
    {
        let run = acme.post(&path, json!({})).await.expect(202);
        assert_eq!((&run["trigger"], &run["schedule_id"]), (&json!("manual"), &json!(id)), "{run}");
        app.settle().await;
        let after = read(&acme, &id).await;
        assert_eq!((&after["sent_count"], app.stack.mailbox().len()), (&json!(sent), sent), "{path}");
        assert_eq!(after["last_sent_at"], "2026-11-18T00:00:00Z");
        assert_eq!(after["next_send_at"], before["next_send_at"]);
    }

    let quiet = json!({"name": "By hand", "report_type": "incident_summary", "formats": ["txt"]});
    let quiet = id_of(&create(&acme, quiet).await);
    let run = acme.post(&format!("{SCHEDULES}/{quiet}/run-now"), json!({})).await.expect(202);
    app.settle().await;
    assert_eq!(acme.read_report(run["id"].as_str().unwrap()).await["status"], "completed");
    assert_eq!(app.stack.mailbox().len(), 2, "without recipients it only makes the report");
    assert_eq!(read(&acme, &quiet).await["sent_count"], 0);
}

#[tokio::test]
async fn a_fire_is_skipped_while_the_run_before_is_at_work() {
    let app = TestApp::start_at("2026-11-18T08:59:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Often", json!({"cron": "*/15 9 * * *"})).await;
    // Nobody is woken for the run of 09:00, not even by the sweep.
    app.fault(json!({"service": "sqs", "operation": "SendMessage", "mode": "error", "times": 100_000})).await;
    app.advance_to("2026-11-18T09:16:00Z").await;
    app.stack.faults().clear();
    app.advance_to("2026-11-18T09:50:00Z").await;
    let expected = ["2026-11-18T09:00:00Z", "2026-11-18T09:30:00Z", "2026-11-18T09:45:00Z"].map(at);
    assert_eq!(due_of(&app, &id).await, expected);
    let skipped = Rows::open(&app, "acme").await.fire(&id, at("2026-11-18T09:15:00Z")).await.unwrap();
    assert_eq!((skipped.run, skipped.skipped.as_deref()), (None, Some("overlap")));
    assert_eq!(app.stack.mailbox().len(), 3);
}

#[tokio::test]
async fn after_a_downtime_the_latest_fire_runs_and_the_others_are_recorded_as_missed() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Daily", json!({"frequency": "daily"})).await;
    // Nothing runs for four days; then everything does.
    app.stack.clock().set(at("2026-11-21T12:00:00Z")).unwrap();
    app.advance_by(120).await;
    assert_eq!(due_of(&app, &id).await, [at("2026-11-21T08:00:00Z")]);
    let rows = Rows::open(&app, "acme").await;
    for day in ["2026-11-18", "2026-11-19", "2026-11-20"] {
        let fire = rows.fire(&id, at(&format!("{day}T08:00:00Z"))).await.unwrap();
        assert_eq!((fire.run, fire.skipped.as_deref()), (None, Some("misfire")), "{day}");
    }
    let taken = rows.fire(&id, at("2026-11-21T08:00:00Z")).await.unwrap();
    assert!(taken.run.is_some() && taken.lag_seconds >= 4 * 3_600, "{taken:?}");
    assert_eq!(app.stack.mailbox().len(), 1);
    app.advance_to("2026-11-22T08:00:00Z").await;
    assert_eq!(due_of(&app, &id).await.len(), 2, "the rhythm goes on");
}

#[tokio::test]
async fn a_name_used_twice_is_allowed_and_gives_a_warning() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let first = create(&acme, saved("Weekly", json!({"frequency": "weekly"}))).await;
    assert_eq!(first["warnings"], json!([]));
    let second = create(&acme, saved("WEEKLY", json!({"frequency": "weekly"}))).await;
    assert!(second["warnings"][0].as_str().unwrap().contains("another schedule is called"), "{second}");
    let undated = saved("Other", json!({"subject_template": "{name} of {tenant}"}));
    assert!(create(&acme, undated).await["warnings"][0].as_str().unwrap().contains("{date}"));
}

#[tokio::test]
async fn deleting_a_schedule_leaves_its_runs_and_deliveries() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    app.advance_to("2026-11-23T09:00:00Z").await;
    acme.sign_out();
    assert_eq!(acme.delete(&format!("{SCHEDULES}/{id}")).await.status, 204);
    let runs = acme.get(&format!("/api/v1/reports/?schedule_id={id}")).await.expect(200);
    assert_eq!(runs["items"].as_array().unwrap().len(), 1);
    let deliveries = acme.get(&format!("{SCHEDULES}/{id}/deliveries")).await.expect(200);
    assert_eq!(deliveries["items"][0]["state"], "delivered", "{deliveries}");
    assert_eq!(acme.get(SCHEDULES).await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn cadences_are_part_of_the_larger_plans() {
    let app = TestApp::start().await;
    for (plan, status) in [("starter", 403), ("governance", 201), ("enterprise", 201)] {
        let tenant = app.tenant_on(plan, plan).await;
        let recipient = json!([format!("viewer@{plan}.example")]);
        let body = saved("Weekly", json!({"frequency": "weekly", "recipients": recipient}));
        let answer = tenant.post(SCHEDULES, body).await;
        assert_eq!(answer.status, status, "{plan}: {}", answer.text());
        if status == 403 {
            assert_eq!(answer.code(), "UPGRADE_REQUIRED");
            let by_hand = json!({"name": "By hand", "report_type": "incident_summary"});
            let id = id_of(&tenant.post(SCHEDULES, by_hand).await.expect(201));
            let patch = json!({"frequency": "weekly", "recipients": recipient});
            let refused = tenant.patch(&format!("{SCHEDULES}/{id}"), patch).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "UPGRADE_REQUIRED"));
        }
    }
}

#[tokio::test]
async fn the_fires_to_come_are_listed_over_all_schedules_with_their_countdown() {
    let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    let weekly = make(&acme, "Weekly", json!({"frequency": "weekly"})).await;
    let daily = make(&acme, "Daily", json!({"frequency": "daily"})).await;
    let paused = make(&acme, "Paused", json!({"frequency": "daily", "is_active": false})).await;
    change(&acme, &daily, json!({"next_send_at": "2026-11-21T05:00:00Z"})).await;
    let upcoming = acme.get("/api/v1/reports/schedule/upcoming?days=6").await.expect(200);
    let listed: Vec<(String, String, i64)> = upcoming["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fire| {
            let text = |name: &str| fire[name].as_str().unwrap().to_owned();
            (text("schedule_id"), text("next_send_at"), fire["countdown_seconds"].as_i64().unwrap())
        })
        .collect();
    let hour = 3_600;
    let expected = [
        (&daily, "2026-11-21T05:00:00Z", 77 * hour),
        (&daily, "2026-11-21T08:00:00Z", 80 * hour),
        (&daily, "2026-11-22T08:00:00Z", 104 * hour),
        (&daily, "2026-11-23T08:00:00Z", 128 * hour),
        (&weekly, "2026-11-23T09:00:00Z", 129 * hour),
    ]
    .map(|(id, at, countdown)| (id.clone(), at.to_owned(), countdown));
    assert_eq!(listed, expected);
    assert!(!upcoming.to_string().contains(&paused));
}

#[tokio::test]
async fn a_weekly_report_covers_the_week_before_in_the_schedules_zone() {
    let app = TestApp::start_at("2026-03-29T00:00:00Z").await;
    let acme = app.tenant("acme").await;
    // The first and the last instant of the week of the 23rd in Berlin, and the ones beside them.
    let records = [
        ("before", "2026-03-22T22:59:59Z"),
        ("first", "2026-03-22T23:00:00Z"),
        ("last", "2026-03-29T21:59:59Z"),
        ("after", "2026-03-29T22:00:00Z"),
    ];
    acme.ingest(&records.map(|(id, created)| incident(id, created, "high"))).await;
    let id = make(&acme, "Weekly", json!({"frequency": "weekly", "timezone": "Europe/Berlin"})).await;
    app.advance_to("2026-03-30T07:00:00Z").await;
    acme.sign_out();
    let runs = acme.get(&format!("/api/v1/reports/?schedule_id={id}")).await.expect(200);
    let report = acme.read_report(runs["items"][0]["id"].as_str().unwrap()).await;
    assert_eq!(
        (&report["period_start"], &report["period_end"]),
        (&json!("2026-03-23"), &json!("2026-03-29"))
    );
    assert_eq!(report["window_start"], "2026-03-22T23:00:00Z");
    assert_eq!(report["window_end"], "2026-03-29T22:00:00Z");
    assert_eq!((&report["trigger"], &report["timezone"]), (&json!("schedule"), &json!("Europe/Berlin")));
    assert_eq!(report["data"]["metrics"]["total"]["value"], 2);
}
