//! The service itself: whether it is there, and what it can be asked.

pub(crate) mod get_health;
pub(crate) mod get_openapi;
pub(crate) mod show_docs;
