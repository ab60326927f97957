//! Query strings: only parameters that the operation names, each at most once unless the operation lets it stand several
//! times, with errors that name the parameter.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use http::Uri;
use http::request::Parts;
use jiff::Timestamp;
use sitrep_app::error::AppError;
use sitrep_domain::document::Format;
use sitrep_domain::invalid::Invalid;

use crate::caller::operation_of;
use crate::json::snake_case;
use crate::operation::Operation;

/// The parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct QueryString(Vec<(String, String)>);

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageRequest {
    pub(crate) limit: usize,
    pub(crate) cursor: Option<String>,
}

/// Most items of a page, when none is asked for.
const DEFAULT_LIMIT: usize = 50;

impl QueryString {
    /// Reads a query string.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming a parameter that the operation does not have, one that stands twice, or one of several values
    /// with an empty one: it would be no filter, and the answer about more than was asked for.
    pub(crate) fn read(query: Option<&str>, operation: &Operation) -> Result<Self, Invalid> {
        let pairs = pairs_of(query);
        for (i, (name, value)) in pairs.iter().enumerate() {
            if !operation.knows_parameter(name) {
                let detail = format!("{} has no parameter {name}", operation.id);
                return Err(Invalid::field(name, "unknown_parameter", detail));
            }
            let repeats = operation.repeats_parameter(name);
            if !repeats && pairs[..i].iter().any(|(earlier, _)| earlier == name) {
                return Err(Invalid::field(name, "twice", format!("{name} stands once")));
            }
            if repeats && value.is_empty() {
                let detail = format!("a value of {name} is not empty; leave {name} out for all there are");
                return Err(Invalid::field(name, "empty", detail));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter; an empty one is as good as none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Every value of a parameter that may stand several times; none is empty.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(n, _)| n == name);
        values.map(|(_, value)| value.clone()).collect()
    }

    /// The value of a parameter in its type.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the parameter; `right` says what would be right.
    pub(crate) fn parse<T: FromStr>(&self, name: &str, right: &str) -> Result<Option<T>, Invalid> {
        let read = |text: &str| {
            text.parse().map_err(|_| Invalid::field(name, "bad_value", format!("{name} is {right}")))
        };
        self.text(name).map(read).transpose()
    }

    /// A number within bounds.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the parameter.
    pub(crate) fn number(&self, name: &str, min: u16, max: u16) -> Result<Option<u16>, Invalid> {
        let right = format!("a number from {min} to {max}");
        let number: Option<u16> = self.parse(name, &right)?;
        if number.is_some_and(|n| n < min || n > max) {
            return Err(Invalid::field(name, "out_of_range", format!("{name} is {right}")));
        }
        Ok(number)
    }

    /// `true` or `false`; `false` when missing.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the parameter.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Invalid> {
        Ok(self.parse(name, "true or false")?.unwrap_or(false))
    }

    /// One of some words, by what each stands for.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the parameter and the words.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Invalid> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        known.map(Some).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Invalid::field(name, "unknown_value", format!("{name} is one of {}", words.join(", ")))
        })
    }

    /// An instant.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the parameter.
    pub(crate) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Invalid> {
        self.parse(name, "an instant such as 2026-11-20T09:00:00Z")
    }

    /// A format.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `format`.
    pub(crate) fn format(&self) -> Result<Option<Format>, Invalid> {
        self.one_of("format", &Format::ALL.map(|format| (format.as_str(), format)))
    }

    /// Which part of a list is asked for.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `limit`.
    pub(crate) fn page(&self) -> Result<PageRequest, Invalid> {
        let limit = self.number("limit", 1, 200)?.map_or(DEFAULT_LIMIT, usize::from);
        Ok(PageRequest { limit, cursor: self.text("cursor").map(ToOwned::to_owned) })
    }

    /// The same parameters from another cursor on, as a query string.
    pub(crate) fn from_cursor(query: Option<&str>, cursor: &str) -> String {
        let mut pairs = pairs_of(query);
        pairs.retain(|(name, _)| name != "cursor");
        pairs.push(("cursor".to_owned(), cursor.to_owned()));
        let encode =
            |(name, value): &(String, String)| format!("{}={}", percent_encode(name), percent_encode(value));
        pairs.iter().map(encode).collect::<Vec<_>>().join("&")
    }
}

/// Names and values of a query string or a form, decoded; names in snake_case.
pub(crate) fn pairs_of(query: Option<&str>) -> Vec<(String, String)> {
    let uri =
        Uri::builder().path_and_query(format!("/?{}", query.unwrap_or_default())).build().unwrap_or_default();
    let pairs =
        Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|Query(pairs)| pairs).unwrap_or_default();
    pairs.into_iter().map(|(name, value)| (snake_case(&name), value)).collect()
}

fn percent_encode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// What is wrong with the parameters is told by admission, or with the body; here they are as good as none then.
impl<S: Sync> FromRequestParts<S> for QueryString {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let read = operation_of(parts).and_then(|operation| Ok(Self::read(parts.uri.query(), operation)?));
        Ok(read.unwrap_or_else(|_: AppError| Self::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{CURSOR, Kind, LIMIT, Parameter};

    fn operation() -> Operation {
        const PARAMETERS: &[Parameter] = &[
            LIMIT,
            CURSOR,
            Parameter::query("schedule_id", Kind::Uuid, ""),
            Parameter::query("policy_id", Kind::Text, "").repeated(),
        ];
        Operation {
            parameters: PARAMETERS,
            ..Operation::get("list_things", &["/things"], |_| axum::routing::MethodRouter::new())
        }
    }

    fn read(query: &str) -> Result<QueryString, (String, &'static str)> {
        QueryString::read(Some(query), &operation())
            .map_err(|e| (e.errors[0].field.clone(), e.errors[0].code))
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused_by_name() {
        for (query, expected) in [
            ("", None),
            ("limit=10&cursor=abc", None),
            ("scheduleId=x", None),
            ("policy_id=a&policyId=b", None),
            ("limt=10", Some(("limt", "unknown_parameter"))),
            ("limit=1&limit=2", Some(("limit", "twice"))),
            ("schedule_id=x&scheduleId=y", Some(("schedule_id", "twice"))),
            ("policy_id=", Some(("policy_id", "empty"))),
            ("policy_id=a&policyId", Some(("policy_id", "empty"))),
            ("%00=1", Some(("\0", "unknown_parameter"))),
        ] {
            let refused = read(query).err();
            assert_eq!(refused, expected.map(|(field, code)| (field.to_owned(), code)), "{query}");
        }
    }

    #[test]
    fn a_parameter_that_repeats_has_every_value() {
        let query = read("policyId=a&limit=1&policy_id=b%20%26&policy_id=a").unwrap();
        assert_eq!(query.texts("policy_id"), ["a", "b &", "a"]);
        assert!(query.texts("schedule_id").is_empty());
    }

    #[test]
    fn a_limit_is_1_to_200_and_50_when_missing() {
        for (query, expected) in [
            ("", Ok(50)),
            ("limit=", Ok(50)),
            ("limit=1", Ok(1)),
            ("limit=200", Ok(200)),
            ("limit=0", Err("out_of_range")),
            ("limit=201", Err("out_of_range")),
            ("limit=-1", Err("bad_value")),
            ("limit=ten", Err("bad_value")),
            ("limit=99999999999", Err("bad_value")),
        ] {
            let page = read(query).unwrap().page();
            assert_eq!(page.map(|page| page.limit).map_err(|e| e.errors[0].code), expected, "{query}");
        }
    }

    #[test]
    fn the_next_page_keeps_the_other_parameters() {
        for (query, expected) in [
            (None, "cursor=a%2Bb"),
            (Some("limit=2&cursor=old"), "limit=2&cursor=a%2Bb"),
            (Some("scheduleId=x%20y"), "schedule_id=x%20y&cursor=a%2Bb"),
        ] {
            assert_eq!(QueryString::from_cursor(query, "a+b"), expected);
        }
    }
}
