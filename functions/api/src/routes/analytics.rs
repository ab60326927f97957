//! Analytics: fixed questions about incidents.

pub(crate) mod data_types;
pub(crate) mod policy_violations;
pub(crate) mod severity_distribution;
pub(crate) mod summary;
pub(crate) mod top_violators;
pub(crate) mod trends;
