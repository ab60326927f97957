//! The delivery log.

pub(crate) mod list;
pub(crate) mod list_of_report;
pub(crate) mod list_of_schedule;
pub(crate) mod retry;
