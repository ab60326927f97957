//! Records to Parquet segments; a snapshot and measures to numbers, in one pass.
//!
//! Two halves, both synchronous and without I/O of their own. [`ingest()`] turns a request's body into [`NewSegment`]s
//! that the caller stores and commits, and [`RecordStream`] a file of any size, chunk by chunk. [`Scan`] asks for the
//! [`Segment`]s of a snapshot that its queries need and answers all of them in one pass; [`RowScan`] gives the records
//! themselves, in order and never all at once. Besides, [`compact()`] makes one segment of many, and [`Changes`] tells
//! whether what came later touches what queries read. Fetching, caching and committing belong to the caller.
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
mod blocks;
mod buckets;
mod changes;
mod column;
mod columns;
mod compact;
mod decode;
mod dictionary;
mod direct;
mod error;
mod exact_sum;
mod file;
mod footer;
mod groups;
mod hybrid;
mod id_filter;
mod id_ranges;
mod ids;
mod ingest;
mod join;
mod key;
mod key_column;
mod latest;
mod layout;
mod listing;
mod mapped;
mod moments;
mod overlap;
mod pages;
mod pair_set;
mod pass;
mod percentile;
mod plan;
mod population;
mod predicate;
mod preview;
mod ranking;
mod resolve;
mod rolled;
mod rollup;
mod rows;
mod samples;
mod scan;
mod segment;
mod source;
mod state;
mod stream;
mod table;
mod techniques;
mod threads;
mod thrift;
mod total;
mod values;
mod version;
mod words;
mod writer;

pub use changes::Changes;
pub use compact::{Compacted, compact};
pub use error::{IngestError, QueryError};
pub use ingest::{Ingested, LineError, MAX_BODY_BYTES, MAX_UNPACKED_BYTES, NewSegment, ingest};
pub use listing::{RowBatch, RowCell, RowScan, RowStream};
pub use preview::{Preview, preview};
pub use rows::MAX_ROW_BYTES;
pub use scan::{Scan, ScanOutput};
pub use segment::Segment;
pub use sitrep_domain::upload::BodyFormat;
pub use source::UnpackLimits;
pub use stream::{Chunk, RecordStream, StreamOptions};
pub use table::MAX_CUSTOM_NAMES;
