//! Writing segments: chosen rows of a table as one Parquet file.
//!
//! The same rows give the same bytes: nothing in the file depends on time, machine or hash seeds.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sitrep_domain::dataset::{ColumnType, Dataset};
use sitrep_domain::ids::TenantId;

use crate::layout;
use crate::table::{Cells, NO_INTEGER, Table};
use crate::words::MISSING;

/// Writes the rows, in the order given, as a segment of `tenant`.
pub(crate) fn write_rows(table: &Table, rows: &[usize], tenant: &TenantId) -> Result<Vec<u8>, ParquetError> {
    let columns = build_columns(table, rows);
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?;
    let options = ArrowWriterOptions::new()
        .with_properties(properties(table.dataset, tenant)?)
        .with_skip_arrow_metadata(true);
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut file, batch.schema(), options)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(file)
}

/// How a segment of the dataset is written, and the facts in its footer.
pub(crate) fn properties(dataset: &Dataset, tenant: &TenantId) -> Result<WriterProperties, ParquetError> {
    let fact = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
    let facts = vec![
        fact(layout::TENANT_KEY, tenant.as_str()),
        fact(layout::DATASET_KEY, dataset.id.as_str()),
        fact(layout::VERSION_KEY, layout::VERSION),
    ];
    let id = ColumnPath::from(dataset.columns[0].name);
    Ok(WriterProperties::builder()
        .set_created_by("sitrep".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(layout::ROW_GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        // Ids are distinct: a dictionary of them would only be thrown away.
        .set_column_dictionary_enabled(id, false)
        .set_key_value_metadata(Some(facts))
        .build())
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
