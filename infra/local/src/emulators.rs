//! The AWS services that Sitrep uses, spoken at the wire: just the operations it calls, with the rules AWS enforces.
//!
//! An emulator answers one HTTP request at a time and knows nothing of sockets, faults or functions.

pub(crate) mod dynamodb;
pub(crate) mod json;
pub(crate) mod s3;
pub(crate) mod scheduler;
pub(crate) mod ses;
pub(crate) mod sqs;
pub(crate) mod ssm;
