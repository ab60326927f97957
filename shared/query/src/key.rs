//! Keys: values that groups are made of, and their order.
//!
//! Keys of unlike types keep a fixed order: booleans, numbers, times, texts, missing last. Among texts, those that
//! are whole numbers in plain digits come first, by value (so that `9` precedes `10`), then all others by bytes.

use std::cmp::Ordering;

use jiff::Timestamp;
use sitrep_domain::record::CustomValue;
use sitrep_domain::result::Cell;

/// One value of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Boolean(bool),
    Integer(i64),
    /// The bits of a number that is not -0.
    Number(u64),
    /// Microseconds since 1970 UTC.
    Time(i64),
    Text(Box<str>),
    Missing,
}

impl Key {
    /// A number; 0 and -0 are one key.
    pub(crate) fn number(x: f64) -> Self {
        Self::Number((x + 0.0).to_bits())
    }

    /// The keys of a custom value: one, or one per element of a list.
    pub(crate) fn of_custom(value: &CustomValue) -> Vec<Self> {
        match value {
            CustomValue::Boolean(b) => vec![Self::Boolean(*b)],
            CustomValue::Number(x) => vec![Self::number(*x)],
            CustomValue::Text(text) => vec![Self::Text(text.as_str().into())],
            CustomValue::List(items) => items.iter().map(|i| Self::Text(i.as_str().into())).collect(),
        }
    }

    /// The key as a cell; `null_label` is the word for "missing", if the column has one.
    pub(crate) fn to_cell(&self, null_label: Option<&str>) -> Cell {
        match self {
            Self::Boolean(b) => Cell::Boolean(*b),
            Self::Integer(n) => Cell::Integer(*n),
            Self::Number(bits) => Cell::Number(f64::from_bits(*bits)),
            Self::Time(micros) => time_cell(*micros),
            Self::Text(text) => Cell::Text(text.to_string()),
            Self::Missing => null_label.map_or(Cell::Null, |label| Cell::Text(label.to_owned())),
        }
    }

    fn class(&self) -> u8 {
        match self {
            Self::Boolean(_) => 0,
            Self::Integer(_) => 1,
            Self::Number(_) => 2,
            Self::Time(_) => 3,
            Self::Text(_) => 4,
            Self::Missing => 5,
        }
    }
}

/// An instant as a cell.
pub(crate) fn time_cell(micros: i64) -> Cell {
    Timestamp::from_microsecond(micros).map_or(Cell::Null, Cell::Time)
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Integer(a), Self::Integer(b)) | (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => f64::from_bits(*a).total_cmp(&f64::from_bits(*b)),
            (Self::Text(a), Self::Text(b)) => compare_texts(a, b),
            _ => self.class().cmp(&other.class()),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare_texts(a: &str, b: &str) -> Ordering {
    match (is_whole(a), is_whole(b)) {
        // Without leading zeros the longer number is the larger.
        (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

fn is_whole(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits && (text.len() == 1 || !text.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_type_numbers_by_value_and_missing_last() {
        let text = |t: &str| Key::Text(t.into());
        let sorted = [
            Key::Boolean(false),
            Key::Integer(-1),
            Key::number(-2.5),
            Key::number(0.0),
            Key::Time(5),
            text("0"),
            text("9"),
            text("10"),
            text("123456789012345678901234567890"),
            text(""),
            text("007"),
            text("10a"),
            text("a"),
            text("ü"),
            Key::Missing,
        ];
        let mut keys = sorted.to_vec();
        keys.reverse();
        keys.sort();
        assert_eq!(keys, sorted);
        assert_eq!(Key::number(-0.0), Key::number(0.0));
    }
}
