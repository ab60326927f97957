//! A bell for the event pump: something may have become due.

use std::sync::Arc;

use tokio::sync::Notify;

/// Rings and waits for the bell. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    /// Rings: whoever waits looks again.
    pub(crate) fn up(&self) {
        self.0.notify_waiters();
    }

    /// A future that is ready after the next ring. Made before looking, it misses none.
    pub(crate) fn heard(&self) -> tokio::sync::futures::OwnedNotified {
        Arc::clone(&self.0).notified_owned()
    }
}
