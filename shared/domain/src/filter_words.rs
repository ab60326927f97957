//! Filters in plain English, so that a reader knows which records a report leaves out.
//!
//! Values are whatever the request held: they are quoted, shortened and never more than a few, so that no filter makes
//! a page of text.

use serde_json::Value as Json;

use crate::filter::{Compare, Filter};

/// Most conditions told of one list of them, and most values of one condition.
const MOST: usize = 8;
/// Most characters told of one value.
const MOST_CHARS: usize = 60;

/// What holds for every record that the filter admits: `severity is one of "high", "critical"`.
#[must_use]
pub fn describe_filter(filter: &Filter) -> String {
    match filter {
        Filter::And(parts) if parts.is_empty() => "anything".to_owned(),
        Filter::Or(parts) if parts.is_empty() => "nothing".to_owned(),
        Filter::And(parts) => join(parts, " and "),
        Filter::Or(parts) => join(parts, " or "),
        Filter::Not(part) => format!("not ({})", describe_filter(part)),
        Filter::Compare { field, op, value } => format!("{field} {}", describe_comparison(*op, value)),
    }
}

fn join(parts: &[Filter], word: &str) -> String {
    let told = parts.iter().take(MOST).map(|part| match part {
        Filter::And(inner) | Filter::Or(inner) if inner.len() > 1 => format!("({})", describe_filter(part)),
        _ => describe_filter(part),
    });
    let text = told.collect::<Vec<_>>().join(word);
    match parts.len().saturating_sub(MOST) {
        0 => text,
        1 => format!("{text}{word}1 more condition"),
        more => format!("{text}{word}{more} more conditions"),
    }
}

fn describe_comparison(op: Compare, value: &Json) -> String {
    match (op, value) {
        (Compare::IsNull, Json::Bool(false)) => "is present".to_owned(),
        (Compare::IsNull, _) => "is missing".to_owned(),
        (Compare::In, Json::Array(values)) if values.len() == 1 => format!("is {}", quote(&values[0])),
        (Compare::In, Json::Array(values)) => format!("is one of {}", list(values)),
        (op, value) => format!("{} {}", verb(op), quote(value)),
    }
}

const fn verb(op: Compare) -> &'static str {
    match op {
        Compare::Eq | Compare::In | Compare::IsNull => "is",
        Compare::Ne => "is not",
        Compare::Lt => "is less than",
        Compare::Le => "is at most",
        Compare::Gt => "is more than",
        Compare::Ge => "is at least",
        Compare::Contains => "contains",
    }
}

fn list(values: &[Json]) -> String {
    let text = values.iter().take(MOST).map(quote).collect::<Vec<_>>().join(", ");
    match values.len().saturating_sub(MOST) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

fn quote(value: &Json) -> String {
    let Json::String(text) = value else { return value.to_string() };
    let shown: String = text.chars().take(MOST_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let cut = if text.chars().count() > MOST_CHARS { "…" } else { "" };
    format!("“{shown}{cut}”")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_filter_is_told_in_words() {
        for (filter, expected) in [
            (json!({"severity": ["high", "critical"]}), "severity is one of “high”, “critical”"),
            (json!({"severity": ["high"], "team": ["blue"]}), "severity is “high” and team is “blue”"),
            (json!({"not": {"field": "team", "op": "is_null"}}), "not (team is missing)"),
            (json!({"field": "reopen_count", "op": "ge", "value": 2}), "reopen_count is at least 2"),
            (
                json!({"and": [{"or": [{"team": ["a"]}, {"team": ["b"]}]}, {"field": "sla_met", "op": "ne", "value": true}]}),
                "(team is “a” or team is “b”) and sla_met is not true",
            ),
            (json!({}), "anything"),
        ] {
            assert_eq!(describe_filter(&Filter::parse(&filter).unwrap()), expected);
        }
    }

    #[test]
    fn long_lists_and_values_are_shortened_and_say_so() {
        let many: Vec<String> = (0..1_000).map(|i| format!("{i}\n{}", "x".repeat(10_000))).collect();
        let text = describe_filter(&Filter::parse(&json!({ "user": many })).unwrap());
        assert!(text.ends_with("…” and 992 more") && !text.contains('\n'), "{text}");
        assert!(text.chars().count() < 1_000);
        let conditions = vec![json!({"team": ["a"]}); 9];
        let text = describe_filter(&Filter::parse(&json!({ "or": conditions })).unwrap());
        assert!(text.ends_with(" or 1 more condition"), "{text}");
    }
}
