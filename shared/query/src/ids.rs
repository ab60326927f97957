//! Ids of a segment's records, by row, with their hashes: what upserts are resolved by.

use crate::words::hash_text;

/// The ids of all rows, end to end.
#[derive(Default)]
pub(crate) struct Ids {
    text: String,
    ends: Vec<u32>,
    hashes: Vec<u64>,
}

impl Ids {
    /// Room for so many rows.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self { text: String::new(), ends: Vec::with_capacity(rows), hashes: Vec::with_capacity(rows) }
    }

    /// Adds the next row's id. `None` when the segment has more text than it may.
    pub(crate) fn push(&mut self, id: &str) -> Option<()> {
        self.text.push_str(id);
        self.ends.push(u32::try_from(self.text.len()).ok()?);
        self.hashes.push(hash_text(id));
        Some(())
    }

    /// The id of a row.
    pub(crate) fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start as usize..self.ends[row] as usize]
    }

    /// The hashes of the ids, by row.
    pub(crate) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// Memory they hold, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4 + self.hashes.capacity() * 8
    }
}
