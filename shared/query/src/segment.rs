//! Segments: opened Parquet files, immutable and shared.
//!
//! A segment that exists is the file its row names, of the tenant and dataset asked for. Columns are decoded when
//! first needed and kept, so a warm segment answers without decoding. Which of its rows are outdated depends on the
//! snapshot and is decided elsewhere.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use sitrep_domain::dataset::{ColumnType, Dataset};
use sitrep_domain::datasets::get_dataset;
use sitrep_domain::ids::TenantId;
use sitrep_domain::snapshot::SegmentMeta;

use crate::column::Column;
use crate::decode::{Decode, decode_column, decode_ids};
use crate::error::QueryError;
use crate::id_filter::IdFilter;
use crate::ids::Ids;
use crate::ingest::sha256_hex;
use crate::layout;
use crate::overlap::OverlapCache;

/// An opened, verified segment. `Send + Sync`; hold it in an `Arc`, cached by [`Segment::sha256`].
pub struct Segment {
    sha256: String,
    tenant: TenantId,
    dataset: &'static Dataset,
    file: Bytes,
    metadata: ArrowReaderMetadata,
    rows: usize,
    slots: BTreeMap<String, Slot>,
    ids: OnceLock<Result<Ids, String>>,
    pub(crate) overlaps: OverlapCache,
    decoded_bytes: AtomicUsize,
}

/// A column of the file, decoded at most once.
struct Slot {
    root: usize,
    decode: Decode,
    column: OnceLock<Result<Column, String>>,
}

impl Segment {
    /// Opens a segment's file and checks that it is the one `meta` names and that its footer names `tenant`.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] when hash, footer or dataset do not fit; [`QueryError::WrongTenant`].
    pub fn open(bytes: Bytes, meta: &SegmentMeta, tenant: &TenantId) -> Result<Self, QueryError> {
        let corrupt = |detail: String| QueryError::Corrupt { key: meta.key.clone(), detail };
        if sha256_hex(&bytes) != meta.sha256 {
            return Err(corrupt("its hash differs from the recorded one".to_owned()));
        }
        let metadata = guard(|| load_metadata(&bytes).map_err(|e| e.to_string())).map_err(corrupt)?;
        let dataset = get_dataset(meta.dataset);
        if fact(metadata.metadata(), layout::TENANT_KEY) != Some(tenant.as_str()) {
            return Err(QueryError::WrongTenant { key: meta.key.clone() });
        }
        for (key, expected) in
            [(layout::DATASET_KEY, dataset.id.as_str()), (layout::VERSION_KEY, layout::VERSION)]
        {
            if fact(metadata.metadata(), key) != Some(expected) {
                return Err(corrupt(format!("its footer does not say {key} is {expected}")));
            }
        }
        let rows = usize::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(usize::MAX);
        if rows as u64 != meta.rows {
            return Err(corrupt(format!("it has {rows} rows, its record says {}", meta.rows)));
        }
        Ok(Self {
            sha256: meta.sha256.clone(),
            tenant: tenant.clone(),
            dataset,
            slots: make_slots(&metadata, dataset),
            file: bytes,
            metadata,
            rows,
            ids: OnceLock::new(),
            overlaps: OverlapCache::default(),
            decoded_bytes: AtomicUsize::new(0),
        })
    }

    /// SHA-256 of the file, lower-case hex: the key to cache it by.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whose records it holds.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Records in it, all versions.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Memory that it holds now, in bytes: the file and what is decoded so far. It grows as queries need columns.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.file.len() + self.decoded_bytes.load(Ordering::Relaxed) + self.overlaps.memory_bytes()
    }

    /// The schema of its records.
    pub(crate) const fn dataset(&self) -> &'static Dataset {
        self.dataset
    }

    /// A column by name; `None` when no record has a value in it.
    pub(crate) fn column(&self, name: &str) -> Result<Option<&Column>, String> {
        let Some(slot) = self.slots.get(name) else { return Ok(None) };
        let decode = || {
            let column =
                guard(|| decode_column(&self.file, &self.metadata, slot.root, slot.decode, self.rows))?;
            self.decoded_bytes.fetch_add(column.memory_bytes(), Ordering::Relaxed);
            Ok(column)
        };
        slot.column.get_or_init(decode).as_ref().map(Some).map_err(Clone::clone)
    }

    /// Names of the tenant's own fields that some record has, with their prefix.
    pub(crate) fn custom_names(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str).filter(|name| name.starts_with(layout::CUSTOM))
    }

    /// Position of a column in the file, and what it is read as; `None` when no record has a value in it.
    pub(crate) fn place_of(&self, name: &str) -> Option<(usize, Decode)> {
        self.slots.get(name).map(|slot| (slot.root, slot.decode))
    }

    /// What reads rows of the columns at `roots` and needs nothing that is decoded here.
    pub(crate) fn row_reader(&self, roots: &[usize]) -> Result<RowReader, String> {
        let file_metadata = self.metadata.metadata().clone();
        let plain = || ArrowReaderMetadata::try_new(file_metadata, ArrowReaderOptions::new());
        let metadata = guard(|| plain().map_err(|e| e.to_string()))?;
        let columns = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        Ok(RowReader { file: self.file.clone(), metadata, columns })
    }

    /// The ids, by row.
    pub(crate) fn ids(&self) -> Result<&Ids, String> {
        let read = || {
            let slot = self.slots.get(self.dataset.columns[0].name);
            let ids = match slot {
                Some(slot) => guard(|| decode_ids(&self.file, &self.metadata, slot.root, self.rows))?,
                None if self.rows == 0 => Ids::default(),
                None => return Err("it has no ids".to_owned()),
            };
            self.decoded_bytes.fetch_add(ids.memory_bytes(), Ordering::Relaxed);
            Ok(ids)
        };
        self.ids.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// Whether some of its ids may be in the segment of that id filter.
    pub(crate) fn may_share_ids(&self, sha256: &str, filter: &IdFilter) -> Result<bool, String> {
        self.overlaps.may_share(sha256, filter, || self.ids().map(Ids::hashes))
    }
}

/// Reads some rows of a segment's file at a time, and keeps nothing of them. Texts come without their dictionaries, which
/// may be far larger than a few rows.
pub(crate) struct RowReader {
    file: Bytes,
    metadata: ArrowReaderMetadata,
    columns: ProjectionMask,
}

impl RowReader {
    /// Reads so many rows.
    pub(crate) fn read(&self, rows: RowSelection, count: usize) -> Result<ParquetRecordBatchReader, String> {
        let (file, metadata) = (self.file.clone(), self.metadata.clone());
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
            .with_projection(self.columns.clone())
            .with_row_selection(rows)
            .with_batch_size(count);
        guard(|| builder.build().map_err(|e| e.to_string()))
    }
}

/// Reads foreign bytes: the Parquet reader panics on some of those that no writer makes, and that must not take the
/// process down.
pub(crate) fn guard<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("it is not readable".to_owned()))
}

fn fact<'m>(metadata: &'m ParquetMetaData, key: &str) -> Option<&'m str> {
    let facts = metadata.file_metadata().key_value_metadata()?;
    facts.iter().find(|fact| fact.key == key)?.value.as_deref()
}

/// Reads the footer, and asks for texts by dictionary (but ids, which are distinct).
fn load_metadata(file: &Bytes) -> Result<ArrowReaderMetadata, ParquetError> {
    let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::new())?;
    let by_dictionary = |(index, field): (usize, &std::sync::Arc<Field>)| {
        if index > 0 && *field.data_type() == DataType::Utf8 {
            let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Field::new(field.name(), dictionary, field.is_nullable())
        } else {
            field.as_ref().clone()
        }
    };
    let fields: Vec<Field> = metadata.schema().fields().iter().enumerate().map(by_dictionary).collect();
    let options = ArrowReaderOptions::new().with_schema(std::sync::Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)
}

fn make_slots(metadata: &ArrowReaderMetadata, dataset: &Dataset) -> BTreeMap<String, Slot> {
    let mut slots = BTreeMap::new();
    for (root, field) in metadata.schema().fields().iter().enumerate() {
        let decode = match dataset.find_column(field.name()) {
            Some((_, column)) => Decode::Typed(column.kind),
            None if field.name().starts_with(layout::CUSTOM) => Decode::Custom,
            None if [layout::LINE, layout::SEQ].contains(&field.name().as_str()) => {
                Decode::Typed(ColumnType::Integer)
            }
            None => continue,
        };
        slots.insert(field.name().clone(), Slot { root, decode, column: OnceLock::new() });
    }
    slots
}
