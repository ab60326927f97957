//! Records in, numbers out: ingest, snapshots, queries.

mod answer_coverage;
mod commit_records;
mod describe_datasets;
mod ingest_records;
pub(crate) mod known_results;
pub(crate) mod read_snapshot;
mod run_analysis;
pub(crate) mod run_queries;
mod run_query;

pub(crate) use commit_records::{commit_after, put_segments, wait_for_others};
pub use describe_datasets::{DatasetView, get_dataset, list_datasets};
pub use ingest_records::{IngestReport, IngestRequest, RowError, ingest_records};
pub use known_results::{KnownResults, RESULT_CACHE_BYTES, ResultCache};
pub use read_snapshot::{ReadSnapshot, SNAPSHOT_CACHE_BYTES, SnapshotCache, list_segments, read_snapshot};
pub use run_analysis::{AnalyticsDefaults, run_analysis};
pub(crate) use run_queries::gather_rows;
pub use run_queries::{MeasureError, Measured, measure, measure_and_list, measure_what_can_be_read};
pub use run_query::{QueryAnswer, QueryBody, SnapshotView, run_query};
pub use sitrep_query::BodyFormat;
