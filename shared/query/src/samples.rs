//! Samples: the numbers that percentiles are of, in pieces as they came.
//!
//! A segment's numbers are taken over as they are, so that adding up segments moves no number twice; only small pieces
//! are put together. In which order numbers lie means nothing.

/// Numbers of a piece that is still added to.
const FULL: usize = 1 << 13;

/// Some numbers, each as often as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    pieces: Vec<Vec<i64>>,
    count: usize,
}

impl Samples {
    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// None yet, with room for so many.
    pub(crate) fn with_capacity(count: u64) -> Self {
        let room = usize::try_from(count).unwrap_or(0);
        Self { pieces: if room == 0 { Vec::new() } else { vec![Vec::with_capacity(room)] }, count: 0 }
    }

    /// Adds some.
    pub(crate) fn extend(&mut self, numbers: &[i64]) {
        self.count += numbers.len();
        match self.pieces.last_mut() {
            Some(last) if last.len() + numbers.len() <= last.capacity().max(FULL) => {
                last.extend_from_slice(numbers);
            }
            _ => self.pieces.push(numbers.to_vec()),
        }
    }

    /// Adds others.
    pub(crate) fn append(&mut self, others: Self) {
        self.count += others.count;
        for piece in others.pieces {
            match self.pieces.last_mut() {
                Some(last) if last.len() + piece.len() <= FULL => last.extend_from_slice(&piece),
                _ => self.pieces.push(piece),
            }
        }
    }

    /// All of them, piece by piece.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &[i64]> {
        self.pieces.iter().map(Vec::as_slice)
    }
}

impl From<Vec<i64>> for Samples {
    fn from(numbers: Vec<i64>) -> Self {
        Self { count: numbers.len(), pieces: vec![numbers] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_however_pieces_are_put_together() {
        let mut samples = Samples::with_capacity(3);
        let mut expected: Vec<i64> = Vec::new();
        for length in [0, 1, 2, FULL - 4, 1, 5, FULL, FULL + 1, 3] {
            let numbers: Vec<i64> = (0..length as i64).map(|n| n + expected.len() as i64).collect();
            expected.extend(&numbers);
            samples.append(numbers.into());
            samples.extend(&[-1]);
            expected.push(-1);
        }
        let mut found = samples.pieces().collect::<Vec<_>>().concat();
        assert_eq!((samples.count(), found.len()), (expected.len(), expected.len()));
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
