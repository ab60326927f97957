//! Signing in, and who one is.

pub(crate) mod get_me;
pub(crate) mod sign_in;
