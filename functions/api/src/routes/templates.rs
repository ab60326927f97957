//! Report templates.

pub(crate) mod list;
