//! The stack over real sockets: the front, the AWS endpoint, and a port that is taken.

use aws_sdk_s3::primitives::ByteStream;
use futures::FutureExt as _;
use serde_json::{Value, json};
use sitrep::resources::ARTIFACTS_BUCKET;
use sitrep::{Stack, StackError};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Calls, application, front, functions, start};

async fn exchange(origin: &str, head: &str) -> String {
    let address = origin.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(format!("{head}\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn the_front_serves_its_own_paths_and_hands_the_rest_to_the_api() {
    let mut all = functions(&Calls::default());
    all.api = Arc::new(|event: Value| {
        let path = event["rawPath"].clone();
        async move { Ok(json!({"statusCode": 203, "headers": {"x-path": path}, "body": "hi"})) }.boxed()
    });
    let stack = start(Stack::builder().port(0), all).await;
    let origin = stack.backend().public_url().to_owned();
    let api = exchange(&origin, "GET /api/v1/me HTTP/1.1").await;
    assert!(
        api.starts_with("HTTP/1.1 203") && api.contains("x-path: /api/v1/me") && api.ends_with("hi"),
        "{api}"
    );
    let own = exchange(&origin, "GET /_local/aws/ HTTP/1.1").await;
    assert!(own.starts_with("HTTP/1.1 200") && own.contains(stack.backend().aws_endpoint()), "{own}");
    let wrong = exchange(&origin, "PUT /_local/aws HTTP/1.1").await;
    assert!(wrong.starts_with("HTTP/1.1 405") && wrong.contains("application/problem+json"), "{wrong}");
    let near = exchange(&origin, "GET /_localx HTTP/1.1").await;
    assert!(near.starts_with("HTTP/1.1 203"), "only what is below /_local is the stack's: {near}");
}

#[tokio::test]
async fn a_presigned_url_is_clickable_and_a_dropped_answer_breaks_the_connection() {
    let stack = start(Stack::builder().port(0), functions(&Calls::default())).await;
    let s3 = aws_sdk_s3::Client::new(&stack.sdk_config());
    s3.put_object()
        .bucket(ARTIFACTS_BUCKET)
        .key("k")
        .body(ByteStream::from_static(b"kept"))
        .send()
        .await
        .unwrap();
    let config =
        aws_sdk_s3::presigning::PresigningConfig::expires_in(std::time::Duration::from_secs(60)).unwrap();
    let url =
        s3.get_object().bucket(ARTIFACTS_BUCKET).key("k").presigned(config).await.unwrap().uri().to_owned();
    let path = url.strip_prefix(stack.backend().aws_endpoint()).expect("it points at the stack").to_owned();
    let head = format!("GET {path} HTTP/1.1");
    let answer = exchange(stack.backend().aws_endpoint(), &head).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("kept"), "{answer}");

    front(&stack, "POST", "/_local/faults", json!({"service": "s3", "mode": "drop_response"})).await;
    let answer = exchange(stack.backend().aws_endpoint(), &head).await;
    assert!(!answer.contains("kept") && !answer.ends_with("0\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_an_answer_that_the_client_gets_to_see() {
    let stack = start(Stack::builder().port(0), functions(&Calls::default())).await;
    let address = stack.backend().public_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = vec![b' '; 50 * 1_024 * 1_024];
    let head =
        format!("POST /api/v1/query HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.expect("everything is read");
    let mut answer = vec![0; 16 * 1_024];
    let read = stream.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    for part in [
        "application/problem+json",
        "x-request-id",
        "PAYLOAD_TOO_LARGE",
        "\"field\":\"body\"",
        "/api/v1/query",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
}

#[tokio::test]
async fn a_taken_port_is_a_clear_error_with_a_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let refused =
        Stack::builder().port(port).start(|_| async { Ok(application(functions(&Calls::default()))) }).await;
    let Err(StackError::Port(error)) = refused else { panic!("the port is taken") };
    assert_eq!(error.port, port);
    assert!(error.to_string().contains("--port"), "{error}");
}
