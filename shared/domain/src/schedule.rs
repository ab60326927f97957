//! Saved reports and their schedules: what to make, when, and for whom.
//!
//! A schedule without a cadence is run by hand only. What a person decides is the [`ScheduleSpec`], made from a
//! [`ScheduleDraft`] by one fallible constructor, for creation and change alike. When it fires is the planner's word;
//! the row keeps the next fire, and advances it in the transaction that records the fire, so none is taken twice.

mod draft;
mod spec;

pub use draft::ScheduleDraft;
pub use spec::{Include, MisfirePolicy, OnEmpty, OverlapPolicy, ScheduleSpec};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::calendar::find_zone;
use crate::eventbridge::plan_wake_up;
use crate::ids::{ScheduleId, TenantId, UserId};
use crate::invalid::Invalid;
use crate::planner::next_fire;
use crate::run::add;

/// A saved report and its schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// Whose it is; checked at creation and at every run.
    pub tenant: TenantId,
    /// Its name, repeated for the index.
    pub name: String,
    /// What a person decided.
    pub spec: ScheduleSpec,
    /// Who answers for it.
    pub owner: UserId,
    /// Who made it.
    pub created_by: UserId,
    /// Address of who made it, at that time; stays when the user goes.
    pub created_by_email: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a person changed it last.
    pub updated_at: Timestamp,
    /// When it was deleted; it is cleaned up and gone soon after.
    pub deleted_at: Option<Timestamp>,
    /// The next fire; none while paused, or by hand only.
    pub next_fire_at: Option<Timestamp>,
    /// When mail of it was accepted last.
    pub last_sent_at: Option<Timestamp>,
    /// Runs with an accepted delivery.
    pub sent_count: u64,
    /// How it is doing.
    pub health: Health,
    /// Its wake-ups in EventBridge.
    pub wake_up: WakeUpState,
}

/// How a schedule is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Since when its runs or deliveries fail; none when the last one went well.
    pub failing_since: Option<Timestamp>,
    /// The last error, for people.
    pub last_error: Option<String>,
}

/// What EventBridge has been asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeUpState {
    /// The expressions that should be there.
    pub expressions: Vec<String>,
    /// The instant of a one-time wake-up, which must be replaced once it has passed.
    pub once_at: Option<Timestamp>,
    /// Since when EventBridge may differ; none when it is in step.
    pub out_of_step_since: Option<Timestamp>,
}

impl Schedule {
    /// How long after a fire the sweep takes it up itself.
    pub const GRACE: SignedDuration = SignedDuration::from_secs(60);
    /// Most fires that one wake-up catches up with; the rest waits for the next.
    pub const MAX_CATCH_UP: usize = 50;

    /// Makes a schedule of what a person decided. Nothing is sent by making it.
    #[must_use]
    pub fn new(
        id: ScheduleId,
        tenant: TenantId,
        spec: ScheduleSpec,
        owner: (UserId, String),
        now: Timestamp,
    ) -> Self {
        let mut schedule = Self {
            id,
            tenant,
            name: spec.name.clone(),
            spec,
            owner: owner.0,
            created_by: owner.0,
            created_by_email: owner.1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            next_fire_at: None,
            last_sent_at: None,
            sent_count: 0,
            health: Health::default(),
            wake_up: WakeUpState::default(),
        };
        schedule.replan(now);
        schedule
    }

    /// Puts a changed specification in place. The next fire is planned anew from now when its timing changed.
    pub fn change(&mut self, spec: ScheduleSpec, now: Timestamp) {
        let timing = |s: &ScheduleSpec| (s.cadence.clone(), s.timezone.clone(), s.is_active);
        let replan = timing(&self.spec) != timing(&spec);
        self.name.clone_from(&spec.name);
        self.spec = spec;
        self.updated_at = now;
        if replan {
            self.replan(now);
        }
    }

    /// Replaces the next fire once.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `next_send_at` unless it is in the future and the schedule fires at all.
    pub fn move_next_fire(&mut self, at: Timestamp, now: Timestamp) -> Result<(), Invalid> {
        if at <= now {
            return Err(Invalid::field(
                "next_send_at",
                "not_in_the_future",
                "next_send_at is an instant to come",
            ));
        }
        if self.next_fire_at.is_none() {
            let detail = "a schedule that is paused, or has no cadence, has no next fire to move";
            return Err(Invalid::field("next_send_at", "no_next_fire", detail));
        }
        self.next_fire_at = Some(at);
        self.wake_up = WakeUpState { out_of_step_since: Some(now), ..self.planned_wake_up(now) };
        self.updated_at = now;
        Ok(())
    }

    /// The regular fires between two instants, both excluded: those that a moved fire steps over.
    #[must_use]
    pub fn list_fires_between(&self, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let (Some(cadence), Ok(zone)) = (&self.spec.cadence, find_zone(&self.spec.timezone)) else {
            return Vec::new();
        };
        let fires = crate::planner::list_fires(cadence, &zone, from, to, Self::MAX_CATCH_UP);
        fires.into_iter().map(|fire| fire.at).filter(|at| *at < to).collect()
    }

    /// Marks the next fire as taken and plans the one after it.
    pub fn advance(&mut self, now: Timestamp) {
        let Some(taken) = self.next_fire_at else { return };
        self.next_fire_at = self.fire_after(taken);
        if self.wake_up.once_at.is_some() {
            self.wake_up = WakeUpState { out_of_step_since: Some(now), ..self.planned_wake_up(now) };
        }
    }

    /// Stops firing, and says why on the schedule.
    pub fn pause(&mut self, reason: &str, now: Timestamp) {
        self.spec.is_active = false;
        self.health.last_error = Some(reason.to_owned());
        self.replan(now);
    }

    /// Marks it deleted; its wake-ups are taken down next.
    pub fn delete(&mut self, now: Timestamp) {
        self.deleted_at = Some(now);
        self.spec.is_active = false;
        self.replan(now);
        // The sweep finds it by this until it is gone, whatever it had in EventBridge.
        self.wake_up.out_of_step_since = Some(now);
    }

    /// Puts down that a run or a delivery failed. `true` when it is the first of a streak, which the owner is told of.
    pub fn note_failure(&mut self, error: &str, now: Timestamp) -> bool {
        self.health.last_error = Some(error.to_owned());
        let first = self.health.failing_since.is_none();
        self.health.failing_since.get_or_insert(now);
        first
    }

    /// Puts down that mail of a run was accepted. `true` when that ends a streak of failures.
    pub fn note_sent(&mut self, now: Timestamp) -> bool {
        self.sent_count += 1;
        self.last_sent_at = Some(now);
        let recovered = self.health.failing_since.is_some();
        self.health = Health::default();
        recovered
    }

    /// Puts down that EventBridge is in step.
    pub fn note_in_step(&mut self) {
        self.wake_up.out_of_step_since = None;
    }

    /// When the sweep must look at it, if ever.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let repair = self.wake_up.out_of_step_since.map(|at| add(at, Self::GRACE));
        let fire = self.next_fire_at.map(|at| add(at, Self::GRACE));
        repair.into_iter().chain(fire).min()
    }

    fn fire_after(&self, at: Timestamp) -> Option<Timestamp> {
        let zone = find_zone(&self.spec.timezone).ok()?;
        self.spec.cadence.as_ref().and_then(|cadence| next_fire(cadence, &zone, at)).map(|fire| fire.at)
    }

    fn replan(&mut self, now: Timestamp) {
        self.next_fire_at = if self.spec.is_active { self.fire_after(now) } else { None };
        let wake_up = self.planned_wake_up(now);
        // What is still to be brought in step stays so, though neither plan asks for anything.
        let was_known = self.wake_up.out_of_step_since.is_some()
            || !self.wake_up.expressions.is_empty()
            || !wake_up.expressions.is_empty();
        self.wake_up = WakeUpState { out_of_step_since: was_known.then_some(now), ..wake_up };
    }

    /// What EventBridge should be asked for. A fire that was moved is woken for once, then the rhythm comes back.
    fn planned_wake_up(&self, now: Timestamp) -> WakeUpState {
        let none = WakeUpState::default();
        let (Some(next), Some(cadence)) = (self.next_fire_at, &self.spec.cadence) else { return none };
        let Ok(zone) = find_zone(&self.spec.timezone) else { return none };
        let once = |at: Timestamp| WakeUpState {
            expressions: vec![crate::eventbridge::format_at(at, &zone)],
            once_at: Some(at),
            out_of_step_since: None,
        };
        if next_fire(cadence, &zone, now).is_none_or(|regular| regular.at != next) {
            return once(next);
        }
        match plan_wake_up(cadence, &zone, now) {
            Some(crate::eventbridge::WakeUp::Recurring(expressions)) => WakeUpState { expressions, ..none },
            Some(crate::eventbridge::WakeUp::At { fire, .. }) => once(fire.at),
            None => none,
        }
    }
}

#[cfg(test)]
mod tests;
