//! Routes: one operation per file. An operation's file says what it takes, and calls one use case.

pub(crate) mod analytics;
pub(crate) mod auth;
pub(crate) mod datasets;
pub(crate) mod deliveries;
pub(crate) mod exports;
pub(crate) mod mappings;
pub(crate) mod metrics;
pub(crate) mod queries;
pub(crate) mod reports;
pub(crate) mod schedules;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod shares;
pub(crate) mod templates;
pub(crate) mod uploads;
pub(crate) mod users;
