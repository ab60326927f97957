//! Faults: whatever goes wrong on the way, a report arrives once per recipient, or its failure says what to do.
//!
//! Faults happen at the wire, under the real SDK, or stop a function between two steps. Each test looks at the end only:
//! run, artifacts, deliveries and mailbox must agree, whatever happened before.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use sitrep_app::time_limits::TimeLimits;
use sitrep_domain::canonical::sha256_hex;
use sitrep_tests::data::incident;
use sitrep_tests::{TestApp, TestTenant};

const RECIPIENTS: [&str; 2] = ["viewer@acme.example", "analyst@acme.example"];
const FOREVER: u32 = 1_000_000;
/// Long enough for five attempts, and for what is uncertain to be settled and sent again.
const HOUR_S: i64 = 3_600;

/// What has become of a run, and of its mail to each recipient.
#[derive(Debug)]
struct Ending {
    run: Value,
    deliveries: Vec<Value>,
    mails: BTreeMap<String, usize>,
}

impl Ending {
    fn failure_class(&self) -> &str {
        self.run["failure"]["class"].as_str().unwrap_or("none")
    }

    fn possible_duplicates(&self) -> usize {
        self.deliveries.iter().filter(|d| d["possible_duplicate"] == true).count()
    }

    fn states(&self) -> Vec<&str> {
        self.deliveries.iter().map(|d| d["state"].as_str().unwrap()).collect()
    }
}

fn wire(service: &str, operation: &str, mode: &str, times: u32) -> Value {
    json!({"service": service, "operation": operation, "mode": mode, "times": times})
}

fn crash(function: &str, step: &str, times: u32) -> Value {
    json!({"service": "function", "operation": function, "mode": "crash", "after": step, "times": times})
}

async fn acme_with_records(app: &TestApp) -> TestTenant<'_> {
    let acme = app.tenant("acme").await;
    let records = [("a", "2026-10-05T10:00:00Z", "high"), ("b", "2026-10-06T10:00:00Z", "low")];
    acme.ingest(&records.map(|(id, created, severity)| incident(id, created, severity))).await;
    acme
}

async fn ask(acme: &TestTenant<'_>) -> String {
    acme.sign_out();
    let body = json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["json", "txt"], "recipients": RECIPIENTS});
    acme.post("/api/v1/reports/generate", body).await.expect(202)["id"].as_str().unwrap().to_owned()
}

/// Plans the faults, lets an hour pass, and looks at the end, which must hold together.
async fn go_through(app: &TestApp, acme: &TestTenant<'_>, id: &str, faults: &[Value]) -> Ending {
    for fault in faults {
        app.fault(fault.clone()).await;
    }
    app.settle().await;
    app.advance_by(HOUR_S).await;
    app.stack.faults().clear();
    end_of(app, acme, id).await
}

async fn end_of(app: &TestApp, acme: &TestTenant<'_>, id: &str) -> Ending {
    acme.sign_out();
    let run = acme.read_report(id).await;
    let listed = acme.get(&format!("/api/v1/reports/{id}/deliveries")).await.expect(200);
    let deliveries = listed["items"].as_array().unwrap().clone();
    let mut mails = BTreeMap::new();
    for mail in app.stack.mailbox().iter().filter(|mail| mail.tags.iter().any(|tag| tag.1 == id)) {
        *mails.entry(mail.to[0].clone()).or_default() += 1;
    }
    let ending = Ending { run, deliveries, mails };
    check_run(acme, &ending, id).await;
    check_mail(&ending);
    ending
}

/// A completed run has all its files and one delivery per recipient; any other has a reason and nothing else.
async fn check_run(acme: &TestTenant<'_>, ending: &Ending, id: &str) {
    let run = &ending.run;
    let artifacts = run["artifacts"].as_array().unwrap();
    if run["status"] == "completed" {
        assert_eq!(artifacts.len(), 2, "{run}");
        assert_eq!((&run["failure"], ending.deliveries.len()), (&Value::Null, RECIPIENTS.len()), "{run}");
        assert_eq!(run["data"]["metrics"]["total"]["value"], 2);
    } else {
        assert_eq!(run["status"], "failed", "a run ends: {run}");
        assert_eq!((artifacts.len(), ending.deliveries.len()), (0, 0), "{run}");
        for part in ["message", "advice"] {
            assert!(run["failure"][part].as_str().is_some_and(|text| text.len() > 10), "{run}");
        }
    }
    for format in ["json", "txt"] {
        let file = acme.get(&format!("/api/v1/reports/{id}/download?format={format}")).await;
        match artifacts.iter().find(|artifact| artifact["format"] == format) {
            Some(artifact) => {
                assert_eq!(file.status, 200, "{}", file.text());
                assert_eq!(artifact["sha256"], sha256_hex(&file.body), "{format}");
                assert_eq!(artifact["size_bytes"], file.body.len());
            }
            None => assert!(matches!(file.status, 404 | 409), "{format}: {}", file.text()),
        }
    }
    let manifest = acme.get(&format!("/api/v1/reports/{id}/manifest")).await;
    assert_eq!(manifest.status == 200, run["status"] == "completed", "{}", manifest.text());
}

/// Mailbox and delivery log tell the same: at most one mail unless marked, none lost, and failures say why.
fn check_mail(ending: &Ending) {
    for delivery in &ending.deliveries {
        let recipient = delivery["recipient"].as_str().unwrap();
        let mails = ending.mails.get(recipient).copied().unwrap_or_default();
        let at_most = 1 + usize::from(delivery["possible_duplicate"] == true);
        assert!(mails <= at_most, "{mails} mails: {delivery}");
        match delivery["state"].as_str().unwrap() {
            "delivered" => assert!(mails >= 1 && delivery["message_id"].is_string(), "{delivery}"),
            "failed" => {
                assert!(mails == 0 && delivery["error"].as_str().is_some_and(|e| e.len() > 10), "{delivery}")
            }
            state => panic!("a delivery ends, and does not stay {state}: {delivery}"),
        }
    }
    let strangers = ending.mails.keys().filter(|to| !RECIPIENTS.contains(&to.as_str())).count();
    assert_eq!(strangers, 0, "{:?}", ending.mails);
}

/// Each fault is survived even if no client tries again by itself: clients of one process share what they may spend
/// on that.
#[tokio::test]
async fn a_passing_fault_neither_loses_nor_doubles_a_report() {
    let app = TestApp::start().await;
    let acme = acme_with_records(&app).await;
    for fault in [
        wire("ses", "SendEmail", "drop_response", 1),
        wire("ses", "SendEmail", "drop_response", 2),
        wire("ses", "SendEmail", "throttle", 1),
        wire("ses", "SendEmail", "throttle", 6),
        wire("s3", "PutObject", "error", 1),
        wire("s3", "PutObject", "error", 4),
        wire("s3", "PutObject", "throttle", 4),
        wire("s3", "PutObject", "drop_request", 4),
        wire("s3", "PutObject", "drop_response", 1),
        wire("s3", "PutObject", "drop_response", 4),
        wire("s3", "GetObject", "error", 4),
        wire("s3", "GetObject", "drop_response", 4),
        wire("dynamodb", "TransactWriteItems", "throttle", 2),
        wire("dynamodb", "TransactWriteItems", "throttle", 20),
        wire("dynamodb", "TransactWriteItems", "drop_response", 1),
        wire("dynamodb", "TransactWriteItems", "drop_response", 3),
        wire("dynamodb", "TransactWriteItems", "duplicate", 20),
        wire("dynamodb", "GetItem", "throttle", 20),
        wire("dynamodb", "Query", "error", 4),
        wire("sqs", "SendMessage", "error", 12),
        wire("sqs", "SendMessage", "drop_response", 6),
        wire("sqs", "SendMessage", "duplicate", 6),
        crash("render", "claimed", 1),
        crash("render", "measured", 1),
        crash("render", "rendered", 1),
        crash("render", "stored", 1),
        crash("render", "committed", 1),
        crash("render", "queued", 1),
        crash("render", "stored", 4),
        crash("deliver", "sent", 1),
        crash("deliver", "recorded", 1),
        crash("deliver", "recorded", 2),
        json!({"service": "function", "operation": "render", "mode": "duplicate", "times": 9}),
        json!({"service": "function", "operation": "deliver", "mode": "duplicate", "times": 9}),
    ] {
        let id = ask(&acme).await;
        let ending = go_through(&app, &acme, &id, std::slice::from_ref(&fault)).await;
        assert_eq!(ending.run["status"], "completed", "{fault}: {}", ending.run);
        assert_eq!(ending.states(), ["delivered", "delivered"], "{fault}");
        assert_eq!(ending.possible_duplicates(), 0, "{fault}");
        assert_eq!(ending.mails.values().sum::<usize>(), 2, "{fault}: {:?}", ending.mails);
    }
}

#[tokio::test]
async fn two_workers_at_the_same_moment_make_one_report_and_send_it_once() {
    let app = TestApp::start_at("2026-11-18T07:59:00Z").await;
    let acme = acme_with_records(&app).await;
    // Each write takes a moment, so that both workers have read before either has written.
    let slow = json!({"service": "dynamodb", "operation": "TransactWriteItems", "mode": "delay", "delay_ms": 5,
        "times": FOREVER});
    let twice = |function| json!({"service": "function", "operation": function, "mode": "duplicate", "times": FOREVER});
    let faults = [slow, twice("schedule"), twice("render"), twice("deliver")];
    for _ in 0..3 {
        let id = ask(&acme).await;
        let ending = go_through(&app, &acme, &id, &faults).await;
        assert_eq!(ending.states(), ["delivered", "delivered"]);
        assert_eq!(ending.mails.values().sum::<usize>(), 2, "{:?}", ending.mails);
        let attempts: Vec<_> = ending.deliveries.iter().map(|delivery| &delivery["attempts"]).collect();
        assert_eq!(attempts, [&json!(1), &json!(1)]);
    }
    let body = json!({"name": "Daily", "report_type": "incident_summary", "formats": ["txt"],
        "frequency": "daily", "recipients": ["viewer@acme.example"]});
    let id =
        acme.post("/api/v1/reports/schedules", body).await.expect(201)["id"].as_str().unwrap().to_owned();
    for fault in &faults {
        app.fault(fault.clone()).await;
    }
    app.advance_by(3 * 24 * HOUR_S).await;
    acme.sign_out();
    let view = acme.get(&format!("/api/v1/reports/schedules/{id}")).await.expect(200);
    assert_eq!((&view["sent_count"], app.stack.mailbox().len()), (&json!(3), 6 + 3));
}

#[tokio::test]
async fn a_wake_up_that_is_lost_before_anybody_heard_it_is_repeated_by_the_sweep() {
    let app = TestApp::start().await;
    let acme = acme_with_records(&app).await;
    for mode in ["drop_request", "error", "throttle"] {
        app.fault(wire("sqs", "SendMessage", mode, 4)).await;
        let id = ask(&acme).await;
        app.settle().await;
        assert_eq!(acme.read_report(&id).await["status"], "queued", "{mode}: nobody was woken");
        app.stack.faults().clear();
        app.advance_by(120).await;
        let ending = end_of(&app, &acme, &id).await;
        assert_eq!(ending.states(), ["delivered", "delivered"], "{mode}");
    }
}

#[tokio::test]
async fn what_may_have_been_sent_is_sent_once_more_and_marked() {
    let app = TestApp::start().await;
    let acme = acme_with_records(&app).await;
    for fault in [
        wire("ses", "SendEmail", "drop_request", 1),
        wire("ses", "SendEmail", "error", 1),
        crash("deliver", "claimed", 1),
    ] {
        let id = ask(&acme).await;
        app.fault(fault.clone()).await;
        app.settle().await;
        app.advance_by(600).await;
        let listed = acme.get(&format!("/api/v1/reports/{id}/deliveries")).await.expect(200);
        let uncertain =
            listed["items"].as_array().unwrap().iter().filter(|d| d["state"] == "uncertain").count();
        assert_eq!(uncertain, 1, "{fault}: the mail service has a quarter of an hour to tell: {listed}");
        app.advance_by(HOUR_S).await;
        let ending = end_of(&app, &acme, &id).await;
        assert_eq!(ending.states(), ["delivered", "delivered"], "{fault}");
        assert_eq!(ending.possible_duplicates(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_lasting_fault_ends_in_a_failure_that_says_what_to_do() {
    let app = TestApp::start().await;
    let acme = acme_with_records(&app).await;
    for (fault, class, retryable) in [
        (wire("s3", "PutObject", "error", FOREVER), "source_unavailable", true),
        (wire("s3", "PutObject", "throttle", FOREVER), "source_unavailable", true),
        (crash("render", "claimed", FOREVER), "poison", false),
        (crash("render", "rendered", FOREVER), "poison", false),
        (crash("render", "stored", FOREVER), "poison", false),
    ] {
        let id = ask(&acme).await;
        let ending = go_through(&app, &acme, &id, std::slice::from_ref(&fault)).await;
        assert_eq!((ending.failure_class(), &ending.run["status"]), (class, &json!("failed")), "{fault}");
        assert_eq!(ending.run["failure"]["retryable"], retryable, "{fault}");
        assert!(ending.mails.is_empty(), "{fault}");
        app.advance_by(24 * HOUR_S).await;
        assert_eq!(end_of(&app, &acme, &id).await.run["status"], "failed", "{fault}: it is not tried again");
    }
}

#[tokio::test]
async fn a_run_that_takes_longer_than_a_run_may_fails_and_leaves_nothing_behind() {
    let limits = TimeLimits { run: Duration::ZERO, ..TimeLimits::default() };
    let app = TestApp::start_with(limits).await;
    let acme = acme_with_records(&app).await;
    let id = ask(&acme).await;
    // It cannot be done in no time, on whatever machine.
    let slow = json!({"service": "dynamodb", "operation": "Query", "mode": "delay", "delay_ms": 5_000});
    app.fault(slow).await;
    app.settle().await;
    assert!(app.stack.faults().list().is_empty(), "its snapshot was slow");
    let ending = end_of(&app, &acme, &id).await;
    assert_eq!(
        (ending.failure_class(), &ending.run["status"]),
        ("timeout", &json!("failed")),
        "{}",
        ending.run
    );
    app.advance_by(24 * HOUR_S).await;
    assert_eq!(end_of(&app, &acme, &id).await.run["status"], "failed", "it is not tried again");
    assert!(app.stack.mailbox().is_empty());
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_fails_after_five_attempts_and_can_be_sent_again_by_hand() {
    let app = TestApp::start().await;
    let acme = acme_with_records(&app).await;
    for fault in [wire("ses", "SendEmail", "throttle", FOREVER), wire("s3", "GetObject", "error", FOREVER)] {
        // The report itself is made; mail does not work from the start, or stops working before anybody sends.
        if fault["service"] == "ses" {
            app.fault(fault.clone()).await;
        } else {
            app.fault(crash("render", "committed", 1)).await;
        }
        let id = ask(&acme).await;
        app.settle().await;
        let ending = go_through(&app, &acme, &id, std::slice::from_ref(&fault)).await;
        assert_eq!(ending.states(), ["failed", "failed"], "{fault}");
        for delivery in &ending.deliveries {
            assert_eq!(delivery["attempts"], 5, "{fault}: {delivery}");
            let retried = format!("/api/v1/reports/deliveries/{}/retry", delivery["id"].as_str().unwrap());
            let retry = acme.post(&retried, json!({})).await;
            assert!(matches!(retry.status, 201 | 202), "{}", retry.text());
            assert_eq!(retry.json()["retry_of"], delivery["id"]);
        }
        app.settle().await;
        let mails = app.stack.mailbox();
        let of_run = mails.iter().filter(|mail| mail.tags.iter().any(|tag| tag.1 == id)).count();
        assert_eq!(of_run, 2, "{fault}");
    }
}

#[tokio::test]
async fn a_schedule_that_fails_shows_it_and_its_owner_is_told_once_per_streak() {
    for fault in [
        wire("s3", "PutObject", "error", FOREVER),
        crash("render", "measured", FOREVER),
        wire("s3", "GetObject", "error", FOREVER),
    ] {
        let app = TestApp::start_at("2026-11-18T00:00:00Z").await;
        let acme = acme_with_records(&app).await;
        let body = json!({"name": "Daily", "report_type": "incident_summary", "formats": ["txt"],
            "frequency": "daily", "recipients": ["viewer@acme.example"]});
        let id =
            acme.post("/api/v1/reports/schedules", body).await.expect(201)["id"].as_str().unwrap().to_owned();
        let subjects = |app: &TestApp| -> Vec<String> {
            app.stack.mailbox().iter().map(|mail| mail.summary().subject).collect()
        };
        app.fault(fault.clone()).await;
        app.advance_to("2026-11-20T07:00:00Z").await;
        acme.sign_out();
        let health = acme.get(&format!("/api/v1/reports/schedules/{id}")).await.expect(200)["health"].clone();
        assert_eq!(health["state"], "failing", "{fault}: {health}");
        assert!(health["failing_since"].as_str().unwrap().starts_with("2026-11-18T08:"), "{fault}: {health}");
        assert!(health["last_error"].as_str().unwrap().len() > 10, "{fault}: {health}");
        assert_eq!(subjects(&app), ["[Tenant acme] Daily has failed"], "{fault}: two failures, one note");
        assert_eq!(app.stack.mailbox()[0].to, ["owner@acme.example"]);

        app.stack.faults().clear();
        app.advance_to("2026-11-21T07:00:00Z").await;
        acme.sign_out();
        let view = acme.get(&format!("/api/v1/reports/schedules/{id}")).await.expect(200);
        assert_eq!((&view["health"]["state"], &view["sent_count"]), (&json!("ok"), &json!(1)), "{fault}");
        let told = subjects(&app);
        assert_eq!(told.iter().filter(|s| *s == "[Tenant acme] Daily works again").count(), 1, "{told:?}");
        assert_eq!(told.len(), 3, "{told:?}");
    }
}

/// SplitMix64: a small generator whose whole state is the seed, so that a failing case can be named.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.next(from.len())]
    }

    fn fault(&mut self) -> Value {
        let times = u32::try_from(1 + self.next(4)).unwrap();
        let modes = ["error", "throttle", "drop_request", "drop_response", "duplicate"];
        match self.next(4) {
            // A mail service that takes a request twice sends two mails whatever we do: that is its own fault.
            0 => wire("ses", "SendEmail", self.pick(&modes[..4]), times),
            1 => {
                let (service, operation) = self.pick(&[
                    ("s3", "PutObject"),
                    ("s3", "GetObject"),
                    ("dynamodb", "TransactWriteItems"),
                    ("dynamodb", "GetItem"),
                    ("dynamodb", "Query"),
                    ("sqs", "SendMessage"),
                ]);
                wire(service, operation, self.pick(&modes), 3 * times)
            }
            2 => {
                let steps = ["claimed", "measured", "rendered", "stored", "committed", "queued"];
                crash("render", self.pick(&steps), times)
            }
            _ => crash("deliver", self.pick(&["claimed", "sent", "recorded"]), times),
        }
    }
}

/// How often the faults can have stopped a run, or an attempt to send.
fn stops(faults: &[Value], is_meant: impl Fn(&Value) -> bool) -> u64 {
    faults.iter().filter(|fault| is_meant(fault)).filter_map(|fault| fault["times"].as_u64()).sum()
}

#[tokio::test]
async fn whatever_mix_of_faults_comes_no_mail_is_lost_or_doubled_unmarked() {
    let app = TestApp::start().await;
    let acme = acme_with_records(&app).await;
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..30 {
        let mut random = Random(seed);
        let faults: Vec<Value> = (0..=random.next(4)).map(|_| random.fault()).collect();
        println!("seed {seed}: {}", json!(faults));
        let id = ask(&acme).await;
        let ending = go_through(&app, &acme, &id, &faults).await;
        *endings.entry(format!("{} {:?}", ending.run["status"], ending.states())).or_default() += 1;
        // Nothing fails that was not stopped often enough to give it up: a run five times, what may have been sent twice.
        let of_store = stops(&faults, |f| f["service"] == "s3" || f["service"] == "dynamodb");
        let of_render = of_store + stops(&faults, |f| f["operation"] == "render");
        assert!(ending.run["status"] == "completed" || of_render >= 5, "seed {seed}: {ending:?}");
        let uncertain = stops(&faults, |f| f["service"] == "ses" || f["after"] == "claimed");
        let is_given_up = ending.states().contains(&"failed");
        assert!(!is_given_up || uncertain >= 2 || of_store >= 5, "seed {seed}: {ending:?}");
    }
    println!("{endings:#?}");
}
