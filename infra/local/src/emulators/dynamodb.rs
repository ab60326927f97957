//! DynamoDB: the embedded `dynoxide` engine behind the AWS JSON 1.0 wire, with the tables of `template.yaml`.
//!
//! Conditions, transactions and limits are the engine's. IAM and signatures are not looked at.

mod tables;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use dynoxide::{AttributeValue, Database, DynoxideError};
use http::Response;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sitrep_app::clock::{Clock, SystemClock};

use crate::clock::VirtualClock;
use crate::emulators::json::{Refusal, answer};
use crate::resources::{CORE_TABLE, DUE_INDEX, DUE_SHARDS};

/// The emulated service.
pub(crate) struct Dynamodb {
    database: Database,
    clock: Arc<VirtualClock>,
    in_memory: bool,
    /// Counts requests that may have changed something, so that readers can tell whether to look again.
    changes: AtomicU64,
}

impl Dynamodb {
    /// Opens the database file, or one in memory, and makes the tables that are missing.
    pub(crate) fn open(file: Option<&Path>, clock: Arc<VirtualClock>) -> Result<Self, DynoxideError> {
        let database = match file {
            Some(path) => Database::new(&path.to_string_lossy())?,
            None => Database::memory_with_clock(clock.clone())?,
        };
        tables::create_missing(&database)?;
        Ok(Self { database, clock, in_memory: file.is_none(), changes: AtomicU64::new(0) })
    }

    /// Answers one operation, such as `PutItem`.
    pub(crate) fn call(&self, operation: &str, body: &[u8]) -> Response<Bytes> {
        if !matches!(operation, "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems") {
            self.changes.fetch_add(1, Ordering::Release);
        }
        self.dispatch(operation, body).unwrap_or_else(Refusal::into_response)
    }

    /// A number that differs whenever something may have been written since.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// The earliest instant in the due index, whatever the tenant.
    pub(crate) fn earliest_due(&self) -> Option<Timestamp> {
        (0..DUE_SHARDS).filter_map(|shard| self.earliest_due_of(shard)).min()
    }

    /// Deletes what its time to live has ended for. The file's engine knows real time only, and must not delete early.
    pub(crate) fn expire(&self) {
        let is_safe = self.in_memory || self.clock.now() >= SystemClock.now();
        if is_safe && let Err(error) = self.database.sweep_ttl() {
            tracing::warn!(%error, "expired items could not be deleted");
        }
    }

    fn earliest_due_of(&self, shard: u8) -> Option<Timestamp> {
        let request = dynoxide::actions::query::QueryRequest {
            table_name: CORE_TABLE.to_owned(),
            index_name: Some(DUE_INDEX.to_owned()),
            key_condition_expression: Some("duepk = :shard".to_owned()),
            expression_attribute_values: Some(
                [(":shard".to_owned(), AttributeValue::S(format!("DUE#{shard}")))].into_iter().collect(),
            ),
            scan_index_forward: true,
            limit: Some(1),
            ..Default::default()
        };
        let items = self.database.query(request).ok()?.items?;
        match items.first()?.get("duesk")? {
            AttributeValue::S(due) => due.get(..20)?.parse().ok(),
            _ => None,
        }
    }

    fn dispatch(&self, operation: &str, body: &[u8]) -> Result<Response<Bytes>, Refusal> {
        let db = &self.database;
        match operation {
            "GetItem" => run(body, |request| db.get_item(request)),
            "PutItem" => run(body, |request| db.put_item(request)),
            "UpdateItem" => run(body, |request| db.update_item(request)),
            "DeleteItem" => run(body, |request| db.delete_item(request)),
            "Query" => run(body, |request| db.query(request)),
            "Scan" => run(body, |request| db.scan(request)),
            "BatchGetItem" => run(body, |request| db.batch_get_item(request)),
            "BatchWriteItem" => run(body, |request| db.batch_write_item(request)),
            "TransactGetItems" => run(body, |request| db.transact_get_items(request)),
            "TransactWriteItems" => run(body, |request| db.transact_write_items(request)),
            "DescribeTable" => run(body, |request| db.describe_table(request)),
            "DescribeTimeToLive" => run(body, |request| db.describe_time_to_live(request)),
            "ListTables" => run(body, |request| db.list_tables(request)),
            _ => Err(Refusal::unknown_operation(operation)),
        }
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Response<Bytes>, Refusal> {
    let request = serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))?;
    Ok(operation(request).map_or_else(|error| refuse(&error), |value| answer(&value)))
}

/// The engine marks in its messages what DynamoDB would call a validation error.
fn unreadable(message: &str) -> Refusal {
    const MARKS: [&str; 3] = ["VALIDATION_REQUEST:", "VALIDATION_AS_READ:", "VALIDATION:"];
    let marked = MARKS.iter().find_map(|mark| message.strip_prefix(mark));
    let code = if marked.is_some() { "ValidationException" } else { "SerializationException" };
    Refusal::new(400, code, marked.unwrap_or(message))
}

fn refuse(error: &DynoxideError) -> Response<Bytes> {
    Response::builder()
        .status(error.status_code())
        .header("content-type", "application/x-amz-json-1.0")
        .body(Bytes::from(error.to_json()))
        .expect("the engine's statuses are HTTP statuses")
}
