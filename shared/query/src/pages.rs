//! Pages of a column's chunk, unpacked one after the other.
//!
//! Only pages as our writer makes them: version one, plain or by dictionary, not packed or packed with zstd. Whatever else
//! a file holds is `None` here and left to the general reader. A thread's unpacker serves all its pages: making one takes
//! longer than unpacking a small page.

use std::cell::RefCell;
use std::io::Cursor;
use std::ops::Range;

use zstd::bulk::Decompressor;

use crate::footer::Chunk;
use crate::thrift::Reader;

/// Largest page that is unpacked here, in bytes.
const MAX_PAGE: usize = 1 << 26;
/// Memory that a thread's unpacker keeps between pages, in bytes.
const MAX_KEPT: usize = 1 << 21;

/// A page.
#[derive(Clone, Copy)]
pub(crate) enum Page<'p> {
    /// The distinct values, plain.
    Dictionary { bytes: &'p [u8], values: usize },
    /// Values, missing ones too.
    Data { bytes: &'p [u8], values: usize, encoding: Encoding },
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Plain,
    Dictionary,
}

impl Encoding {
    const fn of(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Plain),
            2 | 8 => Some(Self::Dictionary),
            _ => None,
        }
    }
}

const NOT_PACKED: u8 = 0;
const ZSTD: u8 = 6;

struct Unpacker {
    zstd: Option<Decompressor<'static>>,
    page: Vec<u8>,
}

thread_local! {
    static UNPACKER: RefCell<Unpacker> = const { RefCell::new(Unpacker { zstd: None, page: Vec::new() }) };
}

/// Visits the pages of a chunk in order, which have the chunk's values in all.
pub(crate) fn each_page(
    file: &[u8],
    chunk: Chunk,
    mut visit: impl FnMut(Page<'_>) -> Option<()>,
) -> Option<()> {
    let (mut at, end) = (chunk.start, chunk.start.checked_add(chunk.length)?);
    let (file, mut left) = (file.get(..end)?, chunk.values);
    while left > 0 {
        let (header, bytes) = Header::read(file, at)?;
        at = bytes.end;
        let bytes = file.get(bytes)?;
        left = left.checked_sub(header.data_values())?;
        match chunk.codec {
            NOT_PACKED => visit(header.page(bytes)?)?,
            ZSTD => UNPACKER.with_borrow_mut(|unpacker| {
                visit(header.page(unpacker.unpack(bytes, header.unpacked)?)?)?;
                unpacker.forget_large();
                Some(())
            })?,
            _ => return None,
        }
    }
    Some(())
}

impl Unpacker {
    fn unpack(&mut self, packed: &[u8], length: usize) -> Option<&[u8]> {
        if length > MAX_PAGE {
            return None;
        }
        if self.zstd.is_none() {
            self.zstd = Decompressor::new().ok();
        }
        self.page.clear();
        self.page.reserve(length);
        self.zstd.as_mut()?.decompress_to_buffer(packed, &mut Cursor::new(&mut self.page)).ok()?;
        (self.page.len() == length).then_some(&self.page)
    }

    fn forget_large(&mut self) {
        if self.page.capacity() > MAX_KEPT {
            self.page = Vec::new();
        }
    }
}

/// A page's header.
#[derive(Default)]
struct Header {
    kind: i64,
    packed: usize,
    unpacked: usize,
    values: usize,
    encoding: Option<Encoding>,
    has_other_levels: bool,
}

const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
/// The encoding of levels.
const RUNS: i64 = 3;

impl Header {
    /// Reads the header at a place, and where its page lies.
    fn read(file: &[u8], at: usize) -> Option<(Self, Range<usize>)> {
        let mut header = Self { kind: -1, ..Self::default() };
        let mut reader = Reader::new(file, at);
        reader.each_field(|reader, id, kind| {
            match id {
                1 if kind.is_integer() => header.kind = reader.integer()?,
                2 if kind.is_integer() => header.unpacked = reader.size()?,
                3 if kind.is_integer() => header.packed = reader.size()?,
                5 | 7 if kind.is_struct() => header.read_details(reader)?,
                _ => return Some(false),
            }
            Some(true)
        })?;
        let start = reader.at();
        let range = start..start.checked_add(header.packed)?;
        Some((header, range))
    }

    /// Reads the header of a data page or of a dictionary: they begin alike.
    fn read_details(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.each_field(|reader, id, kind| {
            match id {
                1 if kind.is_integer() => self.values = reader.size()?,
                2 if kind.is_integer() => self.encoding = Encoding::of(reader.integer()?),
                3 if kind.is_integer() => self.has_other_levels = reader.integer()? != RUNS,
                _ => return Some(false),
            }
            Some(true)
        })
    }

    const fn data_values(&self) -> usize {
        if self.kind == DATA { self.values } else { 0 }
    }

    fn page<'p>(&self, bytes: &'p [u8]) -> Option<Page<'p>> {
        let encoding = self.encoding?;
        match self.kind {
            DATA if !self.has_other_levels => Some(Page::Data { bytes, values: self.values, encoding }),
            DICTIONARY => Some(Page::Dictionary { bytes, values: self.values }),
            _ => None,
        }
    }
}
