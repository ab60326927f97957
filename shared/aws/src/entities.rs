//! Rows of `core`: for each kind its key, and where else it is found.

mod dataset;
mod delivery;
mod run;
mod schedule;
mod share;
mod tenant;
mod upload;

pub use dataset::{Generation, Reader, RetiredSegment, Retirement};
pub use schedule::FireRecord;
