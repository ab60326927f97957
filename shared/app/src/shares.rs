//! Links for outsiders: made, opened, counted, ended.

mod create_share;
mod open_share;
mod read_shares;
mod revoke_shares;

pub use create_share::{NewShare, ShareBody, create_share};
pub use open_share::{Opened, open_share, redeem_share};
pub use read_shares::{ShareStats, ShareView, list_shared, share_stats};
pub use revoke_shares::{revoke_all_shares, revoke_report_shares, revoke_share};
pub(crate) use revoke_shares::{revoke_shares_of, revoke_shares_of_run};
