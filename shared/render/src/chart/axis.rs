//! Value axes: round ticks in the unit that reads best.

use sitrep_domain::document::Unit;

use crate::figures::format_decimal;

/// A value axis from `min` to `max`, both multiples of `step`, in the chart's unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) min: f64,
    pub(super) max: f64,
    step: f64,
    divisor: f64,
    suffix: &'static str,
}

impl Axis {
    /// An axis that holds 0 and every value, with four to eight steps.
    pub(super) fn new(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = values.fold((0.0f64, 0.0f64), |(low, high), x| (low.min(x), high.max(x)));
        let span = if high - low > 0.0 { high - low } else { 1.0 };
        let (divisor, suffix) = scale_of(unit, high.max(-low));
        let mut step = round_step(span / divisor / 5.0);
        if unit == Unit::Count {
            step = step.max(1.0);
        }
        let step = step * divisor;
        let max = (high / step).ceil().max(if low < 0.0 { 0.0 } else { 1.0 }) * step;
        Self { min: (low / step).floor() * step, max, step, divisor, suffix }
    }

    /// The ticks with their labels, ascending.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let steps = ((self.max - self.min) / self.step).round();
        let mut ticks = Vec::new();
        let mut i = 0.0;
        while i <= steps {
            let value = self.min + i * self.step;
            ticks.push((value, self.label(value)));
            i += 1.0;
        }
        ticks
    }

    /// Where a value lies between `min` (0) and `max` (1).
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    fn label(&self, value: f64) -> String {
        let decimals = if self.step / self.divisor < 0.1 { 2 } else { 1 };
        format!("{}{}", format_decimal(value / self.divisor, decimals), self.suffix)
    }
}

/// What values are divided by on the axis, and what is written behind them.
fn scale_of(unit: Unit, largest: f64) -> (f64, &'static str) {
    match unit {
        Unit::Percent => (1.0, "%"),
        Unit::Minutes if largest < 120.0 => (1.0, " min"),
        Unit::Minutes if largest < 4_320.0 => (60.0, " h"),
        Unit::Minutes => (1_440.0, " d"),
        Unit::Milliseconds if largest < 10_000.0 => (1.0, " ms"),
        Unit::Milliseconds => (1_000.0, " s"),
        Unit::Count | Unit::Number | Unit::PerDay if largest >= 10_000_000.0 => (1_000_000.0, " M"),
        Unit::Count | Unit::Number | Unit::PerDay => (1.0, ""),
    }
}

/// The next of 1, 2, 2.5 and 5 times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|f| f * power >= step * 0.999).unwrap_or(10.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_every_value() {
        for (values, unit, expected) in [
            (vec![3.0, 17.0], Unit::Count, vec!["0", "5", "10", "15", "20"]),
            (vec![1.0], Unit::Count, vec!["0", "1"]),
            (vec![0.0], Unit::Count, vec!["0", "1"]),
            (vec![97.3], Unit::Percent, vec!["0%", "20%", "40%", "60%", "80%", "100%"]),
            (vec![2_976.0], Unit::Minutes, vec!["0 h", "10 h", "20 h", "30 h", "40 h", "50 h"]),
            (vec![-4.0, 6.0], Unit::Number, vec!["−4", "−2", "0", "2", "4", "6"]),
            (vec![0.31], Unit::Number, vec!["0", "0.1", "0.2", "0.3", "0.4"]),
        ] {
            let axis = Axis::new(values.iter().copied(), unit);
            let labels: Vec<String> = axis.ticks().into_iter().map(|(_, label)| label).collect();
            assert_eq!(labels, expected, "{values:?}");
            assert!(values.iter().all(|x| axis.min <= *x && *x <= axis.max + 1e-9));
        }
    }

    #[test]
    fn huge_and_tiny_values_keep_the_number_of_ticks_small() {
        for value in [1e-12, 1e-3, 1e9, 1e300] {
            let ticks = Axis::new([value].into_iter(), Unit::Number).ticks();
            assert!((2..=9).contains(&ticks.len()), "{value}: {}", ticks.len());
        }
    }
}
