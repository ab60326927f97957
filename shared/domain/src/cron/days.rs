//! The two day fields of a cron expression, and which days of a month they allow together.
//!
//! A field is restricted unless it is a bare star. If both are restricted either is enough; if one is, it alone decides.

use jiff::civil::Date;

use super::fields::{Field, MONTH_DAY, Values, WEEKDAY, add_part, parse_number, refuse};
use crate::invalid::Invalid;

/// The bits 0, 7, 14, 21 and 28.
const EVERY_SEVENTH: u64 = 0x1020_4081;

/// Which days are allowed. Bit `n` of a set stands for the value `n`; weekdays count from Sunday, which is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Days {
    /// Days of the month that were named.
    pub(crate) month_days: u64,
    /// Whether the last day of the month was named.
    pub(crate) last_day: bool,
    /// Weekdays that were named, every week.
    pub(crate) weekdays: u64,
    /// Pairs `n#k`: the weekday and which one of the month, 1 to 5.
    pub(crate) nth_weekdays: Vec<(u8, u8)>,
    /// Weekdays of which the last one of the month was named.
    pub(crate) last_weekdays: u64,
    /// Whether the day of month restricts.
    pub(crate) by_month_day: bool,
    /// Whether the weekday restricts.
    pub(crate) by_weekday: bool,
}

impl Days {
    /// Reads the two fields.
    pub(super) fn parse(day: &str, weekday: &str) -> Result<Self, Invalid> {
        let mut days = Self {
            by_month_day: !Field::is_star(day),
            by_weekday: !Field::is_star(weekday),
            ..Self::default()
        };
        let mut values = Values::default();
        for part in day.split(',') {
            days.add_month_day(part, &mut values)?;
        }
        days.month_days = values.all();
        let mut values = Values::default();
        for part in weekday.split(',') {
            days.add_weekday(part, &mut values)?;
        }
        days.weekdays = values.all();
        days.nth_weekdays.sort_unstable();
        days.nth_weekdays.dedup();
        Ok(days)
    }

    /// The allowed days of a month, as a set of 1 to 31; empty outside the calendar.
    pub(super) fn of_month(&self, year: i16, month: i8) -> u64 {
        let Ok(first) = Date::new(year, month, 1) else {
            return 0;
        };
        let length = u8::try_from(first.days_in_month()).expect("a month has 28 to 31 days");
        let all = (2 << length) - 2;
        all & match (self.by_month_day, self.by_weekday) {
            (false, false) => all,
            (true, false) => self.by_number(length),
            (false, true) => self.by_name(first, all),
            (true, true) => self.by_number(length) | self.by_name(first, all),
        }
    }

    fn by_number(&self, length: u8) -> u64 {
        self.month_days | u64::from(self.last_day) << length
    }

    fn by_name(&self, first: Date, all: u64) -> u64 {
        let offset = first.weekday().to_sunday_zero_offset().unsigned_abs();
        (0..7).fold(0, |set, weekday| {
            let first = (7 + weekday - offset) % 7 + 1;
            let days = all & EVERY_SEVENTH << first;
            let every = if self.weekdays >> weekday & 1 == 1 { days } else { 0 };
            let last = if self.last_weekdays >> weekday & 1 == 1 { 1 << days.ilog2() } else { 0 };
            let nth = self.nth_weekdays.iter().filter(|(of, _)| *of == weekday);
            set | every | last | nth.fold(0, |set, (_, nth)| set | 1 << (first + 7 * (nth - 1)))
        })
    }

    fn add_month_day(&mut self, part: &str, values: &mut Values) -> Result<(), Invalid> {
        if part.eq_ignore_ascii_case("L") {
            self.last_day = true;
            return Ok(());
        }
        if part.contains(['L', 'l', 'W', 'w', '#']) {
            let remedy = "write days 1-31, or L for the last day of the month";
            return Err(refuse("cron_unsupported", MONTH_DAY.name, part, remedy));
        }
        add_part(values, part, &MONTH_DAY)
    }

    fn add_weekday(&mut self, part: &str, values: &mut Values) -> Result<(), Invalid> {
        if let Some((weekday, nth)) = part.split_once('#') {
            let weekday = WEEKDAY.parse_value(weekday)? % 7;
            let nth = parse_number(nth).filter(|n| (1..=5).contains(n)).ok_or_else(|| {
                refuse("cron_value", WEEKDAY.name, part, "after # stands which one of the month, 1 to 5")
            })?;
            self.nth_weekdays.push((weekday, nth));
            return Ok(());
        }
        match part.strip_suffix(['L', 'l']) {
            Some("") => {
                let remedy = "say which weekday is the last one, such as 5L for the last Friday";
                Err(refuse("cron_unsupported", WEEKDAY.name, part, remedy))
            }
            Some(weekday) => {
                self.last_weekdays |= 1 << (WEEKDAY.parse_value(weekday)? % 7);
                Ok(())
            }
            None => add_part(values, part, &WEEKDAY),
        }
    }
}
