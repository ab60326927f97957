//! Canonical JSON (RFC 8785) and SHA-256 over it: one input, one hash.
//!
//! Object keys are sorted by UTF-16 code units and numbers are printed as ECMAScript prints them. `serde_json` prints
//! finite floats with the same shortest digits; integers that a double cannot hold are refused by callers' types.

use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// Canonical JSON of a value.
///
/// # Panics
///
/// When the value cannot be JSON at all (a map with keys that are not text); types of this crate can.
#[must_use]
pub fn canonical_json<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_value(value).expect("values of the domain are JSON");
    let mut out = String::new();
    write_value(&json, &mut out);
    out
}

/// SHA-256 of bytes, lower-case hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// SHA-256 of the canonical JSON of a value, lower-case hex.
#[must_use]
pub fn hash_of<T: Serialize>(value: &T) -> String {
    sha256_hex(canonical_json(value).as_bytes())
}

fn write_value(json: &Json, out: &mut String) {
    match json {
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Json::String(key.clone()).to_string());
                out.push(':');
                write_value(item, out);
            }
            out.push('}');
        }
        Json::Number(number) => write_number(number, out),
        other => out.push_str(&other.to_string()),
    }
}

fn write_number(number: &serde_json::Number, out: &mut String) {
    match number.as_f64() {
        Some(x) if number.is_f64() && x == x.trunc() && x.abs() < 1e15 => out.push_str(&format!("{x:.0}")),
        _ => out.push_str(&number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_whole_floats_lose_their_point() {
        let value = json!({"b": [1.0, 0.5, true, null], "a": "é\n", "": {"z": 1, "y": 2}});
        assert_eq!(canonical_json(&value), "{\"\":{\"y\":2,\"z\":1},\"a\":\"é\\n\",\"b\":[1,0.5,true,null]}");
        assert_eq!(hash_of(&json!({"a": 1, "b": 2})), hash_of(&json!({"b": 2, "a": 1})));
    }
}
