//! Functions as values: JSON in, JSON out, as Lambda passes it; and the loop that serves them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use sitrep_app::services::Services;

/// Why a function failed, for the log and for Lambda.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl Failure {
    /// An error with everything behind it.
    #[must_use]
    pub fn new(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text.push_str(": ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        Self(text)
    }
}

/// A function: what it answers to an event.
pub type Handler =
    Arc<dyn Fn(Value) -> Pin<Box<dyn Future<Output = Result<Value, String>> + Send>> + Send + Sync>;

/// A function over services as a handler of events.
pub fn handler<F, A>(services: Arc<Services>, function: F) -> Handler
where
    F: Fn(Arc<Services>, Value) -> A + Send + Sync + 'static,
    A: Future<Output = Result<Value, Failure>> + Send + 'static,
{
    Arc::new(move |event| {
        let answer = function(Arc::clone(&services), event);
        Box::pin(async move { answer.await.map_err(|failure| failure.0) })
    })
}

/// Serves a function until the process ends.
///
/// # Errors
///
/// [`lambda_runtime::Error`] when the process cannot be configured, or the Lambda runtime ends it.
pub async fn serve<F, A>(function: F) -> Result<(), lambda_runtime::Error>
where
    F: Fn(Arc<Services>, Value) -> A,
    A: Future<Output = Result<Value, Failure>>,
{
    crate::start_logging();
    let services = crate::connect().await?;
    let function = &function;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let services = Arc::clone(&services);
        async move {
            // On the heap: a job's future holds all that the job works on.
            let answer = Box::pin(function(services, event.payload)).await;
            answer.map_err(|failure| {
                tracing::error!(%failure, "the function failed");
                lambda_runtime::Error::from(failure)
            })
        }
    }))
    .await
}
