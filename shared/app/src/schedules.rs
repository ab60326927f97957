//! Saved reports and their schedules: made, changed, removed, run by hand; and their wake-ups in EventBridge.

mod change_schedule;
mod find_schedules;
mod run_schedule_now;
mod sync_wake_up;

pub use change_schedule::{
    ScheduleOutcome, SchedulePatch, create_schedule, delete_schedule, update_schedule,
};
pub use find_schedules::{Upcoming, get_schedule, list_schedules, list_upcoming};
pub use run_schedule_now::run_schedule_now;
pub(crate) use sync_wake_up::sync_wake_up;
