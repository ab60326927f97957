//! Questions of a caller's own.

pub(crate) mod run;
