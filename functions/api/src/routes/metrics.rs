//! The metric dictionary.

pub(crate) mod get;
pub(crate) mod list;
