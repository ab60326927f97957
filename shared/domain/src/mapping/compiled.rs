//! A mapping made ready for many rows: names resolved, paths and formats read, words looked up.
//!
//! Whatever is wrong with a rule is found here, once, and named by the rule's path; whatever is wrong with a row is an
//! error of that row, named by the target, with the source's field where that is another one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::path::Path;
use super::rule::{Rule, ValueType};
use super::template::{NotPlain, Template};
use super::time::TimeRule;
use super::values::{Reading, Refusal, word_of, wrong_type};
use super::{SourceKind, SourceRow, is_missing};
use crate::dataset::{Column, ColumnType};
use crate::invalid::FieldError;
use crate::record::Scalar;

/// What a rule makes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    Column(&'static Column),
    /// A custom field: its name with the prefix, and the type it has if the rule says so.
    Custom(&'a str, Option<ColumnType>),
}

impl Target<'_> {
    pub(super) const fn name(&self) -> &str {
        match self {
            Self::Column(column) => column.name,
            Self::Custom(name, _) => name,
        }
    }

    /// Its type; `None` for that of the source's value.
    pub(super) const fn kind(&self) -> Option<ColumnType> {
        match self {
            Self::Column(column) => Some(column.kind),
            Self::Custom(_, kind) => *kind,
        }
    }
}

/// Where a value comes from.
#[derive(Debug)]
pub(super) enum Source {
    Paths(Vec<Path>),
    Constant(Scalar),
    Template(Template),
}

/// What words become.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) listed: BTreeMap<&'a str, Option<Scalar>>,
    /// What becomes of others; an error when nothing is said.
    pub(super) otherwise: Option<Option<Scalar>>,
}

impl Words<'_> {
    fn find(&self, word: &str) -> Result<Option<Scalar>, Refusal> {
        let found = self.listed.get(word).or(self.otherwise.as_ref());
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = self.listed.keys().copied().take(20).collect();
            let wanted = format!("one of the words that the mapping knows: {}", known.join(", "));
            Refusal { code: "unknown_word", wanted }
        })
    }
}

/// A rule made ready.
#[derive(Debug)]
pub(super) struct CompiledRule<'a> {
    pub(super) target: Target<'a>,
    pub(super) source: Source,
    pub(super) words: Option<Words<'a>>,
    pub(super) missing: Option<Scalar>,
    pub(super) time: Option<TimeRule<'a>>,
    pub(super) scale: Option<f64>,
    pub(super) split: Option<&'a str>,
    pub(super) turn_into: Option<ValueType>,
}

impl<'a> CompiledRule<'a> {
    /// The paths it reads.
    pub(super) fn paths(&self) -> Vec<&Path> {
        match &self.source {
            Source::Paths(paths) => paths.iter().collect(),
            Source::Template(template) => template.paths().collect(),
            Source::Constant(_) => Vec::new(),
        }
    }

    /// The same rule with our own names in either spelling.
    pub(super) fn in_either_spelling(mut self, rule: &'a Rule) -> Self {
        self.source = Source::Paths(rule.from.iter().map(|name| Path::in_either_spelling(name)).collect());
        self
    }

    /// The value of a row; `None` when it has none.
    ///
    /// # Errors
    ///
    /// What does not fit, by the target's name.
    pub(super) fn read(&self, row: &SourceRow, kind: SourceKind) -> Result<Option<Scalar>, FieldError> {
        let read = match self.target.kind() {
            Some(ColumnType::List) => self.read_list(row, kind),
            _ => self.read_one(row, kind),
        };
        let value = read.map_err(|refusal| self.refuse(&refusal))?;
        Ok(value.unwrap_or_else(|| self.missing.clone()))
    }

    /// The outer option is whether there is a value in the row, the inner one what it becomes.
    fn read_one(&self, row: &SourceRow, kind: SourceKind) -> Result<Option<Option<Scalar>>, Refusal> {
        if let Source::Constant(value) = &self.source {
            return Ok(Some(Some(value.clone())));
        }
        let Some(value) = self.find_first(row, kind)? else { return Ok(None) };
        let reading = Reading::new(kind, self.turn_into);
        if let (Some(words), Some(word)) = (&self.words, word_of(&value)) {
            return words.find(&word).map(Some);
        }
        if let (Some(words), Json::Array(_)) = (&self.words, value.as_ref()) {
            let mut texts = Vec::new();
            reading.texts(&value, None, &mut texts)?;
            return replace(words, texts).map(Some);
        }
        let read = match (&self.time, self.target.kind()) {
            (Some(time), _) => {
                time.read(&value).map(Scalar::Time).map_err(|wanted| Refusal { code: "bad_time", wanted })
            }
            (None, Some(kind)) => reading.plain(&value, kind, self.scale),
            (None, None) => reading.as_it_is(&value),
        };
        read.map(|value| Some(Some(value)))
    }

    fn read_list(&self, row: &SourceRow, kind: SourceKind) -> Result<Option<Option<Scalar>>, Refusal> {
        let reading = Reading::new(kind, self.turn_into);
        let split = self.split.or((kind == SourceKind::Csv).then_some(";"));
        let (mut texts, mut is_there) = (Vec::new(), false);
        match &self.source {
            Source::Paths(paths) => {
                for value in paths.iter().filter_map(|path| path.find(row)) {
                    if !is_missing(&value, kind) {
                        is_there = true;
                        reading.texts(&value, split, &mut texts)?;
                    }
                }
            }
            Source::Constant(value) => return Ok(Some(Some(value.clone()))),
            Source::Template(_) => {
                if let Some(value) = self.find_first(row, kind)? {
                    is_there = true;
                    reading.texts(&value, split, &mut texts)?;
                }
            }
        }
        match &self.words {
            _ if !is_there => Ok(None),
            Some(words) => replace(words, texts).map(Some),
            None => Ok(Some(Some(Scalar::List(texts)))),
        }
    }

    fn find_first<'r>(&self, row: &'r SourceRow, kind: SourceKind) -> Result<Option<Cow<'r, Json>>, Refusal> {
        match &self.source {
            Source::Paths(paths) => {
                let mut found = paths.iter().filter_map(|path| path.find(row));
                Ok(found.find(|value| !is_missing(value, kind)))
            }
            Source::Constant(_) => Ok(None),
            Source::Template(template) => {
                let filled = template.fill(row, kind).map_err(|NotPlain(path)| {
                    wrong_type(&format!("made of texts, numbers and booleans, which {path} is not"))
                })?;
                Ok(filled.map(|text| Cow::Owned(Json::String(text))))
            }
        }
    }

    fn refuse(&self, refusal: &Refusal) -> FieldError {
        let name = self.target.name();
        FieldError::new(name, refusal.code, format!("{name} is {}{}", refusal.wanted, self.origin()))
    }

    /// Where the value is read from, for messages; empty when the name says it.
    pub(super) fn origin(&self) -> String {
        let name = self.target.name();
        let paths: Vec<&str> =
            self.paths().into_iter().map(Path::as_str).filter(|path| *path != name).collect();
        if paths.is_empty() {
            String::new()
        } else {
            format!("; the mapping reads it from {}", paths.join(", "))
        }
    }
}

/// Words of a list, each by itself; those that become null are left out.
fn replace(words: &Words<'_>, texts: Vec<String>) -> Result<Option<Scalar>, Refusal> {
    let mut replaced = Vec::with_capacity(texts.len());
    for text in texts {
        match words.find(&text)? {
            Some(Scalar::Text(ours)) => replaced.push(ours),
            Some(_) => return Err(wrong_type("a list of texts")),
            None => {}
        }
    }
    Ok(Some(Scalar::List(replaced)))
}
