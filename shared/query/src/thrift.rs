//! Thrift's compact protocol, as far as Parquet's footers and page headers need it: fields are walked, nothing is kept.
//!
//! Reads foreign bytes. What does not fit is `None`, never a panic, and takes no more steps than there are bytes.

use std::ops::Range;

/// Deepest nesting that is skipped.
const MAX_DEPTH: u32 = 24;

/// The type of a value, as its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Type(u8);

impl Type {
    const TRUE: u8 = 1;
    const FALSE: u8 = 2;
    const BYTE: u8 = 3;
    const INTEGERS: std::ops::RangeInclusive<u8> = 4..=6;
    const DOUBLE: u8 = 7;
    const BINARY: u8 = 8;
    const LISTS: std::ops::RangeInclusive<u8> = 9..=10;
    const MAP: u8 = 11;
    const STRUCT: u8 = 12;
}

/// A place in bytes.
#[derive(Clone)]
pub(crate) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    /// At a place.
    pub(crate) const fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where it is.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// Walks the fields of a struct. `visit` reads the value and says so, or leaves it to be skipped.
    pub(crate) fn each_field(
        &mut self,
        mut visit: impl FnMut(&mut Self, i16, Type) -> Option<bool>,
    ) -> Option<()> {
        let mut id = 0_i16;
        loop {
            let header = self.byte()?;
            let kind = header & 0x0F;
            if kind == 0 {
                return Some(());
            }
            id = match header >> 4 {
                0 => i16::try_from(self.integer()?).ok()?,
                step => id.checked_add(i16::from(step))?,
            };
            if !visit(self, id, Type(kind))? {
                self.skip(kind, MAX_DEPTH)?;
            }
        }
    }

    /// Walks the elements of a list.
    pub(crate) fn each_element(&mut self, mut visit: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let (_, length) = self.list()?;
        (0..length).try_for_each(|_| visit(self))
    }

    /// A whole number of any width.
    pub(crate) fn integer(&mut self) -> Option<i64> {
        let zigzag = self.varint()?;
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    /// A number that counts or places something.
    pub(crate) fn size(&mut self) -> Option<usize> {
        usize::try_from(self.integer()?).ok()
    }

    /// Where a text lies.
    pub(crate) fn binary(&mut self) -> Option<Range<usize>> {
        let length = usize::try_from(self.varint()?).ok()?;
        let range = self.at..self.at.checked_add(length)?;
        self.bytes.get(range.clone())?;
        self.at = range.end;
        Some(range)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn list(&mut self) -> Option<(u8, usize)> {
        let header = self.byte()?;
        let length = match header >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            short => usize::from(short),
        };
        // Every element takes a byte at least.
        (length <= self.bytes.len() - self.at).then_some((header & 0x0F, length))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        match kind {
            Type::TRUE | Type::FALSE => Some(()),
            Type::BYTE => self.byte().map(drop),
            kind if Type::INTEGERS.contains(&kind) => self.varint().map(drop),
            Type::DOUBLE => (0..8).try_for_each(|_| self.byte().map(drop)),
            Type::BINARY => self.binary().map(drop),
            kind if Type::LISTS.contains(&kind) => {
                let (kind, length) = self.list()?;
                (0..length).try_for_each(|_| self.skip_element(kind, deeper))
            }
            Type::MAP => self.skip_map(deeper),
            Type::STRUCT => loop {
                let header = self.byte()?;
                match (header & 0x0F, header >> 4) {
                    (0, _) => return Some(()),
                    (_, 0) => self.varint().map(drop)?,
                    _ => {}
                }
                self.skip(header & 0x0F, deeper)?;
            },
            _ => None,
        }
    }

    fn skip_map(&mut self, depth: u32) -> Option<()> {
        let length = usize::try_from(self.varint()?).ok()?;
        if length == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        (0..length).try_for_each(|_| {
            self.skip_element(kinds >> 4, depth)?;
            self.skip_element(kinds & 0x0F, depth)
        })
    }

    /// Within lists and maps a truth value has a byte of its own.
    fn skip_element(&mut self, kind: u8, depth: u32) -> Option<()> {
        if kind == Type::TRUE || kind == Type::FALSE { self.byte().map(drop) } else { self.skip(kind, depth) }
    }
}

impl Type {
    /// Whether it is a whole number.
    pub(crate) fn is_integer(self) -> bool {
        Self::INTEGERS.contains(&self.0)
    }

    /// Whether it is a text.
    pub(crate) const fn is_binary(self) -> bool {
        self.0 == Self::BINARY
    }

    /// Whether it is a list.
    pub(crate) fn is_list(self) -> bool {
        Self::LISTS.contains(&self.0)
    }

    /// Whether it is a struct.
    pub(crate) const fn is_struct(self) -> bool {
        self.0 == Self::STRUCT
    }
}
