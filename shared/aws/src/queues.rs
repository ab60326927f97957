//! Queues: messages that wake somebody up. The row they name decides; a message may come twice, late, or never.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::{DeliveryId, ReportId, TenantId, UploadId};

use crate::clients::Clients;
use crate::error::StoreError;

/// Addresses of the queues.
#[derive(Clone, Debug)]
pub struct QueueUrls {
    /// Runs to render.
    pub render: String,
    /// Deliveries to send.
    pub deliver: String,
    /// Uploads to take in, and datasets to look after.
    pub ingest: String,
}

/// A message that wakes a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wake {
    /// A run to render.
    Run {
        /// Its tenant.
        tenant: TenantId,
        /// Its id.
        run: ReportId,
    },
    /// A delivery to send.
    Delivery {
        /// Its tenant.
        tenant: TenantId,
        /// Its run.
        run: ReportId,
        /// Its id.
        delivery: DeliveryId,
    },
    /// A dataset to look after.
    Dataset {
        /// Its tenant.
        tenant: TenantId,
        /// Which one.
        dataset: DatasetId,
    },
    /// An upload to take in.
    Upload {
        /// Its tenant.
        tenant: TenantId,
        /// Its id.
        upload: UploadId,
    },
}

/// The queues.
#[derive(Clone, Debug)]
pub struct Queues {
    client: aws_sdk_sqs::Client,
    urls: QueueUrls,
}

impl Queues {
    /// Longest delay of a message: what SQS allows.
    pub const MAX_DELAY: Duration = Duration::from_secs(900);

    /// The queues at these addresses.
    #[must_use]
    pub fn new(clients: &Clients, urls: QueueUrls) -> Self {
        Self { client: clients.sqs.clone(), urls }
    }

    /// Wakes a worker after a delay of at most [`Self::MAX_DELAY`]; longer ones are cut, and the row decides.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]. The sweep makes up for it.
    pub async fn wake(&self, wake: &Wake, after: Duration) -> Result<(), StoreError> {
        let url = match wake {
            Wake::Run { .. } => &self.urls.render,
            Wake::Delivery { .. } => &self.urls.deliver,
            Wake::Upload { .. } | Wake::Dataset { .. } => &self.urls.ingest,
        };
        let body = serde_json::to_string(wake).expect("a wake-up is JSON");
        // Rounded up: a worker that comes early finds nothing due, and the sweep is a minute later.
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        let delay = i32::try_from(seconds.min(Self::MAX_DELAY.as_secs())).unwrap_or(900);
        let request = self.client.send_message().queue_url(url).message_body(body).delay_seconds(delay);
        request.send().await.map(drop).map_err(|e| StoreError::unavailable("the queue", e))
    }
}
