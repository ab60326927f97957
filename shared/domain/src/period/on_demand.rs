//! Periods that a caller writes by hand: `start_date` and `end_date`, each a civil day or an instant.
//!
//! Half-open throughout: a bare end day is included whole, an end instant is excluded.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::ReportPeriod;
use crate::calendar::start_of_day;
use crate::invalid::{Invalid, InvalidKind};
use crate::window::Window;

/// One end of a period as a caller writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CivilBound {
    /// A civil day such as `2026-11-20`.
    Day(Date),
    /// An instant in RFC 3339, such as `2026-11-20T09:00:00Z`.
    At(Timestamp),
}

impl CivilBound {
    /// Reads the value of `field`.
    ///
    /// # Errors
    ///
    /// [`Invalid`] on `field` with code `not_a_date`.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Invalid> {
        let parsed = match text.len() {
            10 if has_date_shape(text) => text.parse().ok().map(Self::Day),
            20..=40 if has_date_shape(text) && is_rfc3339_time(text) => text.parse().ok().map(Self::At),
            _ => None,
        };
        parsed.ok_or_else(|| {
            let detail =
                format!("{field} is a day such as 2026-11-20 or an instant such as 2026-11-20T09:00:00Z");
            Invalid::field(field, "not_a_date", detail)
        })
    }
}

/// Reads a period from the texts of `start_date` and `end_date`.
///
/// A day means that day in `zone`; a bare end day is included to its end.
///
/// # Errors
///
/// [`Invalid`] on `start_date` or `end_date`: `not_a_date`, `end_before_start`, or kind `DateRangeTooLarge`.
pub fn parse_period(start_date: &str, end_date: &str, zone: &TimeZone) -> Result<ReportPeriod, Invalid> {
    period_between(
        CivilBound::parse("start_date", start_date)?,
        CivilBound::parse("end_date", end_date)?,
        zone,
    )
}

/// The period from one bound to another: a day means that day in `zone`, and a bare end day is included to its end.
///
/// # Errors
///
/// [`Invalid`] on `end_date`: `end_before_start`, or kind `DateRangeTooLarge`.
pub fn period_between(start: CivilBound, end: CivilBound, zone: &TimeZone) -> Result<ReportPeriod, Invalid> {
    let end = match end {
        CivilBound::Day(day) => CivilBound::Day(day.tomorrow().unwrap_or(day)),
        at @ CivilBound::At(_) => at,
    };
    let period = match (start, end) {
        (CivilBound::Day(start), CivilBound::Day(end)) => ReportPeriod::from_days(start, end, zone),
        _ => Window::new(instant(start, zone), instant(end, zone))
            .map(|window| ReportPeriod::from_window(window, zone)),
    };
    period.map_err(name_end_date)
}

fn instant(bound: CivilBound, zone: &TimeZone) -> Timestamp {
    match bound {
        CivilBound::Day(day) => start_of_day(day, zone),
        CivilBound::At(at) => at,
    }
}

/// The same refusal under the name that the caller used.
fn name_end_date(mut refused: Invalid) -> Invalid {
    for error in &mut refused.errors {
        "end_date".clone_into(&mut error.field);
        if refused.kind == InvalidKind::Validation {
            "end_date must be after start_date; a bare day is included whole".clone_into(&mut error.detail);
        }
    }
    refused
}

/// Whether the text begins with four digits, a dash, two digits, a dash and two digits.
fn has_date_shape(text: &str) -> bool {
    text.bytes().zip(*b"0000-00-00").all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        _ => byte == shape,
    })
}

/// Whether a time with minutes, seconds and an offset follows the date, and nothing that RFC 3339 does not know.
fn is_rfc3339_time(text: &str) -> bool {
    let time = &text.as_bytes()[10..];
    let clock = matches!(time[0], b'T' | b't') && time[3] == b':' && time[6] == b':';
    let offset = match time {
        [.., b'Z' | b'z'] => true,
        [.., b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    clock && offset && !time.contains(&b'[')
}
