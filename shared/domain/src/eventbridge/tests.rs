//! The translation as a table, and against a small reading of EventBridge's own rules over two years.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::AmbiguousOffset;
use jiff::{SignedDuration, ToSpan};

use super::*;
use crate::cadence::Frequency;
use crate::calendar::find_zone;
use crate::cron::CronExpression;
use crate::planner::{FireKind, list_fires};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn cadence(cron: &str) -> Cadence {
    CronExpression::parse(cron).unwrap().into()
}

#[test]
fn presets_and_crons_become_expressions_in_their_dialect() {
    for (cron, expected) in [
        (Frequency::Daily.as_cron(), vec!["cron(0 8 * * ? *)"]),
        (Frequency::Weekly.as_cron(), vec!["cron(0 9 ? * 2 *)"]),
        (Frequency::Monthly.as_cron(), vec!["cron(0 10 1 * ? *)"]),
        (Frequency::Quarterly.as_cron(), vec!["cron(0 10 1 1,4,7,10 ? *)"]),
        (Frequency::Yearly.as_cron(), vec!["cron(0 10 1 1 ? *)"]),
        ("*/15 * * * *", vec!["cron(0,15,30,45 * * * ? *)"]),
        ("0 9 * * 0", vec!["cron(0 9 ? * 1 *)"]),
        ("0 9 * * sat,sun", vec!["cron(0 9 ? * 1,7 *)"]),
        ("0 9 13 * 5", vec!["cron(0 9 13 * ? *)", "cron(0 9 ? * 6 *)"]),
        ("0 9 1,L * *", vec!["cron(0 9 1 * ? *)", "cron(0 9 L * ? *)"]),
        ("0 9 * * 1#2,5L", vec!["cron(0 9 ? * 2#2 *)", "cron(0 9 ? * 6L *)"]),
    ] {
        let wake_up = plan_wake_up(&cadence(cron), &TimeZone::UTC, at("2026-11-20T09:00:00Z")).unwrap();
        assert_eq!(wake_up.expressions(), expected, "{cron}");
        assert!(matches!(wake_up, WakeUp::Recurring(_)), "{cron}");
    }
}

#[test]
fn what_would_take_too_many_expressions_is_woken_fire_by_fire_in_local_time() {
    let many = cadence("0 9 1,L * 1#1,3#2,5L");
    let berlin = find_zone("Europe/Berlin").unwrap();
    let wake_up = plan_wake_up(&many, &berlin, at("2026-11-20T09:00:00Z")).unwrap();
    assert_eq!(wake_up.expressions(), ["at(2026-11-27T09:00:00)"]);
    let spring = at("2026-03-29T01:00:00Z");
    assert_eq!(format_at(spring, &berlin), "at(2026-03-29T03:00:00)", "a local time that exists");
}

/// What EventBridge does with an expression, after its documentation.
struct AwsCron {
    fields: Vec<String>,
}

impl AwsCron {
    fn new(expression: &str) -> Self {
        let inner = expression.strip_prefix("cron(").and_then(|e| e.strip_suffix(')')).unwrap();
        let fields: Vec<String> = inner.split(' ').map(str::to_owned).collect();
        assert_eq!(fields.len(), 6, "{expression}");
        assert_eq!(fields[5], "*", "{expression}");
        let unset = [&fields[2], &fields[4]].into_iter().filter(|field| *field == "?").count();
        assert_eq!(unset, 1, "one day field is a question mark: {expression}");
        assert!(expression.len() <= 256, "{expression}");
        let special = fields[4].contains(['#', 'L']) || fields[2].contains('L');
        let lists = fields[2].contains(',') || fields[4].contains(',');
        assert!(!(special && lists), "L and # stand alone: {expression}");
        Self { fields }
    }

    fn list(&self, field: usize, first: i8, last: i8) -> Vec<i8> {
        match self.fields[field].as_str() {
            "*" => (first..=last).collect(),
            list => list.split(',').map(|n| n.parse().unwrap()).collect(),
        }
    }

    fn fires_on(&self, day: Date) -> bool {
        let month_day = match self.fields[2].as_str() {
            "?" => true,
            "L" => day == day.last_of_month(),
            _ => self.list(2, 1, 31).contains(&day.day()),
        };
        let ours = day.weekday().to_sunday_zero_offset() + 1;
        let weekday = match self.fields[4].as_str() {
            "?" => true,
            field => match (field.split_once('#'), field.strip_suffix('L')) {
                (Some((n, k)), _) => {
                    let nth = day.nth_weekday_of_month(k.parse().unwrap(), day.weekday());
                    n == ours.to_string() && nth.is_ok_and(|nth| nth == day)
                }
                (_, Some(n)) => {
                    n == ours.to_string() && day.checked_add(7.days()).unwrap().month() != day.month()
                }
                _ => self.list(4, 1, 7).contains(&ours),
            },
        };
        month_day && weekday && self.list(3, 1, 12).contains(&day.month())
    }

    fn locals(&self, first: Date, last: Date) -> Vec<DateTime> {
        let (hours, minutes) = (self.list(1, 0, 23), self.list(0, 0, 59));
        let days = first.series(1.day()).take_while(|day| *day <= last).filter(|day| self.fires_on(*day));
        days.flat_map(|day| hours.iter().map(move |h| (day, *h)))
            .flat_map(|(day, hour)| minutes.iter().map(move |minute| day.at(hour, *minute, 0, 0)))
            .collect()
    }
}

/// The instant at which EventBridge fires for a local time: none in a gap, the first in a fold.
fn aws_instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let exists = !matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
    exists.then(|| ambiguous.earlier().unwrap())
}

#[test]
fn over_two_years_the_expressions_fire_when_the_planner_does_but_for_gaps_and_folds() {
    let crons = [
        "0 8 * * *",
        "30 2 * * *",
        "0 9 * * 1",
        "*/15 * * * *",
        "0 */5 * * *",
        "30 1-3 * * *",
        "0 10 1 1,4,7,10 *",
        "0 9 13 * 5",
        "0 9 */10 * 0",
        "0 9 L 2-11 *",
        "0 9 * * 7#5",
        "0 9 * * 6L",
        "45 23 1,15,L * mon-wed",
        "0 0 29 2 *",
        "5 0 1-31 * 1",
    ];
    let (mut gap_fires, mut fold_fires) = (0, 0);
    for name in [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kathmandu",
    ] {
        let zone = find_zone(name).unwrap();
        for cron in crons {
            let (after, until) = (at("2026-12-31T12:00:00Z"), at("2028-12-31T12:00:00Z"));
            let wake_up = plan_wake_up(&cadence(cron), &zone, after).unwrap();
            let mut aws: Vec<Timestamp> = wake_up
                .expressions()
                .iter()
                .flat_map(|e| AwsCron::new(e).locals(date(2026, 12, 30), date(2029, 1, 2)))
                .filter_map(|local| aws_instant(local, &zone))
                .filter(|fire| *fire > after && *fire <= until)
                .collect();
            aws.sort_unstable();
            aws.dedup();
            let (repaired, woken): (Vec<Fire>, Vec<Fire>) =
                list_fires(&cadence(cron), &zone, after, until, 100_000)
                    .into_iter()
                    .partition(|fire| is_missed_by_aws(fire, &zone));
            assert_eq!(woken.iter().map(|fire| fire.at).collect::<Vec<_>>(), aws, "{cron} in {name}");
            gap_fires += repaired.iter().filter(|fire| fire.kind == FireKind::Gap).count();
            fold_fires += repaired.iter().filter(|fire| fire.kind == FireKind::Fold).count();
        }
    }
    assert!(gap_fires > 0 && fold_fires > 0, "the zones exercise both changes of clock");
}

/// Fires in a gap, and the second of two in a fold.
fn is_missed_by_aws(fire: &Fire, zone: &TimeZone) -> bool {
    match fire.kind {
        FireKind::Normal => false,
        FireKind::Gap => true,
        FireKind::Fold => aws_instant(fire.local, zone) != Some(fire.at),
    }
}

#[test]
fn an_at_expression_names_the_fire_that_it_stands_for() {
    let many = cadence("0 2 1,29,L * 1#1,3#2,5L");
    let berlin = find_zone("Europe/Berlin").unwrap();
    let mut after = at("2026-01-01T00:00:00Z");
    for _ in 0..60 {
        let Some(WakeUp::At { expression, fire }) = plan_wake_up(&many, &berlin, after) else {
            panic!("five expressions are one too many");
        };
        let local: DateTime = expression[3..expression.len() - 1].parse().unwrap();
        assert_eq!(aws_instant(local, &berlin), Some(fire.at));
        assert!(fire.at > after);
        after = fire.at + SignedDuration::ZERO;
    }
}
