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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sitrep_domain::dataset::DatasetId;
    use sitrep_domain::datasets::get_dataset;
    use sitrep_domain::ids::TenantId;
    use sitrep_domain::mappings::find_mapping;

    use super::*;
    use crate::decode::{Decode, for_each_array};
    use crate::file::SegmentFile;
    use crate::{BodyFormat, ingest};

    /// A file of so many rows, with columns of every type in which some rows have nothing.
    fn write(rows: usize) -> bytes::Bytes {
        let mut body = String::from("[");
        for n in 0..rows {
            let some = |value: String, every: usize| if n % every == 0 { "null".to_owned() } else { value };
            let comma = if n == 0 { "" } else { "," };
            write!(
                body,
                r#"{comma}{{"id":"i{n}","created_at":"2026-01-{:02}T05:00:00Z","user":{},"severity":{},"confidence":{},
                "sla_met":{},"reopen_count":{},"resolved_at":{},"tags":{},"title":"t{n}","custom":{{"site":{}}}}}"#,
                n * 28 / rows + 1,
                some(format!("\"u{}\"", n % 700), 5),
                some("\"high\"".to_owned(), 2),
                some(format!("0.{}", n % 90), 7),
                some((n % 3 == 0).to_string(), 4),
                some((n % 11).to_string(), 6),
                some(format!("\"2026-02-01T00:{:02}:{:02}Z\"", n / 60 % 60, n % 60), 3),
                some("[\"a\"]".to_owned(), 2),
                if n % 2 == 0 { "5" } else { "\"x\"" },
            )
            .unwrap();
        }
        body.push(']');
        let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
        let tenant = TenantId::new("acme").unwrap();
        let done = ingest(body.as_bytes(), BodyFormat::Json, false, &mapping, &tenant).unwrap();
        assert_eq!((done.accepted as usize, done.segments.len()), (rows, 1), "{:?}", done.errors);
        done.segments[0].bytes.clone()
    }

    /// The cells as texts, each word by its text.
    fn list_cells(builder: &Builder) -> Vec<String> {
        let words: Vec<&str> = builder.words.iter().collect();
        match &builder.column {
            Column::Text { codes, .. } | Column::Custom { codes, .. } => codes
                .iter()
                .map(|code| words.get(*code as usize).map_or("-", |word| word).to_owned())
                .collect(),
            Column::Integer { cells, .. } => cells.iter().map(ToString::to_string).collect(),
            Column::Number(cells) => cells.iter().map(ToString::to_string).collect(),
            Column::Boolean(cells) => cells.iter().map(ToString::to_string).collect(),
            Column::List { .. } => panic!("lists are left to the general reader"),
        }
    }

    #[test]
    fn files_packed_or_not_are_read_as_the_general_reader_reads_them() {
        let dataset = get_dataset(DatasetId::Incidents);
        for rows in [1, 7, 64, 500, 1_024, 1_025, 3_000] {
            let bytes = write(rows);
            let (file, _) = SegmentFile::open(bytes.clone()).unwrap();
            let (footer, _) = Footer::parse(&bytes).unwrap();
            let mut by_reader = (0, 0);
            for name in file.names() {
                let decode = Decode::of(name, dataset).unwrap();
                let (root, place) = footer.find(&bytes, name, 0).unwrap();
                let mut direct = Builder::new(decode, rows);
                if read_column(&mut direct, &bytes, &footer, place).is_none() {
                    assert_eq!(name, "tags", "of {rows} rows");
                    by_reader.1 += 1;
                    continue;
                }
                by_reader.0 += 1;
                let mut general = Builder::new(decode, rows);
                for_each_array(&bytes, file.general().unwrap(), root, |array| general.append(array)).unwrap();
                assert_eq!(list_cells(&direct), list_cells(&general), "{name} of {rows} rows");
            }
            assert!(by_reader.0 >= if rows == 1 { 3 } else { 10 }, "{by_reader:?} of {rows} rows");
            let mut ids = Ids::default();
            read_ids(&mut ids, &bytes, &footer, footer.find(&bytes, "id", 0).unwrap().1).unwrap();
            assert_eq!((ids.get(0), ids.hashes().len()), ("i0", rows));
            let packed = footer.chunks(&footer.columns()[0]).next().unwrap().codec > 0;
            assert_eq!(packed, rows > 1_024);
        }
    }

    #[test]
    fn no_damage_makes_it_panic() {
        let dataset = get_dataset(DatasetId::Incidents);
        for whole in [write(60), write(1_100)] {
            let step = whole.len() / 1_500 + 1;
            for at in (0..whole.len()).step_by(step) {
                for flip in [0x01, 0x80, 0xFF] {
                    let mut damaged = whole.to_vec();
                    damaged[at] ^= flip;
                    let Some((footer, _)) = Footer::parse(&damaged) else { continue };
                    if footer.rows() > 1_100 {
                        continue;
                    }
                    for place in footer.columns() {
                        let name = String::from_utf8_lossy(place.name(&damaged)).into_owned();
                        let Some(decode) = Decode::of(&name, dataset) else { continue };
                        let mut builder = Builder::new(decode, footer.rows());
                        if read_column(&mut builder, &damaged, &footer, place).is_some() {
                            assert_eq!(builder.rows(), footer.rows());
                        }
                        let _ = read_ids(&mut Ids::default(), &damaged, &footer, place);
                    }
                }
            }
        }
    }
}
