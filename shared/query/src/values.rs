//! Values: what a measure takes of each row of a segment, as numbers.
//!
//! Durations are whole microseconds, so that sums of them are exact; a negative one counts as missing.

use std::borrow::Cow;

use sitrep_domain::dataset::{ColumnType, Dataset};
use sitrep_domain::measure::{Value, find_field};
use sitrep_domain::record::CustomValue;

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::segment::Segment;
use crate::words::MISSING;

/// Numbers by row.
pub(crate) enum Numbers<'s> {
    /// No row has one; how many rows there are.
    Missing(usize),
    /// `i64::MIN` is missing.
    Integer(Cow<'s, [i64]>),
    /// NaN is missing.
    Float(Cow<'s, [f64]>),
}

impl Numbers<'_> {
    /// The rows that have one.
    pub(crate) fn present_rows(&self) -> Bitmap {
        match self {
            Self::Missing(rows) => Bitmap::zeros(*rows),
            Self::Integer(cells) => Bitmap::of_cells(cells, |cell| cell != i64::MIN),
            Self::Float(cells) => Bitmap::of_cells(cells, |cell| !cell.is_nan()),
        }
    }
}

/// What a value's numbers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Whole numbers.
    Integer,
    /// Floating point numbers.
    Number,
    /// Microseconds since 1970 UTC.
    Time,
    /// Microseconds that are answered in minutes.
    Duration,
}

/// What the numbers of a value mean.
pub(crate) fn meaning_of(value: &Value, dataset: &Dataset) -> Meaning {
    let Value::Column(name) = value else { return Meaning::Duration };
    match find_field(name, dataset).ok().flatten().map(|column| column.kind) {
        Some(ColumnType::Integer) => Meaning::Integer,
        Some(ColumnType::Time) => Meaning::Time,
        _ => Meaning::Number,
    }
}

/// The numbers of a value by row. A custom value that is not a number is missing.
pub(crate) fn numbers_of<'s>(segment: &'s Segment, value: &Value) -> Result<Numbers<'s>, String> {
    match value {
        Value::Column(name) => match segment.column(name)? {
            None => Ok(Numbers::Missing(segment.rows())),
            Some(Column::Integer { cells, .. }) => Ok(Numbers::Integer(Cow::Borrowed(cells))),
            Some(Column::Number(cells)) => Ok(Numbers::Float(Cow::Borrowed(cells))),
            Some(Column::Custom { codes, values }) => {
                Ok(Numbers::Float(custom_numbers(codes, values).into()))
            }
            Some(_) => Err("a number column has another type".to_owned()),
        },
        Value::MinutesBetween { minutes_between: [from, to] } => {
            match (segment.column(from)?, segment.column(to)?) {
                (Some(Column::Integer { cells: from, .. }), Some(Column::Integer { cells: to, .. })) => {
                    Ok(Numbers::Integer(from.iter().zip(to).map(|(f, t)| duration(*f, *t)).collect()))
                }
                (None, _) | (_, None) => Ok(Numbers::Missing(segment.rows())),
                _ => Err("a time column has another type".to_owned()),
            }
        }
    }
}

fn duration(from: i64, to: i64) -> i64 {
    // A missing end is before any start; the difference of times that are there is in range, and no other is looked at.
    if from == i64::MIN || to < from { i64::MIN } else { to.wrapping_sub(from) }
}

fn custom_numbers(codes: &[u32], values: &[CustomValue]) -> Vec<f64> {
    let numbers: Vec<f64> =
        values.iter().map(|value| if let CustomValue::Number(x) = value { *x } else { f64::NAN }).collect();
    codes.iter().map(|c| if *c == MISSING { f64::NAN } else { numbers[*c as usize] }).collect()
}

/// A number as an integer of the same order, so that minimum and maximum of either type are one code.
pub(crate) fn to_ordered(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits().cast_signed();
    bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed()
}

/// The number of such an integer.
pub(crate) fn from_ordered(ordered: i64) -> f64 {
    let bits = ordered ^ (((ordered >> 63).cast_unsigned()) >> 1).cast_signed();
    f64::from_bits(bits.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_integers_keep_the_order_of_numbers_and_read_back() {
        let numbers = [f64::MIN, -1.5, -1e-300, 0.0, 1e-300, 0.25, 1.0, f64::MAX];
        let ordered = numbers.map(to_ordered);
        assert!(ordered.is_sorted());
        assert_eq!(ordered.map(from_ordered), numbers);
        assert_eq!(to_ordered(-0.0), to_ordered(0.0));
    }
}
