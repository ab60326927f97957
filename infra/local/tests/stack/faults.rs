//! Faults at the wire and in functions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use futures::FutureExt as _;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sitrep::Stack;
use sitrep::resources::RENDER_QUEUE;
use sitrep_app::clock::Clock as _;
use sitrep_app::steps;

use crate::support::{Calls, front, functions, queue_url, recording_stack, send_mail, sqs, start};

async fn ask_for(stack: &Stack, fault: Value) {
    let (status, answer) = front(stack, "POST", "/_local/faults", fault).await;
    assert_eq!(status, 200, "{answer}");
}

/// One attempt, so that the SDK's retries do not hide what the wire did.
async fn try_to_send(stack: &Stack) -> Result<(), String> {
    let config =
        stack.sdk_config().into_builder().retry_config(aws_sdk_sqs::config::retry::RetryConfig::disabled());
    let sqs = aws_sdk_sqs::Client::new(&config.build());
    let url = queue_url(stack, RENDER_QUEUE).await;
    let sent = sqs.send_message().queue_url(url).message_body("x").send().await;
    sent.map(drop).map_err(|error| match error.as_service_error() {
        Some(refusal) => refusal.code().unwrap_or_default().to_owned(),
        None => "connection".to_owned(),
    })
}

#[tokio::test]
async fn a_fault_at_the_wire_is_what_the_client_sees_and_what_the_service_did() {
    for (mode, seen, applied) in [
        ("error", Err("ServiceUnavailable"), 0),
        ("throttle", Err("RequestThrottled"), 0),
        ("drop_request", Err("connection"), 0),
        ("drop_response", Err("connection"), 1),
        ("duplicate", Ok(()), 2),
        ("delay", Ok(()), 1),
    ] {
        let (stack, _) = recording_stack().await;
        let mut fault = json!({"service": "sqs", "operation": "SendMessage", "mode": mode});
        if mode == "delay" {
            fault["delay_ms"] = json!(5);
        }
        ask_for(&stack, fault).await;
        assert_eq!(try_to_send(&stack).await, seen.map_err(String::from), "{mode}");
        let (_, queues) = front(&stack, "GET", "/_local/queues", Value::Null).await;
        assert_eq!(queues[0]["visible"], json!(applied), "{mode}");
        assert_eq!(try_to_send(&stack).await, Ok(()), "{mode} happens once");
    }
}

#[tokio::test]
async fn faults_are_listed_and_cleared_and_impossible_ones_refused() {
    let (stack, _) = recording_stack().await;
    ask_for(&stack, json!({"service": "ses", "operation": "SendEmail", "mode": "error", "times": 3})).await;
    let (_, list) = front(&stack, "GET", "/_local/faults", Value::Null).await;
    assert_eq!(list, json!([{"service": "ses", "operation": "SendEmail", "mode": "error", "times": 3}]));
    let (_, list) = front(&stack, "DELETE", "/_local/faults", Value::Null).await;
    assert_eq!(list, json!([]));
    let (status, problem) =
        front(&stack, "POST", "/_local/faults", json!({"service": "ses", "mode": "crash"})).await;
    assert_eq!((status, &problem["code"]), (400, &json!("VALIDATION_ERROR")));
    assert_eq!(problem["errors"][0]["field"], json!("mode"));
}

#[tokio::test]
async fn ses_tells_of_a_message_whose_answer_was_lost() {
    let (stack, calls) = recording_stack().await;
    // One lost answer for each attempt that the SDK makes.
    ask_for(&stack, json!({"service": "ses", "operation": "SendEmail", "mode": "drop_response", "times": 3}))
        .await;
    send_mail(&stack, "ana@example.org").await.unwrap_err();
    stack.settle().await;
    let delivered =
        calls.of("deliver").iter().filter(|event| event["detail-type"] == "Email Delivered").count();
    assert_eq!(delivered, stack.mailbox().len());
    assert!(delivered >= 1);
}

fn stepping(done: &Arc<AtomicUsize>, started: &Arc<AtomicUsize>) -> sitrep::Handler {
    let (done, started) = (Arc::clone(done), Arc::clone(started));
    Arc::new(move |_| {
        let (done, started) = (Arc::clone(&done), Arc::clone(&started));
        async move {
            started.fetch_add(1, Ordering::SeqCst);
            steps::reached("claimed").await;
            steps::reached("committed").await;
            done.fetch_add(1, Ordering::SeqCst);
            Ok(Value::Null)
        }
        .boxed()
    })
}

#[tokio::test]
async fn a_crash_stops_the_job_right_after_its_step_and_the_message_comes_again() {
    let (done, started) = (Arc::default(), Arc::default());
    let mut all = functions(&Calls::default());
    all.render = stepping(&done, &started);
    let stack = start(Stack::builder().frozen_clock().without_background(), all.clone()).await;
    let other = start(Stack::builder().frozen_clock().without_background(), all).await;
    ask_for(
        &stack,
        json!({"service": "function", "operation": "render", "mode": "crash", "after": "claimed"}),
    )
    .await;

    try_to_send(&stack).await.unwrap();
    stack.settle().await;
    assert_eq!((started.load(Ordering::SeqCst), done.load(Ordering::SeqCst)), (1, 0));
    let (_, queues) = front(&stack, "GET", "/_local/queues", Value::Null).await;
    assert_eq!(queues[0]["in_flight"], json!(1), "the message is hidden until its visibility ends");

    try_to_send(&other).await.unwrap();
    other.settle().await;
    assert_eq!(done.load(Ordering::SeqCst), 1, "another stack is not disturbed");

    stack.advance_to(stack.clock().now() + SignedDuration::from_mins(15)).await.unwrap();
    assert_eq!((started.load(Ordering::SeqCst), done.load(Ordering::SeqCst)), (3, 2));
}

#[tokio::test]
async fn a_held_job_stands_still_right_after_its_step_until_it_is_let_go() {
    let (done, started) = (Arc::default(), Arc::default());
    let mut all = functions(&Calls::default());
    all.render = stepping(&done, &started);
    let stack = start(Stack::builder().frozen_clock().without_background(), all).await;
    let count = |of: &Arc<AtomicUsize>| of.load(Ordering::SeqCst);

    let hold = stack.hold("render", "claimed");
    try_to_send(&stack).await.unwrap();
    futures::join!(stack.settle(), async {
        hold.reached().await;
        assert_eq!((count(&started), count(&done)), (1, 0));
        // Others of the function go on: it was for one.
        try_to_send(&stack).await.unwrap();
        while count(&done) == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!((count(&started), count(&done)), (2, 1));
        hold.release();
    });
    assert_eq!((count(&started), count(&done)), (2, 2));

    // One that is let go before anybody reaches it holds nobody.
    stack.hold("render", "committed").release();
    try_to_send(&stack).await.unwrap();
    stack.settle().await;
    assert_eq!((count(&started), count(&done)), (3, 3));
}

#[tokio::test]
async fn an_event_can_be_delivered_twice() {
    let (stack, calls) = recording_stack().await;
    ask_for(&stack, json!({"service": "function", "operation": "render", "mode": "duplicate"})).await;
    for _ in 0..2 {
        let url = queue_url(&stack, RENDER_QUEUE).await;
        sqs(&stack).send_message().queue_url(url).message_body("x").send().await.unwrap();
        stack.settle().await;
    }
    let events = calls.of("render");
    assert_eq!(events.len(), 3, "the first twice, the second once");
    assert_eq!(events[0], events[1]);
}
