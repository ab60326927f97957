//! Categories that are places on a scale: hours, days, months, quarters, years, plain numbers.
//!
//! They are read off their labels as sections write them. Only such labels may be left out where room is short, since
//! readers can count on; what is left stands at places that people expect, such as the first of a month.

/// Labels whose indices may stand alone, from all of them to the coarsest choice.
type Choices = Vec<Vec<usize>>;

/// A label as a place on a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Hours, counted from the start of the day.
    Hour { hour: i64 },
    /// A day of a month.
    Day { month: i64, day: i64 },
    /// Months since year 0, or since the start of a year that is not told.
    Month(i64),
    /// Quarters since year 0.
    Quarter(i64),
    /// Weeks, counted within their year.
    Week(i64),
    /// A year or any other whole number.
    Number(i64),
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The choices of labels that can stand alone, finest first; `None` where the categories are names.
pub(super) fn choices(labels: &[String]) -> Option<Choices> {
    let places: Vec<Place> = labels.iter().map(|label| read(label)).collect::<Option<_>>()?;
    let alike = |p: &Place| std::mem::discriminant(p) == std::mem::discriminant(&places[0]);
    if places.len() < 2 || !places.iter().all(alike) {
        return None;
    }
    let mut choices: Choices = vec![(0..places.len()).collect()];
    choices.extend(round_places(&places).into_iter().filter(|choice| choice.len() > 1));
    choices.extend(counted(places.len()));
    Some(choices)
}

/// Whether the categories are places on a scale, so that the last of them is later or more than the first.
pub(super) fn is_scale(labels: &[String]) -> bool {
    choices(labels).is_some()
}

/// Every second, fifth, tenth, … label from the first on.
pub(super) fn counted(labels: usize) -> Choices {
    let steps = (0..).flat_map(|power| [1, 2, 5].map(|factor| factor * 10usize.pow(power)));
    let steps = steps.skip(1).take_while(|step| *step < labels);
    steps.map(|step| (0..labels).step_by(step).collect()).chain([vec![0]]).collect()
}

/// The choices at round places: hours that divide a day, days that begin a week or month, months that divide a year.
fn round_places(places: &[Place]) -> Choices {
    let at = |keep: &dyn Fn(Place) -> bool| -> Vec<usize> {
        places.iter().enumerate().filter(|(_, place)| keep(**place)).map(|(i, _)| i).collect()
    };
    let every = |step: i64| at(&move |place| rank(place).rem_euclid(step) == 0);
    match places[0] {
        Place::Hour { .. } => [2, 3, 6, 12, 24].map(every).into(),
        Place::Day { .. } if are_weeks(places) => Vec::new(),
        Place::Day { .. } => vec![
            at(&|place| matches!(place, Place::Day { day: 1 | 8 | 15 | 22, .. })),
            at(&|place| matches!(place, Place::Day { day: 1 | 15, .. })),
            at(&|place| matches!(place, Place::Day { day: 1, .. })),
            at(&|place| matches!(place, Place::Day { month: 0 | 3 | 6 | 9, day: 1 })),
            at(&|place| matches!(place, Place::Day { month: 0, day: 1 })),
        ],
        Place::Month(_) => [2, 3, 6, 12, 24, 60, 120].map(every).into(),
        Place::Quarter(_) => [2, 4, 8, 20, 40].map(every).into(),
        Place::Week(_) | Place::Number(_) => [2, 5, 10, 20, 50, 100].map(every).into(),
    }
}

const fn rank(place: Place) -> i64 {
    match place {
        Place::Hour { hour } => hour,
        Place::Day { day, .. } => day - 1,
        Place::Month(n) | Place::Quarter(n) | Place::Number(n) => n,
        Place::Week(n) => n - 1,
    }
}

/// Whether days stand for the weeks that begin on them.
fn are_weeks(places: &[Place]) -> bool {
    places.windows(2).all(|pair| match pair {
        [Place::Day { month: m, day: a }, Place::Day { month: n, day: b }] => {
            (m == n && b - a == 7) || (m != n && a - b >= 21)
        }
        _ => false,
    })
}

/// Reads `1 Mar 14:00`, `2026-03-01 14:00`, `14:00`, `1 Mar`, `2026-03-01`, `Mar 2026`, `2026-03`, `Q1 2026`,
/// `2026-Q1`, `2026-W09`, `2026` and `17`.
fn read(label: &str) -> Option<Place> {
    if label.len() > 20 || !label.is_ascii() {
        return None;
    }
    if let Some((day, clock)) = label.rsplit_once(' ').filter(|(_, clock)| clock.contains(':')) {
        return matches!(read(day)?, Place::Day { .. }).then(|| read(clock)).flatten();
    }
    let parts: Vec<&str> = label.split([' ', '-', ':']).collect();
    match parts.as_slice() {
        [hour, "00"] if label.contains(':') => Some(Place::Hour { hour: whole(hour, 24)? }),
        [year, month, day] if label.contains('-') => {
            whole(year, 9_999)?;
            Some(Place::Day { month: whole(month, 12)? - 1, day: whole(day, 31)? })
        }
        [day, month] if whole(day, 31).is_some() && day.len() < 3 => {
            Some(Place::Day { month: month_of(month)?, day: whole(day, 31)? })
        }
        [quarter, year] if quarter.starts_with('Q') => read_quarter(year, quarter),
        [year, quarter] if quarter.starts_with('Q') => read_quarter(year, quarter),
        [year, week] if week.starts_with('W') => {
            whole(year, 9_999)?;
            Some(Place::Week(whole(&week[1..], 53)?))
        }
        [month, year] if month_of(month).is_some() => {
            Some(Place::Month(whole(year, 9_999)? * 12 + month_of(month)?))
        }
        [year, month] if year.len() == 4 => {
            Some(Place::Month(whole(year, 9_999)? * 12 + whole(month, 12)? - 1))
        }
        [number] => Some(Place::Number(whole(number, 1_000_000)?)),
        _ => None,
    }
}

fn read_quarter(year: &str, quarter: &str) -> Option<Place> {
    Some(Place::Quarter(whole(year, 9_999)? * 4 + whole(&quarter[1..], 4)? - 1))
}

fn month_of(name: &str) -> Option<i64> {
    let place = MONTHS.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    i64::try_from(place).ok()
}

/// A number of digits alone, up to `most`.
fn whole(digits: &str, most: i64) -> Option<i64> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|n| plain && *n <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(of: impl Iterator<Item = String>) -> Vec<String> {
        of.collect()
    }

    #[test]
    fn labels_of_every_grain_are_read_and_names_are_not() {
        for (label, expected) in [
            ("1 Mar 14:00", Some(Place::Hour { hour: 14 })),
            ("2026-03-01 06:00", Some(Place::Hour { hour: 6 })),
            ("23:00", Some(Place::Hour { hour: 23 })),
            ("1 Mar", Some(Place::Day { month: 2, day: 1 })),
            ("2026-03-31", Some(Place::Day { month: 2, day: 31 })),
            ("Mar 2026", Some(Place::Month(24_314))),
            ("2026-03", Some(Place::Month(24_314))),
            ("Q1 2026", Some(Place::Quarter(8_104))),
            ("2026-Q4", Some(Place::Quarter(8_107))),
            ("2026-W09", Some(Place::Week(9))),
            ("2026", Some(Place::Number(2_026))),
            ("7", Some(Place::Number(7))),
            ("", None),
            ("critical", None),
            ("T1078", None),
            ("CVE-2026-1", None),
            ("10.0.0.1", None),
            ("中文", None),
            ("Q", None),
            ("-", None),
            ("Qé 2026", None),
        ] {
            assert_eq!(read(label), expected, "{label}");
        }
    }

    #[test]
    fn what_is_left_of_the_labels_stands_at_round_places() {
        let shown = |labels: &[String], n: usize| -> Vec<String> {
            choices(labels).unwrap()[n].iter().map(|i| labels[*i].clone()).collect()
        };
        let hours = labels((0..24).map(|h| format!("{h:02}:00")));
        assert_eq!(shown(&hours, 3), ["00:00", "06:00", "12:00", "18:00"]);
        let days = labels((20..=31).map(|d| format!("{d} Jan")).chain((1..=20).map(|d| format!("{d} Feb"))));
        assert_eq!(shown(&days, 1), ["22 Jan", "1 Feb", "8 Feb", "15 Feb"]);
        let months = labels((0..24).map(|m| format!("{:04}-{:02}", 2024 + m / 12, m % 12 + 1)));
        assert_eq!(shown(&months, 3), ["2024-01", "2024-07", "2025-01", "2025-07"]);
        let weeks = labels([2, 9, 16, 23, 30].map(|d| format!("{d} Mar")).into_iter());
        assert_eq!(shown(&weeks, 1), ["2 Mar", "16 Mar", "30 Mar"]);
    }

    #[test]
    fn names_and_mixtures_are_no_scale() {
        for mixture in [vec!["1 Mar", "Mar 2026"], vec!["SOC", "NOC"], vec!["2026"], vec![]] {
            let mixture: Vec<String> = mixture.into_iter().map(str::to_owned).collect();
            assert!(!is_scale(&mixture), "{mixture:?}");
        }
    }
}
