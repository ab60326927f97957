//! Making, changing and removing schedules.
//!
//! The row comes first, in one transaction with its audit entry; EventBridge follows. When that fails the change stands
//! all the same, and the sweep brings EventBridge in step.

use jiff::Timestamp;
use sitrep_aws::entities::FireRecord;
use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf};
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ScheduleId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::schedule::{Schedule, ScheduleDraft, ScheduleSpec};
use sitrep_domain::scope::TenantScope;

use super::find_schedules::get_living;
use super::sync_wake_up::sync_wake_up;
use crate::error::AppError;
use crate::reports::check_recipients;
use crate::services::{Services, require};

/// A schedule as it is now, with what its owner should know.
#[derive(Clone, Debug)]
pub struct ScheduleOutcome {
    /// The schedule.
    pub schedule: Schedule,
    /// Its revision, for `ETag`.
    pub rev: u64,
    /// What is allowed but may be a mistake.
    pub warnings: Vec<String>,
}

/// Makes a schedule. Making it sends nothing.
///
/// # Errors
///
/// [`AppError::UpgradeRequired`] for a cadence that the plan does not include; [`AppError::Forbidden`];
/// [`AppError::Invalid`] naming the field; [`AppError::Unavailable`].
pub async fn create_schedule(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<ScheduleDraft, AppError>,
) -> Result<ScheduleOutcome, AppError> {
    require(scope, Permission::SaveReports)?;
    let owner = scope.user_id().ok_or(AppError::Unauthorized)?;
    let draft = input()?;
    check_plan(scope, draft.frequency.is_some() || draft.cron.is_some())?;
    let tenant = services.tenant(scope).await?;
    let spec = draft.check(&tenant.settings.reports_timezone)?;
    check_rights(services, scope, &spec).await?;
    let id = ScheduleId::new(services.ids.uuid());
    let mut warnings = warnings_of(&spec);
    warnings.extend(same_name_warning(services, scope, &spec.name, id).await?);
    let owner = (owner, scope.actor_name().to_owned());
    let schedule = Schedule::new(id, scope.tenant().clone(), spec, owner, services.now());
    let audit = services.audit(scope, "schedule.created", format!("schedule/{id}"));
    services.commit_new(scope, services.store.change(scope, audit), schedule).await?;
    bring_in_step(services, scope, id).await;
    let stored = get_living(services, scope, id).await?;
    Ok(ScheduleOutcome { rev: stored.rev(), schedule: stored.value, warnings })
}

/// What a person sends to change a schedule.
pub struct SchedulePatch {
    /// The draft of what is there, with the changes merged in.
    pub draft: ScheduleDraft,
    /// A new instant for the next fire.
    pub next_send_at: Option<Timestamp>,
}

/// Changes a schedule. `patch` makes the new draft of the one that is there.
///
/// # Errors
///
/// As [`create_schedule`], and [`AppError::NotFound`]; [`AppError::PreconditionFailed`] when `if_rev` is not its revision.
pub async fn update_schedule(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
    if_rev: Option<u64>,
    patch: impl FnOnce(ScheduleDraft) -> Result<SchedulePatch, AppError>,
) -> Result<ScheduleOutcome, AppError> {
    require(scope, Permission::SaveReports)?;
    let mut stored = get_living(services, scope, id).await?;
    check_own(scope, &stored.value)?;
    if if_rev.is_some_and(|rev| rev != stored.rev()) {
        return Err(AppError::PreconditionFailed);
    }
    stored = take_due_fires(services, scope, stored).await?;
    let patch = patch(ScheduleDraft::from(&stored.value.spec))?;
    let spec = patch.draft.check(&stored.value.spec.timezone)?;
    check_plan(scope, spec.cadence.is_some() && spec.is_active)?;
    check_rights(services, scope, &spec).await?;
    let mut warnings = warnings_of(&spec);
    warnings.extend(same_name_warning(services, scope, &spec.name, id).await?);
    let now = services.now();
    stored.value.change(spec, now);
    let audit = services.audit(scope, "schedule.changed", format!("schedule/{id}"));
    let mut change = services.store.change(scope, audit);
    let skipped = match patch.next_send_at {
        Some(at) => move_fire(&mut stored.value, at, now)?,
        None => Vec::new(),
    };
    for fire in &skipped {
        // A fire that was moved away before is recorded already.
        if services.store.find::<FireRecord>(scope, &(id, fire.at)).await?.is_none() {
            change = change.create(fire);
        }
    }
    change.replace(&stored).commit().await?;
    bring_in_step(services, scope, id).await;
    let stored = get_living(services, scope, id).await?;
    Ok(ScheduleOutcome { rev: stored.rev(), schedule: stored.value, warnings })
}

/// A fire that is due already is taken before the schedule changes, so that no change makes it disappear.
async fn take_due_fires(
    services: &Services,
    scope: &TenantScope,
    stored: Stored<Schedule>,
) -> Result<Stored<Schedule>, AppError> {
    if stored.value.next_fire_at.is_none_or(|at| at > services.now()) {
        return Ok(stored);
    }
    crate::jobs::fire_schedule(services, scope.tenant(), stored.value.id, scope.request_id()).await?;
    get_living(services, scope, stored.value.id).await
}

/// Moves the next fire; the regular ones before it are recorded as skipped.
fn move_fire(schedule: &mut Schedule, at: Timestamp, now: Timestamp) -> Result<Vec<FireRecord>, Invalid> {
    schedule.move_next_fire(at, now)?;
    let fires = schedule.list_fires_between(now, at);
    if fires.len() >= Schedule::MAX_CATCH_UP {
        let detail = format!(
            "more than {} regular fires lie before it; pause the schedule instead",
            Schedule::MAX_CATCH_UP
        );
        return Err(Invalid::field("next_send_at", "too_far", detail));
    }
    let skipped = |at| FireRecord {
        schedule: schedule.id,
        at,
        run: None,
        skipped: Some("moved".to_owned()),
        lag_seconds: 0,
    };
    Ok(fires.into_iter().map(skipped).collect())
}

/// Removes a schedule. Its runs, deliveries and audit entries stay.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn delete_schedule(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
) -> Result<(), AppError> {
    require(scope, Permission::SaveReports)?;
    let mut stored = get_living(services, scope, id).await?;
    check_own(scope, &stored.value)?;
    stored = take_due_fires(services, scope, stored).await?;
    stored.value.delete(services.now());
    let audit = services.audit(scope, "schedule.deleted", format!("schedule/{id}"));
    services.store.change(scope, audit).replace(&stored).commit().await?;
    bring_in_step(services, scope, id).await;
    Ok(())
}

/// Whoever may only keep reports without cadence removes only their own; the rest takes `Schedule`.
fn check_own(scope: &TenantScope, schedule: &Schedule) -> Result<(), AppError> {
    if scope.may(Permission::Schedule) || scope.user_id() == Some(schedule.owner) {
        return Ok(());
    }
    let detail = "this saved report is somebody else's; changing it takes the role approver".to_owned();
    Err(AppError::Forbidden { field: None, detail })
}

fn check_plan(scope: &TenantScope, has_cadence: bool) -> Result<(), AppError> {
    if has_cadence && !scope.plan().has_cadences() {
        let detail = "schedules with a cadence are part of the plans governance and enterprise".to_owned();
        return Err(AppError::UpgradeRequired { detail });
    }
    Ok(())
}

async fn check_rights(services: &Services, scope: &TenantScope, spec: &ScheduleSpec) -> Result<(), AppError> {
    if spec.cadence.is_some() && !scope.may(Permission::Schedule) {
        let field =
            if spec.cadence.as_ref().is_some_and(|c| c.frequency().is_some()) { "frequency" } else { "cron" };
        let detail = "giving a saved report a cadence takes the role approver".to_owned();
        return Err(AppError::Forbidden { field: Some(field.to_owned()), detail });
    }
    let tenant = services.tenant(scope).await?;
    check_recipients(services, scope, &tenant, &spec.recipients).await
}

fn warnings_of(spec: &ScheduleSpec) -> Vec<String> {
    let undated = spec.subject_template.as_ref().is_some_and(|subject| !subject.contains("{date}"));
    let warning = "subject_template has no {date}, so all mails of this schedule have the same subject";
    if undated { vec![warning.to_owned()] } else { Vec::new() }
}

async fn same_name_warning(
    services: &Services,
    scope: &TenantScope,
    name: &str,
    id: ScheduleId,
) -> Result<Option<String>, AppError> {
    let prefix = format!("{}#", name.to_lowercase());
    let end = format!("{prefix}\u{10ffff}");
    let list = ListOf::in_order(Index::Gsi1, keys::schedules_by_name(scope.tenant())).between(prefix, end);
    let same: Vec<Stored<Schedule>> = services.store.list_all(scope, &list).await?;
    let other = same.iter().any(|s| s.value.id != id && s.value.name.eq_ignore_ascii_case(name));
    Ok(other.then(|| format!("another schedule is called {name} as well")))
}

/// Brings EventBridge in step now, as far as it goes; otherwise the sweep does.
async fn bring_in_step(services: &Services, scope: &TenantScope, id: ScheduleId) {
    let sync = async {
        match services.store.find::<Schedule>(scope, &id).await? {
            Some(row) if row.value.wake_up.out_of_step_since.is_some() || row.value.deleted_at.is_some() => {
                sync_wake_up(services, scope, row).await
            }
            _ => Ok(()),
        }
    };
    if let Err(error) = sync.await {
        tracing::warn!(error = &error as &dyn std::error::Error, schedule = %id, "EventBridge is out of step; the sweep repairs it");
    }
}
