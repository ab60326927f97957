//! The metric dictionary against real records: every metric's figure through the HTTP API, beside one that was computed
//! elsewhere from the same rows.
//!
//! The rows of the sources are turned into our own field names here, so that nothing but the metrics is under test.
//! Where the expected results came from is told beside them in `tests/data`.

mod compare;
mod connectors;
mod dictionary;
mod dora;
mod rows;
mod small;
mod techniques;
