//! A schedule as a caller defines it, checked as AWS checks it.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::expression::Expression;
use super::wire::DEFAULT_GROUP;
use crate::emulators::json::Refusal;
use crate::resources::{ACCOUNT, REGION};

/// The body of `CreateSchedule` and `UpdateSchedule`, which replaces a schedule whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    pub(super) group_name: Option<String>,
    pub(super) schedule_expression: String,
    #[serde(default = "utc")]
    pub(super) schedule_expression_timezone: String,
    #[serde(default = "enabled")]
    pub(super) state: String,
    pub(super) target: Target,
    pub(super) flexible_time_window: FlexibleTimeWindow,
    #[serde(default = "no_action")]
    pub(super) action_after_completion: String,
    pub(super) description: Option<String>,
    /// Epoch seconds.
    pub(super) start_date: Option<f64>,
    /// Epoch seconds.
    pub(super) end_date: Option<f64>,
    pub(super) client_token: Option<String>,
}

/// What a schedule calls. Members that the stack does not act on are kept for `GetSchedule`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Target {
    pub(super) arn: String,
    pub(super) role_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FlexibleTimeWindow {
    mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_window_in_minutes: Option<i64>,
}

/// A stored schedule and its next fire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Schedule {
    pub(super) name: String,
    pub(super) definition: Definition,
    pub(super) created_at: Timestamp,
    pub(super) modified_at: Timestamp,
    pub(super) next_fire: Option<Timestamp>,
}

impl Schedule {
    pub(super) fn new(name: &str, definition: Definition, now: Timestamp) -> Result<Self, Refusal> {
        check_name("name", name)?;
        check_name("groupName", definition.group())?;
        definition.check()?;
        let mut schedule =
            Self { name: name.to_owned(), definition, created_at: now, modified_at: now, next_fire: None };
        schedule.next_fire = schedule.fire_after(now);
        Ok(schedule)
    }

    pub(super) fn group(&self) -> &str {
        self.definition.group()
    }

    /// Unique among all schedules, ordered by group and name.
    pub(super) fn key(&self) -> String {
        key(self.group(), &self.name)
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{}/{}", self.group(), self.name)
    }

    /// The first fire after an instant, within the schedule's dates and while it is enabled.
    pub(super) fn fire_after(&self, after: Timestamp) -> Option<Timestamp> {
        if self.definition.state != "ENABLED" {
            return None;
        }
        let zone = TimeZone::get(&self.definition.schedule_expression_timezone).ok()?;
        let start = self.definition.start_date.and_then(instant_of);
        let anchor = start.unwrap_or(self.created_at);
        let not_before = start.map_or(after, |start| after.max(start - SignedDuration::from_nanos(1)));
        let fire = self.expression().next_after(not_before, anchor, &zone)?;
        let end = self.definition.end_date.and_then(instant_of);
        end.is_none_or(|end| fire <= end).then_some(fire)
    }

    /// Whether the schedule is to be deleted after a fire.
    pub(super) fn is_over_after(&self, fire: Timestamp) -> bool {
        self.definition.action_after_completion == "DELETE"
            && (self.expression().is_one_time() || self.fire_after(fire).is_none())
    }

    fn expression(&self) -> Expression {
        Expression::parse(&self.definition.schedule_expression)
            .expect("it was checked when the schedule was made")
    }
}

impl Definition {
    pub(super) fn group(&self) -> &str {
        self.group_name.as_deref().unwrap_or(DEFAULT_GROUP)
    }

    fn check(&self) -> Result<(), Refusal> {
        if Expression::parse(&self.schedule_expression).is_none() {
            return Err(invalid(&format!("Invalid Schedule Expression {}.", self.schedule_expression)));
        }
        let zone = &self.schedule_expression_timezone;
        if zone.len() > 50 || TimeZone::get(zone).is_err() {
            return Err(invalid(&format!("Provided ScheduleExpressionTimezone {zone} is not supported.")));
        }
        check_choice("state", &self.state, &["ENABLED", "DISABLED"])?;
        check_choice("actionAfterCompletion", &self.action_after_completion, &["NONE", "DELETE"])?;
        self.target.check()?;
        self.flexible_time_window.check()
    }
}

impl Target {
    fn check(&self) -> Result<(), Refusal> {
        if !self.arn.starts_with("arn:aws:lambda:") {
            return Err(invalid(&format!(
                "Provided Arn is not in correct format or not a function: {}",
                self.arn
            )));
        }
        if !self.role_arn.starts_with("arn:aws:iam:") {
            return Err(invalid("Provided RoleArn is not in correct format."));
        }
        Ok(())
    }
}

impl FlexibleTimeWindow {
    fn check(&self) -> Result<(), Refusal> {
        match (self.mode.as_str(), self.maximum_window_in_minutes) {
            ("OFF", None) | ("FLEXIBLE", Some(1..=1_440)) => Ok(()),
            _ => Err(invalid("Invalid FlexibleTimeWindow: OFF, or FLEXIBLE with 1 to 1440 minutes.")),
        }
    }
}

/// The key of a schedule.
pub(super) fn key(group: &str, name: &str) -> String {
    format!("{group}/{name}")
}

pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "ValidationException", message)
}

pub(super) fn check_name(parameter: &str, name: &str) -> Result<(), Refusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(invalid(&format!(
        "Value '{name}' at '{parameter}' must satisfy: [0-9a-zA-Z-_.]+, 1 to 64 characters"
    )))
}

fn check_choice(parameter: &str, value: &str, choices: &[&str]) -> Result<(), Refusal> {
    if choices.contains(&value) {
        return Ok(());
    }
    Err(invalid(&format!("Value '{value}' at '{parameter}' must be one of {choices:?}")))
}

#[expect(clippy::cast_possible_truncation, reason = "the wire has epoch seconds as a fraction")]
fn instant_of(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_second(seconds as i64).ok()
}

fn utc() -> String {
    "UTC".to_owned()
}

fn enabled() -> String {
    "ENABLED".to_owned()
}

fn no_action() -> String {
    "NONE".to_owned()
}
