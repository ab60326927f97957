//! Deliveries as people see them, retries by hand, and what a mail says.

mod find_deliveries;
mod mail_frame;
mod note_failure;
mod report_mail;
mod retry_delivery;
mod tell_owner;
mod write_message;

pub use find_deliveries::{get_delivery, list_deliveries, list_report_deliveries, list_schedule_deliveries};
pub(crate) use mail_frame::mail_page;
pub(crate) use note_failure::note_failure;
pub use retry_delivery::retry_delivery;
pub(crate) use tell_owner::{News, tell_owner};
pub(crate) use write_message::write_message;
