//! The sweep: once a minute it looks for what is overdue and wakes whoever must deal with it.
//!
//! It decides nothing: it sends the message that somebody missed, or takes up a fire that EventBridge did not bring.

use std::collections::BTreeSet;
use std::time::Duration;

use sitrep_aws::due::Overdue;
use sitrep_aws::error::StoreError;
use sitrep_aws::queues::Wake;
use sitrep_domain::scope::OperatorScope;

use super::fire_schedule::fire_schedule;
use crate::services::Services;

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Runs whose worker was woken.
    pub runs: usize,
    /// Deliveries whose worker was woken.
    pub deliveries: usize,
    /// Uploads whose worker was woken.
    pub uploads: usize,
    /// Schedules that were taken up.
    pub schedules: usize,
    /// Datasets whose worker was woken.
    pub datasets: usize,
    /// Schedules that could not be taken up; the next sweep tries again.
    pub failed: usize,
}

/// Most overdue rows of each shard that one sweep takes.
const MOST: i32 = 100;

/// Wakes whoever must deal with what is overdue.
///
/// # Errors
///
/// [`StoreError::Unavailable`] when the due index cannot be read.
pub async fn sweep(services: &Services, request_id: &str) -> Result<Swept, StoreError> {
    let operator = OperatorScope::for_task("sweep");
    let mut swept = Swept::default();
    let mut overdue = services.store.list_overdue(&operator, services.now(), MOST).await?;
    // Fires first: they are few, and a backlog of runs must not hold them up.
    overdue.sort_by_key(|item| !matches!(item, Overdue::Schedule(..)));
    let mut datasets = BTreeSet::new();
    for overdue in overdue {
        match overdue {
            Overdue::Run(tenant, run) => {
                services.wake(&Wake::Run { tenant, run }, Duration::ZERO).await;
                swept.runs += 1;
            }
            Overdue::Delivery(tenant, run, delivery) => {
                services.wake(&Wake::Delivery { tenant, run, delivery }, Duration::ZERO).await;
                swept.deliveries += 1;
            }
            // Many rows of a dataset may be overdue; one worker deals with all of them.
            Overdue::Dataset(tenant, dataset) => {
                if datasets.insert((tenant.clone(), dataset)) {
                    services.wake(&Wake::Dataset { tenant, dataset }, Duration::ZERO).await;
                    swept.datasets += 1;
                }
            }
            Overdue::Upload(tenant, upload) => {
                services.wake(&Wake::Upload { tenant, upload }, Duration::ZERO).await;
                swept.uploads += 1;
            }
            Overdue::Schedule(tenant, id) => match fire_schedule(services, &tenant, id, request_id).await {
                Ok(()) => swept.schedules += 1,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, schedule = %id, "a schedule was not swept");
                    swept.failed += 1;
                }
            },
        }
    }
    tracing::info!(?swept, "swept");
    Ok(swept)
}
