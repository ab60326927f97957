//! Percentiles: the few values that they lie between, found without sorting all of them.

/// Values from which a histogram narrows the search before anything is moved.
const MANY: usize = 1 << 15;
/// Buckets whose values are looked for at once.
const AT_ONCE: usize = 4;
/// Bits of the index of a histogram that divides a range evenly.
const EVEN_BITS: u32 = 12;
/// Bits after the leading one that tell apart numbers of one power of two.
const FINE_BITS: u32 = 6;
/// Buckets of the numbers from zero up in a histogram by powers of two; as many are for those below.
const HALF: usize = (64 - FINE_BITS as usize) << FINE_BITS;

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
    /// Finds what the percentiles need among the values, which come in pieces.
    pub(crate) fn new(pieces: &[&[i64]], percentiles: &[f64]) -> Self {
        let count = pieces.iter().map(|piece| piece.len()).sum();
        let of = |p: &f64| rank_of(*p, count).map(|(below, _)| [below, (below + 1).min(count - 1)]);
        let mut ranks: Vec<usize> = percentiles.iter().filter_map(of).flatten().collect();
        ranks.sort_unstable();
        ranks.dedup();
        let found = if count < MANY {
            select(&mut pieces.concat(), &ranks)
        } else {
            narrow(pieces, &ranks, &BySize, select_evenly)
        };
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

/// Buckets of values, the larger the later, numbered from zero.
trait Scale {
    /// How many there are.
    fn buckets(&self) -> usize;
    fn bucket(&self, n: i64) -> usize;
    /// The smallest value of a bucket, and how far the largest may lie above it.
    fn range(&self, bucket: usize) -> (i64, u64);
}

/// As [`select`], but only values that share a bucket with one of the ranks are ever moved; `inner` finds the ranks
/// among those.
fn narrow(
    pieces: &[&[i64]],
    ranks: &[usize],
    scale: &impl Scale,
    inner: fn(Vec<i64>, &[usize]) -> Vec<i64>,
) -> Vec<i64> {
    let (mut start, mut rest) = (0, ranks);
    let mut wanted: Vec<(usize, Vec<usize>)> = Vec::new();
    for (bucket, count) in count_by_bucket(pieces, scale).into_iter().enumerate() {
        let (here, later) = rest.split_at(rest.partition_point(|rank| *rank < start + count));
        if !here.is_empty() {
            wanted.push((bucket, here.iter().map(|rank| rank - start).collect()));
        }
        (start, rest) = (start + count, later);
    }
    let mut found = Vec::with_capacity(ranks.len());
    for some in wanted.chunks(AT_ONCE) {
        let near = values_in(pieces, std::array::from_fn(|i| scale.range(some[i.min(some.len() - 1)].0)));
        for (bucket, ranks) in some {
            let sharing = near.iter().copied().filter(|n| scale.bucket(*n) == *bucket).collect();
            found.extend(inner(sharing, ranks));
        }
    }
    found
}

/// The values in any of the ranges, each a smallest value and how far the largest lies above it.
fn values_in(pieces: &[&[i64]], ranges: [(i64, u64); AT_ONCE]) -> Vec<i64> {
    let mut found = Vec::new();
    let mut look = |n: &i64| {
        let is_in = |range: &(i64, u64)| n.wrapping_sub(range.0).cast_unsigned() <= range.1;
        // All of them are looked at, so that only one outcome is to be guessed.
        if ranges.iter().fold(false, |any, range| any | is_in(range)) {
            found.push(*n);
        }
    };
    pieces.iter().for_each(|piece| piece.iter().for_each(&mut look));
    found
}

fn count_by_bucket(pieces: &[&[i64]], scale: &impl Scale) -> Vec<usize> {
    // Two counts of each in turn: equal neighbours need not wait for each other.
    let mut counts = vec![[0; 2]; scale.buckets()];
    for piece in pieces {
        let (pairs, rest) = piece.as_chunks::<2>();
        for [first, second] in pairs {
            counts[scale.bucket(*first)][0] += 1;
            counts[scale.bucket(*second)][1] += 1;
        }
        rest.iter().for_each(|n| counts[scale.bucket(*n)][0] += 1);
    }
    counts.into_iter().map(|[some, others]| some + others).collect()
}

/// By power of two and the bits that follow the leading one: buckets are as fine among small values as among large
/// ones. Below zero, sizes count down from minus one.
struct BySize;

impl Scale for BySize {
    fn buckets(&self) -> usize {
        2 * HALF
    }

    fn bucket(&self, n: i64) -> usize {
        let size = (n ^ (n >> 63)).cast_unsigned();
        let coarse = (size | 1 << FINE_BITS).ilog2() - FINE_BITS;
        let place = ((coarse as usize) << FINE_BITS) + (size >> coarse) as usize;
        if n < 0 { HALF - 1 - place } else { HALF + place }
    }

    fn range(&self, bucket: usize) -> (i64, u64) {
        let is_negative = bucket < HALF;
        let place = if is_negative { HALF - 1 - bucket } else { bucket - HALF };
        // The first two powers of two share one width.
        let coarse = (place >> FINE_BITS).saturating_sub(1);
        let leading = i64::try_from(place - (coarse << FINE_BITS)).expect("a few bits");
        let (least, width) = (leading << coarse, (1_i64 << coarse) - 1);
        (if is_negative { !least - width } else { least }, width.cast_unsigned())
    }
}

/// Of one width each.
struct Evenly {
    least: i64,
    shift: u32,
}

impl Scale for Evenly {
    fn buckets(&self) -> usize {
        1 << EVEN_BITS
    }

    fn bucket(&self, n: i64) -> usize {
        usize::try_from(n.abs_diff(self.least) >> self.shift).expect("an index of so many bits")
    }

    fn range(&self, bucket: usize) -> (i64, u64) {
        (self.least.wrapping_add_unsigned((bucket as u64) << self.shift), (1 << self.shift) - 1)
    }
}

/// As [`select`], of values that lie close together.
fn select_evenly(mut values: Vec<i64>, ranks: &[usize]) -> Vec<i64> {
    if values.len() < MANY {
        return select(&mut values, ranks);
    }
    let (least, most) = values.iter().fold((i64::MAX, i64::MIN), |(a, b), n| (a.min(*n), b.max(*n)));
    if least == most {
        return vec![least; ranks.len()];
    }
    let shift = (u64::BITS - most.abs_diff(least).leading_zeros()).saturating_sub(EVEN_BITS);
    narrow(&[&values], ranks, &Evenly { least, shift }, |mut sharing, ranks| select(&mut sharing, ranks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn percentiles(values: &[i64], wanted: &[f64]) -> Vec<Option<f64>> {
        let ranked = Ranked::new(&[values], wanted);
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
    fn buckets_ascend_and_their_ranges_are_the_values_in_them() {
        let sizes = (0..63).flat_map(|bit| [-1, 0, 1].map(|near| (1_i64 << bit) + near));
        let mut values: Vec<i64> =
            sizes.flat_map(|n| [n, -n, n / 3 * 2]).chain([i64::MIN, i64::MAX, 0]).collect();
        values.sort_unstable();
        let evenly = Evenly { least: i64::MIN, shift: 52 };
        for scale in [&BySize as &dyn Scale, &evenly] {
            let buckets: Vec<usize> = values.iter().map(|n| scale.bucket(*n)).collect();
            assert!(buckets.is_sorted());
            assert_eq!((buckets.first(), buckets.last()), (Some(&0), Some(&(scale.buckets() - 1))));
            for (n, bucket) in values.iter().zip(buckets) {
                let (least, width) = scale.range(bucket);
                assert!((least..=least.wrapping_add_unsigned(width)).contains(n), "{n} {bucket}");
                assert_eq!(scale.bucket(least.wrapping_add_unsigned(width)), bucket);
                assert!(least == i64::MIN || scale.bucket(least - 1) == bucket - 1);
            }
        }
    }

    #[test]
    fn the_values_of_ranks_are_those_that_sorting_gives() {
        for (count, spread) in
            [(1, 1), (2, 9), (1_000, 50), (MANY + 7, 3), (MANY, 1), (MANY * 2, 1 << 40), (MANY, i64::MAX)]
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
            let pieces: Vec<&[i64]> = values.chunks(1_000).collect();
            let narrowed = narrow(&pieces, &ranks, &BySize, select_evenly);
            assert_eq!(narrowed, expected, "{count} {spread}");
            assert_eq!(select_evenly(values.clone(), &ranks), expected, "{count} {spread}");
            assert_eq!(select(&mut values, &ranks), expected, "{count} {spread}");
        }
    }
}
