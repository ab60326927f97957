//! Rules of periods as tables: which days a fire covers, how they become instants, and what is refused.

use jiff::civil::date;

use super::*;
use crate::calendar::find_zone;
use crate::cron::CronExpression;
use crate::invalid::InvalidKind;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rule(json: &str) -> PeriodRule {
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_rule_covers_whole_local_days_before_the_fire() {
    for (json, zone, fire_at, start, end) in [
        (r#""previous_day""#, "UTC", "2026-11-20T08:00:00Z", "2026-11-19", "2026-11-20"),
        (r#""previous_day""#, "Asia/Tokyo", "2026-11-20T20:00:00Z", "2026-11-20", "2026-11-21"),
        (r#""previous_week""#, "Europe/Berlin", "2026-11-23T08:00:00Z", "2026-11-16", "2026-11-23"),
        (r#""previous_week""#, "Europe/Berlin", "2026-11-22T08:00:00Z", "2026-11-09", "2026-11-16"),
        (r#""previous_week""#, "Europe/Berlin", "2026-11-22T23:30:00Z", "2026-11-16", "2026-11-23"),
        (r#""previous_month""#, "UTC", "2026-03-31T10:00:00Z", "2026-02-01", "2026-03-01"),
        (r#""previous_month""#, "UTC", "2026-01-01T10:00:00Z", "2025-12-01", "2026-01-01"),
        (r#""previous_quarter""#, "UTC", "2026-02-01T10:00:00Z", "2025-10-01", "2026-01-01"),
        (r#""previous_quarter""#, "UTC", "2026-12-31T10:00:00Z", "2026-07-01", "2026-10-01"),
        (r#""previous_year""#, "UTC", "2026-01-01T10:00:00Z", "2025-01-01", "2026-01-01"),
        (r#"{"last_n_days":30}"#, "UTC", "2026-11-20T10:00:00Z", "2026-10-21", "2026-11-20"),
        (r#"{"last_n_days":3660}"#, "UTC", "2026-11-20T10:00:00Z", "2016-11-12", "2026-11-20"),
        // A zone that skipped 30 December 2011: a report on that day alone takes in the day before.
        (r#""previous_day""#, "Pacific/Apia", "2011-12-30T19:00:00Z", "2011-12-29", "2011-12-31"),
    ] {
        let period = rule(json).resolve(at(fire_at), &find_zone(zone).unwrap()).unwrap();
        let days = (period.start().to_string(), period.end().to_string());
        assert_eq!(days, (start.to_owned(), end.to_owned()), "{json} at {fire_at} in {zone}");
    }
}

#[test]
fn a_window_of_civil_days_runs_from_midnight_to_midnight_through_a_change_of_clock() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    for (fire_at, start, end, hours) in [
        ("2026-03-30T06:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23),
        ("2026-10-26T07:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25),
    ] {
        let window = PeriodRule::PreviousDay.resolve(at(fire_at), &berlin).unwrap().window();
        assert_eq!((window.start(), window.end(), window.seconds()), (at(start), at(end), hours * 3_600));
    }
    let sao_paulo = find_zone("America/Sao_Paulo").unwrap();
    let day = ReportPeriod::from_days(date(2018, 11, 4), date(2018, 11, 5), &sao_paulo).unwrap();
    assert_eq!(day.window().start(), at("2018-11-04T03:00:00Z"), "a day without midnight begins at one");
}

#[test]
fn ten_years_of_days_fit_whatever_the_season_at_their_ends() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    for end in date(2026, 1, 1).series(Span::new().days(1)).take(365) {
        let start = PeriodUnit::Days(DayCount::MAX).before(end);
        assert!(ReportPeriod::from_days(start, end, &berlin).is_ok(), "to {end}");
        let refused = ReportPeriod::from_days(start.yesterday().unwrap(), end, &berlin).unwrap_err();
        assert_eq!(refused.kind, InvalidKind::DateRangeTooLarge, "to {end}");
    }
}

#[test]
fn only_the_documented_rules_are_read() {
    for json in [
        r#""week""#,
        r#""last_n_days""#,
        r#"{"last_n_days":0}"#,
        r#"{"last_n_days":3661}"#,
        r#"{"last_n_days":-1}"#,
        r#"{"last_n_days":1.5}"#,
        r#"{"last_n_days":70000}"#,
        r#"{"last_n_days":7,"previous_day":1}"#,
    ] {
        assert!(serde_json::from_str::<PeriodRule>(json).is_err(), "{json}");
    }
    for json in [r#""previous_day""#, r#""previous_quarter""#, r#"{"last_n_days":1}"#] {
        assert_eq!(serde_json::to_string(&rule(json)).unwrap(), json);
    }
}

#[test]
fn the_default_rule_follows_the_cadence() {
    for (frequency, expected) in Frequency::ALL.into_iter().zip([
        PeriodRule::PreviousDay,
        PeriodRule::PreviousWeek,
        PeriodRule::PreviousMonth,
        PeriodRule::PreviousQuarter,
        PeriodRule::PreviousYear,
    ]) {
        assert_eq!(PeriodRule::default_for(&frequency.into()), expected, "{frequency:?}");
    }
    for (cron, expected) in [
        ("0 8 * * *", PeriodRule::PreviousDay),
        ("0 */6 * * *", PeriodRule::PreviousDay),
        ("0 9 * * 5", PeriodRule::PreviousWeek),
        ("0 9 * * 0,7", PeriodRule::PreviousWeek),
        ("0 9 15 * *", PeriodRule::PreviousMonth),
        ("0 9 L * *", PeriodRule::PreviousMonth),
        ("0 9 * * 1#1", PeriodRule::PreviousMonth),
        ("0 9 * * 5L", PeriodRule::PreviousMonth),
        ("0 9 * * 1-5", PeriodRule::LAST_30_DAYS),
        ("0 9 1,15 * *", PeriodRule::LAST_30_DAYS),
        ("0 9 1 * 1", PeriodRule::LAST_30_DAYS),
        ("0 9 * * 1,5L", PeriodRule::LAST_30_DAYS),
    ] {
        let cadence = CronExpression::parse(cron).unwrap().into();
        assert_eq!(PeriodRule::default_for(&cadence), expected, "{cron}");
    }
}

#[test]
fn an_on_demand_period_takes_days_and_instants_and_includes_a_bare_end_day() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    for (start, end, window, days) in [
        ("2026-11-01", "2026-11-30", ("2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"), 30),
        ("2026-11-20", "2026-11-20", ("2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z"), 1),
        ("2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z", ("2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"), 1),
        ("2026-11-20", "2026-11-20T09:00:00+01:00", ("2026-11-19T23:00:00Z", "2026-11-20T08:00:00Z"), 1),
        ("2026-11-20T22:30:00.5Z", "2026-11-21", ("2026-11-20T22:30:00.5Z", "2026-11-21T23:00:00Z"), 2),
    ] {
        let period = parse_period(start, end, &berlin).unwrap();
        let found = (period.window().start(), period.window().end());
        assert_eq!((found, period.days()), ((at(window.0), at(window.1)), days), "{start} to {end}");
    }
}

#[test]
fn an_on_demand_period_that_cannot_be_is_refused_by_the_name_of_its_field() {
    let utc = TimeZone::UTC;
    for (start, end, field, code) in [
        ("2026-11-31", "2026-12-01", "start_date", "not_a_date"),
        ("20261101", "2026-12-01", "start_date", "not_a_date"),
        ("yesterday", "2026-12-01", "start_date", "not_a_date"),
        ("", "2026-12-01", "start_date", "not_a_date"),
        ("2026-11-01", "2026-12-01T10:00", "end_date", "not_a_date"),
        ("2026-11-01", "2026-12-01T10:00:00", "end_date", "not_a_date"),
        ("2026-11-01", "2026-12-01T10:00:00+01", "end_date", "not_a_date"),
        ("2026-11-01", "2026-12-01T10:00:00+00:00[UTC]", "end_date", "not_a_date"),
        ("2026-11-01", "2026-12-01 10:00:00Z", "end_date", "not_a_date"),
        ("2026-11-01", "2026-12-\u{661}\u{661}", "end_date", "not_a_date"),
        ("2026-11-02", "2026-11-01", "end_date", "end_before_start"),
        ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z", "end_date", "end_before_start"),
        ("2016-01-01", "2026-11-20", "end_date", "date_range_too_large"),
        ("2016-01-01T00:00:00Z", "2026-11-20", "end_date", "date_range_too_large"),
    ] {
        let refused = parse_period(start, end, &utc).expect_err(end);
        let error = &refused.errors[0];
        assert_eq!((error.field.as_str(), error.code), (field, code), "{start} to {end}");
    }
}

#[test]
fn a_period_type_is_the_last_complete_one_or_needs_two_dates() {
    for (json, rule) in [
        ("\"daily\"", Some(PeriodRule::PreviousDay)),
        ("\"weekly\"", Some(PeriodRule::PreviousWeek)),
        ("\"monthly\"", Some(PeriodRule::PreviousMonth)),
        ("\"quarterly\"", Some(PeriodRule::PreviousQuarter)),
        ("\"yearly\"", Some(PeriodRule::PreviousYear)),
        ("\"on_demand\"", None),
    ] {
        assert_eq!(serde_json::from_str::<PeriodType>(json).unwrap().rule(), rule, "{json}");
    }
}

#[test]
fn the_previous_window_is_the_same_length_in_the_unit_of_the_period() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    let civil = |start, end| ReportPeriod::from_days(start, end, &berlin).unwrap().window();
    let march = civil(date(2026, 3, 1), date(2026, 4, 1));
    for (unit, start, seconds) in [
        (PeriodUnit::Months(1), "2026-01-31T23:00:00Z", 28 * 86_400),
        (PeriodUnit::Days(31), "2026-01-28T23:00:00Z", 31 * 86_400),
        (PeriodUnit::Instants, "2026-01-29T00:00:00Z", 31 * 86_400 - 3_600),
    ] {
        let previous = previous_window(&march, unit, &berlin).unwrap();
        let found = (previous.start(), previous.end(), previous.seconds());
        assert_eq!(found, (at(start), march.start(), seconds), "{unit:?}");
    }
    let day_after_change = civil(date(2026, 3, 30), date(2026, 3, 31));
    let previous = previous_window(&day_after_change, PeriodUnit::Days(1), &berlin).unwrap();
    assert_eq!(previous.seconds(), 23 * 3_600);
}

#[test]
fn trends_use_days_then_weeks_then_months() {
    for (days, bucket) in [
        (1, TimeBucket::Day),
        (92, TimeBucket::Day),
        (93, TimeBucket::Week),
        (366, TimeBucket::Week),
        (367, TimeBucket::Month),
    ] {
        assert_eq!(trend_bucket(days), bucket, "{days}");
    }
}

#[test]
fn a_period_travels_as_json_and_is_checked_on_arrival() {
    let period = PeriodRule::PreviousMonth.resolve(at("2026-11-20T09:00:00Z"), &TimeZone::UTC).unwrap();
    let json = serde_json::to_string(&period).unwrap();
    assert_eq!(serde_json::from_str::<ReportPeriod>(&json).unwrap(), period);
    let backwards = json.replace("2026-10-01\"", "2026-12-01\"");
    assert!(serde_json::from_str::<ReportPeriod>(&backwards).is_err(), "{backwards}");
}
