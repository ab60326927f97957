//! Reads the words after a command: options by name, the rest by position.
//!
//! An option is written `--name value` or `--name=value`, a switch `--name`. Whatever a command does not know is
//! refused by name, with what it does know.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// An option or a switch of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The name without its dashes.
    pub name: &'static str,
    /// What the value is called in the help text; nothing for a switch.
    pub value: Option<&'static str>,
    /// One line of help.
    pub about: &'static str,
}

/// A command as its help text describes it.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The command's name.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// What the positional words are called, in order; one in brackets may be left out.
    pub positional: &'static [&'static str],
    /// Its options and switches.
    pub flags: &'static [Flag],
}

/// Words that do not fit the command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(String);

/// The words after a command, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    flags: BTreeMap<&'static str, String>,
    positional: Vec<String>,
}

impl Usage {
    /// Takes the words apart.
    ///
    /// # Errors
    ///
    /// [`UsageError`] for an unknown or repeated flag, a missing or surplus value, or too few or too many words.
    pub fn parse(&self, words: impl IntoIterator<Item = String>) -> Result<Arguments, UsageError> {
        let mut arguments = Arguments::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                Some(flag) => self.take_flag(flag, &mut words, &mut arguments)?,
                None => arguments.positional.push(word),
            }
        }
        let needed = self.positional.iter().filter(|name| !name.starts_with('[')).count();
        if let Some(missing) = self.positional[..needed].get(arguments.positional.len()) {
            return Err(UsageError(format!("{missing} is missing; usage: {self}")));
        }
        match arguments.positional.get(self.positional.len()) {
            Some(surplus) => Err(UsageError(format!("'{surplus}' is one word too many; usage: {self}"))),
            None => Ok(arguments),
        }
    }

    fn take_flag(
        &self,
        written: &str,
        rest: &mut impl Iterator<Item = String>,
        arguments: &mut Arguments,
    ) -> Result<(), UsageError> {
        let (name, inline) =
            written.split_once('=').map_or((written, None), |(name, value)| (name, Some(value)));
        let flag = self.flags.iter().find(|flag| flag.name == name).ok_or_else(|| self.unknown(name))?;
        let value = match (flag.value, inline) {
            (None, None) => String::new(),
            (None, Some(_)) => return Err(UsageError(format!("--{name} takes no value"))),
            (Some(_), Some(value)) => value.to_owned(),
            (Some(what), None) => {
                rest.next().ok_or_else(|| UsageError(format!("--{name} needs a value: --{name} {what}")))?
            }
        };
        match arguments.flags.insert(flag.name, value) {
            Some(_) => Err(UsageError(format!("--{name} is given twice"))),
            None => Ok(()),
        }
    }

    fn unknown(&self, name: &str) -> UsageError {
        let known: Vec<String> = self.flags.iter().map(|flag| format!("--{}", flag.name)).collect();
        let known =
            if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
        UsageError(format!("'{}' has no option --{name}; {known}", self.name))
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sitrep {}", self.name)?;
        for name in self.positional {
            write!(f, " {name}")?;
        }
        for flag in self.flags {
            match flag.value {
                Some(value) => write!(f, " [--{} {value}]", flag.name)?,
                None => write!(f, " [--{}]", flag.name)?,
            }
        }
        Ok(())
    }
}

impl Arguments {
    /// Whether a switch or option was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.flags.contains_key(name)
    }

    /// The value of an option.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&str> {
        self.flags.get(name).map(String::as_str)
    }

    /// The value of an option as a number, an instant, or whatever else is read from text.
    ///
    /// # Errors
    ///
    /// [`UsageError`] naming the option when its value is not one.
    pub fn find_parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, UsageError> {
        let Some(text) = self.find(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| UsageError(format!("'{text}' is no value for --{name}")))
    }

    /// The word at a position, from 0.
    #[must_use]
    pub fn position(&self, position: usize) -> Option<&str> {
        self.positional.get(position).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Usage = Usage {
        name: "up",
        about: "Starts the stack.",
        positional: &["FILE", "[OTHER]"],
        flags: &[
            Flag { name: "port", value: Some("PORT"), about: "The front's port." },
            Flag { name: "no-demo", value: None, about: "Starts empty." },
        ],
    };

    fn parse(line: &str) -> Result<Arguments, UsageError> {
        UP.parse(line.split_whitespace().map(ToOwned::to_owned))
    }

    #[test]
    fn options_and_words_may_come_in_any_order() {
        for line in ["a --port 9100 --no-demo", "--no-demo --port=9100 a"] {
            let arguments = parse(line).unwrap();
            assert_eq!(arguments.find_parsed::<u16>("port").unwrap(), Some(9_100), "{line}");
            assert!(arguments.has("no-demo"), "{line}");
            assert_eq!((arguments.position(0), arguments.position(1)), (Some("a"), None), "{line}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        for (line, expected) in [
            ("a --prot 1", "'up' has no option --prot; it has --port, --no-demo"),
            ("a --port", "--port needs a value: --port PORT"),
            ("a --port 1 --port 2", "--port is given twice"),
            ("a --no-demo=yes", "--no-demo takes no value"),
            ("", "FILE is missing; usage: sitrep up FILE [OTHER] [--port PORT] [--no-demo]"),
            ("a b c", "'c' is one word too many; usage: sitrep up FILE [OTHER] [--port PORT] [--no-demo]"),
        ] {
            assert_eq!(parse(line).unwrap_err().to_string(), expected, "{line}");
        }
        assert!(parse("a --port many").unwrap().find_parsed::<u16>("port").is_err());
    }
}
