//! Answers and records as files.

pub(crate) mod data_types;
pub(crate) mod incidents;
pub(crate) mod policy_violations;
pub(crate) mod severity;
pub(crate) mod summary;
pub(crate) mod trends;
pub(crate) mod violators;
