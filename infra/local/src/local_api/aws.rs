//! `/_local/aws`: how to point the AWS CLI or `cargo lambda` at the stack.

use serde_json::{Map, Value, json};

use crate::core::Core;
use crate::resources::{
    ACCESS_KEY, ARTIFACTS_BUCKET, CONFIGURATION_SET, CORE_TABLE, GLOBAL_TABLE, QUEUES, RECORDS_BUCKET,
    REGION, SCHEDULE_GROUP, SECRET_KEY, queue_url,
};

const SERVICES: [&str; 6] = ["dynamodb", "s3", "sqs", "sesv2", "scheduler", "ssm"];

pub(super) fn describe_aws(core: &Core) -> Value {
    let endpoint = core.aws_endpoint();
    let endpoints: Map<String, Value> =
        SERVICES.iter().map(|name| ((*name).to_owned(), json!(endpoint))).collect();
    json!({
        "region": REGION,
        "access_key_id": ACCESS_KEY,
        "secret_access_key": SECRET_KEY,
        "endpoints": endpoints,
        "environment": {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        },
        "tables": [CORE_TABLE, GLOBAL_TABLE],
        "buckets": [ARTIFACTS_BUCKET, RECORDS_BUCKET],
        "queues": QUEUES.map(|queue| queue_url(endpoint, queue)),
        "schedule_group": SCHEDULE_GROUP,
        "configuration_set": CONFIGURATION_SET,
    })
}
