//! Uploads: asked for, looked at, taken in.

mod claim_upload;

pub use sitrep_aws::keys::upload_of_object as upload_of_key;

pub(crate) use claim_upload::{Claimed, claim_upload};
