//! Writing segments: chosen rows of a table as one Parquet file.
//!
//! The same rows give the same bytes: nothing in the file depends on time, machine or hash seeds.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanArray, Float64Array, Int64Array, ListArray, ListBuilder,
    RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use sitrep_domain::dataset::{ColumnType, Dataset};
use sitrep_domain::ids::TenantId;

use crate::layout;
use crate::table::{Cells, NO_INTEGER, Table};
use crate::words::MISSING;

/// Most rows and most bytes of a file that is not packed. So small a file takes longer to unpack, page by page, than to
/// read, and stays only until it is compacted.
const UNPACKED_ROWS: usize = 1_024;
const UNPACKED_BYTES: usize = 64 * 1024;

/// Writes the rows, in the order given, as a segment of `tenant`.
pub(crate) fn write_rows(table: &Table, rows: &[usize], tenant: &TenantId) -> Result<Vec<u8>, ParquetError> {
    let columns = build_columns(table, rows);
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    write_batch(&RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?, table.dataset, tenant)
}

/// Writes rows as a segment of `tenant`.
pub(crate) fn write_batch(
    batch: &RecordBatch,
    dataset: &Dataset,
    tenant: &TenantId,
) -> Result<Vec<u8>, ParquetError> {
    let properties = Properties { dataset, tenant, text_bytes: batch.columns().iter().map(text_bytes).sum() };
    if batch.num_rows() <= UNPACKED_ROWS {
        let file = write_file(batch, properties.unpacked())?;
        if file.len() <= UNPACKED_BYTES {
            return Ok(file);
        }
    }
    write_file(batch, properties.packed()?)
}

fn write_file(batch: &RecordBatch, properties: WriterProperties) -> Result<Vec<u8>, ParquetError> {
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut file, batch.schema(), options)?;
    writer.write(batch)?;
    writer.close()?;
    Ok(file)
}

/// How segments of a dataset are written, and the facts in their footers.
struct Properties<'a> {
    dataset: &'a Dataset,
    tenant: &'a TenantId,
    text_bytes: usize,
}

impl Properties<'_> {
    fn packed(&self) -> Result<WriterProperties, ParquetError> {
        let zstd = Compression::ZSTD(ZstdLevel::try_new(3)?);
        Ok(self.common().set_compression(zstd).set_statistics_enabled(EnabledStatistics::Chunk).build())
    }

    fn unpacked(&self) -> WriterProperties {
        let times = self.dataset.columns.iter().filter(|column| column.kind == ColumnType::Time);
        // Times and lines differ in most rows: their dictionaries would be as large as they are.
        times
            .map(|column| column.name)
            .chain([layout::LINE])
            .fold(self.common(), without_dictionary)
            .set_compression(Compression::UNCOMPRESSED)
            .set_statistics_enabled(EnabledStatistics::None)
            .build()
    }

    fn common(&self) -> WriterPropertiesBuilder {
        let fact = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
        let facts = vec![
            fact(layout::TENANT_KEY, self.tenant.as_str()),
            fact(layout::DATASET_KEY, self.dataset.id.as_str()),
            fact(layout::VERSION_KEY, layout::VERSION),
            fact(layout::TEXT_BYTES_KEY, &self.text_bytes.to_string()),
        ];
        let builder = WriterProperties::builder()
            .set_created_by("sitrep".to_owned())
            .set_max_row_group_row_count(Some(layout::ROW_GROUP))
            .set_offset_index_disabled(true)
            .set_key_value_metadata(Some(facts));
        // Ids are distinct: a dictionary of them would only be thrown away.
        without_dictionary(builder, self.dataset.columns[0].name)
    }
}

fn without_dictionary(builder: WriterPropertiesBuilder, column: &str) -> WriterPropertiesBuilder {
    builder.set_column_dictionary_enabled(ColumnPath::from(column), false)
}

/// What the texts of a column take when each is written out, in bytes.
fn text_bytes(array: &ArrayRef) -> usize {
    let texts = array.as_list_opt::<i32>().map_or(array, ListArray::values);
    texts.as_string_opt::<i32>().map_or(0, |texts| texts.value_data().len())
}

fn build_columns(table: &Table, rows: &[usize]) -> Vec<(Arc<Field>, ArrayRef)> {
    let mut columns = Vec::new();
    for (column, cells) in table.dataset.columns.iter().zip(&table.columns) {
        columns.push((column.name.to_owned(), build_array(column.kind, cells, rows)));
    }
    for (name, cells) in &table.custom {
        let array = build_array(ColumnType::Text, cells, rows);
        columns.push((format!("{}{name}", layout::CUSTOM), array));
    }
    let lines = rows.iter().map(|row| i64::try_from(table.lines[*row]).unwrap_or(i64::MAX));
    columns.push((layout::LINE.to_owned(), Some(Arc::new(Int64Array::from_iter_values(lines)))));
    let present = columns.into_iter().filter_map(|(name, array)| Some((name, array?)));
    present.map(|(name, array)| (Arc::new(field(&name, &array)), array)).collect()
}

fn field(name: &str, array: &ArrayRef) -> Field {
    Field::new(name, array.data_type().clone(), name != layout::LINE)
}

/// The array of a column, or `None` when none of the rows has a value.
fn build_array(kind: ColumnType, cells: &Cells, rows: &[usize]) -> Option<ArrayRef> {
    let array: ArrayRef = match cells {
        Cells::Text { codes, words } => {
            let code = |row: &usize| codes.get(*row).copied().filter(|c| *c != MISSING);
            Arc::new(rows.iter().map(|row| code(row).map(|c| words.get(c))).collect::<StringArray>())
        }
        Cells::Integer(cells) => {
            let values = rows.iter().map(|row| cells.get(*row).copied().filter(|n| *n != NO_INTEGER));
            if kind == ColumnType::Time {
                Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
            } else {
                Arc::new(values.collect::<Int64Array>())
            }
        }
        Cells::Number(cells) => {
            let value = |row: &usize| cells.get(*row).copied().filter(|x| !x.is_nan());
            Arc::new(rows.iter().map(value).collect::<Float64Array>())
        }
        Cells::Boolean(cells) => {
            let value = |row: &usize| cells.get(*row).copied().flatten();
            Arc::new(rows.iter().map(value).collect::<BooleanArray>())
        }
        Cells::List { lists, words } => {
            let mut builder = ListBuilder::new(StringBuilder::new()).with_field(layout::list_item());
            for row in rows {
                let list = lists.get(*row).and_then(Option::as_ref);
                list.into_iter().flatten().for_each(|c| builder.values().append_value(words.get(*c)));
                builder.append(list.is_some());
            }
            Arc::new(builder.finish())
        }
    };
    debug_assert_eq!(array.data_type(), &expected_type(kind));
    (array.null_count() < array.len()).then_some(array)
}

fn expected_type(kind: ColumnType) -> DataType {
    layout::arrow_type(kind)
}
