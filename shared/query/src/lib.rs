//! Records to Parquet segments; a snapshot and measures to numbers, in one pass.

#![deny(missing_docs)]
