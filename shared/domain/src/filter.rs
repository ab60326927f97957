//! Filters: which records a measure or a query looks at.
//!
//! `F = {and: [F]} | {or: [F]} | {not: F} | {field, op, value}`, or the short form `{field: [values]}` (or within a
//! field, and between fields). A comparison with a missing value is false, `ne` included, as in SQL; only `is_null`
//! sees what is missing. A list column compares element by element: `eq` and `in` are true when any element is.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::invalid::Invalid;

/// A condition on one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Json", into = "Json")]
pub enum Filter {
    /// All of them hold; true when there are none.
    And(Vec<Filter>),
    /// At least one of them holds; false when there are none.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A column or `custom.<name>` compares with a value.
    Compare {
        /// Column name or `custom.<name>`.
        field: String,
        /// How it compares.
        op: Compare,
        /// With what: text, number, boolean, or a list of them for `in`; a boolean for `is_null`.
        value: Json,
    },
}

/// Ways to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// Equal.
    Eq,
    /// Present and not equal.
    Ne,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Equal to one of a list.
    In,
    /// Missing (`true`) or present (`false`).
    IsNull,
    /// A list has the element, or a text has the part.
    Contains,
}

impl Compare {
    const ALL: [(&'static str, Self); 9] = [
        ("eq", Self::Eq),
        ("ne", Self::Ne),
        ("lt", Self::Lt),
        ("le", Self::Le),
        ("gt", Self::Gt),
        ("ge", Self::Ge),
        ("in", Self::In),
        ("is_null", Self::IsNull),
        ("contains", Self::Contains),
    ];

    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, op)| *op == self).map_or("eq", |(word, _)| word)
    }

    fn parse(word: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().find(|(w, _)| *w == word).map(|(_, op)| *op).ok_or_else(|| {
            Invalid::field("op", "unknown_op", "op is one of eq, ne, lt, le, gt, ge, in, is_null, contains")
        })
    }
}

impl Filter {
    /// Deepest nesting of a filter.
    pub const MAX_DEPTH: usize = 16;
    /// Most comparisons in a filter.
    pub const MAX_TERMS: usize = 200;
    /// Most values of one comparison.
    pub const MAX_VALUES: usize = 1_000;

    /// A comparison, for formulas written in Rust.
    pub fn compare(field: impl Into<String>, op: Compare, value: impl Into<Json>) -> Self {
        Self::Compare { field: field.into(), op, value: value.into() }
    }

    /// The column is missing.
    pub fn is_null(field: impl Into<String>) -> Self {
        Self::compare(field, Compare::IsNull, true)
    }

    /// The column is present.
    pub fn is_present(field: impl Into<String>) -> Self {
        Self::compare(field, Compare::IsNull, false)
    }

    /// How many comparisons it is made of.
    #[must_use]
    pub fn count_comparisons(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::count_comparisons).sum(),
            Self::Not(part) => part.count_comparisons(),
            Self::Compare { .. } => 1,
        }
    }

    /// Reads a filter from its JSON, long or short form.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the path of the offending part; kind `LimitExceeded` past [`Self::MAX_DEPTH`],
    /// [`Self::MAX_TERMS`] or [`Self::MAX_VALUES`].
    pub fn parse(json: &Json) -> Result<Self, Invalid> {
        let mut terms = 0;
        parse_at(json, 0, &mut terms)
    }
}

fn parse_at(json: &Json, depth: usize, terms: &mut usize) -> Result<Filter, Invalid> {
    if depth > Filter::MAX_DEPTH {
        return Err(Invalid::limit("", format!("a filter nests at most {} deep", Filter::MAX_DEPTH)));
    }
    let Json::Object(map) = json else {
        return Err(Invalid::field(
            "",
            "not_an_object",
            "a filter is an object: {field, op, value}, {and: […]}, …",
        ));
    };
    let only = if map.len() == 1 { map.iter().next() } else { None };
    match only {
        Some((key, Json::Array(parts))) if key == "and" || key == "or" => {
            let parse_part =
                |(i, part)| parse_at(part, depth + 1, terms).map_err(|e| e.below(&format!("{key}[{i}]")));
            let parts = parts.iter().enumerate().map(parse_part).collect::<Result<Vec<_>, _>>()?;
            Ok(if key == "and" { Filter::And(parts) } else { Filter::Or(parts) })
        }
        Some((key, part)) if key == "not" => {
            let part = parse_at(part, depth + 1, terms).map_err(|e| e.below("not"))?;
            Ok(Filter::Not(Box::new(part)))
        }
        _ if map.contains_key("field") => parse_comparison(map, terms),
        _ => parse_short(map, terms),
    }
}

fn count_term(terms: &mut usize) -> Result<(), Invalid> {
    *terms += 1;
    if *terms > Filter::MAX_TERMS {
        return Err(Invalid::limit("", format!("a filter has at most {} comparisons", Filter::MAX_TERMS)));
    }
    Ok(())
}

fn parse_comparison(map: &Map<String, Json>, terms: &mut usize) -> Result<Filter, Invalid> {
    count_term(terms)?;
    if let Some(other) = map.keys().find(|k| !["field", "op", "value"].contains(&k.as_str())) {
        return Err(Invalid::field(
            other,
            "unknown_field",
            "a comparison has field, op and value, nothing else",
        ));
    }
    let text = |key: &str| {
        map.get(key)
            .and_then(Json::as_str)
            .ok_or_else(|| Invalid::field(key, "missing", format!("{key} is a text")))
    };
    let (field, op) = (text("field")?.to_owned(), Compare::parse(text("op")?)?);
    let value = match map.get("value") {
        Some(value) => value.clone(),
        None if op == Compare::IsNull => Json::Bool(true),
        None => return Err(Invalid::field("value", "missing", "a comparison needs a value")),
    };
    check_operand(op, &value).map_err(|e| e.below("value"))?;
    Ok(Filter::Compare { field, op, value })
}

fn check_operand(op: Compare, value: &Json) -> Result<(), Invalid> {
    match (op, value) {
        (Compare::In, Json::Array(values)) if values.len() > Filter::MAX_VALUES => {
            Err(Invalid::limit("", format!("in takes at most {} values", Filter::MAX_VALUES)))
        }
        (Compare::In, Json::Array(values)) if values.iter().all(is_plain) => Ok(()),
        (Compare::In, _) => {
            Err(Invalid::field("", "not_a_list", "in takes a list of texts, numbers or booleans"))
        }
        (Compare::IsNull, Json::Bool(_)) => Ok(()),
        (Compare::IsNull, _) => Err(Invalid::field("", "not_a_boolean", "is_null takes true or false")),
        (_, value) if is_plain(value) => Ok(()),
        _ => Err(Invalid::field("", "bad_value", "the value is a text, a number or a boolean")),
    }
}

fn is_plain(value: &Json) -> bool {
    matches!(value, Json::String(_) | Json::Number(_) | Json::Bool(_))
}

fn parse_short(map: &Map<String, Json>, terms: &mut usize) -> Result<Filter, Invalid> {
    let mut parts = Vec::with_capacity(map.len());
    for (field, values) in map {
        count_term(terms)?;
        let values = match values {
            Json::Array(values) => values.clone(),
            plain if is_plain(plain) => vec![plain.clone()],
            _ => {
                let detail = "the short form is {field: [values]}; use {field, op, value} for anything else";
                return Err(Invalid::field(field, "not_a_list", detail));
            }
        };
        let value = Json::Array(values);
        check_operand(Compare::In, &value).map_err(|e| e.below(field))?;
        parts.push(Filter::Compare { field: field.clone(), op: Compare::In, value });
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
}

impl TryFrom<Json> for Filter {
    type Error = Invalid;

    fn try_from(json: Json) -> Result<Self, Invalid> {
        Self::parse(&json)
    }
}

impl From<Filter> for Json {
    fn from(filter: Filter) -> Self {
        match filter {
            Filter::And(parts) => serde_json::json!({ "and": parts }),
            Filter::Or(parts) => serde_json::json!({ "or": parts }),
            Filter::Not(part) => serde_json::json!({ "not": part }),
            Filter::Compare { field, op, value } => {
                serde_json::json!({ "field": field, "op": op.as_str(), "value": value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_reads_both_forms_and_writes_the_long_one() {
        let cmp = json!({"field": "severity", "op": "in", "value": ["high", "low"]});
        for (input, expected) in [
            (json!({"severity": ["high", "low"]}), cmp.clone()),
            (cmp.clone(), cmp.clone()),
            (json!({"not": {"or": [cmp]}}), json!({"not": {"or": [cmp]}})),
            (json!({}), json!({"and": []})),
        ] {
            let filter = Filter::parse(&input).unwrap();
            assert_eq!(Json::from(filter.clone()), expected);
            assert_eq!(Filter::parse(&expected).unwrap(), filter);
        }
    }

    #[test]
    fn a_bad_filter_is_refused_by_path() {
        for (input, field) in [
            (json!({"and": [{"field": "a", "op": "like", "value": 1}]}), "and[0].op"),
            (json!({"field": "a", "op": "eq"}), "value"),
            (json!({"field": "a", "op": "eq", "value": 1, "extra": 1}), "extra"),
            (json!({"severity": {"a": 1}}), "severity"),
            (json!({"field": "a", "op": "in", "value": [[1]]}), "value"),
        ] {
            assert_eq!(Filter::parse(&input).unwrap_err().errors[0].field, field, "{input}");
        }
        let mut deep = json!({"severity": ["high"]});
        for _ in 0..20 {
            deep = json!({ "not": deep });
        }
        assert_eq!(Filter::parse(&deep).unwrap_err().kind, crate::invalid::InvalidKind::LimitExceeded);
    }
}
