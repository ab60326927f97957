//! Streams of records: a file of any size, chunk by chunk, in the memory of one chunk.
//!
//! A chunk ends behind a row, and the next one begins there, also when somebody else reads it later. The same file gives
//! the same chunks, and a chunk the same bytes, whatever the number of workers.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use sitrep_domain::ids::TenantId;
use sitrep_domain::mapping::{CompiledMapping, Mapping};
use sitrep_domain::upload::{BodyFormat, FilePosition};

use crate::blocks::{Block, Blocks};
use crate::error::IngestError;
use crate::ingest::{Ingested, write_segments};
use crate::mapped::Mapped;
use crate::source::{Source, UnpackLimits};

/// How a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamOptions {
    /// How many threads map rows, 1 and up.
    pub workers: usize,
    /// About how many rows a chunk has at most.
    pub chunk_rows: u64,
    /// About how many bytes of the unpacked file a chunk has at most.
    pub chunk_bytes: u64,
    /// What may come out of a packed file.
    pub unpack: UnpackLimits,
}

impl StreamOptions {
    /// Most threads that map rows: more would wait for the one that reads.
    const MAX_WORKERS: usize = 8;
    /// Most bytes of an unpacked file: 64 GiB.
    const MAX_UNPACKED_BYTES: u64 = 64 << 30;
    /// Most bytes out per byte in. Logs of one repeated line reach 100; a bomb has 1,000.
    const MAX_RATIO: u64 = 250;

    /// Those of uploads: as many threads as processors, chunks of 200,000 rows or 64 MiB.
    #[must_use]
    pub fn upload() -> Self {
        Self {
            workers: available_workers(),
            chunk_rows: 200_000,
            chunk_bytes: 64 << 20,
            unpack: UnpackLimits { bytes: Self::MAX_UNPACKED_BYTES, ratio: Self::MAX_RATIO },
        }
    }
}

/// One thread per processor, within reason.
pub(crate) fn available_workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(StreamOptions::MAX_WORKERS)
}

/// A part of a file that was read.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// What became of its rows.
    pub ingested: Ingested,
    /// Behind its last row: where the next chunk begins.
    pub end: FilePosition,
    /// Bytes of the file as it was sent that were read so far.
    pub packed_bytes: u64,
}

/// A file of records that is being read.
pub struct RecordStream<'m, R: Read> {
    blocks: Blocks<R>,
    mapping: CompiledMapping<'m>,
    options: StreamOptions,
    position: FilePosition,
}

impl<'m, R: Read> RecordStream<'m, R> {
    /// Opens a file at its beginning, or where a chunk of it has ended before; what is before that is passed over.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when the mapping cannot be used, or the file cannot be read up to there.
    pub fn open(
        reader: R,
        format: BodyFormat,
        gzip: bool,
        mapping: &'m Mapping,
        from: FilePosition,
        options: StreamOptions,
    ) -> Result<Self, IngestError> {
        let mapping = mapping.compile()?;
        let source = Source::new(reader, gzip, options.unpack);
        Ok(Self { blocks: Blocks::new(source, format, from)?, mapping, options, position: from })
    }

    /// Reads the next chunk, and writes its segments for `tenant`; none when the file is at its end.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when the file cannot be read on. What is wrong with single rows is in the chunk.
    pub fn next_chunk(&mut self, tenant: &TenantId) -> Result<Option<Chunk>, IngestError> {
        let before = self.position;
        let mapped = if self.options.workers > 1 { self.map_side_by_side()? } else { self.map_in_line()? };
        if self.position == before {
            return Ok(None);
        }
        let segments = write_segments(&mapped.table, tenant, self.options.workers)?;
        let Mapped { accepted, rejected, errors, .. } = mapped;
        let ingested = Ingested { accepted, rejected, errors, segments };
        Ok(Some(Chunk { ingested, end: self.position, packed_bytes: self.blocks.packed_bytes() }))
    }

    fn map_in_line(&mut self) -> Result<Mapped, IngestError> {
        let mut whole = Whole::new(&self.mapping, self.position);
        let mut room = Room::new(self.options);
        while room.is_left() {
            let Some(block) = self.blocks.next()? else { break };
            room.take(&block, whole.position);
            whole.mapped.read(&block, &self.mapping)?;
            whole.step_behind(&block);
        }
        self.position = whole.position;
        Ok(whole.mapped)
    }

    /// This thread cuts blocks and puts results together; the workers map.
    fn map_side_by_side(&mut self) -> Result<Mapped, IngestError> {
        let workers = self.options.workers;
        let (to_map, blocks) = sync_channel(workers);
        let (results, mapped) = channel();
        let blocks = Mutex::new(blocks);
        let Self { blocks: cutter, mapping, options, position } = self;
        thread::scope(|scope| {
            for _ in 0..workers {
                let (results, blocks, mapping) = (results.clone(), &blocks, &*mapping);
                scope.spawn(move || work(blocks, &results, mapping));
            }
            drop(results);
            let line = Line { to_map, mapped, mapping, most: 2 * workers };
            line.run(cutter, *options, position)
        })
    }
}

/// A block with its number within the chunk.
type Numbered<T> = (usize, T);
/// What came of a block, with the block.
type Outcome = Numbered<(Block, Result<Mapped, IngestError>)>;

/// Maps blocks until there are no more.
fn work(blocks: &Mutex<Receiver<Numbered<Block>>>, results: &Sender<Outcome>, mapping: &CompiledMapping<'_>) {
    loop {
        let next = blocks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, block)) = next else { return };
        let mut mapped = Mapped::new(mapping);
        let read = mapped.read(&block, mapping).map(|()| mapped);
        if results.send((number, (block, read))).is_err() {
            return;
        }
    }
}

/// The work between the thread that cuts and those that map.
struct Line<'l, 'm> {
    to_map: SyncSender<Numbered<Block>>,
    mapped: Receiver<Outcome>,
    mapping: &'l CompiledMapping<'m>,
    /// Most blocks under way.
    most: usize,
}

impl Line<'_, '_> {
    fn run<R: Read>(
        self,
        cutter: &mut Blocks<R>,
        options: StreamOptions,
        position: &mut FilePosition,
    ) -> Result<Mapped, IngestError> {
        let mut whole = Whole::new(self.mapping, *position);
        let (mut room, mut sent, mut cut_to) = (Room::new(options), 0, *position);
        let mut broken = None;
        while room.is_left() {
            let block = match cutter.next() {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(error) => {
                    broken = Some(error);
                    break;
                }
            };
            room.take(&block, cut_to);
            cut_to = block.end;
            self.to_map.send((sent, block)).map_err(|_| stopped())?;
            sent += 1;
            while sent - whole.merged > self.most {
                whole.take(self.mapped.recv().map_err(|_| stopped())?)?;
            }
        }
        drop(self.to_map);
        while whole.merged < sent {
            whole.take(self.mapped.recv().map_err(|_| stopped())?)?;
        }
        // What a block before the break found comes first, as for one reader.
        broken.map_or(Ok(()), Err)?;
        *position = whole.position;
        Ok(whole.mapped)
    }
}

fn stopped() -> IngestError {
    IngestError::Internal { detail: "the threads that map rows have stopped".to_owned() }
}

/// What has come back from the workers, put together in order.
struct Whole<'l, 'm> {
    mapped: Mapped,
    mapping: &'l CompiledMapping<'m>,
    position: FilePosition,
    rows_before: u64,
    merged: usize,
    early: BTreeMap<usize, (Block, Result<Mapped, IngestError>)>,
}

impl<'l, 'm> Whole<'l, 'm> {
    fn new(mapping: &'l CompiledMapping<'m>, position: FilePosition) -> Self {
        let mapped = Mapped::new(mapping);
        Self { mapped, mapping, position, rows_before: position.rows, merged: 0, early: BTreeMap::new() }
    }

    fn take(&mut self, (number, result): Outcome) -> Result<(), IngestError> {
        self.early.insert(number, result);
        while let Some((block, mapped)) = self.early.remove(&self.merged) {
            self.mapped.append(mapped?, &block, self.mapping)?;
            self.step_behind(&block);
            self.merged += 1;
        }
        Ok(())
    }

    fn step_behind(&mut self, block: &Block) {
        let rows = self.rows_before + self.mapped.accepted + self.mapped.rejected;
        self.position = FilePosition { rows, ..block.end };
    }
}

/// How much a chunk still has room for.
struct Room {
    rows: u64,
    bytes: u64,
    options: StreamOptions,
}

impl Room {
    const fn new(options: StreamOptions) -> Self {
        Self { rows: 0, bytes: 0, options }
    }

    fn is_left(&self) -> bool {
        self.rows < self.options.chunk_rows && self.bytes < self.options.chunk_bytes
    }

    fn take(&mut self, block: &Block, before: FilePosition) {
        self.rows += block.rows(before);
        self.bytes += block.bytes;
    }
}
