//! Reading reports: one with its data, or a list.

use jiff::Timestamp;
use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::store::{Index, ListOf, Page};
use sitrep_domain::access::Permission;
use sitrep_domain::ids::{ReportId, ScheduleId};
use sitrep_domain::invalid::Invalid;
use sitrep_domain::run::{Run, RunStatus};
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::{Services, require};

/// A report with its data.
#[derive(Clone, Debug)]
pub struct ReportDetail {
    /// The run.
    pub run: Run,
    /// Its revision, for `ETag`.
    pub rev: u64,
    /// Its data as stored, once completed; none when it is larger than a mebibyte. It is not read as
    /// [`sitrep_domain::report_data::ReportData`], so that no text of a record is taken for anything but a text.
    pub data: Option<serde_json::Value>,
    /// Where larger data can be fetched for a minute.
    pub data_url: Option<String>,
}

/// Most bytes of data in an answer.
pub(super) const MAX_INLINE_DATA: usize = 1 << 20;

/// Which reports to list.
#[derive(Clone, Debug, Default)]
pub struct ReportFilter {
    /// Only of this template.
    pub report_type: Option<String>,
    /// Only in this state.
    pub status: Option<RunStatus>,
    /// Only of this schedule.
    pub schedule_id: Option<ScheduleId>,
    /// Only made at or after.
    pub from: Option<Timestamp>,
    /// Only made before.
    pub to: Option<Timestamp>,
    /// Only asked for by the caller.
    pub mine: bool,
}

/// One report, with its data.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn get_report(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<ReportDetail, AppError> {
    require(scope, Permission::ReadReports)?;
    let stored = services.get::<Run>(scope, &id).await?;
    let (rev, run) = (stored.rev(), stored.value);
    let (mut data, mut data_url) = (None, None);
    if let (RunStatus::Completed, Some(key)) = (run.status, &run.data_key) {
        let bytes = services.objects.get(scope, Bucket::Artifacts, key).await?;
        if bytes.len() > MAX_INLINE_DATA {
            let url = services.objects.presign_download(scope, key, "application/json", "data.json").await?;
            data_url = Some(url);
        } else {
            data = Some(serde_json::from_slice(&bytes).map_err(AppError::internal)?);
        }
    }
    Ok(ReportDetail { run, rev, data, data_url })
}

/// One page of reports, newest first.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::Invalid`] for a bad cursor or a span that ends before it begins,
/// [`AppError::Unavailable`].
pub async fn list_reports(
    services: &Services,
    scope: &TenantScope,
    filter: &ReportFilter,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<Run>>, AppError> {
    require(scope, Permission::ReadReports)?;
    if filter.from.zip(filter.to).is_some_and(|(from, to)| from > to) {
        return Err(Invalid::field("to", "before_from", "to is not before from").into());
    }
    let tenant = scope.tenant();
    let mut list = match filter.schedule_id {
        Some(id) => ListOf::newest_first(Index::Gsi2, keys::runs_by_schedule(tenant, id)),
        None => ListOf::newest_first(Index::Gsi1, keys::runs_by_time(tenant)),
    };
    if filter.from.is_some() || filter.to.is_some() {
        let from = filter.from.map(keys::instant).unwrap_or_default();
        let to = filter.to.map_or_else(|| "9".to_owned(), keys::instant);
        list = list.between(from, to);
    }
    let caller = scope.actor_name();
    let keep = |run: &Run| {
        filter.status.is_none_or(|status| run.status == status)
            && filter.report_type.as_ref().is_none_or(|id| run.input.templates.iter().any(|t| t.id == *id))
            && (!filter.mine || run.input.requested_by == caller)
    };
    Ok(services.store.list(scope, &list, limit, cursor, keep).await?)
}
