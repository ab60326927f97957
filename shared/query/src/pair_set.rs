//! Sets of pairs: which keys each group has seen.
//!
//! The first group, often the only one, is a bitmap; the others share a hash set.

use hashbrown::HashSet;

/// Pairs of a group and a key.
#[derive(Default)]
pub(crate) struct PairSet {
    first: Vec<u64>,
    others: HashSet<(u32, u32)>,
}

impl PairSet {
    /// Adds a pair.
    pub(crate) fn insert(&mut self, group: u32, key: u32) {
        if group > 0 {
            self.others.insert((group, key));
            return;
        }
        let word = key as usize / 64;
        if word >= self.first.len() {
            self.first.resize(word + 1, 0);
        }
        self.first[word] |= 1 << (key % 64);
    }

    /// How many pairs there are.
    pub(crate) fn len(&self) -> usize {
        self.first.iter().map(|word| word.count_ones() as usize).sum::<usize>() + self.others.len()
    }

    /// Calls `visit` with each pair, in no particular order.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(u32, u32)) {
        for (start, word) in (0_u32..).step_by(64).zip(&self.first) {
            let mut rest = *word;
            while rest != 0 {
                visit(0, start + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        self.others.iter().for_each(|(group, key)| visit(*group, *key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_in_it_once() {
        let mut set = PairSet::default();
        let pairs = [(0, 0), (0, 63), (0, 64), (0, 1_000), (1, 0), (7, 9)];
        pairs.iter().chain(&pairs).for_each(|(group, key)| set.insert(*group, *key));
        let mut found = Vec::new();
        set.for_each(|group, key| found.push((group, key)));
        found.sort_unstable();
        assert_eq!((set.len(), found.as_slice()), (6, pairs.as_slice()));
    }
}
