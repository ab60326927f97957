//! Logging: one JSON line per event, at the level that `LOG_LEVEL` names. No personal data goes into it.

use tracing_subscriber::EnvFilter;

/// Starts logging for the process; later calls change nothing.
pub fn start_logging() {
    let level = crate::config::read_env("LOG_LEVEL").unwrap_or_else(|| "info".to_owned());
    let filter = EnvFilter::try_new(&level).unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber =
        tracing_subscriber::fmt().json().with_current_span(false).without_time().with_env_filter(filter);
    // A second call finds the first one's subscriber in place.
    subscriber.try_init().ok();
}
