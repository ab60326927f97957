//! Paths: where in a source's row a value stands.
//!
//! `finding_info.uid` goes into nested objects. At each level a field that has the whole rest of the path as its name
//! comes first, so that flattened names with dots (`custom.site` of a CSV, `userIdentity.arn`) are found as they are.
//! Through a list a path goes into each of its elements and gives a list of what it finds there, in order:
//! `attacks.technique.uid`. A number names one element, counted from 0: `resources.0.uid`.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::SourceRow;
use crate::invalid::Invalid;

/// A checked path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    text: String,
    /// The same name in camelCase, where both are good.
    camel: Option<String>,
    /// Whether it can go into what stands in a field.
    is_nested: bool,
}

impl Path {
    /// Most parts between dots.
    pub(super) const MAX_DEPTH: usize = 16;
    /// Longest path, in bytes.
    pub(super) const MAX_BYTES: usize = 256;

    /// Reads a path.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when it is empty or has an empty part; `LIMIT_EXCEEDED` past its limits.
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > Self::MAX_BYTES {
            return Err(Invalid::limit("", format!("a path has at most {} bytes", Self::MAX_BYTES)));
        }
        if text.split('.').count() > Self::MAX_DEPTH {
            return Err(Invalid::limit("", format!("a path has at most {} parts", Self::MAX_DEPTH)));
        }
        if text.split('.').any(str::is_empty) {
            let detail =
                "a path is the name of a field, with dots into nested ones, such as finding_info.uid";
            return Err(Invalid::field("", "bad_path", detail));
        }
        Ok(Self { text: text.to_owned(), camel: None, is_nested: text.contains('.') })
    }

    /// The name of a field in snake_case that may as well be written in camelCase.
    pub(super) fn in_either_spelling(name: &str) -> Self {
        let camel = name.contains('_').then(|| camel_case(name));
        Self { text: name.to_owned(), camel, is_nested: false }
    }

    /// The path as it is written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of fields that it reads: its spellings, and the outermost field of a nested one.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let outermost = self.text.split_once('.').map(|(first, _)| first);
        [Some(self.text.as_str()), self.camel.as_deref(), outermost].into_iter().flatten()
    }

    /// What stands there; nothing and null are the same.
    pub(super) fn find<'r>(&self, row: &'r SourceRow) -> Option<Cow<'r, Json>> {
        let direct = row.get(&self.text).or_else(|| row.get(self.camel.as_ref()?));
        if direct.is_some() || !self.is_nested {
            return direct.filter(|value| !value.is_null()).map(Cow::Borrowed);
        }
        let mut walk = Walk { found: Vec::new(), through_list: false };
        walk.enter_object(row, &self.text);
        match walk.found.as_slice() {
            [] => None,
            [one] if !walk.through_list => Some(Cow::Borrowed(*one)),
            many => Some(Cow::Owned(Json::Array(many.iter().copied().flat_map(elements).cloned().collect()))),
        }
    }
}

struct Walk<'r> {
    found: Vec<&'r Json>,
    through_list: bool,
}

impl<'r> Walk<'r> {
    fn enter_object(&mut self, object: &'r SourceRow, rest: &str) {
        if let Some(value) = object.get(rest) {
            self.found.extend(Some(value).filter(|value| !value.is_null()));
        } else if let Some((first, rest)) = rest.split_once('.')
            && let Some(value) = object.get(first)
        {
            self.enter_value(value, rest);
        }
    }

    fn enter_value(&mut self, value: &'r Json, rest: &str) {
        match value {
            Json::Object(object) => self.enter_object(object, rest),
            Json::Array(items) => self.enter_list(items, rest),
            _ => {}
        }
    }

    fn enter_list(&mut self, items: &'r [Json], rest: &str) {
        let (first, tail) = rest.split_once('.').map_or((rest, None), |(first, tail)| (first, Some(tail)));
        match (first.parse::<usize>(), tail) {
            (Ok(i), None) => self.found.extend(items.get(i).filter(|item| !item.is_null())),
            (Ok(i), Some(tail)) => {
                if let Some(item) = items.get(i) {
                    self.enter_value(item, tail);
                }
            }
            (Err(_), _) => {
                self.through_list = true;
                for item in items {
                    self.enter_value(item, rest);
                }
            }
        }
    }
}

/// A list found at the end of a path through a list gives its elements, so that the result is one flat list.
fn elements(value: &Json) -> &[Json] {
    match value {
        Json::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

fn camel_case(name: &str) -> String {
    let mut parts = name.split('_');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut chars = part.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invalid::InvalidKind;
    use serde_json::json;

    #[test]
    fn a_path_goes_enter_objects_and_lists_and_a_whole_name_comes_first() {
        let row = json!({
            "a": {"b": {"c": 1}, "b.c": 2, "null": null},
            "x.y": 3, "x": {"y": 4},
            "attacks": [{"technique": {"uid": "T1"}}, {"tactic": 1}, {"technique": {"uid": "T2"}}, null],
            "nested": [{"tags": ["p", "q"]}, {"tags": ["r"]}],
            "resources": [{"uid": "first"}, {"uid": "second"}],
            "0": "a field, no index",
        });
        for (path, expected) in [
            ("a.b.c", Some(json!(2))),
            ("x.y", Some(json!(3))),
            ("a.b", Some(json!({"c": 1}))),
            ("a.null", None),
            ("a.missing", None),
            ("a.b.c.d", None),
            ("attacks.technique.uid", Some(json!(["T1", "T2"]))),
            ("attacks.technique.name", None),
            ("nested.tags", Some(json!(["p", "q", "r"]))),
            ("nested.0.tags", Some(json!(["p", "q"]))),
            ("resources.1.uid", Some(json!("second"))),
            ("resources.1", Some(json!({"uid": "second"}))),
            ("resources.7.uid", None),
            ("0", Some(json!("a field, no index"))),
        ] {
            let found = Path::parse(path).unwrap().find(row.as_object().unwrap()).map(Cow::into_owned);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn a_path_that_cannot_be_read_is_refused() {
        let long = ["a"; Path::MAX_DEPTH].join(".");
        assert!(Path::parse(&long).is_ok());
        for (path, kind) in [
            ("", InvalidKind::Validation),
            ("a..b", InvalidKind::Validation),
            (".a", InvalidKind::Validation),
            (&format!("{long}.a"), InvalidKind::LimitExceeded),
            (&"a".repeat(Path::MAX_BYTES + 1), InvalidKind::LimitExceeded),
        ] {
            assert_eq!(Path::parse(path).unwrap_err().kind, kind, "{path}");
        }
    }

    #[test]
    fn only_our_own_names_are_read_in_either_spelling() {
        let row = json!({"createdAt": "x"});
        let find = |path: Path| path.find(row.as_object().unwrap()).is_some();
        assert!(find(Path::in_either_spelling("created_at")));
        assert!(!find(Path::parse("created_at").unwrap()));
    }
}
