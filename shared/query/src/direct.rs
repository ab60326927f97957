//! Pages straight to cells, for files as our writer makes them.
//!
//! `None` is no error: the file is of another shape, or damaged, and the general reader decides. What was added until then
//! stays, and is for the caller to take back.

use crate::column::{Column, NO_BOOLEAN};
use crate::decode::Builder;
use crate::footer::{ColumnPlace, Footer};
use crate::hybrid::{read_runs, whole_run};
use crate::ids::Ids;
use crate::pages::{Encoding, Page, each_page};
use crate::words::MISSING;

/// Parquet's numbers of the types that are read here.
const BOOLEAN: u8 = 0;
const INT64: u8 = 2;
const DOUBLE: u8 = 5;
const BYTE_ARRAY: u8 = 6;

/// Adds a file's column to those of the files before.
pub(crate) fn read_column(
    builder: &mut Builder,
    file: &[u8],
    footer: &Footer,
    place: &ColumnPlace,
) -> Option<()> {
    let words = &mut builder.words;
    let source = Pages { file, footer, place };
    match &mut builder.column {
        Column::Text { codes, .. } | Column::Custom { codes, .. } if place.physical == BYTE_ARRAY => source
            .read(codes, MISSING, |bytes, count, codes| {
                each_text(bytes, count, |text| codes.push(words.number(text)))
            }),
        Column::Integer { cells, .. } if place.physical == INT64 => {
            source.read(cells, i64::MIN, |bytes, count, cells| {
                read_eights(bytes, count, cells, i64::from_le_bytes)
            })
        }
        Column::Number(cells) if place.physical == DOUBLE => {
            source.read(cells, f64::NAN, |bytes, count, cells| {
                read_eights(bytes, count, cells, f64::from_le_bytes)
            })
        }
        Column::Boolean(cells) if place.physical == BOOLEAN => source.read(cells, NO_BOOLEAN, read_bits),
        _ => None,
    }
}

/// Reads a file's ids, of which none is missing.
pub(crate) fn read_ids(ids: &mut Ids, file: &[u8], footer: &Footer, place: &ColumnPlace) -> Option<()> {
    if place.physical != BYTE_ARRAY {
        return None;
    }
    Pages { file, footer, place }.each(|page| match page {
        Page::Data { bytes, values, encoding: Encoding::Plain } => {
            let (levels, bytes) = split_levels(bytes, place.is_optional)?;
            if levels.is_some_and(|levels| whole_run(levels, 1, values) != Some(1)) {
                return None;
            }
            let mut fits = Some(());
            each_text(bytes, values, |id| fits = fits.and_then(|()| ids.push(id)))?;
            fits
        }
        _ => None,
    })
}

/// The pages of a column.
struct Pages<'f> {
    file: &'f [u8],
    footer: &'f Footer,
    place: &'f ColumnPlace,
}

impl Pages<'_> {
    /// Visits all pages, which have as many values as the file has rows.
    fn each(&self, mut visit: impl FnMut(Page<'_>) -> Option<()>) -> Option<()> {
        let chunks = || self.footer.chunks(self.place);
        let values = chunks().try_fold(0_usize, |sum, chunk| sum.checked_add(chunk.values))?;
        if !self.place.is_flat || values != self.footer.rows() {
            return None;
        }
        chunks().try_for_each(|chunk| each_page(self.file, chunk, &mut visit))
    }

    /// Adds a cell for each row; `plain` adds so many plain values.
    fn read<T: Copy>(
        &self,
        cells: &mut Vec<T>,
        missing: T,
        mut plain: impl FnMut(&[u8], usize, &mut Vec<T>) -> Option<()>,
    ) -> Option<()> {
        let (mut dictionary, mut codes) = (Vec::new(), Vec::new());
        self.each(|page| match page {
            Page::Dictionary { bytes, values } => {
                dictionary.clear();
                plain(bytes, values, &mut dictionary)
            }
            Page::Data { bytes, values, encoding } => {
                let start = cells.len();
                let (levels, bytes) = split_levels(bytes, self.place.is_optional)?;
                let present = levels.map_or(Some(Present::All), |levels| Present::read(levels, values))?;
                let count = present.count(values);
                match encoding {
                    Encoding::Plain => plain(bytes, count, cells)?,
                    Encoding::Dictionary => look_up(bytes, count, &dictionary, &mut codes, cells)?,
                }
                present.spread(cells, start, missing);
                (cells.len() == start + values).then_some(())
            }
        })
    }
}

/// Which rows of a page have a value.
enum Present {
    All,
    /// 1 where there is one.
    Some(Vec<u32>),
}

impl Present {
    fn read(levels: &[u8], rows: usize) -> Option<Self> {
        if whole_run(levels, 1, rows) == Some(1) {
            return Some(Self::All);
        }
        let mut rows_present = Vec::new();
        read_runs(levels, 1, rows, &mut rows_present)?;
        Some(Self::Some(rows_present))
    }

    fn count(&self, rows: usize) -> usize {
        match self {
            Self::All => rows,
            Self::Some(present) => present.iter().filter(|there| **there == 1).count(),
        }
    }

    /// Moves the cells from `start` on to their rows, from behind so that none is overwritten before it has moved.
    fn spread<T: Copy>(&self, cells: &mut Vec<T>, start: usize, missing: T) {
        let Self::Some(present) = self else { return };
        let mut from = cells.len();
        cells.resize(start + present.len(), missing);
        for (row, there) in present.iter().enumerate().rev() {
            cells[start + row] = if *there == 1 {
                from -= 1;
                cells[from]
            } else {
                missing
            };
        }
    }
}

/// The levels of a page, if it has any, and its values.
fn split_levels(bytes: &[u8], is_optional: bool) -> Option<(Option<&[u8]>, &[u8])> {
    if !is_optional {
        return Some((None, bytes));
    }
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (levels, values) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    Some((Some(levels), values))
}

fn look_up<T: Copy>(
    bytes: &[u8],
    count: usize,
    dictionary: &[T],
    codes: &mut Vec<u32>,
    cells: &mut Vec<T>,
) -> Option<()> {
    codes.clear();
    if count > 0 {
        let (width, runs) = bytes.split_first()?;
        read_runs(runs, u32::from(*width), count, codes)?;
        if codes.iter().fold(0, |most, code| most.max(*code)) as usize >= dictionary.len() {
            return None;
        }
    }
    cells.extend(codes.iter().map(|code| dictionary[*code as usize]));
    Some(())
}

fn each_text(mut bytes: &[u8], count: usize, mut visit: impl FnMut(&str)) -> Option<()> {
    for _ in 0..count {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        visit(std::str::from_utf8(text).ok()?);
        bytes = rest;
    }
    Some(())
}

fn read_eights<T>(bytes: &[u8], count: usize, cells: &mut Vec<T>, read: impl Fn([u8; 8]) -> T) -> Option<()> {
    let (values, _) = bytes.get(..count.checked_mul(8)?)?.as_chunks::<8>();
    cells.extend(values.iter().map(|value| read(*value)));
    Some(())
}

/// Truth values, one bit each.
fn read_bits(bytes: &[u8], count: usize, cells: &mut Vec<u8>) -> Option<()> {
    let bytes = bytes.get(..count.div_ceil(8))?;
    cells.extend((0..count).map(|at| bytes[at / 8] >> (at % 8) & 1));
    Some(())
}
