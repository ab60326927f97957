//! Compaction: many small segments of one month become one that holds the newest version of each of their ids.
//!
//! An older version may go because the newer one is in the same file: wherever the file is read, the older one cannot
//! win. Which of two versions in different segments wins stays as it was, because every row keeps the commit and the
//! line it came with. The same inputs give the same bytes.
//!
//! Memory is bounded by [`Compacted::MAX_ROWS`] and [`Compacted::MAX_TEXT_BYTES`], twice over: the rows of the result,
//! and one column at a time of the inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, new_null_array};
use arrow::compute::{concat, interleave};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use bytes::Bytes;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use sitrep_domain::dataset::Dataset;
use sitrep_domain::ids::TenantId;
use sitrep_domain::snapshot::SegmentMeta;

use crate::error::QueryError;
use crate::id_filter::IdFilter;
use crate::ingest::{NewSegment, sha256_hex, time_range};
use crate::layout;
use crate::segment::Segment;
use crate::version::Versions;
use crate::writer::write_batch;

/// A segment that takes the place of others, not committed yet.
#[derive(Clone, Debug)]
pub struct Compacted {
    /// The segment.
    pub segment: NewSegment,
    /// Indexes of the inputs whose place it takes, ascending: at least two.
    pub used: Vec<usize>,
}

impl Compacted {
    /// Most rows of the inputs, all versions counted. Beyond it an id filter of bounded size would admit too much.
    pub const MAX_ROWS: u64 = sitrep_domain::compaction::MAX_ROWS;
    /// Most bytes of the inputs' texts, unpacked.
    pub const MAX_TEXT_BYTES: u64 = 64 << 20;
}

/// Makes one segment of as many of the inputs, in their order, as the limits admit; `None` when these are fewer than
/// two. Inputs are the facts and the files of segments of one dataset and month, by `seq` ascending.
///
/// # Errors
///
/// [`QueryError::Corrupt`] and [`QueryError::WrongTenant`] as [`Segment::open`]; [`QueryError::Internal`] when inputs
/// are of several datasets or months, or cannot be written.
pub fn compact(inputs: &[(SegmentMeta, Bytes)], tenant: &TenantId) -> Result<Option<Compacted>, QueryError> {
    let (mut opened, mut used) = (Vec::new(), Vec::new());
    let (mut rows, mut text_bytes) = (0, 0);
    for (index, (meta, file)) in inputs.iter().enumerate() {
        let input = Input::open(meta, file, tenant)?;
        let fits = rows + meta.rows <= Compacted::MAX_ROWS
            && text_bytes + input.text_bytes() <= Compacted::MAX_TEXT_BYTES;
        if fits {
            rows += meta.rows;
            text_bytes += input.text_bytes();
            opened.push(input);
            used.push(index);
        }
    }
    if used.len() < 2 {
        return Ok(None);
    }
    let first = opened[0].meta;
    if opened.iter().any(|i| (i.meta.dataset, &i.meta.month) != (first.dataset, &first.month)) {
        return Err(QueryError::Internal { detail: "segments of several months cannot be one".to_owned() });
    }
    Ok(Some(Compacted { segment: write(&opened, tenant)?, used }))
}

/// A segment to be compacted.
struct Input<'a> {
    meta: &'a SegmentMeta,
    segment: Segment,
    file: &'a Bytes,
    metadata: ArrowReaderMetadata,
}

impl<'a> Input<'a> {
    fn open(meta: &'a SegmentMeta, file: &'a Bytes, tenant: &TenantId) -> Result<Self, QueryError> {
        let segment = Segment::open(file.clone(), meta, tenant)?;
        let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::new())
            .map_err(|e| QueryError::Corrupt { key: meta.key.clone(), detail: e.to_string() })?;
        Ok(Self { meta, segment, file, metadata })
    }

    /// What its texts take when each is written out, and its other columns as they are.
    fn text_bytes(&self) -> u64 {
        let metadata = self.metadata.metadata();
        let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
        let known = self.stated_text_bytes();
        let sizes = columns.map(|column| {
            let unencoded = column.unencoded_byte_array_data_bytes().filter(|_| known.is_none());
            unencoded.unwrap_or_else(|| column.uncompressed_size())
        });
        sizes.map(|size| u64::try_from(size).unwrap_or(0)).fold(known.unwrap_or(0), u64::saturating_add)
    }

    fn stated_text_bytes(&self) -> Option<u64> {
        let facts = self.metadata.metadata().file_metadata().key_value_metadata()?;
        facts.iter().find(|fact| fact.key == layout::TEXT_BYTES_KEY)?.value.as_ref()?.parse().ok()
    }

    fn versions(&self) -> Result<Versions<'_>, QueryError> {
        Versions::new(&self.segment, self.meta).map_err(|e| self.corrupt(e))
    }

    /// A column of the file as Arrow has it; `None` when no record has a value in it.
    fn array(&self, name: &str) -> Result<Option<ArrayRef>, QueryError> {
        let Some((root, _)) = self.metadata.schema().column_with_name(name) else { return Ok(None) };
        self.read(root).map(Some).map_err(|e| self.corrupt(e.to_string()))
    }

    fn read(&self, root: usize) -> Result<ArrayRef, ArrowError> {
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), [root]);
        let reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
                .with_projection(mask)
                .with_batch_size(layout::ROW_GROUP)
                .build()?;
        let parts =
            reader.map(|batch| Ok(batch?.column(0).clone())).collect::<Result<Vec<_>, ArrowError>>()?;
        concat(&parts.iter().map(|part| &**part).collect::<Vec<_>>())
    }

    fn corrupt(&self, detail: String) -> QueryError {
        QueryError::Corrupt { key: self.meta.key.clone(), detail }
    }
}

/// A row: its input, and its place in it.
type Place = (usize, usize);

fn write(inputs: &[Input<'_>], tenant: &TenantId) -> Result<NewSegment, QueryError> {
    let internal = |detail: String| QueryError::Internal { detail };
    let versions = inputs.iter().map(Input::versions).collect::<Result<Vec<_>, _>>()?;
    let rows = newest_rows(&versions);
    let dataset = inputs[0].segment.dataset();
    let columns = build_columns(inputs, &versions, &rows, dataset)?;
    let file = write_file(columns, dataset, tenant).map_err(|e| internal(e.to_string()))?;
    let resolved = match dataset.resolved_time {
        Some(name) => times_of(inputs, name, &rows)?,
        None => Vec::new(),
    };
    let ids = rows.iter().map(|(input, row)| (versions[*input].id(*row), versions[*input].hash(*row)));
    Ok(NewSegment {
        dataset: dataset.id,
        month: inputs[0].meta.month.clone(),
        rows: rows.len() as u64,
        sha256: sha256_hex(&file),
        event_range: time_range(rows.iter().filter_map(|(input, row)| versions[*input].event_time(*row))),
        has_unresolved: resolved.len() < rows.len(),
        resolved_range: time_range(resolved.into_iter()),
        id_filter: IdFilter::new(ids, rows.len()).encode(),
        bytes: Bytes::from(file),
    })
}

/// The newest version of each id, by event time, then by commit and line.
fn newest_rows(versions: &[Versions<'_>]) -> Vec<Place> {
    let rows = versions.iter().map(Versions::rows).sum();
    let mut newest: HashTable<Place> = HashTable::with_capacity(rows);
    let rank = |(input, row): Place| (versions[input].version(row), input);
    for (input, ours) in versions.iter().enumerate() {
        for row in 0..ours.rows() {
            let same = |(i, r): &Place| versions[*i].id(*r) == ours.id(row);
            match newest.entry(ours.hash(row), same, |(i, r)| versions[*i].hash(*r)) {
                Entry::Vacant(vacant) => drop(vacant.insert((input, row))),
                Entry::Occupied(mut best) if rank((input, row)) > rank(*best.get()) => {
                    *best.get_mut() = (input, row);
                }
                Entry::Occupied(_) => {}
            }
        }
    }
    let mut rows: Vec<Place> = newest.into_iter().collect();
    rows.sort_unstable_by_key(|place| {
        let (_, seq, line) = versions[place.0].version(place.1);
        (versions[place.0].event_time(place.1), seq, line, *place)
    });
    rows
}

/// The result's columns: those of the dataset in its order, custom ones by name, then commit and line.
fn build_columns(
    inputs: &[Input<'_>],
    versions: &[Versions<'_>],
    rows: &[Place],
    dataset: &Dataset,
) -> Result<Vec<(Field, ArrayRef)>, QueryError> {
    let mut columns = Vec::new();
    let customs: BTreeSet<&str> = inputs
        .iter()
        .flat_map(|input| input.metadata.schema().fields())
        .map(|field| field.name().as_str())
        .filter(|name| name.starts_with(layout::CUSTOM))
        .collect();
    let typed = dataset.columns.iter().map(|column| (column.name, layout::arrow_type(column.kind)));
    for (name, kind) in typed.chain(customs.into_iter().map(|name| (name, DataType::Utf8))) {
        if let Some(array) = build_column(inputs, name, &kind, rows)?.filter(|a| a.null_count() < a.len()) {
            columns.push((Field::new(name, kind, true), array));
        }
    }
    let commits = rows.iter().map(|(input, row)| versions[*input].seq(*row));
    let commits = commits.map(|seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let lines = rows.iter().map(|(input, row)| versions[*input].version(*row).2);
    for (name, cells) in [
        (layout::SEQ, Int64Array::from_iter_values(commits)),
        (layout::LINE, Int64Array::from_iter_values(lines)),
    ] {
        columns.push((Field::new(name, DataType::Int64, false), Arc::new(cells)));
    }
    Ok(columns)
}

/// One column of the chosen rows; `None` when no input has it.
fn build_column(
    inputs: &[Input<'_>],
    name: &str,
    kind: &DataType,
    rows: &[Place],
) -> Result<Option<ArrayRef>, QueryError> {
    let arrays = inputs.iter().map(|input| input.array(name)).collect::<Result<Vec<_>, _>>()?;
    if arrays.iter().all(Option::is_none) {
        return Ok(None);
    }
    let missing = |(array, input): (Option<ArrayRef>, &Input<'_>)| {
        array.unwrap_or_else(|| new_null_array(kind, input.segment.rows()))
    };
    let arrays: Vec<ArrayRef> = arrays.into_iter().zip(inputs).map(missing).collect();
    let refs: Vec<&dyn Array> = arrays.iter().map(|array| &**array).collect();
    let chosen = interleave(&refs, rows);
    chosen.map(Some).map_err(|e| QueryError::Internal { detail: format!("the column {name}: {e}") })
}

/// The times that the chosen rows have in a column.
fn times_of(inputs: &[Input<'_>], name: &str, rows: &[Place]) -> Result<Vec<i64>, QueryError> {
    let mut columns = BTreeMap::new();
    for (index, input) in inputs.iter().enumerate() {
        columns.insert(index, input.segment.column(name).map_err(|e| input.corrupt(e))?);
    }
    let time = |(input, row): &Place| crate::version::integer(columns[input], *row);
    Ok(rows.iter().filter_map(time).collect())
}

fn write_file(
    columns: Vec<(Field, ArrayRef)>,
    dataset: &Dataset,
    tenant: &TenantId,
) -> Result<Vec<u8>, ParquetError> {
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    write_batch(&RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?, dataset, tenant)
}
