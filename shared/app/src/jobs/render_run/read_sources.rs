//! Reading the sources of a report, and what a source that cannot be read does to it.
//!
//! A template that would rather have part of a report than none degrades: the run is made without the dataset and says
//! so. It does that at once when the records are damaged or gone, and with the last attempt when they are out of reach.
//! A reproduction never degrades: it would not be one.

use std::collections::BTreeSet;
use std::sync::Arc;

use sitrep_domain::dataset::DatasetId;
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::template::DataPolicy;

use super::{Source, Trouble, measure_trouble};
use crate::data::{MeasureError, Measured, measure_and_list, measure_what_can_be_read};
use crate::reports::find_templates;
use crate::services::Services;

/// What a report is made of.
pub(super) struct Sources {
    pub(super) measured: Measured,
    /// Datasets that could not be read; usually none.
    pub(super) unread: BTreeSet<DatasetId>,
}

/// Measures everything that the plan asks for, or what of it can be read.
pub(super) async fn read_sources(
    services: &Services,
    scope: &TenantScope,
    run: &Run,
    source: &Source,
    plan: &ReportPlan<'_>,
) -> Result<Sources, Trouble> {
    let given = source.original.as_ref().map(|original| original.snapshots.iter().cloned().map(Arc::new));
    let given: Option<Vec<Arc<Snapshot>>> = given.map(Iterator::collect);
    match measure_and_list(services, scope, plan.queries(), plan.listings(), given.as_deref()).await {
        Ok(measured) => Ok(Sources { measured, unread: BTreeSet::new() }),
        Err(error) if may_degrade(run, source, &error) => read_some(services, scope, plan, error).await,
        Err(error) => Err(measure_trouble(error)),
    }
}

fn may_degrade(run: &Run, source: &Source, error: &MeasureError) -> bool {
    let degrades = |input| {
        let templates = find_templates(input).unwrap_or_default();
        !templates.is_empty() && templates.iter().all(|t| t.data_policy == DataPolicy::Degrade)
    };
    let is_time = !error.may_pass() || run.attempts >= Run::MAX_ATTEMPTS;
    error.is_of_source() && is_time && source.original.is_none() && degrades(&source.input)
}

/// What can be read; the trouble itself when that is nothing. A dataset without a record can always be read, and makes no
/// report of nothing.
async fn read_some(
    services: &Services,
    scope: &TenantScope,
    plan: &ReportPlan<'_>,
    error: MeasureError,
) -> Result<Sources, Trouble> {
    let read = measure_what_can_be_read(services, scope, plan.queries(), plan.listings()).await;
    let (measured, unread) = read.map_err(measure_trouble)?;
    if measured.snapshots.iter().all(|snapshot| snapshot.segments.is_empty()) {
        return Err(measure_trouble(error));
    }
    for (dataset, error) in &unread {
        let error = error as &dyn std::error::Error;
        tracing::warn!(error, %dataset, "a report is made without a dataset");
    }
    Ok(Sources { measured, unread: unread.into_keys().collect() })
}
