//! Templates: one text made of several fields, such as `{framework}/{requirement_id}`.
//!
//! A brace that is meant as one stands twice: `{{`. A text of which any part is missing is missing as a whole.

use serde_json::Value as Json;

use super::path::Path;
use super::{SourceKind, SourceRow, is_missing};
use crate::invalid::Invalid;

/// A checked template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Path),
}

/// A part that is neither a text nor a number nor a boolean; it names its path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotPlain<'a>(pub(super) &'a str);

impl Template {
    /// Most fields and texts between them.
    pub(super) const MAX_PARTS: usize = 32;
    /// Longest template, in bytes.
    pub(super) const MAX_BYTES: usize = 1_024;

    /// Reads a template.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when braces do not match, a path cannot be read or no field is named; `LIMIT_EXCEEDED` past its
    /// limits.
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > Self::MAX_BYTES {
            return Err(Invalid::limit("", format!("a template has at most {} bytes", Self::MAX_BYTES)));
        }
        let parts = read_parts(text)?;
        if parts.len() > Self::MAX_PARTS {
            return Err(Invalid::limit("", format!("a template has at most {} parts", Self::MAX_PARTS)));
        }
        if !parts.iter().any(|part| matches!(part, Part::Field(_))) {
            let detail = "a template names fields in braces, such as {framework}/{requirement_id}; a text that is \
                          the same for every record is a constant";
            return Err(Invalid::field("", "bad_template", detail));
        }
        Ok(Self(parts))
    }

    /// The paths it reads.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(path) => Some(path),
            Part::Text(_) => None,
        })
    }

    /// The text of a row; `None` when a part is missing.
    ///
    /// # Errors
    ///
    /// [`NotPlain`] for a part that is a list or an object.
    pub(super) fn fill(&self, row: &SourceRow, kind: SourceKind) -> Result<Option<String>, NotPlain<'_>> {
        let mut out = String::new();
        for part in &self.0 {
            let path = match part {
                Part::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Part::Field(path) => path,
            };
            let Some(value) = path.find(row).filter(|value| !is_missing(value, kind)) else {
                return Ok(None);
            };
            match value.as_ref() {
                Json::String(text) => out.push_str(text),
                Json::Number(number) => out.push_str(&number.to_string()),
                Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
                _ => return Err(NotPlain(path.as_str())),
            }
        }
        Ok(Some(out))
    }
}

fn read_parts(text: &str) -> Result<Vec<Part>, Invalid> {
    let (mut parts, mut literal, mut rest) = (Vec::new(), String::new(), text);
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        if let Some(after) = after.strip_prefix(brace) {
            literal.push_str(brace);
            rest = after;
            continue;
        }
        let named = if brace == "{" { after.split_once('}') } else { None };
        let Some((name, after)) = named.filter(|(name, _)| !name.contains('{')) else {
            let detail =
                "braces come in pairs around a field's name; a brace that is meant as one stands twice";
            return Err(Invalid::field("", "bad_template", detail));
        };
        if !literal.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut literal)));
        }
        parts.push(Part::Field(Path::parse(name)?));
        rest = after;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invalid::InvalidKind;
    use serde_json::json;

    #[test]
    fn a_template_is_filled_from_texts_numbers_and_booleans_or_missing_as_a_whole() {
        let row = json!({"a": "x", "n": {"m": 7}, "b": true, "list": [1], "null": null, "empty": ""});
        for (template, expected) in [
            ("{a}/{n.m}", Ok(Some("x/7"))),
            ("is {b}", Ok(Some("is true"))),
            ("{{{a}}}", Ok(Some("{x}"))),
            ("{a}{missing}", Ok(None)),
            ("{a}{null}", Ok(None)),
            ("{a}{empty}", Ok(Some("x"))),
            ("{a}{list}", Err(NotPlain("list"))),
        ] {
            let template = Template::parse(template).unwrap();
            let filled = template.fill(row.as_object().unwrap(), SourceKind::Json);
            assert_eq!(filled, expected.map(|text| text.map(str::to_owned)), "{template:?}");
        }
        let template = Template::parse("{empty}").unwrap();
        let empty = template.fill(row.as_object().unwrap(), SourceKind::Csv);
        assert_eq!(empty, Ok(None), "in a CSV what is empty is missing");
    }

    #[test]
    fn a_template_that_cannot_work_is_refused() {
        for (template, kind) in [
            ("no field", InvalidKind::Validation),
            ("{a", InvalidKind::Validation),
            ("a}", InvalidKind::Validation),
            ("{a{b}}", InvalidKind::Validation),
            ("{}", InvalidKind::Validation),
            ("{a..b}", InvalidKind::Validation),
            (&"{a} ".repeat(17), InvalidKind::LimitExceeded),
            (&format!("{{a}}{}", "x".repeat(Template::MAX_BYTES)), InvalidKind::LimitExceeded),
        ] {
            assert_eq!(Template::parse(template).unwrap_err().kind, kind, "{template}");
        }
    }
}
