//! Dictionaries: the distinct keys that one key of the plan has had so far, each under a number.
//!
//! Segments number their keys for themselves; a [`Translation`] looks each key of a segment up once, so that rows and
//! groups are added up by number, and a text is copied only when it is new.

use hashbrown::HashTable;

use crate::key::Key;
use crate::key_column::KeyColumn;
use crate::words::hash_text;

/// The number of "missing", in every dictionary.
pub(crate) const NO_KEY: u32 = u32::MAX;

/// Distinct keys by number.
#[derive(Default)]
pub(crate) struct Dictionary {
    keys: Vec<Key>,
    hashes: Vec<u64>,
    table: HashTable<u32>,
}

impl Dictionary {
    /// The key of a number.
    pub(crate) fn key(&self, number: u32) -> &Key {
        if number == NO_KEY { &Key::Missing } else { &self.keys[number as usize] }
    }

    /// The keys by number, without "missing".
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The numbers that another dictionary's keys have here, by their numbers there.
    pub(crate) fn adopt(&mut self, other: &Self) -> Vec<u32> {
        other.keys.iter().zip(&other.hashes).map(|(key, hash)| self.number_hashed(key, *hash)).collect()
    }

    fn number(&mut self, key: &Key) -> u32 {
        if *key == Key::Missing { NO_KEY } else { self.number_hashed(key, hash_key(key)) }
    }

    fn number_hashed(&mut self, key: &Key, hash: u64) -> u32 {
        match key {
            Key::Text(text) => self.number_text(text, hash),
            key => self.find_or_add(hash, |known| known == key, || key.clone()),
        }
    }

    fn number_text(&mut self, text: &str, hash: u64) -> u32 {
        let same = |known: &Key| matches!(known, Key::Text(known) if **known == *text);
        self.find_or_add(hash, same, || Key::Text(text.into()))
    }

    fn find_or_add(&mut self, hash: u64, same: impl Fn(&Key) -> bool, make: impl FnOnce() -> Key) -> u32 {
        if let Some(found) = self.table.find(hash, |n| same(&self.keys[*n as usize])) {
            return *found;
        }
        let number = u32::try_from(self.keys.len()).expect("there are fewer than 2^32 keys");
        self.keys.push(make());
        self.hashes.push(hash);
        self.table.insert_unique(hash, number, |n| self.hashes[*n as usize]);
        number
    }
}

fn hash_key(key: &Key) -> u64 {
    let mix =
        |class: u64, bits: u64| (bits ^ class << 60).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    match key {
        Key::Text(text) => hash_text(text),
        Key::Boolean(b) => mix(1, u64::from(*b)),
        Key::Integer(n) => mix(2, n.cast_unsigned()),
        Key::Number(bits) => mix(3, *bits),
        Key::Time(micros) => mix(4, micros.cast_unsigned()),
        Key::Missing => 0,
    }
}

/// The numbers that a segment's keys have in a dictionary, found when first asked for.
pub(crate) struct Translation {
    numbers: Vec<Option<u32>>,
}

impl Translation {
    /// Nothing asked yet.
    pub(crate) fn new(column: &KeyColumn<'_>) -> Self {
        Self { numbers: vec![None; column.count as usize] }
    }

    /// The number of a segment's key in the dictionary; the code past the last one means "missing".
    pub(crate) fn number(&mut self, dictionary: &mut Dictionary, column: &KeyColumn<'_>, code: u32) -> u32 {
        let Some(slot) = self.numbers.get_mut(code as usize) else { return NO_KEY };
        *slot.get_or_insert_with(|| match column.word(code) {
            Some((text, hash)) => dictionary.number_text(text, hash),
            None => dictionary.number(&column.key(code)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_have_one_number_and_keys_of_other_types_another() {
        let keys = [
            Key::Boolean(true),
            Key::Integer(1),
            Key::number(1.0),
            Key::Time(1),
            Key::Text("1".into()),
            Key::Text("".into()),
        ];
        let mut dictionary = Dictionary::default();
        let first: Vec<u32> = keys.iter().map(|key| dictionary.number(key)).collect();
        assert_eq!(first, [0, 1, 2, 3, 4, 5]);
        assert_eq!(
            keys.iter().rev().map(|key| dictionary.number(key)).collect::<Vec<_>>(),
            [5, 4, 3, 2, 1, 0]
        );
        assert_eq!(dictionary.number(&Key::Missing), NO_KEY);
        assert_eq!(dictionary.key(NO_KEY), &Key::Missing);
        let mut other = Dictionary::default();
        let _ = other.number(&keys[5]);
        assert_eq!(other.adopt(&dictionary), [1, 2, 3, 4, 5, 0]);
    }
}
