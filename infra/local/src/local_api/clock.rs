//! `/_local/clock`: what time it is, and moving on.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use crate::core::Core;

/// Exactly one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveClock {
    advance_seconds: Option<i64>,
    set: Option<Timestamp>,
}

pub(super) fn get_clock(core: &Core) -> Value {
    json!({"now": core.now()})
}

/// Moves the clock and answers when everything due has happened.
pub(super) async fn move_clock(core: &Core, body: MoveClock) -> Result<Value, Problem> {
    let to = match (body.advance_seconds, body.set) {
        (Some(seconds), None) if seconds < 0 => {
            return Err(Problem::invalid("advance_seconds", "never backwards"));
        }
        (Some(seconds), None) => core
            .now()
            .checked_add(SignedDuration::from_secs(seconds))
            .map_err(|_| Problem::invalid("advance_seconds", "the clock ends with the year 9999"))?,
        (None, Some(to)) => to,
        _ => return Err(Problem::invalid("body", "exactly one of advance_seconds and set")),
    };
    core.pump().advance_to(to).await.map_err(|error| Problem::invalid("set", &error.to_string()))?;
    Ok(get_clock(core))
}
