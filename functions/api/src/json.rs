//! JSON as callers write it: camelCase names become snake_case, and a name that stands twice is refused.
//!
//! Names that begin with `custom.` are the tenant's own, and names below `enum` a source's words: both stay as they are. Nesting is bounded by the parser.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment, Track};
use sitrep_domain::invalid::Invalid;

/// Reads one JSON value and nothing after it.
///
/// # Errors
///
/// [`Invalid`] naming the field, or `body` when the text is not JSON.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Invalid> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Invalid::field("body", "not_utf8", "the body is JSON in UTF-8"))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    let read =
        Tidy { verbatim: false }.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let value = read.map_err(|error| match error.classify() {
        serde_json::error::Category::Data => refuse_twice(&field_of(&track.path()), &error.to_string()),
        _ => malformed(&error),
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// Reads a value as what an operation takes.
///
/// # Errors
///
/// [`Invalid`] naming the field that is unknown, missing or of another type.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Invalid> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = field_of(error.path());
        explain(path, &error.into_inner().to_string())
    })
}

/// The refusal of a name that stands twice below `parent`; the message begins with the name.
fn refuse_twice(parent: &str, message: &str) -> Invalid {
    let detail = without_place(message);
    let name = detail.split(TWICE).next().unwrap_or_default().to_owned();
    let refused = Invalid::field(name, "twice", detail);
    if parent.is_empty() { refused } else { refused.below(parent) }
}

fn malformed(error: &serde_json::Error) -> Invalid {
    Invalid::field("body", "malformed", format!("the body is not JSON: {error}"))
}

/// A refusal in our words: which field, which rule.
fn explain(path: String, message: &str) -> Invalid {
    let message = without_place(message);
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let join = |name: &str| match path.as_str() {
        "" => name.to_owned(),
        parent if parent == name || parent.ends_with(&format!(".{name}")) => path.clone(),
        parent => format!("{parent}.{name}"),
    };
    if message.starts_with("unknown field") {
        return Invalid::field(join(quoted), "unknown_field", message);
    }
    if message.starts_with("missing field") {
        return Invalid::field(join(quoted), "missing", format!("{quoted} must be there"));
    }
    let field = if path.is_empty() { "body".to_owned() } else { path };
    let wrong_type = message.starts_with("invalid type");
    if message.contains("any variant of untagged") || (wrong_type && message.contains("struct ")) {
        return Invalid::field(field, "wrong_type", "a value of this form is not understood here");
    }
    let code = match wrong_type {
        true => "wrong_type",
        false if message.starts_with("unknown variant") => "unknown_value",
        false => "bad_value",
    };
    Invalid::field(field, code, message)
}

/// The message without the place in the text, which the field's name tells better.
fn without_place(message: &str) -> String {
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The path of a field as errors name it: `metrics[0].as`; empty at the top.
fn field_of(path: &Path) -> String {
    let mut field = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => field.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !field.is_empty() {
                    field.push('.');
                }
                field.push_str(key);
            }
            Segment::Unknown => {}
        }
    }
    field
}

/// A name in snake_case: `includeMetrics` is `include_metrics`, `templateID` is `template_id`.
pub(crate) fn snake_case(name: &str) -> String {
    if name.starts_with("custom.") || !name.bytes().any(|b| b.is_ascii_uppercase()) {
        return name.to_owned();
    }
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (i, c) in chars.iter().enumerate() {
        let previous = i.checked_sub(1).map(|i| chars[i]);
        let next = chars.get(i + 1);
        let begins_word = c.is_ascii_uppercase()
            && previous.is_some_and(|p| {
                p.is_ascii_lowercase()
                    || p.is_ascii_digit()
                    || (p.is_ascii_uppercase() && next.is_some_and(char::is_ascii_lowercase))
            });
        if begins_word {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// What is said of a name that stands twice.
const TWICE: &str = " stands twice";

/// Reads a [`Value`] with tidy names, or with names as they are.
#[derive(Clone, Copy)]
struct Tidy {
    verbatim: bool,
}

impl<'de> DeserializeSeed<'de> for Tidy {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tidy {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let name = if self.verbatim { name } else { snake_case(&name) };
            let value = entries.next_value_seed(Self { verbatim: self.verbatim || name == "enum" })?;
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("{name}{TWICE}")));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sitrep_app::data::QueryBody;
    use sitrep_domain::schedule::ScheduleDraft;

    fn refusal<T: fmt::Debug>(read: Result<T, Invalid>) -> (String, &'static str) {
        let refused = read.unwrap_err();
        (refused.errors[0].field.clone(), refused.errors[0].code)
    }

    #[test]
    fn names_become_snake_case_and_custom_names_stay() {
        for (name, expected) in [
            ("includeMetrics", "include_metrics"),
            ("templateID", "template_id"),
            ("lastNDays", "last_n_days"),
            ("URLPath", "url_path"),
            ("already_snake", "already_snake"),
            ("custom.costCentre", "custom.costCentre"),
            ("p95Value", "p95_value"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
        let value =
            parse(br#"{"groupBy": ["a"], "filters": {"policyId": ["P"], "custom.fooBar": ["x"]}}"#).unwrap();
        assert_eq!(
            value,
            json!({"group_by": ["a"], "filters": {"policy_id": ["P"], "custom.fooBar": ["x"]}})
        );
        let words = parse(br#"{"fieldRules": {"enum": {"IAMUser": 1, "iamUser": 2}}}"#).unwrap();
        assert_eq!(words, json!({"field_rules": {"enum": {"IAMUser": 1, "iamUser": 2}}}));
    }

    #[test]
    fn text_that_is_not_one_json_value_is_refused() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for (body, expected) in [
            (&b""[..], ("body", "malformed")),
            (b"{", ("body", "malformed")),
            (b"{} {}", ("body", "malformed")),
            (b"{\"a\": NaN}", ("body", "malformed")),
            (b"{\"a\": 1e999}", ("body", "malformed")),
            (b"\xff", ("body", "not_utf8")),
            (deep.as_bytes(), ("body", "malformed")),
            (br#"{"name": 1, "name": 2}"#, ("name", "twice")),
            (br#"{"a": {"start_date": 1, "startDate": 2}}"#, ("a.start_date", "twice")),
        ] {
            let (field, code) = refusal(parse(body));
            assert_eq!((field.as_str(), code), expected, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_field_that_does_not_fit_is_named_by_its_path() {
        for (body, expected) in [
            (json!({"nam": "x"}), ("nam", "unknown_field")),
            (json!({"name": 1}), ("name", "wrong_type")),
            (json!({"recipients": ["a@b.example", 2]}), ("recipients[1]", "wrong_type")),
            (json!({"frequency": "hourly"}), ("frequency", "unknown_value")),
            (json!({"formats": ["pdf", "docx"]}), ("formats[1]", "unknown_value")),
            (json!({"period": {"last_n_days": 0}}), ("period.last_n_days", "bad_value")),
            (json!([1]), ("[0]", "wrong_type")),
            (json!("x"), ("body", "wrong_type")),
        ] {
            let (field, code) = refusal(read::<ScheduleDraft>(body.clone()));
            assert_eq!((field.as_str(), code), expected, "{body}");
        }
        for (body, expected) in [
            (json!({"dataset": "incidents"}), ("metrics", "missing")),
            (
                json!({"dataset": "incidents", "metrics": [{"as": "n", "measur": {}}]}),
                ("metrics[0].measur", "unknown_field"),
            ),
            (
                json!({"dataset": "incidents", "metrics": [], "group_by": [{"time": "x"}]}),
                ("group_by[0]", "wrong_type"),
            ),
        ] {
            let (field, code) = refusal(read::<QueryBody>(body.clone()));
            assert_eq!((field.as_str(), code), expected, "{body}");
        }
    }
}
