//! Segments: opened Parquet files, immutable and shared.
//!
//! A segment that exists is the file its row names, of the tenant and dataset asked for; or several such files, read as
//! one (see [`crate::join`]). Columns are decoded when first needed and kept, so a warm segment answers without
//! decoding. Which of its rows are outdated depends on the snapshot and is decided elsewhere.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection};
use sitrep_domain::dataset::Dataset;
use sitrep_domain::datasets::get_dataset;
use sitrep_domain::ids::TenantId;
use sitrep_domain::snapshot::SegmentMeta;

use crate::column::Column;
use crate::columns::Columns;
use crate::decode::{Builder, Decode};
use crate::error::QueryError;
use crate::file::{SegmentFile, guard};
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
    head: Head,
    columns: Columns,
    ids: OnceLock<Result<Ids, String>>,
    pub(crate) overlaps: OverlapCache,
    /// The segments that it was read as one with, first among them.
    joined: Mutex<Option<Arc<Self>>>,
    decoded_bytes: AtomicUsize,
}

/// What is looked at for each of thousands of segments, side by side in memory.
struct Head {
    files: Files,
    rows: usize,
    /// The first bits of the hash.
    hash: u32,
}

enum Files {
    Own(Arc<SegmentFile>),
    /// Those of other segments, one behind the other; whoever reads columns holds on to them.
    Joined(Box<[Weak<SegmentFile>]>),
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
        let (file, facts) = SegmentFile::open(bytes).map_err(corrupt)?;
        let dataset = get_dataset(meta.dataset);
        if file.fact(&facts, layout::TENANT_KEY) != Some(tenant.as_str()) {
            return Err(QueryError::WrongTenant { key: meta.key.clone() });
        }
        for (key, expected) in
            [(layout::DATASET_KEY, dataset.id.as_str()), (layout::VERSION_KEY, layout::VERSION)]
        {
            if file.fact(&facts, key) != Some(expected) {
                return Err(corrupt(format!("its footer does not say {key} is {expected}")));
            }
        }
        let rows = file.rows();
        if rows as u64 != meta.rows {
            return Err(corrupt(format!("it has {rows} rows, its record says {}", meta.rows)));
        }
        Ok(Self::new(meta.sha256.clone(), tenant.clone(), dataset, Files::Own(Arc::new(file)), rows))
    }

    /// Segments of one tenant and dataset as one, their rows one behind the other.
    fn of_parts(parts: &[&Self]) -> Self {
        let first = parts[0];
        let files = parts.iter().filter_map(|part| part.own_file().map(Arc::downgrade)).collect();
        let rows = parts.iter().map(|part| part.rows()).sum();
        Self::new(String::new(), first.tenant.clone(), first.dataset, Files::Joined(files), rows)
    }

    fn new(sha256: String, tenant: TenantId, dataset: &'static Dataset, files: Files, rows: usize) -> Self {
        let hash = sha256.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0);
        Self {
            sha256,
            tenant,
            dataset,
            head: Head { files, rows, hash },
            columns: Columns::default(),
            ids: OnceLock::new(),
            overlaps: OverlapCache::default(),
            joined: Mutex::new(None),
            decoded_bytes: AtomicUsize::new(0),
        }
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
        self.head.rows
    }

    /// The first bits of the file's hash.
    pub(crate) const fn hash_prefix(&self) -> u32 {
        self.head.hash
    }

    /// Memory that it holds now, in bytes: the file and what is decoded so far. It grows as queries need columns.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let file = self.own_file().map_or(0, |file| file.memory_bytes());
        let joined = self.lock_joined().as_ref().map_or(0, |joined| joined.memory_bytes());
        file + joined + self.decoded_bytes.load(Ordering::Relaxed) + self.overlaps.memory_bytes()
    }

    /// The schema of its records.
    pub(crate) const fn dataset(&self) -> &'static Dataset {
        self.dataset
    }

    /// A column by name; `None` when no record has a value in it.
    pub(crate) fn column(&self, name: &str) -> Result<Option<&Column>, String> {
        let column = self.columns.get_or_decode(name, || {
            let column = self.decode(name)?;
            let bytes = column.as_ref().map_or(0, Column::memory_bytes);
            self.decoded_bytes.fetch_add(bytes, Ordering::Relaxed);
            Ok(column)
        });
        column.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn decode(&self, name: &str) -> Result<Option<Column>, String> {
        let files = self.files()?;
        let Some(decode) = Decode::of(name, self.dataset) else { return Ok(None) };
        let mut builder = Builder::new(decode, self.rows());
        let mut found = None;
        for file in files {
            // Neighbours mostly have the same columns.
            found = file.append_column(&mut builder, name, found.unwrap_or(0))?.or(found);
        }
        if found.is_some() { builder.finish(self.rows()).map(Some) } else { Ok(None) }
    }

    /// Names of the tenant's own fields that some record has, with their prefix.
    pub(crate) fn custom_names(&self) -> impl Iterator<Item = &str> {
        let names = self.own_file().into_iter().flat_map(|file| file.names());
        names.filter(|name| name.starts_with(layout::CUSTOM))
    }

    /// Position of a column in the file, and what it is read as; `None` when no record has a value in it.
    pub(crate) fn place_of(&self, name: &str) -> Option<(usize, Decode)> {
        Some((self.own_file()?.root_of(name)?, Decode::of(name, self.dataset)?))
    }

    /// Reads rows of the columns at `roots`, in batches of at most `batch_rows`, and keeps nothing of them.
    pub(crate) fn read_rows(
        &self,
        roots: &[usize],
        rows: RowSelection,
        batch_rows: usize,
    ) -> Result<ParquetRecordBatchReader, String> {
        let file = self.own_file().ok_or("it has no file of its own")?;
        let metadata = file.general()?;
        let mask = ProjectionMask::roots(metadata.parquet_schema(), roots.iter().copied());
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file.bytes().clone(), metadata.clone());
        let builder = builder.with_projection(mask).with_row_selection(rows).with_batch_size(batch_rows);
        guard(|| builder.build().map_err(|e| e.to_string()))
    }

    /// The ids, by row.
    pub(crate) fn ids(&self) -> Result<&Ids, String> {
        let read = || {
            let ids =
                self.own_file().ok_or("it has no file of its own")?.read_ids(self.dataset.columns[0].name)?;
            self.decoded_bytes.fetch_add(ids.memory_bytes(), Ordering::Relaxed);
            Ok(ids)
        };
        self.ids.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// Whether some of its ids may be in the segment of that id filter.
    pub(crate) fn may_share_ids(&self, sha256: &str, filter: &IdFilter) -> Result<bool, String> {
        self.overlaps.may_share(sha256, filter, || self.ids().map(Ids::hashes))
    }

    /// Segments as one: the same as before, when these were joined before. The first keeps it, so that it goes with
    /// the first and is counted with it.
    pub(crate) fn join(parts: &[&Self]) -> Arc<Self> {
        let mut joined = parts[0].lock_joined();
        match joined.as_ref().filter(|joined| joined.is_of(parts)) {
            Some(known) => Arc::clone(known),
            None => Arc::clone(joined.insert(Arc::new(Self::of_parts(parts)))),
        }
    }

    /// Whether it is these segments read as one, and not others of the same content: those would be let go.
    fn is_of(&self, parts: &[&Self]) -> bool {
        let Files::Joined(files) = &self.head.files else { return false };
        let is_file = |(file, part): (&Weak<SegmentFile>, &&Self)| {
            part.own_file().is_some_and(|own| std::ptr::eq(file.as_ptr(), Arc::as_ptr(own)))
        };
        files.len() == parts.len() && files.iter().zip(parts).all(is_file)
    }

    const fn own_file(&self) -> Option<&Arc<SegmentFile>> {
        match &self.head.files {
            Files::Own(file) => Some(file),
            Files::Joined(_) => None,
        }
    }

    fn files(&self) -> Result<Vec<Arc<SegmentFile>>, String> {
        match &self.head.files {
            Files::Own(file) => Ok(vec![Arc::clone(file)]),
            Files::Joined(files) => {
                let held: Option<Vec<_>> = files.iter().map(Weak::upgrade).collect();
                held.ok_or_else(|| "a part of it was let go".to_owned())
            }
        }
    }

    fn lock_joined(&self) -> std::sync::MutexGuard<'_, Option<Arc<Self>>> {
        // It is replaced as a whole, so a panic elsewhere leaves nothing half done.
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
