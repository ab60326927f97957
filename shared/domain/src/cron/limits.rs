//! How often a cron expression may fire: not closer than 15 minutes, not rarer than once in ten years.
//!
//! Both are properties of the expression alone, measured on the local clock over one whole Gregorian cycle, so an
//! expression is valid or not whatever the day and the zone.

use jiff::civil::Date;

use super::{CronExpression, has};
use crate::invalid::Invalid;

/// The Gregorian calendar repeats after 400 years, weekdays included.
const CYCLE: std::ops::Range<i16> = 2000..2400;

/// Refuses what fires too often or too rarely.
pub(super) fn check(cron: &CronExpression) -> Result<(), Invalid> {
    if longest_pause_years(cron).is_none_or(|years| years > CronExpression::MAX_YEARS_APART) {
        let detail = "there are ten years without a fire; name days that the months have";
        return Err(Invalid::field("cron", "cron_never", detail));
    }
    let apart = shortest_pause_minutes(cron);
    if apart < CronExpression::MIN_MINUTES_APART {
        let detail = format!(
            "two fires are {apart} minutes apart; leave at least {} minutes between them, such as with */15",
            CronExpression::MIN_MINUTES_APART
        );
        return Err(Invalid::field("cron", "cron_too_often", detail));
    }
    Ok(())
}

/// Most years from one year with a fire to the next; `None` when there is no fire at all.
fn longest_pause_years(cron: &CronExpression) -> Option<i16> {
    let years: Vec<i16> =
        CYCLE.filter(|&year| (1..=12).any(|month| fire_days(cron, year, month) != 0)).collect();
    let around = years.first()? + 400 - years.last()?;
    years.windows(2).map(|pair| pair[1] - pair[0]).chain([around]).max()
}

/// Fewest minutes from one fire to the next; a whole day when there is one fire a day.
fn shortest_pause_minutes(cron: &CronExpression) -> u32 {
    let hours = (0..24).filter(|&hour| has(cron.hours.all(), hour));
    let times: Vec<u32> = hours
        .flat_map(|hour| (0..60).filter(|&m| has(cron.minutes, m)).map(move |m| (hour, m)))
        .map(|(hour, minute)| u32::from(hour.unsigned_abs()) * 60 + u32::from(minute.unsigned_abs()))
        .collect();
    let within = times.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(1_440);
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return within;
    };
    let overnight = first + 1_440 - last;
    if overnight < within && fires_on_adjoining_days(cron) { overnight } else { within }
}

fn fires_on_adjoining_days(cron: &CronExpression) -> bool {
    let mut ends_with_fire = false;
    CYCLE.flat_map(|year| (1..=12).map(move |month| (year, month))).any(|(year, month)| {
        let days = fire_days(cron, year, month);
        let adjoining = days & days >> 1 != 0 || ends_with_fire && has(days, 1);
        let length = Date::new(year, month, 1).map_or(0, Date::days_in_month);
        ends_with_fire = has(days, length);
        adjoining
    })
}

fn fire_days(cron: &CronExpression, year: i16, month: i8) -> u64 {
    if has(cron.months, month) { cron.days.of_month(year, month) } else { 0 }
}
