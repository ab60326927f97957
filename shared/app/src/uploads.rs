//! Uploads: asked for, looked at, taken in.

mod claim_upload;
mod create_upload;
mod find_uploads;
mod read_file;

pub use create_upload::{UploadBody, create_upload};
pub use find_uploads::{get_upload, list_uploads};
pub use sitrep_aws::keys::upload_of_object as upload_of_key;
pub use sitrep_aws::objects::UploadLink;

pub(crate) use claim_upload::claim_upload;
pub(crate) use read_file::{PartReader, pipe};
