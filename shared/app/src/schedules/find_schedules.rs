//! Reading schedules: one, a list, or what they will do next.

use jiff::{SignedDuration, Timestamp};
use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf, Page};
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ScheduleId;
use sitrep_domain::run::add;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::{Services, require};

/// One schedule.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn get_schedule(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
) -> Result<Stored<Schedule>, AppError> {
    require(scope, Permission::ReadSchedules)?;
    get_living(services, scope, id).await
}

/// The schedule, unless it was deleted and is only waiting to be cleaned up.
pub(super) async fn get_living(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
) -> Result<Stored<Schedule>, AppError> {
    let stored = services.get::<Schedule>(scope, &id).await?;
    if stored.value.deleted_at.is_some() {
        return Err(AppError::NotFound { what: "schedule" });
    }
    Ok(stored)
}

/// One page of schedules, by name.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::Invalid`] for a bad cursor, [`AppError::Unavailable`].
pub async fn list_schedules(
    services: &Services,
    scope: &TenantScope,
    active_only: bool,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<Schedule>>, AppError> {
    require(scope, Permission::ReadSchedules)?;
    let list = ListOf::in_order(Index::Gsi1, keys::schedules_by_name(scope.tenant()));
    let keep = |s: &Schedule| s.deleted_at.is_none() && (!active_only || s.spec.is_active);
    Ok(services.store.list(scope, &list, limit, cursor, keep).await?)
}

/// One fire to come.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// The schedule's id.
    pub schedule_id: ScheduleId,
    /// Its name.
    pub name: String,
    /// Its zone.
    pub timezone: String,
    /// When it fires.
    pub at: Timestamp,
    /// Seconds until then, 0 and up.
    pub countdown_seconds: i64,
}

/// Most fires in one answer.
const MAX_UPCOMING: usize = 1_000;

/// The fires of all active schedules in the next days, soonest first.
///
/// # Errors
///
/// [`AppError::Forbidden`] or [`AppError::Unavailable`].
pub async fn list_upcoming(
    services: &Services,
    scope: &TenantScope,
    days: u16,
) -> Result<Vec<Upcoming>, AppError> {
    require(scope, Permission::ReadSchedules)?;
    let list = ListOf::in_order(Index::Gsi1, keys::schedules_by_name(scope.tenant()));
    let schedules: Vec<Stored<Schedule>> = services.store.list_all(scope, &list).await?;
    let now = services.now();
    let until = add(now, SignedDuration::from_hours(24 * i64::from(days)));
    let mut upcoming: Vec<Upcoming> = schedules.iter().flat_map(|s| fires_of(&s.value, now, until)).collect();
    upcoming.sort_by_key(|fire| (fire.at, fire.schedule_id));
    upcoming.truncate(MAX_UPCOMING);
    Ok(upcoming)
}

fn fires_of(schedule: &Schedule, now: Timestamp, until: Timestamp) -> Vec<Upcoming> {
    let Some(next) = schedule.next_fire_at.filter(|at| *at <= until) else { return Vec::new() };
    let end = add(until, SignedDuration::from_secs(1));
    let later = schedule.list_fires_between(next, end);
    let upcoming = |at: Timestamp| Upcoming {
        schedule_id: schedule.id,
        name: schedule.name.clone(),
        timezone: schedule.spec.timezone.clone(),
        at,
        countdown_seconds: (at.as_second() - now.as_second()).max(0),
    };
    std::iter::once(next).chain(later).map(upcoming).collect()
}
