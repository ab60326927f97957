//! Every emulator under the real SDK client, in process.

use crate::support::{front, queue_url, recording_stack, s3, send_mail, sqs};
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_scheduler::types::{FlexibleTimeWindow, FlexibleTimeWindowMode, Target};
use bytes::Bytes;
use jiff::SignedDuration;
use serde_json::json;
use sitrep::Stack;
use sitrep::resources::{
    ARTIFACTS_BUCKET, CORE_TABLE, DELIVER_QUEUE, GLOBAL_TABLE, RECORDS_BUCKET, RENDER_QUEUE,
};
use sitrep_app::clock::Clock as _;
use std::time::Duration;

fn string(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[tokio::test]
async fn dynamodb_has_both_tables_with_their_indexes_and_conditions() {
    let (stack, _) = recording_stack().await;
    let db = aws_sdk_dynamodb::Client::new(&stack.sdk_config());
    for table in [CORE_TABLE, GLOBAL_TABLE] {
        let ttl = db.describe_time_to_live().table_name(table).send().await.unwrap();
        assert_eq!(ttl.time_to_live_description.unwrap().attribute_name.as_deref(), Some("ttl"), "{table}");
    }
    let put = || {
        db.put_item()
            .table_name(CORE_TABLE)
            .item("pk", string("T#acme"))
            .item("sk", string("META"))
            .item("gsi1pk", string("T#acme#L"))
            .item("gsi1sk", string("1"))
            .item("duepk", string("DUE#3"))
            .item("duesk", string("2026-11-20T09:00:00Z#x"))
            .item("name", string("Acme"))
            .condition_expression("attribute_not_exists(pk)")
    };
    put().send().await.unwrap();
    let again = put().send().await.unwrap_err().into_service_error();
    assert!(again.is_conditional_check_failed_exception());
    for (index, key, value, name) in
        [("gsi1", "gsi1pk", "T#acme#L", Some("Acme")), ("due", "duepk", "DUE#3", None)]
    {
        let found = db
            .query()
            .table_name(CORE_TABLE)
            .index_name(index)
            .key_condition_expression(format!("{key} = :k"))
            .expression_attribute_values(":k", string(value))
            .send()
            .await
            .unwrap();
        let item = &found.items()[0];
        assert_eq!(item.get("name").and_then(|name| name.as_s().ok().map(String::as_str)), name, "{index}");
    }
    let put_both = TransactWriteItem::builder().put(
        Put::builder()
            .table_name(CORE_TABLE)
            .item("pk", string("T#acme"))
            .item("sk", string("META"))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .unwrap(),
    );
    let cancelled = db.transact_write_items().transact_items(put_both.build()).send().await.unwrap_err();
    let cancelled = cancelled.into_service_error();
    assert!(cancelled.is_transaction_canceled_exception(), "{cancelled:?}");
}

#[tokio::test]
async fn dynamodb_refuses_an_item_of_more_than_400_kb() {
    let (stack, _) = recording_stack().await;
    let db = aws_sdk_dynamodb::Client::new(&stack.sdk_config());
    let large = db.put_item().table_name(GLOBAL_TABLE).item("pk", string("a")).item("sk", string("b"));
    let error =
        large.item("body", string(&"x".repeat(410_000))).send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("ValidationException"), "{error:?}");
}

#[tokio::test]
async fn s3_puts_once_reads_ranges_lists_and_deletes() {
    let (stack, _) = recording_stack().await;
    let s3 = s3(&stack);
    let put = |key: &str, body: &'static [u8]| {
        s3.put_object()
            .bucket(ARTIFACTS_BUCKET)
            .key(key)
            .content_type("text/csv")
            .body(ByteStream::from_static(body))
    };
    put("t/a/1", b"hello world").if_none_match("*").send().await.unwrap();
    let again = put("t/a/1", b"other").if_none_match("*").send().await.unwrap_err();
    assert_eq!(again.raw_response().unwrap().status().as_u16(), 412);
    put("t/a/2", b"two").send().await.unwrap();
    put("t/b/1", b"three").send().await.unwrap();

    let get = s3.get_object().bucket(ARTIFACTS_BUCKET).key("t/a/1").range("bytes=6-8").send().await.unwrap();
    assert_eq!(get.content_range(), Some("bytes 6-8/11"));
    assert_eq!(get.body.collect().await.unwrap().to_vec(), b"wor");
    let head = s3.head_object().bucket(ARTIFACTS_BUCKET).key("t/a/1").send().await.unwrap();
    assert_eq!((head.content_length(), head.content_type()), (Some(11), Some("text/csv")));
    let other = s3.head_object().bucket(ARTIFACTS_BUCKET).key("t/a/2").send().await.unwrap();
    for (tag, status) in [(head.e_tag(), None), (Some("*"), None), (other.e_tag(), Some(412))] {
        let get = s3.get_object().bucket(ARTIFACTS_BUCKET).key("t/a/1").set_if_match(tag.map(str::to_owned));
        let refused = get.send().await.err().map(|error| error.raw_response().unwrap().status().as_u16());
        assert_eq!(refused, status, "{tag:?}");
    }

    let page = s3.list_objects_v2().bucket(ARTIFACTS_BUCKET).prefix("t/").max_keys(2).send().await.unwrap();
    assert_eq!(
        page.contents().iter().filter_map(|object| object.key()).collect::<Vec<_>>(),
        ["t/a/1", "t/a/2"]
    );
    let rest = s3
        .list_objects_v2()
        .bucket(ARTIFACTS_BUCKET)
        .prefix("t/")
        .set_continuation_token(page.next_continuation_token);
    assert_eq!(rest.send().await.unwrap().contents()[0].key(), Some("t/b/1"));

    s3.delete_object().bucket(ARTIFACTS_BUCKET).key("t/a/1").send().await.unwrap();
    let gone =
        s3.get_object().bucket(ARTIFACTS_BUCKET).key("t/a/1").send().await.unwrap_err().into_service_error();
    assert!(gone.is_no_such_key());
    let elsewhere =
        s3.get_object().bucket("other-bucket").key("x").send().await.unwrap_err().into_service_error();
    assert_eq!(elsewhere.code(), Some("NoSuchBucket"));
}

#[tokio::test]
async fn s3_takes_a_key_for_an_opaque_name() {
    let (stack, _) = recording_stack().await;
    let s3 = s3(&stack);
    let keys = ["t/b/x", "t/a/../b/x", "t/a/./x", "t//a/x", "t/a/%2e%2e/b/x", "t/a b/é+?#"];
    for key in keys {
        let body = ByteStream::from(key.as_bytes().to_vec());
        s3.put_object().bucket(RECORDS_BUCKET).key(key).body(body).send().await.unwrap();
    }
    for key in keys {
        let read = s3.get_object().bucket(RECORDS_BUCKET).key(key).send().await.unwrap();
        assert_eq!(read.body.collect().await.unwrap().to_vec(), key.as_bytes(), "{key}");
    }
}

async fn presign(stack: &Stack, key: &str, seconds: u64) -> http::Uri {
    let config = PresigningConfig::expires_in(Duration::from_secs(seconds)).unwrap();
    let request = s3(stack).get_object().bucket(ARTIFACTS_BUCKET).key(key).presigned(config).await.unwrap();
    request.uri().parse().unwrap()
}

async fn status_of(stack: &Stack, method: &str, uri: &http::Uri) -> u16 {
    let request = http::Request::builder().method(method).uri(uri).body(Bytes::new()).unwrap();
    stack.fetch(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_presigned_url_ends_by_the_virtual_clock_and_only_fits_what_was_signed() {
    let (stack, _) = recording_stack().await;
    s3(&stack)
        .put_object()
        .bucket(ARTIFACTS_BUCKET)
        .key("t/a/1")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    let url = presign(&stack, "t/a/1", 60).await;
    assert_eq!(status_of(&stack, "GET", &url).await, 200);
    assert_eq!(status_of(&stack, "DELETE", &url).await, 403);
    let other_key: http::Uri = url.to_string().replace("t/a/1", "t/b/1").parse().unwrap();
    assert_eq!(status_of(&stack, "GET", &other_key).await, 403);
    let longer: http::Uri = url.to_string().replace("X-Amz-Expires=60", "X-Amz-Expires=600").parse().unwrap();
    assert_eq!(status_of(&stack, "GET", &longer).await, 403);
    let unsigned: http::Uri = url.to_string().split('?').next().unwrap().parse().unwrap();
    assert_eq!(status_of(&stack, "GET", &unsigned).await, 403);

    stack.advance_to(stack.clock().now() + SignedDuration::from_secs(60)).await.unwrap();
    assert_eq!(status_of(&stack, "GET", &url).await, 200, "it lives for the whole minute");
    let second = presign(&stack, "t/a/1", 60).await;
    stack.advance_to(stack.clock().now() + SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(status_of(&stack, "GET", &url).await, 403);
    assert_eq!(status_of(&stack, "GET", &second).await, 200, "a later one of the same real second lives on");
}

#[tokio::test]
async fn a_presigned_url_of_another_process_ends_by_the_virtual_clock_too() {
    let (stack, _) = recording_stack().await;
    s3(&stack)
        .put_object()
        .bucket(ARTIFACTS_BUCKET)
        .key("t/a/1")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    let keys = aws_sdk_s3::config::Credentials::new("local", "local-secret-key", None, None, "test");
    let config = aws_sdk_s3::config::Builder::from(&stack.sdk_config()).credentials_provider(keys).build();
    let presigning = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let client = aws_sdk_s3::Client::from_conf(config);
    let request =
        client.get_object().bucket(ARTIFACTS_BUCKET).key("t/a/1").presigned(presigning).await.unwrap();
    let url: http::Uri = request.uri().parse().unwrap();
    assert!(!url.to_string().contains("Security-Token"));
    assert_eq!(status_of(&stack, "GET", &url).await, 200);
    // Such a URL names a whole second, so a move within that second would still belong to before it.
    tokio::time::sleep(Duration::from_millis(1_001)).await;
    stack.advance_to(stack.clock().now() + SignedDuration::from_secs(120)).await.unwrap();
    assert_eq!(status_of(&stack, "GET", &url).await, 403);
}

#[tokio::test]
async fn sqs_delivers_hides_and_deletes_by_receipt() {
    let (stack, _) = recording_stack().await;
    let sqs = sqs(&stack);
    let url = queue_url(&stack, RENDER_QUEUE).await;
    sqs.send_message().queue_url(&url).message_body("one").send().await.unwrap();
    let received = sqs.receive_message().queue_url(&url).send().await.unwrap();
    let message = &received.messages()[0];
    assert_eq!(
        (message.body(), message.md5_of_body()),
        (Some("one"), Some("f97c5d29941bfb1b2fdab0874906ab82"))
    );
    assert!(sqs.receive_message().queue_url(&url).send().await.unwrap().messages().is_empty());

    let receipt = message.receipt_handle().unwrap();
    let extend =
        sqs.change_message_visibility().queue_url(&url).receipt_handle(receipt).visibility_timeout(0);
    extend.send().await.unwrap();
    let again = sqs.receive_message().queue_url(&url).send().await.unwrap();
    let receipt = again.messages()[0].receipt_handle().unwrap();
    sqs.delete_message().queue_url(&url).receipt_handle(receipt).send().await.unwrap();
    let attributes = sqs.get_queue_attributes().queue_url(&url).send().await.unwrap().attributes.unwrap();
    let count = aws_sdk_sqs::types::QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
    assert_eq!(attributes.get(&count).map(String::as_str), Some("0"));
}

#[tokio::test]
async fn sqs_refuses_what_aws_refuses() {
    let (stack, _) = recording_stack().await;
    let sqs = sqs(&stack);
    let url = queue_url(&stack, DELIVER_QUEUE).await;
    let send = |body: String, delay| {
        sqs.send_message().queue_url(&url).message_body(body).delay_seconds(delay).send()
    };
    assert!(send("x".repeat(262_144), 0).await.is_ok());
    assert_eq!(
        send("x".repeat(262_145), 0).await.unwrap_err().into_service_error().code(),
        Some("InvalidParameterValue")
    );
    assert_eq!(
        send("x".into(), 901).await.unwrap_err().into_service_error().code(),
        Some("InvalidParameterValue")
    );
    let unknown = sqs.get_queue_url().queue_name("other").send().await.unwrap_err().into_service_error();
    assert!(unknown.is_queue_does_not_exist(), "{unknown:?}");
}

#[tokio::test]
async fn ses_keeps_the_message_and_tells_what_became_of_it() {
    let (stack, calls) = recording_stack().await;
    let mut ids = Vec::new();
    for to in ["ana@example.org", "bounce@simulator.amazonses.com", "complaint@example.org"] {
        ids.push(send_mail(&stack, to).await.unwrap());
    }
    stack.settle().await;
    let told: Vec<(String, String)> = calls
        .of("deliver")
        .iter()
        .map(|event| {
            let mail = &event["detail"]["mail"];
            assert_eq!(mail["tags"]["delivery"], json!(["d-1"]));
            (
                mail["messageId"].as_str().unwrap().to_owned(),
                event["detail-type"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let of =
        |id: &str| told.iter().filter(|(of, _)| of == id).map(|(_, what)| what.as_str()).collect::<Vec<_>>();
    assert_eq!(of(&ids[0]), ["Email Sent", "Email Delivered"]);
    assert_eq!(of(&ids[1]), ["Email Sent", "Email Bounced"]);
    assert_eq!(of(&ids[2]), ["Email Sent", "Email Delivered", "Email Complaint Received"]);

    let (status, list) = front(&stack, "GET", "/_local/mailbox", json!(null)).await;
    assert_eq!(status, 200);
    assert_eq!(
        list[0],
        json!({
            "id": ids[0], "from": "a@example.org", "to": ["ana@example.org"], "subject": "Café",
            "date": "2026-11-20T09:00:00Z",
            "attachments": [{"filename": "r.pdf", "content_type": "application/pdf", "size": 4}],
        })
    );
    let request = http::Request::get(format!("/_local/mailbox/{}", ids[0])).body(Bytes::new()).unwrap();
    let raw = stack.request(request).await;
    assert!(raw.body().starts_with(b"From: a@example.org\r\nTo: ana@example.org\r\n"));
}

fn window() -> FlexibleTimeWindow {
    FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap()
}

fn target(input: &str) -> Target {
    let builder = Target::builder().arn("arn:aws:lambda:us-east-1:000000000000:function:sitrep-schedule");
    builder.role_arn("arn:aws:iam::000000000000:role/x").input(input).build().unwrap()
}

#[tokio::test]
async fn scheduler_takes_what_aws_takes_and_refuses_the_rest() {
    let (stack, _) = recording_stack().await;
    let scheduler = aws_sdk_scheduler::Client::new(&stack.sdk_config());
    let create = |name: &str, expression: &str, zone: &str| {
        scheduler
            .create_schedule()
            .group_name("sitrep")
            .name(name)
            .schedule_expression(expression)
            .schedule_expression_timezone(zone)
            .flexible_time_window(window())
            .target(target("{}"))
            .client_token(format!("token-{name}-{expression}"))
    };
    create("daily", "cron(0 9 * * ? *)", "Europe/Berlin").send().await.unwrap();
    create("daily", "cron(0 9 * * ? *)", "Europe/Berlin")
        .send()
        .await
        .expect("the same token is the same request");
    let conflict = create("daily", "rate(1 hour)", "UTC").send().await.unwrap_err().into_service_error();
    assert!(conflict.is_conflict_exception(), "{conflict:?}");
    for (name, expression, zone) in [
        ("five-fields", "cron(0 9 * * *)", "UTC"),
        ("no-question-mark", "cron(0 9 * * * *)", "UTC"),
        ("zone", "cron(0 9 * * ? *)", "Europe/Atlantis"),
        ("bad name", "cron(0 9 * * ? *)", "UTC"),
    ] {
        let refused = create(name, expression, zone).send().await.unwrap_err().into_service_error();
        assert!(refused.is_validation_exception(), "{name}: {refused:?}");
    }
    let got = scheduler.get_schedule().group_name("sitrep").name("daily").send().await.unwrap();
    assert_eq!(got.schedule_expression(), Some("cron(0 9 * * ? *)"));
    let list = scheduler.list_schedules().group_name("sitrep").send().await.unwrap();
    assert_eq!(list.schedules().len(), 1);
    scheduler.delete_schedule().group_name("sitrep").name("daily").send().await.unwrap();
    let gone = scheduler.delete_schedule().group_name("sitrep").name("daily").send().await;
    assert!(gone.unwrap_err().into_service_error().is_resource_not_found_exception());
    let gone = scheduler.get_schedule().group_name("other").name("daily").send().await;
    assert!(gone.unwrap_err().into_service_error().is_resource_not_found_exception());
}

#[tokio::test]
async fn ssm_gives_the_keys_and_names_the_unknown_ones() {
    let (stack, _) = recording_stack().await;
    let ssm = aws_sdk_ssm::Client::new(&stack.sdk_config());
    let names =
        ["/sitrep/token-key", "/sitrep/hash-key", "/sitrep/cursor-key", "/other"].map(String::from).to_vec();
    let found = ssm.get_parameters().set_names(Some(names)).with_decryption(true).send().await.unwrap();
    let values: std::collections::BTreeSet<_> =
        found.parameters().iter().filter_map(|one| one.value()).collect();
    assert_eq!(values.len(), 3, "three different keys");
    assert_eq!(found.invalid_parameters(), ["/other"]);
    let unknown = ssm.get_parameter().name("/other").send().await.unwrap_err().into_service_error();
    assert!(unknown.is_parameter_not_found());
}
