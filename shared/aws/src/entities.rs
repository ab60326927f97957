//! Rows of `core`: for each kind its key, and where else it is found.

mod dataset;
mod delivery;
mod ingest_receipt;
mod keyed_request;
mod mapping;
mod run;
mod schedule;
mod share;
mod tenant;
mod upload;

pub use dataset::{Generation, Reader, RetiredSegment, Retirement};
pub use ingest_receipt::IngestReceipt;
pub use mapping::TenantMapping;
pub use schedule::FireRecord;
