//! Records to Parquet segments; a snapshot and measures to numbers, in one pass.
//!
//! Two halves, both synchronous and without I/O: [`ingest()`] turns a request's body into [`NewSegment`]s that the
//! caller stores and commits; [`Scan`] asks for the [`Segment`]s of a snapshot that its queries need and answers all
//! of them in one pass. [`RowScan`] gives the records themselves, in order and never all at once. Fetching, caching
//! and committing belong to the caller.
//!
//! What answers mean, beyond the documents of `sitrep_domain`:
//!
//! - A figure's `population` is the number of records whose value went in, `excluded` those left out for want of one;
//!   together they are the records that population, query filter and `where` admit. A ratio has its divisor's.
//! - A group exists when any record of any measure's population (and of the query filter) is in it; `where` removes
//!   none. `unassigned` counts the records of the first measure, its `where` included, whose first key is missing.
//! - Without a window nothing bounds time: *created* is every record, *resolved* every one with a resolved time, *open
//!   at the end* every one without.
//! - A record without list elements is in the group "missing". Missing sorts last in either direction.
//! - Sums are exact and rounded once; nothing depends on the order or the number of segments.

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
mod latest;
mod layout;
mod listing;
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
pub use listing::{RowBatch, RowCell, RowScan, RowStream};
pub use rows::MAX_ROW_BYTES;
pub use scan::{Scan, ScanOutput};
pub use segment::Segment;
pub use table::MAX_CUSTOM_NAMES;
