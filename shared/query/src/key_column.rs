//! Key columns: every row of a segment as a small number per distinct key.
//!
//! Groups and distinct counts work on these numbers; keys become values of their own only at the end of a segment.

use std::borrow::Cow;

use hashbrown::HashMap;
use sitrep_domain::record::CustomValue;

use crate::bitmap::Bitmap;
use crate::buckets::Buckets;
use crate::column::{Column, NO_BOOLEAN};
use crate::key::Key;
use crate::values::Numbers;
use crate::words::{MISSING, Words};

/// The keys of a column by row.
pub(crate) struct KeyColumn<'s> {
    codes: Codes<'s>,
    names: Names<'s>,
    /// How many codes there are; the code past the last one means "missing".
    pub(crate) count: u32,
}

enum Codes<'s> {
    /// One per row.
    One(Cow<'s, [u32]>),
    /// Any number per row, up to `ends[row]`; none means "missing".
    Many { ends: Cow<'s, [u32]>, codes: Cow<'s, [u32]> },
}

enum Names<'s> {
    Words(&'s Words),
    Keys(Vec<Key>),
}

impl<'s> KeyColumn<'s> {
    /// The keys of a column that no record has a value in.
    pub(crate) fn missing(rows: usize) -> Self {
        Self { codes: Codes::One(vec![0; rows].into()), names: Names::Keys(Vec::new()), count: 0 }
    }

    /// The keys of a column.
    pub(crate) fn of_column(column: &'s Column) -> Self {
        match column {
            Column::Text { codes, words } => Self::of_words(words, |count| Codes::One(fill(codes, count))),
            Column::List { ends, codes, words, .. } => {
                Self::of_words(words, |_| Codes::Many { ends: ends.into(), codes: codes.into() })
            }
            Column::Custom { codes, values } => Self::of_custom(codes, values),
            Column::Boolean(cells) => {
                let codes = cells.iter().map(|b| u32::from((*b).min(NO_BOOLEAN))).collect();
                Self::of_keys(codes, vec![Key::Boolean(false), Key::Boolean(true)])
            }
            Column::Integer { cells, is_time } => {
                let key = if *is_time { Key::Time } else { Key::Integer };
                Self::intern(cells.iter().map(|n| (*n != i64::MIN).then_some(*n)), key)
            }
            Column::Number(cells) => Self::intern(cells.iter().map(|x| present_bits(*x)), Key::Number),
        }
    }

    /// The keys of computed numbers.
    pub(crate) fn of_numbers(numbers: &Numbers<'_>) -> Self {
        match numbers {
            Numbers::Missing(rows) => Self::missing(*rows),
            Numbers::Integer(cells) => {
                Self::intern(cells.iter().map(|n| (*n != i64::MIN).then_some(*n)), Key::Integer)
            }
            Numbers::Float(cells) => Self::intern(cells.iter().map(|x| present_bits(*x)), Key::Number),
        }
    }

    /// The time buckets of a column.
    pub(crate) fn of_times(cells: &[i64], buckets: &mut Buckets) -> Self {
        let mut codes = vec![MISSING; cells.len()];
        let (mut numbers, mut keys) = (Vec::new(), Vec::new());
        let mut row = 0;
        // Neighbours mostly lie in one bucket: records are sorted by event time.
        while let Some(at) = cells.get(row) {
            let mut end = row + 1;
            if *at != i64::MIN {
                let (within, number) = buckets.stretch_of(*at);
                end += cells[end..].iter().take_while(|at| within.contains(at)).count();
                if number as usize >= numbers.len() {
                    numbers.resize(number as usize + 1, MISSING);
                }
                let code = &mut numbers[number as usize];
                if *code == MISSING {
                    *code = to_u32(keys.len());
                    keys.push(Key::Time(buckets.start(number)));
                }
                codes[row..end].fill(*code);
            }
            row = end;
        }
        let count = to_u32(keys.len());
        codes.iter_mut().for_each(|code| *code = (*code).min(count));
        Self::of_keys(codes, keys)
    }

    fn of_words(words: &'s Words, codes: impl FnOnce(u32) -> Codes<'s>) -> Self {
        let count = to_u32(words.len());
        Self { codes: codes(count), names: Names::Words(words), count }
    }

    fn of_keys(codes: Vec<u32>, keys: Vec<Key>) -> Self {
        Self { codes: Codes::One(codes.into()), count: to_u32(keys.len()), names: Names::Keys(keys) }
    }

    fn intern<T: std::hash::Hash + Eq + Copy>(
        cells: impl Iterator<Item = Option<T>>,
        key: impl Fn(T) -> Key,
    ) -> Self {
        let mut numbers: HashMap<T, u32> = HashMap::new();
        let mut keys = Vec::new();
        let mut last = None;
        let mut codes: Vec<u32> = cells
            .map(|cell| {
                let Some(value) = cell else { return MISSING };
                if let Some((seen, code)) = last
                    && seen == value
                {
                    return code;
                }
                let code = *numbers.entry(value).or_insert_with(|| {
                    keys.push(key(value));
                    to_u32(keys.len() - 1)
                });
                last = Some((value, code));
                code
            })
            .collect();
        let count = to_u32(keys.len());
        codes.iter_mut().for_each(|code| *code = (*code).min(count));
        Self::of_keys(codes, keys)
    }

    fn of_custom(codes: &[u32], values: &[CustomValue]) -> Self {
        let mut numbers: HashMap<Key, u32> = HashMap::new();
        let mut keys = Vec::new();
        let mut number = |key: Key| {
            *numbers.entry(key.clone()).or_insert_with(|| {
                keys.push(key);
                to_u32(keys.len() - 1)
            })
        };
        let by_value: Vec<Vec<u32>> =
            values.iter().map(|v| Key::of_custom(v).into_iter().map(&mut number).collect()).collect();
        let (mut ends, mut many) = (Vec::with_capacity(codes.len()), Vec::with_capacity(codes.len()));
        for code in codes {
            many.extend_from_slice(by_value.get(*code as usize).map_or(&[], Vec::as_slice));
            ends.push(to_u32(many.len()));
        }
        let count = to_u32(keys.len());
        Self { codes: Codes::Many { ends: ends.into(), codes: many.into() }, names: Names::Keys(keys), count }
    }

    /// The codes of a row; none when it has no value.
    pub(crate) fn codes(&self, row: usize) -> &[u32] {
        match &self.codes {
            Codes::One(codes) if codes[row] < self.count => std::slice::from_ref(&codes[row]),
            Codes::One(_) => &[],
            Codes::Many { ends, codes } => Column::elements(ends, codes, row),
        }
    }

    /// Whether some row may have no key.
    pub(crate) fn has_missing(&self) -> bool {
        match &self.codes {
            Codes::One(codes) => codes.iter().fold(0, |most, code| most.max(*code)) >= self.count,
            Codes::Many { .. } => true,
        }
    }

    /// How many rows of the mask have no key.
    pub(crate) fn count_missing(&self, mask: &Bitmap) -> u64 {
        match &self.codes {
            Codes::One(codes) => Bitmap::of_cells(codes, |code| code >= self.count).count_both(mask),
            Codes::Many { .. } => {
                let mut missing = 0;
                mask.for_each(|row| missing += u64::from(self.codes(row).is_empty()));
                missing
            }
        }
    }

    /// The one code of every row, where no row can have several.
    pub(crate) fn one_per_row(&self) -> Option<&[u32]> {
        match &self.codes {
            Codes::One(codes) => Some(codes),
            Codes::Many { .. } => None,
        }
    }

    /// The text of a code and its hash, where keys are texts.
    pub(crate) fn word(&self, code: u32) -> Option<(&str, u64)> {
        match &self.names {
            Names::Words(words) if code < self.count => Some((words.get(code), words.hash(code))),
            _ => None,
        }
    }

    /// The key of a code.
    pub(crate) fn key(&self, code: u32) -> Key {
        if code >= self.count {
            return Key::Missing;
        }
        match &self.names {
            Names::Words(words) => Key::Text(words.get(code).into()),
            Names::Keys(keys) => keys[code as usize].clone(),
        }
    }
}

/// The codes with "missing" as the code past the last one.
fn fill(codes: &[u32], count: u32) -> Cow<'_, [u32]> {
    if codes.iter().fold(0, |most, code| most.max(*code)) < count {
        return codes.into();
    }
    codes.iter().map(|code| (*code).min(count)).collect()
}

fn present_bits(x: f64) -> Option<u64> {
    (!x.is_nan()).then(|| (x + 0.0).to_bits())
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a segment holds fewer than 2^32 cells")
}
