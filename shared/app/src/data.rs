//! Records in, numbers out: ingest, snapshots, queries.

mod describe_datasets;
mod ingest_records;
mod run_analysis;
mod run_queries;
mod run_query;

pub use describe_datasets::{DatasetView, get_dataset, list_datasets};
pub use ingest_records::{IngestReport, IngestRequest, RowError, ingest_records};
pub use run_analysis::{AnalyticsDefaults, run_analysis};
pub(crate) use run_queries::gather_rows;
pub use run_queries::{MeasureError, Measured, measure, measure_and_list, read_snapshot};
pub use run_query::{QueryAnswer, QueryBody, SnapshotView, run_query};
pub use sitrep_query::BodyFormat;
