//! Fires to come as callers see them.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_app::schedules::Upcoming;
use sitrep_domain::ids::ScheduleId;

/// One fire to come.
#[derive(Serialize)]
pub(crate) struct UpcomingView<'a> {
    schedule_id: ScheduleId,
    name: &'a str,
    timezone: &'a str,
    next_send_at: Timestamp,
    countdown_seconds: i64,
}

impl<'a> From<&'a Upcoming> for UpcomingView<'a> {
    fn from(upcoming: &'a Upcoming) -> Self {
        Self {
            schedule_id: upcoming.schedule_id,
            name: &upcoming.name,
            timezone: &upcoming.timezone,
            next_send_at: upcoming.at,
            countdown_seconds: upcoming.countdown_seconds,
        }
    }
}
