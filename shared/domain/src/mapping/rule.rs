//! Rules: how one target column, or custom field, gets its value from a source's row.
//!
//! A rule is what a tenant writes and what is stored; it is plain data. What it may not say is refused by
//! [`super::check`], so nothing here needs to be read twice for every row.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

/// How one target gets its value: from one of `from`, `constant` and `template`, by what else is said.
///
/// In this order: the value is found (`from`, `template`), or `missing` stands in for it; words are replaced (`enum`,
/// `otherwise`); the rest is read as the target's type, by `format`, `epoch`, `scale`, `split` and `as`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Path of the value in the source, or several. Of several the first that is there counts; a list takes the
    /// elements of all of them.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "one_or_many")]
    pub from: Vec<String>,
    /// A value for every record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<Json>,
    /// A text made of several fields: `{framework}/{requirement_id}`. Missing when any of them is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The source's words and what they become; null is "no value". Numbers and booleans are words as JSON writes
    /// them. A word that is not listed is an error unless `otherwise` says what it becomes.
    #[serde(rename = "enum", skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Json>,
    /// What a word becomes that `enum` does not list; null is "no value".
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub otherwise: Option<Json>,
    /// What a value becomes that is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Json>,
    /// How texts that are times are written, in the directives of `strptime`: `%d/%m/%Y %H:%M`. RFC 3339, or a civil
    /// date or time, when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// IANA zone of times that carry none; UTC when not given. A time that the zone skips (spring) is the first
    /// instant after the gap; one that it has twice (autumn) is the first of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Unit of numbers that are times since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// What numbers are multiplied with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// What a text is split at to become a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
    /// The type to turn the value into. On a column it is the column's own and allows what is refused otherwise: texts
    /// that are numbers or booleans, booleans that are texts, a single text that is a list. A custom field has the
    /// type that it names; without it, the type of the source's value.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub turn_into: Option<ValueType>,
}

impl Rule {
    /// The source's field of that name, as it is.
    #[must_use]
    pub fn from(path: &str) -> Self {
        Self { from: vec![path.to_owned()], ..Self::default() }
    }

    /// The first of several paths that has a value.
    #[must_use]
    pub fn first_of(paths: &[&str]) -> Self {
        Self { from: paths.iter().map(|path| (*path).to_owned()).collect(), ..Self::default() }
    }
}

/// Unit of numeric times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Epoch {
    /// Seconds since 1970 UTC.
    Seconds,
    /// Milliseconds since 1970 UTC.
    Milliseconds,
    /// Microseconds since 1970 UTC.
    Microseconds,
    /// Nanoseconds since 1970 UTC; what is finer than a microsecond is dropped.
    Nanoseconds,
    /// Told apart by size: below 10^11 (the year 5138) seconds, below 10^14 milliseconds, below 10^17 microseconds,
    /// else nanoseconds. So milliseconds before March 1973 would be taken for seconds.
    Auto,
}

/// A type that a value is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// A text; a number or boolean as JSON writes it.
    Text,
    /// A number; also a text that is one in decimal notation.
    Number,
    /// A boolean; also the texts true, yes, 1, false, no and 0 in any case, and the numbers 1 and 0.
    Boolean,
    /// A list of texts; also a single text.
    List,
}

/// Tells null, which means "no value", from nothing said.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// A path alone is written without a list around it.
mod one_or_many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }

    pub(super) fn serialize<S: Serializer>(paths: &[String], serializer: S) -> Result<S::Ok, S::Error> {
        match paths {
            [one] => serializer.serialize_str(one),
            many => many.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
        Ok(match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(path) => vec![path],
            OneOrMany::Many(paths) => paths,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rule_is_written_as_it_was_read() {
        for rule in [
            json!({"from": "a.b"}),
            json!({"from": ["a", "b"], "as": "number"}),
            json!({"from": "s", "enum": {"1": "low", "x": null}, "otherwise": null, "missing": "low"}),
            json!({"from": "s", "otherwise": false}),
            json!({"from": "t", "format": "%d/%m/%Y", "timezone": "Europe/Berlin"}),
            json!({"from": "t", "epoch": "auto"}),
            json!({"constant": true}),
        ] {
            let read: Rule = serde_json::from_value(rule.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), rule);
        }
        let silent: Rule = serde_json::from_value(json!({"from": "s"})).unwrap();
        assert_eq!(silent.otherwise, None, "nothing said is not null");
    }
}
