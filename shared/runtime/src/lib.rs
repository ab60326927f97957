//! What every main shares: configuration, tracing, and job outcomes as Lambda results.
//!
//! What the functions need of the environment is read once, here; the SDK reads its own variables. Nothing secret is in it: keys come from the parameter store.

#![deny(missing_docs)]

pub mod batch;
pub mod config;
pub mod handler;
pub mod logging;

use std::sync::Arc;

use sitrep_app::clock::{SystemClock, SystemIds};
use sitrep_app::services::Services;

pub use handler::{Failure, Handler, handler, serve};
pub use logging::start_logging;
pub use sitrep_aws::queues::Wake;

/// Connects to everything that the environment names.
///
/// # Errors
///
/// [`Failure`] naming the variable that is missing or wrong, or the service that cannot be reached.
pub async fn connect() -> Result<Arc<Services>, Failure> {
    connect_to_all().await.map(Arc::new)
}

/// Connects as [`connect`] does, with the rate limits of the deployment.
///
/// # Errors
///
/// As [`connect`]; [`Failure`] naming `RATE_LIMITS`.
pub async fn connect_limited() -> Result<Arc<Services>, Failure> {
    let limits = config::read_rate_limits(config::read_env)?;
    Ok(Arc::new(connect_to_all().await?.with_limits(limits)))
}

async fn connect_to_all() -> Result<Services, Failure> {
    let resources = config::from_env(config::read_env)?;
    let aws = sitrep_aws::clients::load_config().await;
    let services = Services::connect(&aws, resources, Arc::new(SystemClock), Arc::new(SystemIds)).await;
    services.map_err(|e| Failure::new(&e))
}
