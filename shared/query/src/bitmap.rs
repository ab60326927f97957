//! Bitmaps: one bit per row of a segment.
//!
//! Bits past the length are always zero, so counting and iterating need no care at the end.

/// One bit per row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// No row.
    pub(crate) fn zeros(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// Every row.
    pub(crate) fn ones(len: usize) -> Self {
        let mut all = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        all.trim();
        all
    }

    /// The rows that `admits` says yes to.
    pub(crate) fn from_fn(len: usize, mut admits: impl FnMut(usize) -> bool) -> Self {
        let mut words = Vec::with_capacity(len.div_ceil(64));
        for start in (0..len).step_by(64) {
            let mut word = 0;
            for bit in 0..(len - start).min(64) {
                word |= u64::from(admits(start + bit)) << bit;
            }
            words.push(word);
        }
        Self { words, len }
    }

    /// The rows whose cell `admits` says yes to.
    pub(crate) fn of_cells<T: Copy>(cells: &[T], admits: impl Fn(T) -> bool) -> Self {
        let word = |cells: &[T]| {
            let mut flags = [0; 64];
            flags.iter_mut().zip(cells).for_each(|(flag, cell)| *flag = u8::from(admits(*cell)));
            pack(flags)
        };
        let (blocks, rest) = cells.as_chunks::<64>();
        let mut words = Vec::with_capacity(cells.len().div_ceil(64));
        words.extend(blocks.iter().map(|block| word(block)));
        if !rest.is_empty() {
            words.push(word(rest));
        }
        Self { words, len: cells.len() }
    }

    pub(crate) fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Whether the row is in it.
    pub(crate) fn contains(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    pub(crate) fn clear(&mut self, row: usize) {
        self.words[row / 64] &= !(1 << (row % 64));
    }

    pub(crate) fn and(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
    }

    pub(crate) fn and_not(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
    }

    pub(crate) fn or(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    pub(crate) fn not(&mut self) {
        self.words.iter_mut().for_each(|a| *a = !*a);
        self.trim();
    }

    /// Adds the rows of another one behind its own.
    pub(crate) fn append(&mut self, next: &Self) {
        let used = self.len % 64;
        for word in &next.words {
            match self.words.last_mut() {
                Some(last) if used > 0 => {
                    *last |= word << used;
                    self.words.push(word >> (64 - used));
                }
                _ => self.words.push(*word),
            }
        }
        self.len += next.len;
        self.words.truncate(self.len.div_ceil(64));
    }

    pub(crate) fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// The rows that are in both.
    pub(crate) fn both(&self, other: &Self) -> Self {
        Self { words: self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect(), len: self.len }
    }

    /// How many rows are in both.
    pub(crate) fn count_both(&self, other: &Self) -> u64 {
        self.words.iter().zip(&other.words).map(|(a, b)| u64::from((a & b).count_ones())).sum()
    }

    /// Whether some row is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// Calls `visit` for every row in it, ascending.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(usize)) {
        for (i, word) in self.words.iter().enumerate() {
            if *word == u64::MAX {
                (i * 64..i * 64 + 64).for_each(&mut visit);
                continue;
            }
            let mut rest = *word;
            while rest != 0 {
                visit(i * 64 + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }

    /// Calls `visit` with the cells of the rows in it, ascending, up to sixty-four at a time.
    pub(crate) fn for_each_run<T: Copy + Default>(&self, cells: &[T], mut visit: impl FnMut(&[T])) {
        let (blocks, rest) = cells.as_chunks::<64>();
        for (block, word) in blocks.iter().zip(&self.words) {
            match *word {
                0 => {}
                u64::MAX => visit(block),
                word => {
                    let (chosen, count) = choose(block, word);
                    visit(&chosen[..count]);
                }
            }
        }
        if let Some(word) = self.words.get(blocks.len()) {
            let mut block = [T::default(); 64];
            block[..rest.len()].copy_from_slice(rest);
            let (chosen, count) = choose(&block, *word);
            visit(&chosen[..count]);
        }
    }

    /// Memory it holds, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.words.capacity() * 8
    }

    fn trim(&mut self) {
        let used = self.len % 64;
        if let (Some(last), true) = (self.words.last_mut(), used > 0) {
            *last &= (1 << used) - 1;
        }
    }
}

/// The cells whose bits are set, and how many there are.
fn choose<T: Copy + Default>(block: &[T; 64], word: u64) -> ([T; 64], usize) {
    let (mut chosen, mut count) = ([T::default(); 64], 0);
    let mut rest = word;
    while rest != 0 {
        // Both are below 64 anyway; saying so spares the checks.
        chosen[count & 63] = block[rest.trailing_zeros() as usize & 63];
        count += 1;
        rest &= rest - 1;
    }
    (chosen, count)
}

/// Sixty-four flags, each 0 or 1, as bits. The product moves the flags of eight bytes into its topmost byte: the factor
/// has one bit for each, and no two sums meet in one place.
#[inline]
fn pack(flags: [u8; 64]) -> u64 {
    const FACTOR: u64 = 0x0102_0408_1020_4080;
    let (bytes, _) = flags.as_chunks::<8>();
    let bits = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(FACTOR) >> 56;
    bytes.iter().rev().fold(0, |word, eight| word << 8 | bits(eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bit_past_the_length_is_ever_set() {
        for len in [0, 1, 63, 64, 65, 130] {
            let mut bits = Bitmap::ones(len);
            assert_eq!(bits.count(), len as u64);
            bits.not();
            assert!(bits.is_empty());
            bits.not();
            assert_eq!(bits, Bitmap::from_fn(len, |_| true));
            let cells: Vec<usize> = (0..len).collect();
            assert_eq!(Bitmap::of_cells(&cells, |n| n % 7 == 2), Bitmap::from_fn(len, |n| n % 7 == 2));
            let mut all = Vec::new();
            bits.for_each(|row| all.push(row));
            assert_eq!(all, cells);
            for more in [0, 1, 63, 64, 65, 200] {
                let mut joined = Bitmap::from_fn(len, |row| row % 3 == 1);
                joined.append(&Bitmap::from_fn(more, |row| row % 5 == 2));
                let of_two = |row| if row < len { row % 3 == 1 } else { (row - len) % 5 == 2 };
                assert_eq!(joined, Bitmap::from_fn(len + more, of_two));
            }
            let mut seen = Vec::new();
            Bitmap::from_fn(len, |row| row % 3 == 0).for_each(|row| seen.push(row));
            assert_eq!(seen, (0..len).step_by(3).collect::<Vec<_>>());
            let thirds = Bitmap::from_fn(len, |row| row % 3 == 0);
            for rows in [&thirds, &bits, &Bitmap::zeros(len)] {
                let mut chosen = Vec::new();
                rows.for_each_run(&cells, |run| chosen.extend_from_slice(run));
                let mut expected = Vec::new();
                rows.for_each(|row| expected.push(row));
                assert_eq!(chosen, expected);
                assert_eq!(rows.both(&thirds).count(), rows.count_both(&thirds));
                assert_eq!(rows.meets(&thirds), rows.count_both(&thirds) > 0);
            }
        }
    }
}
