//! Exact sums of floating point numbers.
//!
//! The sum is kept without rounding and rounded once at the end, so it does not depend on the order of the numbers,
//! on how they are spread over segments, or on the number of cores.

/// Numbers below this size add into a fixed-point integer of 2^-80 units; all others into partial sums.
const FIXED_BELOW: f64 = (1_u64 << 27) as f64;
/// Numbers smaller than this have bits below 2^-80.
const FIXED_FROM: f64 = 1.0 / (1_u64 << 27) as f64;
const FRACTION_BITS: i32 = 80;
/// Past this size a sum could overflow on the way; it then has no value.
const HUGE: f64 = 1e280;

/// A running exact sum.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExactSum {
    fixed: i128,
    /// Partial sums that do not overlap, ascending in size (Shewchuk 1997).
    partials: Vec<f64>,
    overflow: bool,
}

impl ExactSum {
    /// Adds a finite number.
    pub(crate) fn add(&mut self, x: f64) {
        let size = x.abs();
        if (FIXED_FROM..FIXED_BELOW).contains(&size)
            && let Some(sum) = self.fixed.checked_add(to_fixed(x))
        {
            self.fixed = sum;
        } else if size < HUGE {
            self.add_partial(x);
        } else {
            self.overflow = true;
        }
    }

    /// Adds another sum.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.overflow |= other.overflow;
        other.partials.iter().for_each(|x| self.add_partial(*x));
        match self.fixed.checked_add(other.fixed) {
            Some(sum) => self.fixed = sum,
            None => from_fixed(other.fixed).into_iter().for_each(|x| self.add_partial(x)),
        }
    }

    /// The sum, rounded to the nearest number; `None` when numbers were beyond what a sum can hold.
    pub(crate) fn value(&self) -> Option<f64> {
        let mut all = self.clone();
        from_fixed(self.fixed).into_iter().for_each(|x| all.add_partial(x));
        let sum = round(&all.partials);
        (!self.overflow && sum.is_finite()).then_some(sum)
    }

    fn add_partial(&mut self, mut x: f64) {
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        self.partials.push(x);
    }
}

/// The number in units of 2^-80, exactly: its mantissa, shifted.
fn to_fixed(x: f64) -> i128 {
    let bits = x.to_bits();
    let exponent = i32::try_from(bits >> 52 & 0x7FF).expect("eleven bits") - 1_075;
    let mantissa = i128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let value = mantissa << (exponent + FRACTION_BITS);
    if x < 0.0 { -value } else { value }
}

/// The fixed-point sum as four numbers of 32 bits each, which are exact.
fn from_fixed(fixed: i128) -> [f64; 4] {
    let unit = 2_f64.powi(-FRACTION_BITS);
    let sign = if fixed < 0 { -unit } else { unit };
    let size = fixed.unsigned_abs();
    [0, 32, 64, 96].map(|shift| {
        let part = u32::try_from(size >> shift & 0xFFFF_FFFF).expect("thirty-two bits");
        f64::from(part) * 2_f64.powi(shift) * sign
    })
}

/// Sums partials from the largest down, with one correct rounding (halves to even).
fn round(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev();
    let Some(mut high) = rest.next().copied() else { return 0.0 };
    while let Some(y) = rest.next() {
        let sum = high + y;
        let low = y - (sum - high);
        high = sum;
        if low != 0.0 {
            // Exactly half a unit: what is left below decides the direction.
            let next = rest.next().copied().unwrap_or(0.0);
            if (low < 0.0) == (next < 0.0) && next != 0.0 {
                let doubled = low * 2.0;
                let away = high + doubled;
                if away - high == doubled {
                    high = away;
                }
            }
            break;
        }
    }
    // A sum of nothing but zeros is zero, not minus zero.
    high + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> Option<f64> {
        let mut sum = ExactSum::default();
        numbers.iter().for_each(|x| sum.add(*x));
        sum.value()
    }

    #[test]
    fn a_sum_is_rounded_once_at_the_end() {
        for (numbers, expected) in [
            (vec![], Some(0.0)),
            (vec![0.1; 10], Some(1.0)),
            (vec![1e100, 1.0, -1e100], Some(1.0)),
            (vec![1e16, 1.0, 1e-16], Some(10_000_000_000_000_002.0)),
            (vec![0.7, -0.7], Some(0.0)),
            (vec![5e-324, 5e-324], Some(1e-323)),
            (vec![-0.25, 1e300], None),
        ] {
            assert_eq!(sum(&numbers), expected, "{numbers:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn neither_order_nor_grouping_changes_a_bit(
            numbers in proptest::collection::vec(-1e30..1e30_f64, 0..60),
            small in proptest::collection::vec(-1.0..1.0_f64, 0..60),
            cut in 0..60_usize,
        ) {
            let mut all = numbers;
            all.extend(small);
            let forward = sum(&all);
            let (left, right) = all.split_at(cut.min(all.len()));
            let mut merged = ExactSum::default();
            for part in [right, left] {
                let mut partial = ExactSum::default();
                part.iter().rev().for_each(|x| partial.add(*x));
                merged.merge(&partial);
            }
            proptest::prop_assert_eq!(forward.map(f64::to_bits), merged.value().map(f64::to_bits));
        }
    }
}
