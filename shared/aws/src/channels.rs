//! The registry of delivery channels. A new one is a file in `channels/` and a line here.

pub mod email;

/// Every channel's name, in the order of the documentation.
pub static CHANNELS: &[&str] = &[email::NAME];
