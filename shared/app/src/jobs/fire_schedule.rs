//! Fires of a schedule: each due instant gets a run or a recorded skip, exactly once.
//!
//! EventBridge and the sweep both come here. The planner's next fire is the truth, not the instant in the message. One
//! transaction records the fire, makes its run and advances the schedule; whoever comes second finds the schedule
//! advanced.

use std::time::Duration;

use jiff::Timestamp;
use sitrep_aws::entities::FireRecord;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::transaction::Transaction;
use sitrep_domain::calendar::find_zone;
use sitrep_domain::ids::{ReportId, ScheduleId, TenantId};
use sitrep_domain::invalid::Invalid;
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::run::{MailPlan, Run, Trigger, Versioned};
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::template::Template;
use sitrep_domain::templates::find_template;
use sitrep_domain::tenant::Tenant;

use crate::reports::{RunPlan, new_run, wake_for};
use crate::schedules::sync_wake_up;
use crate::services::Services;
use crate::steps;

/// Takes up whatever is due of a schedule. Repeating it is harmless.
///
/// # Errors
///
/// [`StoreError`] when a row could not be read or written; the caller is asked again, or the sweep does it.
pub async fn fire_schedule(
    services: &Services,
    tenant: &TenantId,
    id: ScheduleId,
    request_id: &str,
) -> Result<(), StoreError> {
    let Some((scope, tenant_row)) = services.open_job(tenant, "schedule", request_id).await? else {
        return Ok(());
    };
    let Some(mut schedule) = services.store.find::<Schedule>(&scope, &id).await? else {
        return take_down(services, &scope, id).await;
    };
    if schedule.value.tenant != *scope.tenant() {
        return refuse_foreign(services, &scope, schedule).await;
    }
    let now = services.now();
    // What is left over is still overdue, and the sweep goes on with it.
    for _ in 0..Schedule::MAX_CATCH_UP {
        if schedule.value.next_fire_at.is_none_or(|at| at > now) {
            break;
        }
        match take_fire(services, &scope, &tenant_row, schedule, now).await? {
            Some(advanced) => schedule = advanced,
            None => return Ok(()), // Somebody else took it.
        }
    }
    if schedule.value.wake_up.out_of_step_since.is_some() || schedule.value.deleted_at.is_some() {
        sync_wake_up(services, &scope, schedule).await?;
    }
    Ok(())
}

/// A wake-up of a schedule that is not there: it is taken down.
async fn take_down(services: &Services, scope: &TenantScope, id: ScheduleId) -> Result<(), StoreError> {
    tracing::warn!(schedule = %id, "a wake-up came for a schedule that is not there; it is removed");
    services.scheduler.put(scope, id, &[], "UTC").await
}

/// A schedule that names another tenant than the one it lies under runs nothing, and somebody must look at it.
async fn refuse_foreign(
    services: &Services,
    scope: &TenantScope,
    mut schedule: Stored<Schedule>,
) -> Result<(), StoreError> {
    tracing::error!(schedule = %schedule.value.id, security_event = true, "a schedule names another tenant");
    schedule.value.pause("the schedule does not belong to this organization", services.now());
    let audit = services.audit(scope, "schedule.foreign_tenant", format!("schedule/{}", schedule.value.id));
    services.store.change(scope, audit.outcome("refused")).replace(&schedule).commit().await
}

/// Takes one due fire: records it, makes its run unless there is a reason not to, advances the schedule.
async fn take_fire(
    services: &Services,
    scope: &TenantScope,
    tenant: &Tenant,
    mut schedule: Stored<Schedule>,
    now: Timestamp,
) -> Result<Option<Stored<Schedule>>, StoreError> {
    let Some(at) = schedule.value.next_fire_at else { return Ok(Some(schedule)) };
    let recorded = services.store.find::<FireRecord>(scope, &(schedule.value.id, at)).await?;
    let outcome = decide(services, scope, tenant, &schedule.value, recorded.as_ref(), now).await?;
    let fire = FireRecord {
        schedule: schedule.value.id,
        at,
        run: outcome.as_ref().ok().map(|run| run.id),
        skipped: outcome.as_ref().err().cloned(),
        lag_seconds: (now.as_second() - at.as_second()).max(0),
    };
    if fire.skipped.as_deref() == Some(PLAN) {
        schedule.value.pause("the plan of this organization no longer includes schedules", now);
    } else {
        schedule.value.advance(now);
    }
    let action = if outcome.is_ok() { "schedule.fired" } else { "schedule.skipped" };
    let audit = services
        .audit(scope, action, format!("schedule/{}", schedule.value.id))
        .with("scheduled_time", at.to_string())
        .with("lag_seconds", fire.lag_seconds)
        .with("skipped", fire.skipped.clone());
    let mut change = record(services.store.change(scope, audit).replace(&schedule), recorded, fire);
    if let Ok(run) = &outcome {
        change = change.create(run.as_ref());
    }
    match change.commit().await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    steps::reached("fired").await;
    if let Ok(run) = &outcome {
        services.wake(&wake_for(scope, run.id), Duration::ZERO).await;
    }
    Ok(Some(schedule.written()))
}

/// The run of the due fire, or why there is none.
async fn decide(
    services: &Services,
    scope: &TenantScope,
    tenant: &Tenant,
    schedule: &Schedule,
    recorded: Option<&Stored<FireRecord>>,
    now: Timestamp,
) -> Result<Result<Box<Run>, String>, StoreError> {
    let Some(at) = schedule.next_fire_at else { return Ok(Err("not due".to_owned())) };
    // A fire that has its run is not taken again, wherever the schedule's plan came from: the schedule only goes on.
    if recorded.is_some_and(|row| row.value.run.is_some()) {
        return Ok(Err("taken".to_owned()));
    }
    if let Some(reason) = skip_reason(services, scope, tenant, schedule, at, now).await? {
        return Ok(Err(reason));
    }
    Ok(run_of(services, tenant, schedule, at).map(Box::new).map_err(|invalid| format!("refused: {invalid}")))
}

/// Adds the fire's record, unless it has its run already. A fire that was moved away has a record, and may come back when
/// the schedule is planned anew.
fn record<'a>(
    change: Transaction<'a>,
    recorded: Option<Stored<FireRecord>>,
    fire: FireRecord,
) -> Transaction<'a> {
    match recorded {
        Some(row) if row.value.run.is_some() => change,
        Some(mut row) => {
            row.value = fire;
            change.replace(&row)
        }
        None => change.create(&fire),
    }
}

/// Why a fire was skipped because of the plan.
const PLAN: &str = "plan";

/// Why a fire makes no run, if there is a reason.
async fn skip_reason(
    services: &Services,
    scope: &TenantScope,
    tenant: &Tenant,
    schedule: &Schedule,
    at: Timestamp,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    if !tenant.plan.has_cadences() {
        return Ok(Some(PLAN.to_owned()));
    }
    // Of several fires that nobody took up, the latest runs.
    let mut later = schedule.clone();
    later.advance(now);
    if later.next_fire_at.is_some_and(|next| next <= now) {
        return Ok(Some("misfire".to_owned()));
    }
    let list = sitrep_aws::store::ListOf::newest_first(
        sitrep_aws::store::Index::Gsi2,
        sitrep_aws::keys::runs_by_schedule(scope.tenant(), schedule.id),
    );
    let last =
        services.store.list::<Run>(scope, &list, 1, None, |run| run.trigger == Trigger::Schedule).await?;
    let Some(last) = last.items.first() else { return Ok(None) };
    // The index may lag behind; the row does not.
    let last = services.store.find::<Run>(scope, &last.value.id).await?;
    let at_work = last.is_some_and(|run| !run.value.status.is_terminal() && run.value.due_at < at);
    Ok(at_work.then(|| "overlap".to_owned()))
}

/// The run of a fire. Its id follows from schedule and instant, so that there can be only one.
fn run_of(services: &Services, tenant: &Tenant, schedule: &Schedule, at: Timestamp) -> Result<Run, Invalid> {
    let name = sitrep_aws::keys::instant(at);
    let id = ReportId::new(uuid::Uuid::new_v5(&schedule.id.uuid(), name.as_bytes()));
    schedule_run(services, tenant, schedule, id, at, Trigger::Schedule)
}

/// A run of a schedule, for the period that its rule gives at `at`.
pub(crate) fn schedule_run(
    services: &Services,
    tenant: &Tenant,
    schedule: &Schedule,
    id: ReportId,
    at: Timestamp,
    trigger: Trigger,
) -> Result<Run, Invalid> {
    let spec = &schedule.spec;
    let zone = find_zone(&spec.timezone)?;
    let known = |t: &Versioned| {
        let unknown =
            || Invalid::field("report_type", "unknown_template", format!("there is no template {}", t.id));
        find_template(&t.id).ok_or_else(unknown)
    };
    let templates: Vec<&'static Template> = spec.templates.iter().map(known).collect::<Result<_, _>>()?;
    let plan = RunPlan {
        name: &spec.name,
        templates: &templates,
        period_type: spec.period.period_type(),
        period: spec.period.resolve(at, &zone)?,
        timezone: &spec.timezone,
        filters: spec.filters.as_ref(),
        left_out: spec.include.left_out(&templates),
        options: ReportOptions { queries: spec.queries.clone(), ..ReportOptions::default() },
        formats: &spec.formats,
        sensitivity: spec.sensitivity,
        requested_by: &schedule.created_by_email,
        schedule_id: Some(schedule.id),
        trigger,
        mail: MailPlan {
            recipients: spec.recipients.clone(),
            subject_template: spec.subject_template.clone(),
        },
    };
    new_run(services, tenant, id, plan, at)
}
