//! Records to Parquet segments; a snapshot and measures to numbers, in one pass.
//!
//! Two halves, both synchronous and without I/O: [`ingest()`] turns a request's body into [`NewSegment`]s that the
//! caller stores and commits; [`Scan`] asks for the [`Segment`]s of a snapshot that its queries need and answers all
//! of them in one pass. Fetching, caching and committing belong to the caller.

#![deny(missing_docs)]

mod answer;
mod bitmap;
mod body;
mod buckets;
mod column;
mod decode;
mod error;
mod exact_sum;
mod groups;
mod id_filter;
mod ingest;
mod key;
mod key_column;
mod layout;
mod overlap;
mod pass;
mod plan;
mod population;
mod predicate;
mod resolve;
mod rows;
mod scan;
mod segment;
mod state;
mod table;
mod total;
mod values;
mod words;
mod writer;

pub use body::{MAX_BODY_BYTES, MAX_UNPACKED_BYTES};
pub use error::{IngestError, QueryError};
pub use ingest::{BodyFormat, Ingested, LineError, NewSegment, ingest};
pub use rows::MAX_ROW_BYTES;
pub use scan::{Scan, ScanOutput};
pub use segment::Segment;
pub use table::MAX_CUSTOM_NAMES;
