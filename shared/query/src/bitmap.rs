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

    pub(crate) fn count(&self) -> u64 {
        self.words.iter().map(|w| u64::from(w.count_ones())).sum()
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

/// Sixty-four flags, each 0 or 1, as bits. The product moves the flags of eight bytes into its topmost byte: the factor
/// has one bit for each, and no two sums meet in one place.
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
            let mut seen = Vec::new();
            Bitmap::from_fn(len, |row| row % 3 == 0).for_each(|row| seen.push(row));
            assert_eq!(seen, (0..len).step_by(3).collect::<Vec<_>>());
        }
    }
}
