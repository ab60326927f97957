//! What survives: a stack that was stopped, and one that was killed.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::primitives::ByteStream;
use sitrep::resources::{ARTIFACTS_BUCKET, CORE_TABLE, RENDER_QUEUE};
use sitrep::{Stack, StackError};
use sitrep_app::clock::Clock as _;

use crate::support::{Calls, application, functions, queue_url, s3, send_mail, sqs, start};

const CHILD_DIR: &str = "SITREP_TEST_CHILD_DIR";
const CHILD_TEST: &str = "persistence::a_child_that_writes_and_waits_to_be_killed";

/// A directory of this test process, gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("sitrep-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

async fn open(dir: &Scratch) -> Stack {
    let builder = Stack::builder().data_dir(&dir.0).frozen_clock().without_background();
    start(builder.start_at("2026-01-01T00:00:00Z".parse().unwrap()), functions(&Calls::default())).await
}

async fn write_everywhere(stack: &Stack) {
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let db = aws_sdk_dynamodb::Client::new(&stack.sdk_config());
    db.put_item().table_name(CORE_TABLE).item("pk", key("a")).item("sk", key("b")).send().await.unwrap();
    let put = s3(stack).put_object().bucket(ARTIFACTS_BUCKET).key("k").body(ByteStream::from_static(b"kept"));
    put.send().await.unwrap();
    let url = queue_url(stack, RENDER_QUEUE).await;
    sqs(stack).send_message().queue_url(url).message_body("kept").send().await.unwrap();
    send_mail(stack, "ana@example.org").await.unwrap();
}

async fn check_everywhere(stack: &Stack) {
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let db = aws_sdk_dynamodb::Client::new(&stack.sdk_config());
    let item =
        db.get_item().table_name(CORE_TABLE).key("pk", key("a")).key("sk", key("b")).send().await.unwrap();
    assert!(item.item.is_some());
    let object = s3(stack).get_object().bucket(ARTIFACTS_BUCKET).key("k").send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"kept");
    let url = queue_url(stack, RENDER_QUEUE).await;
    let received = sqs(stack).receive_message().queue_url(url).send().await.unwrap();
    assert_eq!(received.messages()[0].body(), Some("kept"));
    assert_eq!(stack.mailbox().len(), 1);
}

async fn token_key(stack: &Stack) -> String {
    let ssm = aws_sdk_ssm::Client::new(&stack.sdk_config());
    ssm.get_parameter().name("/sitrep/token-key").send().await.unwrap().parameter.unwrap().value.unwrap()
}

#[tokio::test]
async fn a_stack_opened_again_has_its_data_its_keys_and_its_time() {
    let dir = Scratch::new("reopen");
    let first = open(&dir).await;
    write_everywhere(&first).await;
    let key = token_key(&first).await;
    // Messages would be worked on if the clock were advanced, so it is only set as an empty stack would be.
    let now = first.clock().now();
    first.clock().set("2026-05-01T00:00:00Z".parse().unwrap()).unwrap();
    assert!(now < first.clock().now());
    drop(first);
    let second = open(&dir).await;
    check_everywhere(&second).await;
    assert_eq!(token_key(&second).await, key);
    assert!(second.clock().now() >= "2026-05-01T00:00:00Z".parse().unwrap());
}

#[tokio::test]
async fn a_data_directory_serves_one_stack_at_a_time() {
    let dir = Scratch::new("lock");
    let _first = open(&dir).await;
    let second = Stack::builder()
        .data_dir(&dir.0)
        .start(|_| async { Ok(application(functions(&Calls::default()))) })
        .await;
    assert!(matches!(second, Err(StackError::DataDir { .. })));
}

#[tokio::test]
async fn a_killed_stack_lost_nothing_that_it_had_answered() {
    let dir = Scratch::new("kill");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD_TEST, "--ignored", "--nocapture"])
        .env(CHILD_DIR, &dir.0)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let ready = dir.0.join("ready");
    for _ in 0..3_000 {
        if ready.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(ready.exists(), "the child has written");
    child.kill().unwrap();
    child.wait().unwrap();
    check_everywhere(&open(&dir).await).await;
}

#[tokio::test]
#[ignore = "runs as a child of the test above, which kills it"]
#[expect(clippy::disallowed_methods, reason = "the parent names the directory in the environment")]
async fn a_child_that_writes_and_waits_to_be_killed() {
    let Ok(dir) = std::env::var(CHILD_DIR) else { return };
    let dir = Scratch(PathBuf::from(dir));
    let stack = open(&dir).await;
    write_everywhere(&stack).await;
    std::fs::write(dir.0.join("ready"), "").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(60));
}
