//! The planner against cases of other people: two cron libraries' own tests, and the tz database's transitions.

use jiff::civil::DateTime;
use jiff::{SignedDuration, ToSpan};
use serde::Deserialize;

use super::*;
use crate::calendar::{find_zone, local_of};

const CRON_CASES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/cron/cron_cases.ndjson"));
const TRANSITIONS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/tzdata/tz_transitions.ndjson"));

#[derive(Deserialize)]
struct CronCase {
    id: String,
    dialect: String,
    expr: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    from_raw: String,
    next: Option<String>,
    matches: Option<bool>,
}

/// Cases whose answer is another one here, on purpose: the id, our next fire or the code of the refusal, and why.
const DIFFERENCES: [(&str, Result<&str, &str>, &str); 6] = [
    ("cron-30", Ok("2012-03-11T03:00:00-04:00"), "a fixed hour in a gap is not skipped"),
    ("cron-32", Ok("2013-11-04T01:30:00-05:00"), "a fixed hour in a fold fires once"),
    ("cron-140", Err("cron_unsupported"), "W is not of this dialect"),
    ("cron-142", Err("cron_unsupported"), "W is not of this dialect"),
    ("cron-144", Err("cron_unsupported"), "W is not of this dialect"),
    ("cron-150", Err("cron_unsupported"), "W is not of this dialect"),
];

/// The expression in our dialect, with its zone; `None` where it needs seconds, years or a descriptor.
fn translate(case: &CronCase) -> Option<(String, TimeZone)> {
    let mut zone = "UTC";
    let mut expr = case.expr.as_str();
    for text in [case.from_raw.as_str(), case.expr.as_str()] {
        if let Some((_, rest)) = text.split_once("TZ=") {
            zone = rest.split(' ').next().unwrap();
        }
    }
    if expr.contains("TZ=") {
        expr = expr.split_once(' ').unwrap().1;
    }
    let mut fields: Vec<&str> = expr.split(' ').collect();
    if case.dialect.starts_with("seconds-first") && fields.remove(0) != "0" {
        return None;
    }
    let known = fields.len() == 5 && !expr.starts_with('@');
    // `?` is another way to write a star.
    known.then(|| (fields.join(" ").replace('?', "*"), find_zone(zone).unwrap()))
}

/// An instant with an offset, or a local time of the zone.
fn read_instant(text: &str, zone: &TimeZone) -> Timestamp {
    let local = || zone.to_timestamp(text.parse::<DateTime>().unwrap()).unwrap();
    text.parse().unwrap_or_else(|_| local())
}

fn check_case(case: &CronCase, cron: &str, zone: &TimeZone) -> Result<(), String> {
    let refusal = CronExpression::parse(cron).err().map(|refused| refused.errors[0].code);
    let cadence = match refusal {
        // What fires too often for us still has a next fire to compare.
        None | Some("cron_too_often") => CronExpression::parse_unlimited(cron).unwrap().into(),
        Some(code) => return Err(code.to_owned()),
    };
    let from = read_instant(&case.from, zone);
    let (after, expected) = match (&case.next, case.matches) {
        (Some(next), _) => (from, Ok(read_instant(next, zone))),
        (None, Some(true)) => (from - SignedDuration::from_nanos(1), Ok(from)),
        (None, Some(false)) => (from - SignedDuration::from_nanos(1), Err(from)),
        (None, None) => return Err("accepted".to_owned()),
    };
    let found = next_fire(&cadence, zone, after).expect("valid expressions fire").at;
    let agrees = expected.map_or_else(|other| found != other, |same| found == same);
    if agrees { Ok(()) } else { Err(found.to_string()) }
}

#[test]
fn the_cases_of_other_cron_libraries_agree_or_differ_as_listed() {
    let cases: Vec<CronCase> = CRON_CASES.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (mut agreed, mut untranslated, mut differing) = (0, 0, Vec::new());
    for case in &cases {
        let Some((cron, zone)) = translate(case) else {
            untranslated += 1;
            assert!(CronExpression::parse(&case.expr).is_err(), "{}: {}", case.id, case.expr);
            continue;
        };
        let never_or_wrong = case.next.is_none() && case.matches.is_none();
        match check_case(case, &cron, &zone) {
            Ok(()) => agreed += 1,
            Err(code) if never_or_wrong => {
                assert!(matches!(code.as_str(), "cron_never" | "cron_value"), "{}: {code}", case.id);
                agreed += 1;
            }
            Err(other) => differing.push((case.id.as_str(), other)),
        }
    }
    let expected: Vec<_> = DIFFERENCES
        .iter()
        .map(|(id, ours, _)| match ours {
            Ok(at) => (*id, at.parse::<Timestamp>().unwrap().to_string()),
            Err(code) => (*id, (*code).to_owned()),
        })
        .collect();
    assert_eq!(differing, expected);
    assert_eq!((cases.len(), agreed, untranslated), (76, 55, 15));
}

#[derive(Deserialize)]
struct Transition {
    zone: String,
    utc: Timestamp,
    kind: String,
    local_from: DateTime,
    local_to: DateTime,
    offset_before_s: i32,
    offset_after_s: i32,
}

impl Transition {
    /// Whether the database compiled in knows the transition; releases differ in their predictions.
    fn is_known(&self, zone: &TimeZone) -> bool {
        let offset = |at| zone.to_offset(at).seconds();
        offset(self.utc - SignedDuration::from_secs(1)) == self.offset_before_s
            && offset(self.utc) == self.offset_after_s
    }

    /// The fires of the day around the transition, for a cron at a quarter past the given local time.
    fn fires_at(&self, zone: &TimeZone, local: DateTime, hour: &str) -> Vec<Fire> {
        let local = local.checked_add(15.minutes()).unwrap();
        let cron = format!("{} {hour} {} {} *", local.minute(), local.day(), local.month());
        let half_a_day = SignedDuration::from_hours(12);
        let cadence = CronExpression::parse(&cron).unwrap().into();
        list_fires(&cadence, zone, self.utc - half_a_day, self.utc + half_a_day, 99)
    }
}

#[test]
fn at_every_transition_a_fixed_hour_fires_once_and_a_step_at_every_real_instant() {
    let (mut gaps, mut overlaps, mut unknown) = (0, 0, Vec::new());
    for line in TRANSITIONS.lines() {
        let transition: Transition = serde_json::from_str(line).unwrap();
        let zone = find_zone(&transition.zone).unwrap();
        if !transition.is_known(&zone) {
            unknown.push(format!("{} {}", transition.zone, transition.utc));
            continue;
        }
        let start = transition.local_from.min(transition.local_to);
        let fixed = transition.fires_at(&zone, start, &start.hour().to_string());
        let step = transition.fires_at(&zone, start, &format!("{0}-{0}/1", start.hour()));
        let instants = |fires: &[Fire]| fires.iter().map(|fire| (fire.at, fire.kind)).collect::<Vec<_>>();
        let quarter = SignedDuration::from_mins(15);
        match transition.kind.as_str() {
            "gap" => {
                gaps += 1;
                assert_eq!(instants(&fixed), [(transition.utc, FireKind::Gap)], "{line}");
                assert_eq!(instants(&step), [], "{line}");
            }
            "overlap" => {
                overlaps += 1;
                let back = transition.offset_before_s - transition.offset_after_s;
                let second = transition.utc + quarter;
                let first = second - SignedDuration::from_secs(back.into());
                assert_eq!(instants(&fixed), [(first, FireKind::Fold)], "{line}");
                assert_eq!(instants(&step), [(first, FireKind::Fold), (second, FireKind::Fold)], "{line}");
                assert_eq!(local_of(first, &zone), local_of(second, &zone), "{line}");
            }
            _ => assert!(fixed.iter().chain(&step).all(|fire| fire.kind == FireKind::Normal), "{line}"),
        }
    }
    assert_eq!(unknown, [""; 0]);
    assert_eq!((gaps, overlaps), (296, 295));
}
