//! Schemas read off examples: what is a text, a number, a list or an object, and which texts are ids, instants or days.

use serde_json::{Map, Value, json};

/// The schema of a value like this one. A null says nothing of its type.
pub(super) fn of_example(example: &Value) -> Value {
    match example {
        Value::Null => json!({}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(n) if n.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(text) => of_text(text),
        Value::Array(items) => json!({"type": "array", "items": items.first().map_or(json!({}), of_example)}),
        Value::Object(fields) => {
            let properties: Map<_, _> =
                fields.iter().map(|(name, value)| (name.clone(), of_example(value))).collect();
            json!({"type": "object", "properties": properties})
        }
    }
}

/// The schema with a description.
pub(super) fn described(description: &str, mut schema: Value) -> Value {
    schema["description"] = description.into();
    schema
}

fn of_text(text: &str) -> Value {
    let format = if text.len() == 36 && uuid::Uuid::try_parse(text).is_ok() {
        "uuid"
    } else if text.parse::<jiff::Timestamp>().is_ok() {
        "date-time"
    } else if text.parse::<jiff::civil::Date>().is_ok() {
        "date"
    } else if sitrep_domain::email::Email::new(text).is_ok() {
        "email"
    } else {
        return json!({"type": "string"});
    };
    json!({"type": "string", "format": format})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_tells_its_schema() {
        for (example, expected) in [
            (json!(null), json!({})),
            (json!(1), json!({"type": "integer"})),
            (json!(1.5), json!({"type": "number"})),
            (json!("x"), json!({"type": "string"})),
            (json!("2026-11-20T09:00:00Z"), json!({"type": "string", "format": "date-time"})),
            (json!("2026-11-20"), json!({"type": "string", "format": "date"})),
            (json!("ann@acme.example"), json!({"type": "string", "format": "email"})),
            (json!([true]), json!({"type": "array", "items": {"type": "boolean"}})),
            (json!({"a": 1}), json!({"type": "object", "properties": {"a": {"type": "integer"}}})),
        ] {
            assert_eq!(of_example(&example), expected, "{example}");
        }
    }
}
