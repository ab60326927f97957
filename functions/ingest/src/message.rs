//! Messages of the ingest queue: S3's news about objects, and wake-ups of ours.
//!
//! Of S3's news only the key counts; what is behind it, the upload's row says.

use aws_lambda_events::s3::S3Event;
use serde_json::Value;
use sitrep_app::uploads::upload_of_key;
use sitrep_runtime::{Failure, Wake};

/// Whom a message wakes: of ours exactly one, of S3's one per upload that it names.
///
/// # Errors
///
/// [`Failure`] when the message is neither; it ends among the dead letters then, where somebody sees it.
pub(crate) fn read_message(body: &str) -> Result<Vec<Wake>, Failure> {
    let message: Value = serde_json::from_str(body).map_err(|e| Failure::new(&e))?;
    // What S3 sends once, when the notification is set up.
    if message["Event"] == "s3:TestEvent" {
        return Ok(Vec::new());
    }
    if message.get("Records").is_none() {
        return serde_json::from_value(message).map(|wake| vec![wake]).map_err(|e| Failure::new(&e));
    }
    let event: S3Event = serde_json::from_value(message).map_err(|e| Failure::new(&e))?;
    Ok(event.records.iter().filter_map(|record| wake_of(record.s3.object.key.as_deref()?)).collect())
}

/// An object that is no upload's is nobody's business here.
fn wake_of(key: &str) -> Option<Wake> {
    let found = upload_of_key(key).map(|(tenant, upload)| Wake::Upload { tenant, upload });
    if found.is_none() {
        tracing::warn!(key, "news about an object that is no upload");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body of the first message of an event file.
    fn body_of(case: &str) -> String {
        let path = format!("{}/../../events/ingest/{case}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect(&path);
        let event: Value = serde_json::from_str(&text).expect(case);
        event["Records"][0]["body"].as_str().expect(case).to_owned()
    }

    #[test]
    fn s3_and_we_name_the_same_upload() {
        let upload = Wake::Upload {
            tenant: sitrep_domain::ids::TenantId::new("demo").unwrap(),
            upload: "0193529c-6c33-4e50-9c73-8b3b6c9f4d03".parse().unwrap(),
        };
        for (case, expected) in
            [("created", vec![upload.clone()]), ("upload", vec![upload]), ("test_event", vec![])]
        {
            assert_eq!(read_message(&body_of(case)).unwrap(), expected, "{case}");
        }
    }

    #[test]
    fn what_is_neither_fails_and_what_is_no_upload_wakes_nobody() {
        for body in ["", "nonsense", "{\"kind\":\"other\"}", "{\"Records\":[{}]}"] {
            assert!(read_message(body).is_err(), "{body}");
        }
        let other = body_of("created").replace(".upload", ".parquet");
        assert_eq!(read_message(&other).unwrap(), []);
    }
}
