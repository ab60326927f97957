//! Percentiles: the few values that they lie between, found without sorting all of them.

/// Values from which a histogram narrows the search before anything is moved.
const MANY: usize = 1 << 15;
/// Bits of a histogram's index.
const BUCKET_BITS: u32 = 14;

/// The rank below a percentile of so many values, and how far it lies to the next one.
#[expect(clippy::cast_precision_loss, reason = "ranks stay far below 2^53")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank lies within the values")]
fn rank_of(p: f64, count: usize) -> Option<(usize, f64)> {
    let last = count.checked_sub(1)?;
    let rank = p * last as f64;
    let below = (rank.floor() as usize).min(last);
    Some((below, rank - below as f64))
}

/// The values that percentiles lie between, out of so many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranked {
    count: usize,
    /// Ranks with their values, ascending.
    values: Vec<(usize, i64)>,
}

impl Ranked {
    /// Finds what the percentiles need among the values, which lose their order.
    pub(crate) fn new(values: &mut [i64], percentiles: &[f64]) -> Self {
        let count = values.len();
        let of = |p: &f64| rank_of(*p, count).map(|(below, _)| [below, (below + 1).min(count - 1)]);
        let mut ranks: Vec<usize> = percentiles.iter().filter_map(of).flatten().collect();
        ranks.sort_unstable();
        ranks.dedup();
        let found = if count < MANY { select(values, &ranks) } else { select_by_histogram(values, &ranks) };
        Self { count, values: ranks.into_iter().zip(found).collect() }
    }

    /// Linear interpolation between ranks, as `PERCENTILE_CONT` in SQL; `p` is one of those it was made for.
    pub(crate) fn percentile(&self, p: f64, value: impl Fn(i64) -> f64) -> Option<f64> {
        let (below, fraction) = rank_of(p, self.count)?;
        let at = self.values.binary_search_by_key(&below, |(rank, _)| *rank).ok()?;
        let next = (at + 1).min(self.values.len() - 1);
        let (low, high) = (value(self.values[at].1), value(self.values[next].1));
        Some(low + (high - low) * fraction)
    }
}

/// The values of these ranks, ascending.
fn select(values: &mut [i64], ranks: &[usize]) -> Vec<i64> {
    let mut from = 0;
    let mut found = Vec::with_capacity(ranks.len());
    for rank in ranks {
        found.push(*values[from..].select_nth_unstable(rank - from).1);
        from = rank + 1;
    }
    found
}

/// As [`select`], but only values that share a bucket of a histogram with one of the ranks are ever moved.
fn select_by_histogram(values: &[i64], ranks: &[usize]) -> Vec<i64> {
    let (least, most) = values.iter().fold((i64::MAX, i64::MIN), |(a, b), n| (a.min(*n), b.max(*n)));
    let shift = (u64::BITS - most.abs_diff(least).leading_zeros()).saturating_sub(BUCKET_BITS);
    let bucket = |n: i64| usize::try_from(n.abs_diff(least) >> shift).expect("an index of so many bits");
    let mut counts = vec![0_usize; 1 << BUCKET_BITS];
    values.iter().for_each(|n| counts[bucket(*n)] += 1);
    let (mut start, mut rest) = (0, ranks);
    let mut found = Vec::with_capacity(ranks.len());
    for (index, count) in counts.into_iter().enumerate() {
        let (here, later) = rest.split_at(rest.partition_point(|rank| *rank < start + count));
        if !here.is_empty() {
            let mut sharing: Vec<i64> = values.iter().copied().filter(|n| bucket(*n) == index).collect();
            let within: Vec<usize> = here.iter().map(|rank| rank - start).collect();
            found.extend(select(&mut sharing, &within));
        }
        (start, rest) = (start + count, later);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn percentiles(values: &[i64], wanted: &[f64]) -> Vec<Option<f64>> {
        let ranked = Ranked::new(&mut values.to_vec(), wanted);
        wanted.iter().map(|p| ranked.percentile(*p, |n| n as f64)).collect()
    }

    #[test]
    fn percentiles_interpolate_between_ranks() {
        let found = percentiles(&[8, 1, 4, 2], &[0.0, 0.5, 0.9, 1.0]);
        for (found, expected) in found.into_iter().zip([1.0, 3.0, 6.8, 8.0]) {
            assert!((found.unwrap() - expected).abs() < 1e-12, "{found:?} instead of {expected}");
        }
        assert_eq!(percentiles(&[], &[0.5]), [None]);
        assert_eq!(percentiles(&[7], &[0.5, 1.0]), [Some(7.0), Some(7.0)]);
    }

    #[test]
    fn the_values_of_ranks_are_those_that_sorting_gives() {
        for (count, spread) in
            [(1, 1), (2, 9), (1_000, 50), (MANY + 7, 3), (MANY * 2, 1 << 40), (MANY, i64::MAX)]
        {
            let number = |n: usize| (n as i64).wrapping_mul(0x5DEE_CE66_D1A4_B6C5) % spread;
            let mut values: Vec<i64> = (0..count).map(number).collect();
            values.extend([i64::MIN, i64::MAX].iter().take(count % 2));
            let ranks: Vec<usize> =
                [0, 1, count / 3, count / 2, count - 1].into_iter().filter(|r| *r < count).collect();
            let ranks: Vec<usize> = std::collections::BTreeSet::from_iter(ranks).into_iter().collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let expected: Vec<i64> = ranks.iter().map(|rank| sorted[*rank]).collect();
            assert_eq!(select_by_histogram(&values, &ranks), expected, "{count} {spread}");
            assert_eq!(select(&mut values, &ranks), expected, "{count} {spread}");
        }
    }
}
