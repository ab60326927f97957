//! What a run puts down of its reading when it commits: for each dataset the generation, and which records it read.
//!
//! The rows tell for how long files must be kept, and which reports late data make stale. A reproduction reads what its
//! original read: it is as stale as that, and knows as much of later commits.

use std::sync::Arc;

use sitrep_aws::entities::{Generation, Reader};
use sitrep_aws::error::StoreError;
use sitrep_domain::read_span::ReadSpan;
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::template::LateDataPolicy;
use sitrep_domain::templates::find_template;

use crate::jobs::maintain_dataset::wake_for_dataset;
use crate::services::Services;

/// The rows of a run's reading, and whether its report is stale from the start.
pub(super) struct NewReaders {
    pub(super) readers: Vec<Reader>,
    pub(super) is_stale: bool,
}

/// What the run has read.
pub(super) async fn new_readers(
    services: &Services,
    scope: &TenantScope,
    run: &Run,
    plan: &ReportPlan<'_>,
    snapshots: &[Arc<Snapshot>],
) -> Result<NewReaders, StoreError> {
    let mut made = NewReaders { readers: Vec::new(), is_stale: false };
    for snapshot in snapshots {
        let dataset = snapshot.dataset;
        let mut reader = Reader {
            dataset,
            run: run.id,
            generation: snapshot.generation,
            known_to: snapshot.generation,
            is_new: true,
            is_watched: concerns_late_data(run),
            spans: ReadSpan::of_queries(plan.queries().iter().filter(|query| query.dataset == dataset)),
            since: services.now(),
            expires_at: run.expires_at,
        };
        if let Some(original) = run.reproduces {
            // How far reports were compared comes first: what is compared later, this row is compared with itself.
            let checked = services.store.find::<Generation>(scope, &dataset).await?;
            let of_original = services.store.find::<Reader>(scope, &(dataset, original)).await?;
            let is_stale =
                services.store.find::<Run>(scope, &original).await?.is_some_and(|row| row.value.stale);
            made.is_stale |= is_stale;
            reader.is_watched &= !is_stale;
            reader.known_to = match of_original {
                Some(row) if row.value.is_new => row.value.known_to,
                _ => checked.map_or(0, |row| row.value.checked).max(snapshot.generation),
            };
        }
        made.readers.push(reader);
    }
    Ok(made)
}

/// Whether any of the report's templates wants to know of late data.
fn concerns_late_data(run: &Run) -> bool {
    let policies = run.input.templates.iter().filter_map(|t| find_template(&t.id)).map(|t| t.late_data);
    policies.into_iter().any(|policy| policy != LateDataPolicy::Ignore)
}

/// Has the reports compared at once when commits came while this one was made; otherwise the sweep is soon enough.
pub(super) async fn wake_if_behind(services: &Services, scope: &TenantScope, readers: &[Reader]) {
    for reader in readers {
        let newest = services.store.find::<Generation>(scope, &reader.dataset).await;
        if newest.is_ok_and(|row| row.is_some_and(|row| row.value.generation > reader.known_to)) {
            wake_for_dataset(services, scope, reader.dataset, std::time::Duration::ZERO).await;
        }
    }
}
