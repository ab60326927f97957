//! EventBridge Scheduler: schedules that call the schedule function, on the virtual clock.
//!
//! It refuses what AWS refuses and skips what AWS skips (a fire in the spring gap). Late is late here too: a fire that fell
//! due while the stack was down happens once when it is up again, with the time it was scheduled for.

mod cron;
mod expression;
mod schedule;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sitrep_app::clock::{Clock, IdSource};

use self::schedule::{Definition, Schedule, check_name, invalid, key};
use self::wire::{DEFAULT_GROUP, group_arn};
use crate::clock::VirtualClock;
use crate::emulators::json::Refusal;
use crate::resources::{SCHEDULE_GROUP, SCHEDULER_ROLE, SWEEP_SCHEDULE, function_arn};
use crate::shelf::Shelf;
use crate::wake::Wake;

const KIND: &str = "schedule";
const GROUP_KIND: &str = "schedule-group";
const SWEEP_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A fire: the function that a schedule calls, and with what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fire {
    pub(crate) target_arn: String,
    pub(crate) input: Value,
    pub(crate) scheduled_at: Timestamp,
}

/// The emulated service.
pub(crate) struct Scheduler {
    state: Mutex<State>,
    clock: Arc<VirtualClock>,
    ids: Arc<dyn IdSource>,
    shelf: Shelf,
    wake: Wake,
}

#[derive(Default)]
struct State {
    groups: BTreeSet<String>,
    schedules: BTreeMap<String, Schedule>,
    /// The next fire of every schedule, earliest first.
    agenda: BTreeSet<(Timestamp, String)>,
    last_sweep: Option<Timestamp>,
}

impl Scheduler {
    /// Opens the service with what the shelf has of it, and makes the group and the sweep of `template.yaml`.
    pub(crate) fn open(clock: Arc<VirtualClock>, ids: Arc<dyn IdSource>, shelf: Shelf, wake: Wake) -> Self {
        let mut state = State::default();
        state.groups.extend([DEFAULT_GROUP.to_owned(), SCHEDULE_GROUP.to_owned()]);
        state.groups.extend(shelf.load::<()>(GROUP_KIND).into_iter().map(|(name, ())| name));
        for (_, schedule) in shelf.load::<Schedule>(KIND) {
            state.insert(schedule);
        }
        let scheduler = Self { state: Mutex::new(state), clock, ids, shelf, wake };
        scheduler.start_sweeping();
        scheduler
    }

    /// Takes every fire that is due, and plans the next one of each schedule.
    pub(crate) fn take_due(&self, now: Timestamp) -> Vec<Fire> {
        let mut state = self.lock();
        let mut fires = Vec::new();
        while let Some((at, key)) = state.agenda.first().cloned().filter(|(at, _)| *at <= now) {
            let Some(mut schedule) = state.remove(&key) else { break };
            fires.push(self.fire(&schedule, at));
            if schedule.name == SWEEP_SCHEDULE {
                state.last_sweep = Some(at);
            }
            if schedule.is_over_after(at) {
                self.shelf.remove(KIND, &key);
                continue;
            }
            // Fires missed while the clock jumped are not made up for: the next one lies ahead.
            schedule.next_fire = schedule.fire_after(now);
            self.keep(&mut state, schedule);
        }
        fires
    }

    /// When the next schedule fires.
    pub(crate) fn next_fire(&self) -> Option<Timestamp> {
        self.lock().agenda.first().map(|(at, _)| *at)
    }

    /// Puts off the next sweep to a whole minute, or to the minute after the last one: those before find nothing.
    pub(crate) fn put_off_sweep(&self, until: Timestamp) {
        let mut state = self.lock();
        let earliest = state.last_sweep.map(|last| last + SWEEP_EVERY);
        if let Some(mut sweep) = state.remove(&key(DEFAULT_GROUP, SWEEP_SCHEDULE)) {
            sweep.next_fire = earliest.max(Some(until));
            // Not kept on the shelf: the next start plans it anew.
            state.insert(sweep);
        }
    }

    fn create(&self, name: &str, definition: Definition) -> Result<Schedule, Refusal> {
        let schedule = Schedule::new(name, definition, self.clock.now())?;
        let mut state = self.lock();
        state.check_group(schedule.group())?;
        if let Some(existing) = state.schedules.get(&schedule.key()) {
            let token = &schedule.definition.client_token;
            if token.is_some() && *token == existing.definition.client_token {
                return Ok(existing.clone());
            }
            return Err(Refusal::new(409, "ConflictException", format!("Schedule {name} already exists.")));
        }
        self.keep(&mut state, schedule.clone());
        drop(state);
        self.wake.up();
        Ok(schedule)
    }

    fn update(&self, name: &str, definition: Definition) -> Result<Schedule, Refusal> {
        let mut schedule = Schedule::new(name, definition, self.clock.now())?;
        let mut state = self.lock();
        state.check_group(schedule.group())?;
        let existing = state.remove(&schedule.key()).ok_or_else(|| no_schedule(name))?;
        schedule.created_at = existing.created_at;
        schedule.next_fire = schedule.fire_after(schedule.modified_at);
        self.keep(&mut state, schedule.clone());
        drop(state);
        self.wake.up();
        Ok(schedule)
    }

    fn delete(&self, group: &str, name: &str) -> Result<(), Refusal> {
        let mut state = self.lock();
        let schedule = state.remove(&key(group, name)).ok_or_else(|| no_schedule(name))?;
        self.shelf.remove(KIND, &schedule.key());
        Ok(())
    }

    fn get(&self, group: &str, name: &str) -> Result<Schedule, Refusal> {
        self.lock().schedules.get(&key(group, name)).cloned().ok_or_else(|| no_schedule(name))
    }

    fn list(&self, group: Option<&str>, prefix: &str) -> Vec<Schedule> {
        let state = self.lock();
        let all = state.schedules.values();
        let wanted = |schedule: &&Schedule| {
            group.is_none_or(|group| schedule.group() == group) && schedule.name.starts_with(prefix)
        };
        all.filter(wanted).cloned().collect()
    }

    fn create_group(&self, name: &str) -> Result<Value, Refusal> {
        check_name("name", name)?;
        if !self.lock().groups.insert(name.to_owned()) {
            return Err(Refusal::new(
                409,
                "ConflictException",
                format!("Schedule group {name} already exists."),
            ));
        }
        self.shelf.put(GROUP_KIND, name, &());
        Ok(json!({"ScheduleGroupArn": group_arn(name)}))
    }

    fn get_group(&self, name: &str) -> Result<Value, Refusal> {
        self.lock().check_group(name)?;
        Ok(json!({"Arn": group_arn(name), "Name": name, "State": "ACTIVE"}))
    }

    fn start_sweeping(&self) {
        let now = self.clock.now();
        let definition = serde_json::from_value(json!({
            "ScheduleExpression": "rate(1 minute)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": function_arn("schedule"),
                "RoleArn": SCHEDULER_ROLE,
                "Input": r#"{"kind":"sweep","scheduled_time":"<aws.scheduler.scheduled-time>"}"#,
            },
            // Counted from a whole minute, so that sweeps happen at whole minutes.
            "StartDate": 0.0,
        }));
        let sweep = definition.map_err(|error| invalid(&error.to_string()));
        let sweep = sweep.and_then(|definition| Schedule::new(SWEEP_SCHEDULE, definition, now));
        let mut state = self.lock();
        state.remove(&key(DEFAULT_GROUP, SWEEP_SCHEDULE));
        state.insert(sweep.expect("the sweep's definition is valid"));
    }

    fn fire(&self, schedule: &Schedule, at: Timestamp) -> Fire {
        let target = &schedule.definition.target;
        let input = target.input.as_deref().unwrap_or("{}");
        let input = input
            .replace("<aws.scheduler.schedule-arn>", &schedule.arn())
            .replace("<aws.scheduler.scheduled-time>", &at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .replace("<aws.scheduler.execution-id>", &self.ids.uuid().to_string())
            .replace("<aws.scheduler.attempt-number>", "1");
        // Lambda refuses an event that is not JSON; as a string the function sees what it was sent.
        let input = serde_json::from_str(&input).unwrap_or(Value::String(input));
        Fire { target_arn: target.arn.clone(), input, scheduled_at: at }
    }

    fn keep(&self, state: &mut State, schedule: Schedule) {
        if schedule.name != SWEEP_SCHEDULE {
            self.shelf.put(KIND, &schedule.key(), &schedule);
        }
        state.insert(schedule);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn insert(&mut self, schedule: Schedule) {
        if let Some(at) = schedule.next_fire {
            self.agenda.insert((at, schedule.key()));
        }
        self.schedules.insert(schedule.key(), schedule);
    }

    fn remove(&mut self, key: &str) -> Option<Schedule> {
        let schedule = self.schedules.remove(key)?;
        if let Some(at) = schedule.next_fire {
            self.agenda.remove(&(at, key.to_owned()));
        }
        Some(schedule)
    }

    fn check_group(&self, name: &str) -> Result<(), Refusal> {
        if self.groups.contains(name) {
            return Ok(());
        }
        Err(Refusal::new(404, "ResourceNotFoundException", format!("Schedule group {name} does not exist.")))
    }
}

fn no_schedule(name: &str) -> Refusal {
    Refusal::new(404, "ResourceNotFoundException", format!("Schedule {name} does not exist."))
}
