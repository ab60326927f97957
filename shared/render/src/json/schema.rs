//! The schema of the format, and as much of JSON Schema 2020-12 as it is written in.
//!
//! Every file is held against it before it is stored. A keyword that is not known here fails the check, so that no rule
//! of the schema is ever passed over.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// Keywords that say something to people alone.
const REMARKS: [&str; 6] = ["$schema", "$id", "$defs", "title", "description", "format"];

/// The schema of report files.
pub(crate) fn report_schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        serde_json::from_str(include_str!("../../schemas/report-1.json")).expect("the schema shipped is JSON")
    })
}

/// Holds a value against the schema of report files.
///
/// # Errors
///
/// Where the value differs, and from which rule; never the value itself.
pub(crate) fn check_report(value: &Value) -> Result<(), String> {
    let root = report_schema();
    Checker { root }.check(value, root, &Path::Root)
}

/// The way to a value, told only when something is wrong with it.
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Key(above, key) => write!(f, "{above}.{key}"),
            Self::Index(above, index) => write!(f, "{above}[{index}]"),
        }
    }
}

struct Checker<'s> {
    root: &'s Value,
}

impl Checker<'_> {
    fn check(&self, value: &Value, schema: &Value, path: &Path<'_>) -> Result<(), String> {
        let Some(rules) = schema.as_object() else { return Err(format!("{path}: the schema is no object")) };
        rules.iter().try_for_each(|(keyword, rule)| self.check_rule(value, keyword, rule, rules, path))
    }

    fn check_rule(
        &self,
        value: &Value,
        keyword: &str,
        rule: &Value,
        rules: &Map<String, Value>,
        path: &Path<'_>,
    ) -> Result<(), String> {
        let holds = match keyword {
            "$ref" => return self.check(value, self.resolve(rule, path)?, path),
            "anyOf" => list(rule).iter().any(|one| self.check(value, one, path).is_ok()),
            "type" => list(rule).iter().any(|kind| is_of_type(value, kind)),
            "const" => value == rule,
            "enum" => list(rule).contains(value),
            "minimum" => value.as_f64().is_none_or(|x| rule.as_f64().is_some_and(|least| x >= least)),
            "maximum" => value.as_f64().is_none_or(|x| rule.as_f64().is_some_and(|most| x <= most)),
            "minItems" => {
                value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap_or(0))
            }
            "maxItems" => {
                value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap_or(0))
            }
            "required" => value.as_object().is_none_or(|object| {
                list(rule).iter().filter_map(Value::as_str).all(|name| object.contains_key(name))
            }),
            "items" => return self.check_items(value, rule, path),
            "properties" => return self.check_properties(value, rule, path),
            "additionalProperties" => return self.check_others(value, rule, rules.get("properties"), path),
            _ => REMARKS.contains(&keyword),
        };
        if holds { Ok(()) } else { Err(format!("{path}: breaks \"{keyword}\"")) }
    }

    fn resolve(&self, reference: &Value, path: &Path<'_>) -> Result<&Value, String> {
        let pointer = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|at| self.root.pointer(at)).ok_or_else(|| format!("{path}: \"$ref\" leads nowhere"))
    }

    fn check_items(&self, value: &Value, rule: &Value, path: &Path<'_>) -> Result<(), String> {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        items.iter().enumerate().try_for_each(|(i, item)| self.check(item, rule, &Path::Index(path, i)))
    }

    fn check_properties(&self, value: &Value, rules: &Value, path: &Path<'_>) -> Result<(), String> {
        let (Some(object), Some(rules)) = (value.as_object(), rules.as_object()) else { return Ok(()) };
        rules.iter().try_for_each(|(name, rule)| {
            object.get(name).map_or(Ok(()), |value| self.check(value, rule, &Path::Key(path, name)))
        })
    }

    /// Properties that are not named: none, or each by one rule.
    fn check_others(
        &self,
        value: &Value,
        rule: &Value,
        named: Option<&Value>,
        path: &Path<'_>,
    ) -> Result<(), String> {
        let others = value.as_object().into_iter().flatten();
        let mut others =
            others.filter(|(name, _)| named.and_then(|named| named.get(name.as_str())).is_none());
        if *rule == Value::Bool(false) {
            return others.next().map_or(Ok(()), |_| Err(format!("{path}: breaks \"additionalProperties\"")));
        }
        others.try_for_each(|(name, value)| self.check(value, rule, &Path::Key(path, name)))
    }
}

/// The elements of a list; anything else is a list of itself.
fn list(rule: &Value) -> &[Value] {
    rule.as_array().map_or(std::slice::from_ref(rule), Vec::as_slice)
}

fn is_of_type(value: &Value, kind: &Value) -> bool {
    match kind.as_str() {
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, schema: &Value) -> Result<(), String> {
        Checker { root: schema }.check(value, schema, &Path::Root)
    }

    #[test]
    fn each_keyword_refuses_what_breaks_it() {
        for (schema, good, bad) in [
            (json!({"type": "integer"}), json!(1), json!(1.5)),
            (json!({"type": ["string", "null"]}), json!(null), json!(true)),
            (json!({"const": "a"}), json!("a"), json!("b")),
            (json!({"enum": [1, 2]}), json!(2), json!(3)),
            (json!({"minimum": 0, "maximum": 9}), json!(0), json!(-1)),
            (json!({"maximum": 9}), json!(9), json!(10)),
            (json!({"minItems": 1}), json!([0]), json!([])),
            (json!({"maxItems": 1}), json!([0]), json!([0, 0])),
            (json!({"required": ["a"]}), json!({"a": 1}), json!({})),
            (json!({"items": {"type": "null"}}), json!([null]), json!([null, 1])),
            (json!({"properties": {"a": {"type": "null"}}}), json!({"a": null}), json!({"a": 1})),
            (
                json!({"properties": {"a": {}}, "additionalProperties": false}),
                json!({"a": 1}),
                json!({"b": 1}),
            ),
            (json!({"additionalProperties": {"type": "null"}}), json!({"a": null}), json!({"a": 1})),
            (json!({"anyOf": [{"const": 1}, {"const": 2}]}), json!(2), json!(3)),
            (json!({"$ref": "#/$defs/a", "$defs": {"a": {"const": 1}}}), json!(1), json!(2)),
        ] {
            assert_eq!(check(&good, &schema), Ok(()), "{schema}");
            assert!(check(&bad, &schema).is_err(), "{schema} takes {bad}");
        }
    }

    #[test]
    fn an_unknown_keyword_or_reference_passes_nothing() {
        for schema in [json!({"pattern": "x"}), json!({"$ref": "#/$defs/none"}), json!(true)] {
            assert!(check(&json!("x"), &schema).is_err(), "{schema}");
        }
    }

    #[test]
    fn every_object_of_the_schema_lists_what_it_must_have_and_takes_nothing_else() {
        fn walk(schema: &Value, found: &mut usize) {
            if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
                *found += 1;
                let required = schema["required"].as_array().expect("required is a list");
                assert_eq!(required.len(), properties.len(), "{schema}");
                assert_eq!(schema["additionalProperties"], json!(false), "{schema}");
            }
            schema.as_object().into_iter().flatten().for_each(|(_, inner)| walk(inner, found));
            schema.as_array().into_iter().flatten().for_each(|inner| walk(inner, found));
        }
        let mut found = 0;
        walk(report_schema(), &mut found);
        assert!(found > 20, "{found} objects");
    }
}
