//! Values of a source as values of a type, and how strictly each kind of source is read.
//!
//! JSON has types, so they must fit: a text that looks like a number is not one unless the rule turns it into one. The
//! one exception is a number where a text is wanted, because ids are often written as numbers. A CSV has texts only, so
//! everything is read from them.

use serde_json::Value as Json;

use super::SourceKind;
use super::rule::ValueType;
use crate::dataset::ColumnType;
use crate::record::Scalar;

/// A value that does not fit: the rule it breaks, and what would be right ("a number").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) wanted: String,
}

pub(super) fn wrong_type(wanted: &str) -> Refusal {
    Refusal { code: "wrong_type", wanted: wanted.to_owned() }
}

/// How strictly values are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Numbers and booleans are also read from texts.
    from_text: bool,
    /// The rule turns values into the type.
    turns: bool,
}

impl Reading {
    pub(super) fn new(kind: SourceKind, turn_into: Option<ValueType>) -> Self {
        Self { from_text: kind == SourceKind::Csv || turn_into.is_some(), turns: turn_into.is_some() }
    }

    /// A text, as it is; a number as JSON writes it.
    pub(super) fn text(self, value: &Json) -> Result<String, Refusal> {
        match value {
            Json::String(text) => Ok(text.clone()),
            Json::Number(number) => Ok(number.to_string()),
            Json::Bool(b) if self.turns => Ok(b.to_string()),
            _ => Err(wrong_type("a text")),
        }
    }

    /// A finite number.
    pub(super) fn number(self, value: &Json, scale: Option<f64>) -> Result<f64, Refusal> {
        let number = match value {
            Json::Number(number) => number.as_f64(),
            Json::String(text) if self.from_text => text.trim().parse().ok(),
            _ => None,
        };
        let scaled = number.map(|x| x * scale.unwrap_or(1.0)).filter(|x| x.is_finite());
        scaled.ok_or_else(|| wrong_type("a number"))
    }

    /// A whole number. One that was scaled may miss by the rounding of its product.
    pub(super) fn integer(self, value: &Json, scale: Option<f64>) -> Result<i64, Refusal> {
        if let (Json::Number(number), None) = (value, scale)
            && let Some(whole) = number.as_i64()
        {
            return Ok(whole);
        }
        let x = self.number(value, scale).map_err(|_| wrong_type("a whole number"))?;
        let off = (x - x.round()).abs();
        let is_whole = off == 0.0 || (scale.is_some() && off < 1e-6);
        #[expect(clippy::cast_possible_truncation, reason = "whole and far inside the range of i64")]
        if is_whole && x.abs() < 9e15 { Ok(x.round() as i64) } else { Err(wrong_type("a whole number")) }
    }

    /// True or false.
    pub(super) fn boolean(self, value: &Json) -> Result<bool, Refusal> {
        let found = match value {
            Json::Bool(b) => Some(*b),
            Json::String(text) if self.from_text => boolean_word(text.trim()),
            Json::Number(number) if self.turns => boolean_word(&number.to_string()),
            _ => None,
        };
        found.ok_or_else(|| wrong_type("true or false"))
    }

    /// The texts of a list, or of a text that is split. A list that is turned may hold numbers and booleans, and null,
    /// which is left out.
    pub(super) fn texts(
        self,
        value: &Json,
        split: Option<&str>,
        out: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let refuse = || wrong_type("a list of texts");
        match (value, split) {
            (Json::Array(items), _) => {
                for item in items {
                    match item {
                        Json::String(text) => out.push(text.clone()),
                        Json::Null if self.turns => {}
                        other if self.turns => out.push(self.text(other).map_err(|_| refuse())?),
                        _ => return Err(refuse()),
                    }
                }
            }
            (Json::String(text), Some(split)) => {
                let items = text.split(split).map(str::trim).filter(|item| !item.is_empty());
                out.extend(items.map(str::to_owned));
            }
            (value, None) if self.turns => out.push(self.text(value).map_err(|_| refuse())?),
            _ => return Err(refuse()),
        }
        Ok(())
    }

    /// A value that keeps the type it has, for custom fields.
    pub(super) fn as_it_is(self, value: &Json) -> Result<Scalar, Refusal> {
        match value {
            Json::String(text) => Ok(Scalar::Text(text.clone())),
            Json::Bool(b) => Ok(Scalar::Boolean(*b)),
            Json::Number(_) => self.number(value, None).map(Scalar::Number),
            Json::Array(_) => {
                let mut texts = Vec::new();
                self.texts(value, None, &mut texts).map(|()| Scalar::List(texts))
            }
            Json::Object(_) | Json::Null => Err(wrong_type("a text, a number, a boolean or a list of texts")),
        }
    }

    /// A value of a type that is no time.
    pub(super) fn plain(self, value: &Json, kind: ColumnType, scale: Option<f64>) -> Result<Scalar, Refusal> {
        match kind {
            ColumnType::Text => self.text(value).map(Scalar::Text),
            ColumnType::Number => self.number(value, scale).map(Scalar::Number),
            ColumnType::Integer => self.integer(value, scale).map(Scalar::Integer),
            ColumnType::Boolean => self.boolean(value).map(Scalar::Boolean),
            ColumnType::List => {
                let mut texts = Vec::new();
                self.texts(value, None, &mut texts).map(|()| Scalar::List(texts))
            }
            ColumnType::Time => Err(wrong_type("a time")),
        }
    }
}

fn boolean_word(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// A value as `enum` lists it: texts as they are, numbers and booleans as JSON writes them.
pub(super) fn word_of(value: &Json) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Json::String(text) => Some(text.as_str().into()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_strict_csv_reads_texts_and_a_rule_may_turn_values() {
        use ColumnType::{Boolean, Integer, List, Number, Text};
        let strict = Reading::new(SourceKind::Json, None);
        let csv = Reading::new(SourceKind::Csv, None);
        let turn = Reading::new(SourceKind::Json, Some(ValueType::Text));
        let text = |text: &str| Some(Scalar::Text(text.to_owned()));
        let list = |texts: &[&str]| Some(Scalar::List(texts.iter().map(|t| (*t).to_owned()).collect()));
        for (kind, value, by_json, by_csv, turned) in [
            (Text, json!("a"), text("a"), text("a"), text("a")),
            (Text, json!(12), text("12"), text("12"), text("12")),
            (Text, json!(true), None, None, text("true")),
            (Text, json!(["a"]), None, None, None),
            (
                Number,
                json!(1.5),
                Some(Scalar::Number(1.5)),
                Some(Scalar::Number(1.5)),
                Some(Scalar::Number(1.5)),
            ),
            (Number, json!("1.5 "), None, Some(Scalar::Number(1.5)), Some(Scalar::Number(1.5))),
            (Number, json!("inf"), None, None, None),
            (Number, json!(true), None, None, None),
            (Integer, json!("7"), None, Some(Scalar::Integer(7)), Some(Scalar::Integer(7))),
            (Integer, json!(7.5), None, None, None),
            (
                Boolean,
                json!(false),
                Some(Scalar::Boolean(false)),
                Some(Scalar::Boolean(false)),
                Some(Scalar::Boolean(false)),
            ),
            (Boolean, json!("Yes"), None, Some(Scalar::Boolean(true)), Some(Scalar::Boolean(true))),
            (Boolean, json!(0), None, None, Some(Scalar::Boolean(false))),
            (Boolean, json!(2), None, None, None),
            (List, json!(["a", "b"]), list(&["a", "b"]), list(&["a", "b"]), list(&["a", "b"])),
            (List, json!(["a", 1, null]), None, None, list(&["a", "1"])),
            (List, json!("a"), None, None, list(&["a"])),
            (List, json!([["a"]]), None, None, None),
            (List, json!({"a": 1}), None, None, None),
        ] {
            for (reading, expected) in [(strict, by_json), (csv, by_csv), (turn, turned)] {
                assert_eq!(reading.plain(&value, kind, None).ok(), expected, "{kind:?} {value} {reading:?}");
            }
        }
    }

    #[test]
    fn a_scaled_whole_number_forgives_the_rounding_of_its_product_alone() {
        let reading = Reading::new(SourceKind::Json, None);
        for (value, scale, expected) in [
            (json!(1.1), Some(10.0), Some(11)),
            (json!(0.07), Some(100.0), Some(7)),
            (json!(1.15), Some(10.0), None),
            (json!(1.000_000_01), None, None),
            (json!(1e300), Some(10.0), None),
        ] {
            assert_eq!(reading.integer(&value, scale).ok(), expected, "{value}");
        }
    }
}
