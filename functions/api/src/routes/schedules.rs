//! Saved reports and their schedules.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod list_active;
pub(crate) mod list_upcoming;
pub(crate) mod run_now;
pub(crate) mod update;
