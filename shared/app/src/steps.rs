//! Steps of a job: the points at which it may be stopped and taken up again by another.
//!
//! Each is told to the log under the target `sitrep::step`. The job gives way once after it, so that whoever runs it
//! can stop it exactly there.

/// Tells that the job has done `step` and gives way once.
pub async fn reached(step: &'static str) {
    tracing::info!(target: "sitrep::step", step);
    tokio::task::yield_now().await;
}
