//! A stack whose functions are closures, and real AWS clients for it.

use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use serde_json::{Value, json};
use sitrep::{Application, Backend, Functions, Handler, Problem, Stack, StackBuilder};

/// Every event that a function got, with the function's name and the clock.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<(&'static str, Value)>>>);

impl Calls {
    pub(crate) fn record(&self, function: &'static str, event: Value) {
        self.0.lock().unwrap().push((function, event));
    }

    pub(crate) fn of(&self, function: &str) -> Vec<Value> {
        let calls = self.0.lock().unwrap();
        calls.iter().filter(|(name, _)| *name == function).map(|(_, event)| event.clone()).collect()
    }
}

/// A handler that records its event and answers null.
pub(crate) fn recorder(calls: &Calls, name: &'static str) -> Handler {
    let calls = calls.clone();
    Arc::new(move |event| {
        calls.record(name, event);
        async { Ok(Value::Null) }.boxed()
    })
}

pub(crate) fn functions(calls: &Calls) -> Functions {
    Functions {
        api: recorder(calls, "api"),
        render: recorder(calls, "render"),
        deliver: recorder(calls, "deliver"),
        schedule: recorder(calls, "schedule"),
        ingest: recorder(calls, "ingest"),
    }
}

/// An application of these functions, which makes no tenants.
pub(crate) fn application(functions: Functions) -> Application {
    let tenants = Arc::new(|_| async { Err(Problem::invalid("id", "no tenants here")) }.boxed());
    Application { functions, tenants }
}

pub(crate) async fn start(builder: StackBuilder, functions: Functions) -> Stack {
    builder.start(|_: Backend| async { Ok(application(functions)) }).await.expect("the stack starts")
}

/// A stack in memory with a frozen clock, whose functions record what they get.
pub(crate) async fn recording_stack() -> (Stack, Calls) {
    let calls = Calls::default();
    let builder = Stack::builder()
        .frozen_clock()
        .without_background()
        .start_at("2026-01-01T00:00:30Z".parse().unwrap());
    (start(builder, functions(&calls)).await, calls)
}

pub(crate) fn s3(stack: &Stack) -> aws_sdk_s3::Client {
    aws_sdk_s3::Client::new(&stack.sdk_config())
}

pub(crate) fn sqs(stack: &Stack) -> aws_sdk_sqs::Client {
    aws_sdk_sqs::Client::new(&stack.sdk_config())
}

pub(crate) async fn queue_url(stack: &Stack, name: &str) -> String {
    sqs(stack).get_queue_url().queue_name(name).send().await.unwrap().queue_url.unwrap()
}

pub(crate) async fn send_mail(stack: &Stack, to: &str) -> Result<String, aws_sdk_sesv2::Error> {
    use aws_sdk_sesv2::primitives::Blob;
    use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
    let mime = format!(
        "From: a@example.org\r\nTo: {to}\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nDate: Fri, 20 Nov 2026 09:00:00 +0000\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
         --b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"r.pdf\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\n"
    );
    let raw = RawMessage::builder().data(Blob::new(mime)).build()?;
    let tag = MessageTag::builder().name("delivery").value("d-1").build()?;
    let sent = aws_sdk_sesv2::Client::new(&stack.sdk_config())
        .send_email()
        .from_email_address("a@example.org")
        .destination(Destination::builder().to_addresses(to).build())
        .content(EmailContent::builder().raw(raw).build())
        .email_tags(tag)
        .configuration_set_name("sitrep")
        .send()
        .await?;
    Ok(sent.message_id.unwrap())
}

/// Sends a request to the front and reads the answer as JSON; one that is not JSON is null.
pub(crate) async fn front(stack: &Stack, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = if body.is_null() { bytes::Bytes::new() } else { body.to_string().into() };
    let request = http::Request::builder().method(method).uri(path).body(body).unwrap();
    let response = stack.request(request).await;
    let status = response.status().as_u16();
    (status, serde_json::from_slice(response.body()).unwrap_or(json!(null)))
}
