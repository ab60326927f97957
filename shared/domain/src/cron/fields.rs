//! One field of a cron expression: lists, ranges, steps and names become a set of values.
//!
//! Keeps apart the values that were named (`fixed`) from those of `*` and steps (`every`), because a change of clock
//! treats their hours differently. Days have more syntax; see `days`.

use crate::invalid::Invalid;

/// What a field accepts.
pub(super) struct Field {
    /// Name for messages.
    pub(super) name: &'static str,
    /// Smallest value.
    first: u8,
    /// Largest value of `*` and of open steps.
    last: u8,
    /// Largest number that may be written: 7 for weekdays, where it is Sunday again.
    most: u8,
    /// Full names in lower case from the value `first` on; their first three letters will do.
    names: &'static [&'static str],
}

pub(super) const MINUTE: Field = Field { name: "minute", first: 0, last: 59, most: 59, names: &[] };
pub(super) const HOUR: Field = Field { name: "hour", first: 0, last: 23, most: 23, names: &[] };
pub(super) const MONTH_DAY: Field = Field { name: "day of month", first: 1, last: 31, most: 31, names: &[] };
pub(super) const MONTH: Field = Field {
    name: "month",
    first: 1,
    last: 12,
    most: 12,
    names: &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
};
pub(super) const WEEKDAY: Field = Field {
    name: "weekday",
    first: 0,
    last: 6,
    most: 7,
    names: &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
};

impl Field {
    /// Every value, as a set.
    pub(super) fn all(&self) -> u64 {
        set_of(self.first, self.last, 1)
    }

    /// Whether the field is written so that it allows everything.
    pub(super) fn is_star(text: &str) -> bool {
        matches!(text, "*" | "*/1")
    }

    /// Reads a number or a name.
    pub(super) fn parse_value(&self, text: &str) -> Result<u8, Invalid> {
        if let Some(i) = self.names.iter().position(|name| is_name(text, name)) {
            return Ok(self.first + u8::try_from(i).expect("there are at most 12 names"));
        }
        parse_number(text)
            .filter(|n| (self.first..=self.most).contains(n))
            .ok_or_else(|| refuse("cron_value", self.name, text, &self.accepted()))
    }

    /// The same day of the week for 7 as for 0; other fields as they are.
    fn normal(&self, value: u8) -> u8 {
        if value > self.last { self.first } else { value }
    }

    fn accepted(&self) -> String {
        let numbers = format!("write numbers {}-{}", self.first, self.most);
        match self.names.first() {
            Some(name) => format!("{numbers} or names such as {} or {name}", &name[..3]),
            None => numbers,
        }
    }
}

/// The values of a field; bit `n` stands for the value `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    /// Values that were named, one by one or as a range.
    pub(super) fixed: u64,
    /// Values of `*` and of steps.
    pub(super) every: u64,
}

impl Values {
    pub(super) fn all(self) -> u64 {
        self.fixed | self.every
    }
}

/// Reads a whole field.
pub(super) fn parse_values(text: &str, field: &Field) -> Result<Values, Invalid> {
    let mut values = Values::default();
    for part in text.split(',') {
        add_part(&mut values, part, field)?;
    }
    Ok(values)
}

/// Reads one part of a list: `*`, `a`, `a-b`, and each with `/n`.
pub(super) fn add_part(values: &mut Values, part: &str, field: &Field) -> Result<(), Invalid> {
    if part.is_empty() {
        return Err(refuse("cron_value", field.name, part, "put a value on both sides of each comma"));
    }
    if part.contains('?') {
        return Err(refuse("cron_unsupported", field.name, part, "write * for any"));
    }
    let Some((base, step)) = part.split_once('/') else {
        if part == "*" {
            values.every |= field.all();
        } else {
            let (from, to) = parse_range(part, field)?;
            values.fixed |= fold_weekday(set_of(from, to, 1), field);
        }
        return Ok(());
    };
    let step = parse_step(part, step, field)?;
    let (from, to) = match base {
        "*" => (field.first, field.last),
        _ if base.contains('-') => parse_range(base, field)?,
        _ => (field.normal(field.parse_value(base)?), field.last),
    };
    values.every |= fold_weekday(set_of(from, to, step), field);
    Ok(())
}

/// A refusal that names the field, the part and the remedy.
pub(super) fn refuse(code: &'static str, field: &str, part: &str, remedy: &str) -> Invalid {
    Invalid::field("cron", code, format!("{field} `{part}`: {remedy}"))
}

/// Reads a number of at most three digits; signs and other scripts are no numbers.
pub(super) fn parse_number(text: &str) -> Option<u8> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn parse_step(part: &str, step: &str, field: &Field) -> Result<u8, Invalid> {
    let largest = field.last;
    parse_number(step).filter(|n| (1..=largest).contains(n)).ok_or_else(|| {
        let remedy = format!("a step is a number 1-{largest} after the slash, such as */2");
        refuse("cron_value", field.name, part, &remedy)
    })
}

fn parse_range(text: &str, field: &Field) -> Result<(u8, u8), Invalid> {
    let Some((from, to)) = text.split_once('-').filter(|(from, _)| !from.is_empty()) else {
        let value = field.parse_value(text)?;
        return Ok((value, value));
    };
    let (from, mut to) = (field.parse_value(from)?, field.parse_value(to)?);
    // A range may end on Sunday: Friday to Sunday is 5 to 7.
    if to == 0 && from > 0 && field.most > field.last {
        to = field.most;
    }
    if from > to {
        let remedy = format!("a range runs upwards; write {from}-{},{}-{to}", field.last, field.first);
        return Err(refuse("cron_value", field.name, text, &remedy));
    }
    Ok((from, to))
}

fn set_of(from: u8, to: u8, step: u8) -> u64 {
    (from..=to).step_by(usize::from(step)).fold(0, |set, value| set | 1 << value)
}

fn fold_weekday(set: u64, field: &Field) -> u64 {
    if field.most == field.last { set } else { (set | set >> field.most) & field.all() }
}

fn is_name(text: &str, name: &str) -> bool {
    text.eq_ignore_ascii_case(name) || text.eq_ignore_ascii_case(&name[..3])
}
