//! Datasets and their records.

pub(crate) mod get;
pub(crate) mod ingest;
pub(crate) mod list;
