//! Links for outsiders.

pub(crate) mod create;
pub(crate) mod get_stats;
pub(crate) mod list_shared;
pub(crate) mod open;
pub(crate) mod redeem;
pub(crate) mod revoke;
pub(crate) mod revoke_all;
pub(crate) mod revoke_of_report;
