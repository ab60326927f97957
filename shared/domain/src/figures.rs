//! Figures as people read them: thousands separators, durations in the unit that reads best, changes in words.
//!
//! The same words go into PDF, HTML, text and mail; CSV and JSON keep the raw numbers instead.

use crate::document::{KpiCard, Unit};
use crate::result::Cell;

/// What stands for a missing value.
pub const NO_VALUE: &str = "–";

/// A value in its unit.
#[must_use]
pub fn format_value(cell: &Cell, unit: Unit) -> String {
    match (cell, unit) {
        (Cell::Integer(n), Unit::Count | Unit::Number) => format_count(*n),
        (Cell::Null, _) => NO_VALUE.to_owned(),
        (Cell::Boolean(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
        (Cell::Time(at), _) => at.to_string(),
        (Cell::Text(text), _) => text.clone(),
        (Cell::Integer(_) | Cell::Number(_), _) => format_number(cell.as_f64().unwrap_or(f64::NAN), unit),
    }
}

/// A number in its unit.
#[must_use]
pub fn format_number(x: f64, unit: Unit) -> String {
    if !x.is_finite() {
        return NO_VALUE.to_owned();
    }
    match unit {
        Unit::Count | Unit::Number => format_decimal(x, 2),
        Unit::Percent => format!("{}%", format_decimal(x, 2)),
        Unit::Minutes => format_minutes(x),
        Unit::Milliseconds => format!("{} ms", format_decimal(x, usize::from(x.abs() < 99.95))),
        Unit::PerDay => format!("{} a day", format_decimal(x, 2)),
    }
}

/// A whole number with thousands separators.
#[must_use]
pub fn format_count(n: i64) -> String {
    group_thousands(&n.to_string())
}

/// A number with at most so many decimals, trailing zeros dropped, thousands separated.
#[must_use]
pub fn format_decimal(x: f64, decimals: usize) -> String {
    let fixed = format!("{x:.decimals$}");
    let trimmed =
        if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.') } else { &fixed };
    // A small negative number must not print as "-0".
    if trimmed == "-0" { "0".to_owned() } else { group_thousands(trimmed) }
}

fn group_thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("−", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Minutes up to two hours, hours up to three days, days beyond: one decimal.
fn format_minutes(minutes: f64) -> String {
    let size = minutes.abs();
    if size < 119.95 {
        format!("{} min", format_decimal(minutes, 1))
    } else if size < 4_320.0 {
        format!("{} h", format_decimal(minutes / 60.0, 1))
    } else {
        format!("{} d", format_decimal(minutes / 1_440.0, 1))
    }
}

/// Which way a figure went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It is higher than before.
    Up,
    /// It is lower than before.
    Down,
    /// It is what it was.
    Level,
}

/// A change against the previous period.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Which way it went.
    pub direction: Direction,
    /// The change in words, such as `Up 12% from 50`.
    pub words: String,
    /// Whether that is better; `None` where neither way is.
    pub better: Option<bool>,
}

/// The change of a card's figure, or `None` when one of the two figures is missing.
#[must_use]
pub fn describe_change(card: &KpiCard) -> Option<Change> {
    let now = card.value.as_f64().filter(|x| x.is_finite())?;
    let before = card.previous.as_ref()?.as_f64().filter(|x| x.is_finite())?;
    let direction = match now.partial_cmp(&before)? {
        std::cmp::Ordering::Greater => Direction::Up,
        std::cmp::Ordering::Less => Direction::Down,
        std::cmp::Ordering::Equal => Direction::Level,
    };
    let was = format_number(before, card.unit);
    let words = match direction {
        Direction::Level => "Unchanged".to_owned(),
        Direction::Up => format!("Up {}from {was}", describe_size(now, before, card.unit)),
        Direction::Down => format!("Down {}from {was}", describe_size(now, before, card.unit)),
    };
    let better = match direction {
        Direction::Level => None,
        Direction::Up => card.lower_is_better.map(|lower| !lower),
        Direction::Down => card.lower_is_better,
    };
    Some(Change { direction, words, better })
}

/// The size of a change with a space behind it: points for percentages, per cent for the rest, nothing from zero.
fn describe_size(now: f64, before: f64, unit: Unit) -> String {
    if unit == Unit::Percent {
        return format!("{} pts ", format_decimal((now - before).abs(), 2));
    }
    let percent = ((now - before) / before).abs() * 100.0;
    if !percent.is_finite() || percent >= 1_000.0 {
        String::new()
    } else {
        format!("{}% ", format_decimal(percent, 1))
    }
}

/// The target in words, such as "Target ≤ 48 h".
#[must_use]
pub fn describe_target(card: &KpiCard) -> Option<String> {
    let target = format_number(card.target?, card.unit);
    Some(match card.lower_is_better {
        Some(true) => format!("Target ≤ {target}"),
        Some(false) => format!("Target ≥ {target}"),
        None => format!("Target {target}"),
    })
}

/// "n of m rows shown", when rows were left out.
#[must_use]
pub fn describe_rows(shown: usize, total: u64) -> Option<String> {
    ((shown as u64) < total).then(|| {
        format!(
            "{} of {} rows shown",
            group_thousands(&shown.to_string()),
            group_thousands(&total.to_string())
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Status;

    #[test]
    fn numbers_read_well_in_their_unit() {
        for (cell, unit, expected) in [
            (Cell::Integer(0), Unit::Count, "0"),
            (Cell::Integer(1_234_567), Unit::Count, "1,234,567"),
            (Cell::Integer(-1_234), Unit::Count, "−1,234"),
            (Cell::Integer(i64::MIN), Unit::Count, "−9,223,372,036,854,775,808"),
            (Cell::Number(1_234.5), Unit::Number, "1,234.5"),
            (Cell::Number(-0.001), Unit::Number, "0"),
            (Cell::Number(93.333_3), Unit::Percent, "93.33%"),
            (Cell::Number(50.0), Unit::Percent, "50%"),
            (Cell::Number(4.26), Unit::Minutes, "4.3 min"),
            (Cell::Number(119.94), Unit::Minutes, "119.9 min"),
            (Cell::Number(119.96), Unit::Minutes, "2 h"),
            (Cell::Number(2_976.0), Unit::Minutes, "49.6 h"),
            (Cell::Number(13_392.0), Unit::Minutes, "9.3 d"),
            (Cell::Number(1_453.7), Unit::Milliseconds, "1,454 ms"),
            (Cell::Number(0.25), Unit::PerDay, "0.25 a day"),
            (Cell::Number(f64::NAN), Unit::Number, "–"),
            (Cell::Null, Unit::Count, "–"),
            (Cell::Boolean(true), Unit::Count, "yes"),
        ] {
            assert_eq!(format_value(&cell, unit), expected, "{cell:?} {unit:?}");
        }
    }

    fn card(value: Cell, previous: Option<Cell>, unit: Unit, lower_is_better: Option<bool>) -> KpiCard {
        KpiCard {
            title: "t".into(),
            value,
            unit,
            previous,
            lower_is_better,
            target: None,
            status: Status::Neutral,
            trend: Vec::new(),
        }
    }

    #[test]
    fn changes_say_direction_size_and_whether_they_are_better() {
        use Direction::{Down, Level, Up};
        for (now, before, unit, lower, expected) in [
            (
                Cell::Integer(110),
                Cell::Integer(100),
                Unit::Count,
                Some(true),
                Some((Up, "Up 10% from 100", Some(false))),
            ),
            (
                Cell::Integer(90),
                Cell::Integer(100),
                Unit::Count,
                Some(true),
                Some((Down, "Down 10% from 100", Some(true))),
            ),
            (
                Cell::Number(92.5),
                Cell::Number(90.0),
                Unit::Percent,
                Some(false),
                Some((Up, "Up 2.5 pts from 90%", Some(true))),
            ),
            (Cell::Integer(5), Cell::Integer(0), Unit::Count, None, Some((Up, "Up from 0", None))),
            (Cell::Integer(5), Cell::Integer(5), Unit::Count, Some(true), Some((Level, "Unchanged", None))),
            (Cell::Integer(5), Cell::Null, Unit::Count, None, None),
            (Cell::Null, Cell::Integer(5), Unit::Count, None, None),
        ] {
            let change = describe_change(&card(now, Some(before), unit, lower));
            let got = change.as_ref().map(|c| (c.direction, c.words.as_str(), c.better));
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn only_tables_that_lost_rows_say_so() {
        assert_eq!(describe_rows(50, 5_432).as_deref(), Some("50 of 5,432 rows shown"));
        assert_eq!(describe_rows(50, 50), None);
    }
}
