//! Layout of a segment's file: column names, types and the facts in its footer.
//!
//! A column without any value is left out of the file and reads as missing. Custom fields are columns
//! `custom.<name>` that hold each value as JSON text, so that one field may have texts in one record and numbers in
//! another. `_line` is the order of arrival within the commit; `_seq` the commit, where it is not the segment's own.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, TimeUnit};
use sitrep_domain::dataset::ColumnType;

/// Prefix of the columns of custom fields.
pub(crate) const CUSTOM: &str = "custom.";
/// Column of the order of arrival within the commit.
pub(crate) const LINE: &str = "_line";
/// Column of the commit that a row came with; missing means the segment's own.
pub(crate) const SEQ: &str = "_seq";

/// Footer keys and the version of this layout.
pub(crate) const TENANT_KEY: &str = "sitrep.tenant";
pub(crate) const DATASET_KEY: &str = "sitrep.dataset";
pub(crate) const VERSION_KEY: &str = "sitrep.layout";
/// What the texts take when each is written out, in bytes. Files of earlier writers do not say.
pub(crate) const TEXT_BYTES_KEY: &str = "sitrep.text_bytes";
pub(crate) const VERSION: &str = "1";

/// Most rows of a row group.
pub(crate) const ROW_GROUP: usize = 65_536;

/// The Arrow type of a column in the file.
pub(crate) fn arrow_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Number => DataType::Float64,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::List => DataType::List(list_item()),
    }
}

/// The element of a list column.
pub(crate) fn list_item() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, false))
}
