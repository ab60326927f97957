//! Footers of segments' files: where each column's bytes lie, and little else.
//!
//! A file of a hundred rows is mostly footer, and thousands of them are open at once, so statistics, types and names are
//! walked over and not kept: names stay where they are in the file.

use std::ops::Range;

use crate::thrift::{Reader, Type};

/// Magic number, and length of the footer.
const TAIL: usize = 8;
const MAGIC: &[u8] = b"PAR1";

/// What is known of a file.
#[derive(Debug)]
pub(crate) struct Footer {
    rows: usize,
    columns: Box<[ColumnPlace]>,
    /// Columns that values lie in, those within lists too.
    leaves: usize,
    /// By row group, then by leaf.
    chunks: Box<[Chunk]>,
}

/// A column of the file's schema.
#[derive(Clone, Debug)]
pub(crate) struct ColumnPlace {
    name: Range<u32>,
    /// Its first leaf.
    leaf: u32,
    /// Whether it has values itself, and none of its rows has several.
    pub(crate) is_flat: bool,
    pub(crate) is_optional: bool,
    /// Parquet's number of the type of its values.
    pub(crate) physical: u8,
}

/// One column of one row group.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Chunk {
    /// Where its first page begins.
    pub(crate) start: usize,
    /// Bytes of all its pages.
    pub(crate) length: usize,
    /// Values, missing ones too.
    pub(crate) values: usize,
    /// Parquet's number of the compression.
    pub(crate) codec: u8,
}

/// A fact of a footer: where its key and its value lie.
pub(crate) type Fact = (Range<usize>, Range<usize>);

impl Footer {
    /// Walks a file's footer; `None` when it is not one.
    pub(crate) fn parse(file: &[u8]) -> Option<(Self, Vec<Fact>)> {
        let (before, tail) = file.split_at_checked(file.len().checked_sub(TAIL)?)?;
        let (length, magic) = tail.split_first_chunk::<4>()?;
        let start = before.len().checked_sub(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        if magic != MAGIC {
            return None;
        }
        let (mut rows, mut schema, mut chunks, mut facts) = (0, Schema::default(), Vec::new(), Vec::new());
        Reader::new(before, start).each_field(|reader, id, kind| {
            match id {
                2 if kind.is_list() => schema = Schema::read(reader)?,
                3 if kind.is_integer() => rows = reader.size()?,
                4 if kind.is_list() => reader.each_element(|reader| read_group(reader, &mut chunks))?,
                5 if kind.is_list() => reader.each_element(|reader| read_fact(reader, &mut facts))?,
                _ => return Some(false),
            }
            Some(true)
        })?;
        let Schema { columns, leaves } = schema;
        let fits = if leaves == 0 { chunks.is_empty() } else { chunks.len().is_multiple_of(leaves) };
        let (columns, chunks) = (columns.into_boxed_slice(), chunks.into_boxed_slice());
        fits.then_some((Self { rows, columns, leaves, chunks }, facts))
    }

    /// Rows of the file.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// Index and place of a column, which is looked for at `guess` first; `file` is the one that was parsed.
    pub(crate) fn find(&self, file: &[u8], name: &str, guess: usize) -> Option<(usize, &ColumnPlace)> {
        let is_it = |column: &ColumnPlace| column.name(file) == name.as_bytes();
        let guessed = self.columns.get(guess).filter(|column| is_it(column)).map(|column| (guess, column));
        guessed.or_else(|| self.columns.iter().enumerate().find(|(_, column)| is_it(column)))
    }

    /// The columns in order.
    pub(crate) fn columns(&self) -> &[ColumnPlace] {
        &self.columns
    }

    /// The chunks of a flat column, by row group.
    pub(crate) fn chunks(&self, column: &ColumnPlace) -> impl Iterator<Item = Chunk> {
        self.chunks.iter().skip(column.leaf as usize).step_by(self.leaves.max(1)).copied()
    }

    /// Memory it holds, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        size_of_val(&*self.columns) + size_of_val(&*self.chunks)
    }
}

impl ColumnPlace {
    /// Its name, in the file that was parsed.
    pub(crate) fn name<'f>(&self, file: &'f [u8]) -> &'f [u8] {
        file.get(self.name.start as usize..self.name.end as usize).unwrap_or_default()
    }
}

/// The columns of a schema, which lists the nodes of a tree in order.
#[derive(Default)]
struct Schema {
    columns: Vec<ColumnPlace>,
    leaves: usize,
}

/// A node of the tree.
#[derive(Default)]
struct Node {
    name: Range<usize>,
    physical: Option<u8>,
    repetition: i64,
    children: usize,
}

const OPTIONAL: i64 = 1;
const REPEATED: i64 = 2;

impl Schema {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut schema = Self::default();
        // Nodes that are still to come below the column that was begun last.
        let (mut is_root, mut below) = (true, 0_usize);
        reader.each_element(|reader| {
            let node = Node::read(reader)?;
            if is_root {
                is_root = false;
                return Some(());
            }
            if below == 0 {
                schema.columns.push(node.to_column(schema.leaves)?);
            }
            below = below.saturating_sub(1).checked_add(node.children)?;
            schema.leaves += usize::from(node.physical.is_some());
            Some(())
        })?;
        (below == 0).then_some(schema)
    }
}

impl Node {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut node = Self::default();
        reader.each_field(|reader, id, kind| {
            match id {
                1 if kind.is_integer() => node.physical = Some(u8::try_from(reader.integer()?).ok()?),
                3 if kind.is_integer() => node.repetition = reader.integer()?,
                4 if kind.is_binary() => node.name = reader.binary()?,
                5 if kind.is_integer() => node.children = reader.size()?,
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some(node)
    }

    fn to_column(&self, leaf: usize) -> Option<ColumnPlace> {
        Some(ColumnPlace {
            name: u32::try_from(self.name.start).ok()?..u32::try_from(self.name.end).ok()?,
            leaf: u32::try_from(leaf).ok()?,
            is_flat: self.physical.is_some() && self.children == 0 && self.repetition != REPEATED,
            is_optional: self.repetition == OPTIONAL,
            physical: self.physical.unwrap_or(u8::MAX),
        })
    }
}

fn read_group(reader: &mut Reader<'_>, chunks: &mut Vec<Chunk>) -> Option<()> {
    reader.each_field(|reader, id, kind| {
        if id == 1 && kind.is_list() {
            reader.each_element(|reader| {
                chunks.push(read_chunk(reader)?);
                Some(())
            })?;
            return Some(true);
        }
        Some(false)
    })
}

fn read_chunk(reader: &mut Reader<'_>) -> Option<Chunk> {
    let mut chunk = Chunk::default();
    reader.each_field(|reader, id, kind| {
        if id == 3 && kind.is_struct() {
            chunk = read_chunk_metadata(reader)?;
            return Some(true);
        }
        Some(false)
    })?;
    Some(chunk)
}

fn read_chunk_metadata(reader: &mut Reader<'_>) -> Option<Chunk> {
    let (mut chunk, mut dictionary) = (Chunk::default(), None);
    reader.each_field(|reader, id, kind| {
        match id {
            4 => chunk.codec = read_byte(reader, kind)?,
            5 if kind.is_integer() => chunk.values = reader.size()?,
            7 if kind.is_integer() => chunk.length = reader.size()?,
            9 if kind.is_integer() => chunk.start = reader.size()?,
            11 if kind.is_integer() => dictionary = Some(reader.size()?),
            _ => return Some(false),
        }
        Some(true)
    })?;
    chunk.start = dictionary.filter(|at| *at > 0).map_or(chunk.start, |at| at.min(chunk.start));
    Some(chunk)
}

fn read_byte(reader: &mut Reader<'_>, kind: Type) -> Option<u8> {
    if kind.is_integer() { u8::try_from(reader.integer()?).ok() } else { None }
}

fn read_fact(reader: &mut Reader<'_>, facts: &mut Vec<Fact>) -> Option<()> {
    let mut fact = (0..0, 0..0);
    reader.each_field(|reader, id, kind| {
        match id {
            1 if kind.is_binary() => fact.0 = reader.binary()?,
            2 if kind.is_binary() => fact.1 = reader.binary()?,
            _ => return Some(false),
        }
        Some(true)
    })?;
    facts.push(fact);
    Some(())
}
