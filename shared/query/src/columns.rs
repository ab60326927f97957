//! Columns of a segment that were decoded so far, by name.
//!
//! There are few, and none ever goes, so whoever has found one keeps it without a lock.

use std::sync::OnceLock;

use crate::column::Column;

/// A column, or that no record has a value in it; or why it cannot be decoded.
type Decoded = Result<Option<Column>, String>;

/// A list that only grows, at its end.
#[derive(Default)]
pub(crate) struct Columns {
    first: OnceLock<Box<Entry>>,
}

struct Entry {
    name: Box<str>,
    column: OnceLock<Decoded>,
    next: OnceLock<Box<Self>>,
}

impl Columns {
    /// The column of that name, decoded by whoever asks first.
    pub(crate) fn get_or_decode(&self, name: &str, decode: impl FnOnce() -> Decoded) -> &Decoded {
        let mut place = &self.first;
        loop {
            let entry = place.get_or_init(|| Box::new(Entry::new(name)));
            if *entry.name == *name {
                return entry.column.get_or_init(decode);
            }
            place = &entry.next;
        }
    }
}

impl Entry {
    fn new(name: &str) -> Self {
        Self { name: name.into(), column: OnceLock::new(), next: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_decoded_once_whoever_asks() {
        let columns = Columns::default();
        let decoded = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for shift in 0..4_usize {
                let (columns, decoded) = (&columns, &decoded);
                scope.spawn(move || {
                    for n in 0..50 {
                        let rows = (n + shift * 7) % 50;
                        let column = columns.get_or_decode(&format!("c{rows}"), || {
                            decoded.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                            Ok(Some(Column::Boolean(vec![0; rows])))
                        });
                        assert!(matches!(column, Ok(Some(Column::Boolean(cells))) if cells.len() == rows));
                    }
                });
            }
        });
        assert_eq!(decoded.into_inner(), 50);
    }
}
