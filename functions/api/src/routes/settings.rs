//! Settings of the tenant.

pub(crate) mod get;
pub(crate) mod update;
