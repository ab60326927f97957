//! The api function.

use lambda_http::lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sitrep_runtime::start_logging();
    let handler = sitrep_api_function::handler(sitrep_runtime::connect_limited().await?);
    run(service_fn(|event: LambdaEvent<Value>| handler(event.payload))).await
}
