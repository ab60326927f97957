//! Value axes: round ticks in the unit that reads best.
//!
//! Steps are 1, 2 or 5 times a power of ten; minutes and hours step as clocks do.

use sitrep_domain::document::Unit;

use crate::figures::format_decimal;

/// Steps an axis has at least where the unit leaves the choice.
const FEWEST: f64 = 4.0;
/// Steps of minutes, and of hours in minutes, that clocks show.
const CLOCK: [f64; 11] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 180.0, 360.0, 720.0];
/// Least step that is written in full; a smaller one is told by its power of ten.
const SMALLEST: f64 = 1e-4;
/// Steps from here on are told by their power of ten.
const LARGEST_WRITTEN: f64 = 1e9;
/// Values beyond are drawn as this: floats on paper end sooner than those in a document.
const LARGEST: f64 = 1e30;

/// A value axis from `min` to `max`, both multiples of its step, in the chart's unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) min: f64,
    pub(super) max: f64,
    step: f64,
    divisor: f64,
    suffix: &'static str,
}

impl Axis {
    /// An axis that holds 0 and every value.
    pub(super) fn new(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = extent(values);
        Self::between(low.min(0.0), high.max(0.0), unit)
    }

    /// An axis that holds every value, and 0 unless the values lie so far from it, and so close together, that their
    /// differences would not show. For lines and shades; a bar that does not start at 0 would lie.
    pub(super) fn close(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = extent(values);
        let apart = high - low;
        if low > 0.0 && apart < high * 0.25 && apart > SMALLEST * 10.0 && high < LARGEST_WRITTEN {
            return Self::between(low, high, unit);
        }
        Self::between(low.min(0.0), high.max(0.0), unit)
    }

    fn between(low: f64, high: f64, unit: Unit) -> Self {
        let span = if high - low > 0.0 { high - low } else { 1.0 };
        let (divisor, suffix) = scale_of(unit, high.max(-low));
        let step = step_of(span, divisor, unit);
        let (min, max) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self { min, max: if max > min { max } else { min + step }, step, divisor, suffix }
    }

    /// The ticks with their labels, ascending.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let steps = ((self.max - self.min) / self.step).round();
        let at = |i: u8| (f64::from(i) <= steps).then(|| self.min + f64::from(i) * self.step);
        (0..=u8::MAX).map_while(at).map(|value| (value, self.label(value))).collect()
    }

    /// Where a value lies between `min` (0) and `max` (1).
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value.clamp(self.min, self.max) - self.min) / (self.max - self.min)).clamp(0.0, 1.0)
    }

    fn label(&self, value: f64) -> String {
        let step = self.step / self.divisor;
        if value != 0.0 && !(SMALLEST..LARGEST_WRITTEN).contains(&step) {
            let power = format!("{:.1e}", value / self.divisor).replace(".0e", "e").replace('-', "−");
            return format!("{power}{}", self.suffix);
        }
        let decimals = [0, 1, 2, 3, 4].into_iter().find(|d| step * 10f64.powi(*d) >= 0.999).unwrap_or(4);
        let decimals = usize::try_from(decimals).unwrap_or(4);
        format!("{}{}", format_decimal(value / self.divisor, decimals), self.suffix)
    }
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let clamped = values.map(|x| x.clamp(-LARGEST, LARGEST));
    let (low, high) = clamped.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    if low > high { (0.0, 0.0) } else { (low, high) }
}

/// What values are divided by on the axis, and what is written behind them.
fn scale_of(unit: Unit, largest: f64) -> (f64, &'static str) {
    match unit {
        Unit::Percent => (1.0, "%"),
        Unit::Minutes if largest <= 120.0 => (1.0, " min"),
        Unit::Minutes if largest < 4_320.0 => (60.0, " h"),
        Unit::Minutes => (1_440.0, " d"),
        Unit::Milliseconds if largest < 10_000.0 => (1.0, " ms"),
        Unit::Milliseconds => (1_000.0, " s"),
        Unit::Count | Unit::Number | Unit::PerDay if largest >= 10_000_000.0 => (1_000_000.0, " M"),
        Unit::Count | Unit::Number | Unit::PerDay => (1.0, ""),
    }
}

/// A round step that divides the span into four to ten.
fn step_of(span: f64, divisor: f64, unit: Unit) -> f64 {
    let most = span / FEWEST;
    let clock = CLOCK.into_iter().rfind(|step| *step <= most);
    match (unit, clock) {
        (Unit::Minutes, Some(step)) if most < 1_440.0 && divisor < 1_440.0 => step,
        (Unit::Count, _) => (round_step(most / divisor) * divisor).max(1.0),
        _ => round_step(most / divisor) * divisor,
    }
}

/// The largest of 1, 2 and 5 times a power of ten that is no larger.
fn round_step(most: f64) -> f64 {
    let power = 10f64.powf(most.log10().floor());
    let factor = [5.0, 2.0].into_iter().find(|f| f * power <= most * 1.000_001).unwrap_or(1.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNITS: [Unit; 6] =
        [Unit::Count, Unit::Minutes, Unit::Percent, Unit::Number, Unit::Milliseconds, Unit::PerDay];

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_hold_every_value() {
        for (values, unit, expected) in [
            (vec![3.0, 17.0], Unit::Count, vec!["0", "2", "4", "6", "8", "10", "12", "14", "16", "18"]),
            (vec![20.0], Unit::Count, vec!["0", "5", "10", "15", "20"]),
            (vec![1.0], Unit::Count, vec!["0", "1"]),
            (vec![0.0], Unit::Count, vec!["0", "1"]),
            (vec![97.3], Unit::Percent, vec!["0%", "20%", "40%", "60%", "80%", "100%"]),
            (vec![2_976.0], Unit::Minutes, vec!["0 h", "12 h", "24 h", "36 h", "48 h", "60 h"]),
            (
                vec![100.0],
                Unit::Minutes,
                vec!["0 min", "15 min", "30 min", "45 min", "60 min", "75 min", "90 min", "105 min"],
            ),
            (vec![9_000.0], Unit::Minutes, vec!["0 d", "1 d", "2 d", "3 d", "4 d", "5 d", "6 d", "7 d"]),
            (vec![-4.0, 6.0], Unit::Number, vec!["−4", "−2", "0", "2", "4", "6"]),
            (vec![0.31], Unit::Number, vec!["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3", "0.35"]),
            (vec![25_000_000.0], Unit::Count, vec!["0 M", "5 M", "10 M", "15 M", "20 M", "25 M"]),
        ] {
            let axis = Axis::new(values.iter().copied(), unit);
            assert_eq!(labels(&axis), expected, "{values:?}");
            assert!(values.iter().all(|x| axis.min <= *x && *x <= axis.max + 1e-9));
        }
    }

    #[test]
    fn only_values_far_from_zero_and_close_together_have_an_axis_without_it() {
        for (values, expected) in [
            (vec![93.0, 96.5], vec!["93%", "93.5%", "94%", "94.5%", "95%", "95.5%", "96%", "96.5%"]),
            (vec![40.0, 90.0], vec!["0%", "20%", "40%", "60%", "80%", "100%"]),
            (vec![93.0], vec!["0%", "20%", "40%", "60%", "80%", "100%"]),
        ] {
            assert_eq!(labels(&Axis::close(values.iter().copied(), Unit::Percent)), expected, "{values:?}");
        }
    }

    proptest! {
        #[test]
        fn any_values_have_few_ticks_with_labels_that_differ(
            values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..6),
            small in prop::collection::vec(-1e4f64..1e6, 0..6),
            unit in prop::sample::select(&UNITS[..]),
        ) {
            for values in [values, small] {
                for axis in [Axis::new(values.iter().copied(), unit), Axis::close(values.iter().copied(), unit)] {
                    let labels = labels(&axis);
                    prop_assert!((2..=13).contains(&labels.len()), "{labels:?}");
                    for (i, label) in labels.iter().enumerate() {
                        prop_assert!(!labels[i + 1..].contains(label), "{labels:?}");
                        prop_assert!(label.len() < 24, "{labels:?}");
                    }
                    prop_assert!(values.iter().all(|x| (0.0..=1.0).contains(&axis.share(*x))));
                }
            }
        }
    }
}
