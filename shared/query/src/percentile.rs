//! Percentiles of values that are put in order only as far as percentiles read them.

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

/// Linear interpolation between the ranks of values that are ranked for `p`, as `PERCENTILE_CONT` in SQL.
pub(crate) fn percentile(ranked: &[i64], p: f64, value: impl Fn(i64) -> f64) -> Option<f64> {
    let (below, fraction) = rank_of(p, ranked.len())?;
    let (low, high) = (value(ranked[below]), value(ranked[(below + 1).min(ranked.len() - 1)]));
    Some(low + (high - low) * fraction)
}

/// Moves values so that those which the percentiles lie between are where sorting would put them.
pub(crate) fn rank(values: &mut [i64], percentiles: &[f64]) {
    let of = |p: &f64| rank_of(*p, values.len()).map(|(below, _)| [below, (below + 1).min(values.len() - 1)]);
    let mut ranks: Vec<usize> = percentiles.iter().filter_map(of).flatten().collect();
    ranks.sort_unstable();
    ranks.dedup();
    place(values, 0, &ranks);
}

/// Puts the values of these ranks (ascending, counted from `offset` before the first value) in their places.
fn place(values: &mut [i64], offset: usize, ranks: &[usize]) {
    let Some(middle) = ranks.get(ranks.len() / 2) else { return };
    let at = middle - offset;
    let (left, right) = (&ranks[..ranks.len() / 2], &ranks[ranks.len() / 2 + 1..]);
    let pivot = if values.len() >= MANY { gather_bucket(values, at) } else { 0..values.len() };
    values[pivot.clone()].select_nth_unstable(at - pivot.start);
    let (lower, rest) = values.split_at_mut(at);
    place(lower, offset, left);
    place(&mut rest[1..], offset + at + 1, right);
}

/// Moves the values of the bucket of a histogram that holds rank `at` together, smaller ones before and larger ones
/// after them, and says where they are.
fn gather_bucket(values: &mut [i64], at: usize) -> std::ops::Range<usize> {
    let (least, most) = values.iter().fold((i64::MAX, i64::MIN), |(a, b), n| (a.min(*n), b.max(*n)));
    let shift = (64 - most.abs_diff(least).leading_zeros()).saturating_sub(BUCKET_BITS);
    let bucket = |n: i64| n.abs_diff(least) >> shift;
    let mut counts = vec![0_usize; 1 << BUCKET_BITS];
    for n in values.iter() {
        counts[usize::try_from(bucket(*n)).expect("an index of so many bits")] += 1;
    }
    let (mut start, mut wanted) = (0, 0);
    for count in &counts {
        if at < start + count {
            break;
        }
        (start, wanted) = (start + count, wanted + 1);
    }
    let end = start + counts[usize::try_from(wanted).expect("an index of so many bits")];
    // Three ways: what is before `low` is smaller, what is from `high` on is larger.
    let (mut low, mut next, mut high) = (0, 0, values.len());
    while next < high {
        match bucket(values[next]).cmp(&wanted) {
            std::cmp::Ordering::Less => {
                values.swap(low, next);
                (low, next) = (low + 1, next + 1);
            }
            std::cmp::Ordering::Equal => next += 1,
            std::cmp::Ordering::Greater => {
                high -= 1;
                values.swap(next, high);
            }
        }
    }
    debug_assert_eq!((low, high), (start, end));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate_between_ranks() {
        let values = [1, 2, 4, 8];
        for (p, expected) in [(0.0, 1.0), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            let found = percentile(&values, p, |n| n as f64).unwrap();
            assert!((found - expected).abs() < 1e-12, "p {p}: {found}");
        }
        assert_eq!(percentile(&[], 0.5, |n| n as f64), None);
        assert_eq!(percentile(&[7], 0.5, |n| n as f64), Some(7.0));
    }

    #[test]
    fn ranking_puts_values_where_sorting_would() {
        let all = [0.0, 0.05, 0.5, 0.9, 0.95, 1.0];
        for (count, spread) in [(0, 1), (1, 1), (2, 9), (1_000, 50), (MANY + 7, 3), (MANY * 2, 1 << 40)] {
            let number = |n: usize| (n as i64).wrapping_mul(0x5DEE_CE66_D1A4_B6C5) % spread;
            let mut values: Vec<i64> = (0..count).map(number).collect();
            values.extend([i64::MIN, i64::MAX].iter().take(count % 2));
            let mut sorted = values.clone();
            sorted.sort_unstable();
            rank(&mut values, &all);
            for p in all {
                assert_eq!(
                    percentile(&values, p, |n| n as f64),
                    percentile(&sorted, p, |n| n as f64),
                    "{count} {p}"
                );
            }
        }
    }
}
