//! What S3 tells a queue when an upload was put, as `template.yaml` asks it to: one record in the shape of its events.
//!
//! It may come twice or never; that is what faults of the operation `Notify` are for.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::operation::Call;
use crate::resources::{ACCOUNT, RECORDS_BUCKET, REGION, UPLOAD_SUFFIX};

/// The news about the object that the request puts; nothing when it puts none, or one that nobody is told of.
pub(crate) fn of_upload(call: &Call, request: &Request<Bytes>) -> Option<String> {
    if call.operation != "PutObject" {
        return None;
    }
    let (bucket, key) = request.uri().path().trim_start_matches('/').split_once('/')?;
    let is_told = bucket == RECORDS_BUCKET && key.starts_with("t/") && key.ends_with(UPLOAD_SUFFIX);
    is_told.then(|| event(bucket, key, request.body().len()))
}

/// The key is percent-encoded, as in the request's path.
fn event(bucket: &str, key: &str, size: usize) -> String {
    let record = json!({
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": "1970-01-01T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": format!("AWS:{ACCOUNT}")},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": ACCOUNT},
                "arn": format!("arn:aws:s3:::{bucket}"),
            },
            "object": {"key": key, "size": size, "sequencer": "0"},
        },
    });
    json!({"Records": [record]}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_upload_that_is_put_is_told_of() {
        for (method, path, told) in [
            ("PUT", "/sitrep-records/t/acme/uploads/1.upload?X-Amz-Expires=60", true),
            ("GET", "/sitrep-records/t/acme/uploads/1.upload", false),
            ("PUT", "/sitrep-records/t/acme/d/incidents/202611/1.parquet", false),
            ("PUT", "/sitrep-records/x/1.upload", false),
            ("PUT", "/sitrep-artifacts/t/acme/uploads/1.upload", false),
        ] {
            let request = Request::builder().method(method).uri(path).body(Bytes::from_static(b"abc"));
            let request = request.expect("the request is well-formed");
            let news = of_upload(&Call::of(&request), &request);
            assert_eq!(news.is_some(), told, "{method} {path}");
            assert!(
                news.is_none_or(|news| news.contains("\"key\":\"t/acme/uploads/1.upload\",\"sequencer\"")
                    || news.contains("t/acme/uploads/1.upload"))
            );
        }
    }
}
