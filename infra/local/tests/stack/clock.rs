//! Virtual time: what happens on the way, in which order, and how fast.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_scheduler::types::{ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, Target};
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sitrep::Stack;
use sitrep::resources::{CORE_TABLE, DELIVER_QUEUE, RENDER_QUEUE};
use sitrep_app::clock::Clock as _;

use crate::support::{Calls, front, functions, queue_url, recording_stack, sqs, start};

const INPUT: &str = r#"{"at":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","arn":"<aws.scheduler.schedule-arn>","n":"<aws.scheduler.attempt-number>"}"#;

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn schedule(stack: &Stack, name: &str, expression: &str, zone: &str) {
    let target = Target::builder()
        .arn("arn:aws:lambda:us-east-1:000000000000:function:sitrep-schedule")
        .role_arn("arn:aws:iam::000000000000:role/x")
        .input(INPUT);
    aws_sdk_scheduler::Client::new(&stack.sdk_config())
        .create_schedule()
        .group_name("sitrep")
        .name(name)
        .schedule_expression(expression)
        .schedule_expression_timezone(zone)
        .action_after_completion(ActionAfterCompletion::Delete)
        .flexible_time_window(
            FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap(),
        )
        .target(target.build().unwrap())
        .send()
        .await
        .unwrap();
}

async fn put_due(stack: &Stack, shard: u8, due: &str) {
    let string = |text: String| AttributeValue::S(text);
    aws_sdk_dynamodb::Client::new(&stack.sdk_config())
        .put_item()
        .table_name(CORE_TABLE)
        .item("pk", string(format!("T#acme#{due}")))
        .item("sk", string("META".to_owned()))
        .item("duepk", string(format!("DUE#{shard}")))
        .item("duesk", string(format!("{due}#x")))
        .send()
        .await
        .unwrap();
}

fn fires(calls: &Calls, member: &str) -> Vec<String> {
    calls.of("schedule").iter().filter_map(|event| event[member].as_str().map(str::to_owned)).collect()
}

/// The times of the sweeps, which come in the words of `template.yaml`.
fn sweeps(calls: &Calls) -> Vec<String> {
    let events = calls.of("schedule");
    let sweeps = events.iter().filter(|event| event["kind"] == "sweep");
    sweeps.filter_map(|event| event["scheduled_time"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_schedule_fires_in_its_zone_and_skips_the_spring_gap() {
    let (stack, calls) = recording_stack().await;
    schedule(&stack, "gap", "cron(30 2 * * ? *)", "Europe/Berlin").await;
    schedule(&stack, "once", "at(2026-03-28T12:00:00)", "UTC").await;
    stack.advance_to(instant("2026-03-28T00:00:00Z")).await.unwrap();
    let before = fires(&calls, "at").len();
    stack.advance_to(instant("2026-03-30T12:00:00Z")).await.unwrap();
    let expected = ["2026-03-28T01:30:00Z", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"];
    assert_eq!(fires(&calls, "at")[before..], expected);
    let event = calls.of("schedule").pop().unwrap();
    assert_eq!(event["arn"], json!("arn:aws:scheduler:us-east-1:000000000000:schedule/sitrep/gap"));
    assert_eq!(event["n"], json!("1"));
    assert_eq!(event["id"].as_str().unwrap().len(), 36);
    let scheduler = aws_sdk_scheduler::Client::new(&stack.sdk_config());
    let gone = scheduler.get_schedule().group_name("sitrep").name("once").send().await.unwrap_err();
    assert!(gone.into_service_error().is_resource_not_found_exception(), "it is deleted after completion");
}

#[tokio::test]
async fn a_failed_message_comes_again_when_its_visibility_ends_and_is_dead_after_five() {
    let failures = Arc::new(AtomicUsize::new(0));
    let mut all = functions(&Calls::default());
    all.render = {
        let failures = Arc::clone(&failures);
        Arc::new(move |event: Value| {
            failures.fetch_add(1, Ordering::SeqCst);
            let id = event["Records"][0]["messageId"].clone();
            async move { Ok(json!({"batchItemFailures": [{"itemIdentifier": id}]})) }.boxed()
        })
    };
    let stack = start(Stack::builder().frozen_clock().without_background(), all).await;
    let url = queue_url(&stack, RENDER_QUEUE).await;
    sqs(&stack).send_message().queue_url(url).message_body("x").delay_seconds(60).send().await.unwrap();
    stack.settle().await;
    assert_eq!(failures.load(Ordering::SeqCst), 0, "it is delayed");
    stack.advance_to(stack.clock().now() + SignedDuration::from_mins(17)).await.unwrap();
    assert_eq!(failures.load(Ordering::SeqCst), 2);
    stack.advance_to(stack.clock().now() + SignedDuration::from_hours(24)).await.unwrap();
    assert_eq!(failures.load(Ordering::SeqCst), 5);
    let (_, queues) = front(&stack, "GET", "/_local/queues", Value::Null).await;
    assert_eq!(
        queues[0],
        json!({"name": "sitrep-render", "visible": 0, "in_flight": 0, "delayed": 0, "dlq": 1})
    );
}

#[tokio::test]
async fn a_batch_holds_up_to_ten_messages_in_lambdas_shape() {
    let (stack, calls) = recording_stack().await;
    let url = queue_url(&stack, DELIVER_QUEUE).await;
    for number in 0..12 {
        sqs(&stack).send_message().queue_url(&url).message_body(number.to_string()).send().await.unwrap();
    }
    stack.settle().await;
    let sizes: Vec<usize> =
        calls.of("deliver").iter().map(|event| event["Records"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [10, 2]);
    let event: aws_lambda_events::sqs::SqsEvent =
        serde_json::from_value(calls.of("deliver")[0].clone()).unwrap();
    assert_eq!(
        event.records[0].event_source_arn.as_deref(),
        Some("arn:aws:sqs:us-east-1:000000000000:sitrep-deliver")
    );
}

#[tokio::test]
async fn the_sweep_comes_at_the_first_whole_minute_at_or_after_what_is_due() {
    let (stack, calls) = recording_stack().await;
    put_due(&stack, 7, "2026-02-01T10:00:30Z").await;
    put_due(&stack, 0, "2026-03-01T10:00:00Z").await;
    stack.advance_to(instant("2026-02-01T10:00:59Z")).await.unwrap();
    assert!(sweeps(&calls).is_empty(), "a minute before there was nothing to find");
    stack.advance_to(instant("2026-02-01T10:02:00Z")).await.unwrap();
    let expected = ["2026-02-01T10:01:00Z", "2026-02-01T10:02:00Z"];
    assert_eq!(sweeps(&calls), expected, "an item that stays is found again every minute");
}

#[tokio::test]
async fn the_clock_endpoint_moves_forwards_only() {
    let (stack, calls) = recording_stack().await;
    schedule(&stack, "daily", "cron(0 9 * * ? *)", "UTC").await;
    let (status, answer) = front(&stack, "POST", "/_local/clock", json!({"advance_seconds": 172_800})).await;
    assert_eq!((status, answer), (200, json!({"now": "2026-01-03T00:00:30Z"})));
    assert_eq!(fires(&calls, "at").len(), 2);
    for body in [
        json!({"set": "2026-01-01T00:00:00Z"}),
        json!({"advance_seconds": -1}),
        json!({}),
        json!({"advance_seconds": 1, "set": "2027-01-01T00:00:00Z"}),
        json!({"advance": 1}),
    ] {
        let (status, problem) = front(&stack, "POST", "/_local/clock", body.clone()).await;
        assert_eq!((status, &problem["code"]), (400, &json!("VALIDATION_ERROR")), "{body}");
    }
}

#[tokio::test]
async fn a_year_with_two_schedules_passes_in_seconds() {
    let calls = Calls::default();
    let mut all = functions(&calls);
    let recorded = all.schedule.clone();
    let db = Arc::new(std::sync::OnceLock::<aws_sdk_dynamodb::Client>::new());
    all.schedule = {
        let db = Arc::clone(&db);
        // Each fire writes an item that is due at the next day's fire, and each sweep removes it, as the real one does.
        Arc::new(move |event: Value| {
            let (db, recorded) = (db.get().unwrap().clone(), recorded(event.clone()));
            async move {
                let key = |text: &str| AttributeValue::S(text.to_owned());
                if let Some(at) = event["at"].as_str() {
                    let due = instant(at) + SignedDuration::from_mins(5);
                    let due = due.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
                    let put =
                        db.put_item().table_name(CORE_TABLE).item("pk", key("T#a")).item("sk", key("META"));
                    put.item("duepk", key("DUE#1"))
                        .item("duesk", key(&due))
                        .send()
                        .await
                        .map_err(|e| e.to_string())?;
                } else {
                    let delete =
                        db.delete_item().table_name(CORE_TABLE).key("pk", key("T#a")).key("sk", key("META"));
                    delete.send().await.map_err(|e| e.to_string())?;
                }
                recorded.await
            }
            .boxed()
        })
    };
    let builder =
        Stack::builder().frozen_clock().without_background().start_at(instant("2026-01-01T00:00:00Z"));
    let stack = start(builder, all).await;
    db.set(aws_sdk_dynamodb::Client::new(&stack.sdk_config())).unwrap();
    schedule(&stack, "daily", "cron(0 9 * * ? *)", "Europe/Berlin").await;
    schedule(&stack, "weekly", "cron(0 10 ? * 2 *)", "America/New_York").await;
    let started = Instant::now();
    stack.advance_to(instant("2027-01-01T00:00:00Z")).await.unwrap();
    let took = started.elapsed();
    assert_eq!(fires(&calls, "at").len(), 365 + 52);
    assert_eq!(sweeps(&calls).len(), 365 + 52);
    println!("a year with {} events took {took:?}", calls.of("schedule").len());
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[tokio::test]
async fn in_the_background_messages_are_picked_up_at_once() {
    let calls = Calls::default();
    let stack = start(Stack::builder(), functions(&calls)).await;
    let url = queue_url(&stack, RENDER_QUEUE).await;
    sqs(&stack).send_message().queue_url(url).message_body("x").send().await.unwrap();
    for _ in 0..200 {
        if !calls.of("render").is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody picked the message up within a second");
}
