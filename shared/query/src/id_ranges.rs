//! Id ranges of a snapshot's segments, sorted, so that those which overlap are found without comparing all pairs.

use crate::id_filter::IdRange;

/// The ranges by their first id.
pub(crate) struct IdRanges {
    /// Indexes of the segments, by first id.
    order: Vec<usize>,
    /// Place of each segment in `order`.
    place: Vec<usize>,
    /// By place.
    ranges: Vec<IdRange>,
    /// By place: the one with the largest last id up to there.
    farthest: Vec<usize>,
}

impl IdRanges {
    /// Sorts the ranges of segments.
    pub(crate) fn new(ranges: Vec<IdRange>) -> Self {
        let mut sorted: Vec<(IdRange, usize)> = ranges.into_iter().zip(0..).collect();
        sorted.sort_unstable();
        let (ranges, order): (Vec<IdRange>, Vec<usize>) = sorted.into_iter().unzip();
        let mut place = vec![0; order.len()];
        let mut farthest: Vec<usize> = Vec::with_capacity(order.len());
        for (at, index) in order.iter().enumerate() {
            place[*index] = at;
            let before = farthest.last().copied().filter(|p| ranges[*p].last > ranges[at].last);
            farthest.push(before.unwrap_or(at));
        }
        Self { order, place, ranges, farthest }
    }

    /// Whether no other range overlaps that of the segment.
    pub(crate) fn is_alone(&self, index: usize) -> bool {
        let at = self.place[index];
        let own = &self.ranges[at];
        let before = at.checked_sub(1).map(|p| &self.ranges[self.farthest[p]]);
        let after = self.ranges.get(at + 1);
        before.is_none_or(|r| r.last < own.first) && after.is_none_or(|r| own.last < r.first)
    }

    /// The other segments whose ranges overlap that of the segment.
    pub(crate) fn overlapping(&self, index: usize) -> impl Iterator<Item = usize> {
        let at = self.place[index];
        let own = &self.ranges[at];
        // Backwards until nothing before reaches this far, forwards until they begin beyond it.
        let before = (0..at).rev().take_while(|p| self.ranges[self.farthest[*p]].last >= own.first);
        let before = before.filter(|p| self.ranges[*p].last >= own.first);
        let after = (at + 1..self.ranges.len()).take_while(|p| self.ranges[*p].first <= own.last);
        before.chain(after).map(|p| self.order[p])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id_filter::Prefix;

    proptest::proptest! {
        #[test]
        fn overlaps_are_those_of_comparing_all_pairs(ends in proptest::collection::vec((0..60_u8, 0..9_u8), 0..40)) {
            let range = |(first, length): &(u8, u8)| IdRange { first: Prefix::of(&[*first]), last: Prefix::of(&[first + length]) };
            let ranges: Vec<IdRange> = ends.iter().map(range).collect();
            let found = IdRanges::new(ranges.clone());
            for (i, own) in ranges.iter().enumerate() {
                let overlaps = |j: &usize| *j != i && ranges[*j].first <= own.last && own.first <= ranges[*j].last;
                let others: Vec<usize> = (0..ranges.len()).filter(overlaps).collect();
                let mut overlapping: Vec<usize> = found.overlapping(i).collect();
                overlapping.sort_unstable();
                proptest::prop_assert_eq!(found.is_alone(i), others.is_empty());
                proptest::prop_assert_eq!(overlapping, others);
            }
        }
    }
}
