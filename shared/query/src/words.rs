//! Words: distinct texts, each under a small number.
//!
//! Numbers are given in order of first appearance, so that the same input gives the same numbers everywhere. The hash
//! is our own and fixed: id filters are stored, and must mean the same on every machine and in every version.

use hashbrown::HashTable;

/// The number that stands for a missing text.
pub(crate) const MISSING: u32 = u32::MAX;

/// Distinct texts by number.
#[derive(Debug, Default)]
pub(crate) struct Words {
    text: String,
    ends: Vec<usize>,
    hashes: Vec<u64>,
    table: HashTable<u32>,
}

impl Words {
    /// The number of a text, a new one when it was never seen.
    pub(crate) fn number(&mut self, word: &str) -> u32 {
        let hash = hash_text(word);
        let (text, ends) = (&self.text, &self.ends);
        if let Some(found) = self.table.find(hash, |n| at(text, ends, *n) == word) {
            return *found;
        }
        let number = u32::try_from(self.ends.len()).expect("a segment holds fewer than 2^32 texts");
        self.text.push_str(word);
        self.ends.push(self.text.len());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, number, |n| hashes[*n as usize]);
        number
    }

    /// The hash of the text of a number, as [`hash_text`].
    pub(crate) fn hash(&self, number: u32) -> u64 {
        self.hashes[number as usize]
    }

    /// The text of a number.
    pub(crate) fn get(&self, number: u32) -> &str {
        at(&self.text, &self.ends, number)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|n| at_index(&self.text, &self.ends, n))
    }

    /// Memory they hold, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.text.capacity() + (self.ends.capacity() + self.hashes.capacity()) * 8 + self.table.capacity() * 5
    }
}

fn at<'t>(text: &'t str, ends: &[usize], number: u32) -> &'t str {
    at_index(text, ends, number as usize)
}

fn at_index<'t>(text: &'t str, ends: &[usize], index: usize) -> &'t str {
    let start = if index == 0 { 0 } else { ends[index - 1] };
    &text[start..ends[index]]
}

/// A fixed 64-bit hash of a text: eight bytes at a time, multiplied and folded.
pub(crate) fn hash_text(text: &str) -> u64 {
    const FACTOR: u128 = 0x9E37_79B9_7F4A_7C15;
    let fold = |hash: u64, block: u64| {
        let product = u128::from(hash ^ block) * FACTOR;
        #[expect(clippy::cast_possible_truncation, reason = "the halves are folded on purpose")]
        let folded = product as u64 ^ (product >> 64) as u64;
        folded
    };
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks::<8>();
    let mut hash = 0xA076_1D64_78BD_642F ^ bytes.len() as u64;
    for block in blocks {
        hash = fold(hash, u64::from_le_bytes(*block));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(fold(hash, u64::from_le_bytes(last)), 0xE703_7ED1_A0B4_28DB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_number_and_numbers_go_by_first_appearance() {
        let mut words = Words::default();
        let numbers: Vec<_> = ["b", "a", "", "b", "a", "ü"].map(|w| words.number(w)).into();
        assert_eq!(numbers, [0, 1, 2, 0, 1, 3]);
        assert_eq!(words.iter().collect::<Vec<_>>(), ["b", "a", "", "ü"]);
        assert_eq!(words.get(3), "ü");
    }

    #[test]
    fn the_hash_is_fixed_and_tells_near_texts_apart() {
        assert_eq!(hash_text("INC0000045"), hash_text("INC0000045"));
        let hashes: std::collections::BTreeSet<u64> =
            (0..10_000).map(|n| hash_text(&format!("INC{n:07}"))).collect();
        assert_eq!(hashes.len(), 10_000);
        assert_ne!(hash_text("a"), hash_text("a\0"));
    }
}
