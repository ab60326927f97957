//! Names of everything that `template.yaml` creates in an account, and that the stack creates on one machine.
//!
//! The functions never see these constants: they read names from their environment, as in an account.

/// The region that every ARN names.
pub const REGION: &str = "us-east-1";
/// The account that every ARN names.
pub const ACCOUNT: &str = "000000000000";

/// The access key that clients sign with. Not a secret: the stack is bound to loopback.
pub const ACCESS_KEY: &str = "local";
/// The secret key that clients sign with.
pub const SECRET_KEY: &str = "local-secret-key";

/// The table whose every key begins with a tenant.
pub const CORE_TABLE: &str = "sitrep-core";
/// The table of what is looked up before a tenant is known.
pub const GLOBAL_TABLE: &str = "sitrep-global";
/// The index of [`CORE_TABLE`] that holds whatever must happen by a time.
pub const DUE_INDEX: &str = "due";
/// How many partitions `DUE#<shard>` the due index has.
pub const DUE_SHARDS: u8 = 8;

/// What a run makes: reports, manifests, shared files.
pub const ARTIFACTS_BUCKET: &str = "sitrep-artifacts";
/// The tenants' records as Parquet segments, and their uploads.
pub const RECORDS_BUCKET: &str = "sitrep-records";
/// Every bucket.
pub const BUCKETS: [&str; 2] = [ARTIFACTS_BUCKET, RECORDS_BUCKET];

/// Wakes the render function: one message, one run.
pub const RENDER_QUEUE: &str = "sitrep-render";
/// Wakes the deliver function: one message, one recipient.
pub const DELIVER_QUEUE: &str = "sitrep-deliver";
/// Wakes the ingest function: one message, one upload.
pub const INGEST_QUEUE: &str = "sitrep-ingest";
/// Every queue that a function works on.
pub const QUEUES: [&str; 3] = [RENDER_QUEUE, DELIVER_QUEUE, INGEST_QUEUE];
/// An object of [`RECORDS_BUCKET`] whose key ends like this is told to [`INGEST_QUEUE`] when it is put.
pub const UPLOAD_SUFFIX: &str = ".upload";
/// A message that was received this often without success goes to the dead-letter queue.
pub const MAX_RECEIVE_COUNT: u32 = 5;

/// The configuration set whose events reach the deliver function.
pub const CONFIGURATION_SET: &str = "sitrep";
/// The group of the tenants' schedules.
pub const SCHEDULE_GROUP: &str = "sitrep";
/// The schedule that sends the schedule function sweeping once a minute.
pub const SWEEP_SCHEDULE: &str = "sitrep-sweep";
/// The role that EventBridge Scheduler takes on to call a function.
pub const SCHEDULER_ROLE: &str = "arn:aws:iam::000000000000:role/sitrep-scheduler";

/// The parameters with the deployment's keys, made at random when the stack first starts.
pub const KEY_PARAMETERS: [&str; 3] = ["/sitrep/token-key", "/sitrep/hash-key", "/sitrep/cursor-key"];

/// The ARN of a function.
#[must_use]
pub fn function_arn(function: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:sitrep-{function}")
}

/// The ARN of a queue.
#[must_use]
pub fn queue_arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}

/// The URL of a queue behind an endpoint such as `http://127.0.0.1:9001`.
#[must_use]
pub fn queue_url(endpoint: &str, queue: &str) -> String {
    format!("{endpoint}/{ACCOUNT}/{queue}")
}
