//! Mappings: how a source's field names, enums and time formats become ours.
//!
//! A mapping is data: per target column one [`Rule`]. Applying it gives a validated [`Record`] or every broken rule of
//! the row, each naming the target's field. Nothing is guessed: a value that does not fit is an error, a missing one is
//! null. A mapping that was checked can be compiled, and is bounded in every direction.

mod check;
mod compiled;
mod path;
mod rule;
mod template;
mod time;
mod values;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::dataset::{Dataset, DatasetId};
use crate::invalid::{FieldError, Invalid};
use crate::mapping::check::compile_rule;
use crate::mapping::compiled::CompiledRule;
use crate::mapping::path::Path;
use crate::mapping::values::Reading;
use crate::record::{CustomValue, MAX_CUSTOM_FIELDS, Record, Scalar, check_custom_name};

pub use rule::{Epoch, Rule, ValueType};

/// A row of a source: JSON values by field name. CSV rows hold texts only.
pub type SourceRow = Map<String, Json>;

/// Where a row came from, which decides how strictly its types are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// JSON or NDJSON: types must fit.
    Json,
    /// CSV: every value is a text; an empty one is missing, numbers and booleans are read from it, lists split at `;`.
    Csv,
}

/// How a source's rows become records of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name in `?mapping=`.
    pub name: String,
    /// The dataset it maps to.
    pub dataset: DatasetId,
    /// Rules by column name; `custom.<name>` makes a custom field.
    pub fields: BTreeMap<String, Rule>,
    /// Whether a field of a row that no rule reads is an error, or passed over. Of nested fields the outermost counts.
    #[serde(default)]
    pub refuse_unknown: bool,
    /// Whether rows use our own names: in either spelling, with the tenant's fields below `custom`. Of `native` alone.
    #[serde(skip)]
    pub own_names: bool,
}

impl Mapping {
    /// Most rules.
    pub const MAX_FIELDS: usize = 128;
    /// Most bytes, written as JSON.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Checks names against the dataset and each rule against its column.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `fields.<target>` of the first rule that cannot work, or of a required column without a
    /// rule; of kind `LimitExceeded` for a mapping past its limits.
    pub fn check(&self) -> Result<(), Invalid> {
        self.compile().map(|_| ())
    }

    /// Makes it ready to map many rows.
    ///
    /// # Errors
    ///
    /// What [`Self::check`] refuses.
    pub fn compile(&self) -> Result<CompiledMapping<'_>, Invalid> {
        let dataset = crate::datasets::get_dataset(self.dataset);
        self.check_size()?;
        let mut compiled = BTreeMap::new();
        for (target, rule) in &self.fields {
            let rule_of = compile_rule(target, rule, dataset);
            let mut ready = rule_of.map_err(|e| e.below(target).below("fields"))?;
            if self.own_names {
                ready = ready.in_either_spelling(rule);
            }
            compiled.insert(target.as_str(), ready);
        }
        for column in dataset.columns.iter().filter(|column| column.required) {
            if !self.fields.contains_key(column.name) {
                let detail = format!("{} is required; say where it comes from", column.name);
                return Err(Invalid::field(format!("fields.{}", column.name), "missing", detail));
            }
        }
        let columns = dataset.columns.iter().map(|column| compiled.remove(column.name)).collect();
        let custom = compiled.into_values().collect();
        let mut ready = CompiledMapping { dataset, columns, custom, mapping: self, known: HashSet::new() };
        ready.known =
            ready.rules().flat_map(CompiledRule::paths).flat_map(Path::names).map(Box::from).collect();
        Ok(ready)
    }

    fn check_size(&self) -> Result<(), Invalid> {
        let custom = self.fields.keys().filter(|target| target.starts_with("custom.")).count();
        let bytes = serde_json::to_string(&self.fields).map_or(usize::MAX, |json| json.len());
        for (is, most, what) in [
            (self.fields.len(), Self::MAX_FIELDS, "rules"),
            (custom, MAX_CUSTOM_FIELDS, "custom fields"),
            (bytes, Self::MAX_BYTES, "bytes"),
        ] {
            if is > most {
                return Err(Invalid::limit("fields", format!("a mapping has at most {most} {what}")));
            }
        }
        Ok(())
    }
}

/// Checks the name of a mapping: 1 to 64 lower-case letters, digits, `_` and `-`, beginning with a letter or digit.
///
/// # Errors
///
/// [`Invalid`] naming `name`.
pub fn check_mapping_name(name: &str) -> Result<(), Invalid> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ok = (1..=64).contains(&name.len())
        && name.bytes().next().is_some_and(good)
        && name.bytes().all(|b| good(b) || b == b'_' || b == b'-');
    if ok {
        return Ok(());
    }
    let detail = "a mapping's name has 1 to 64 lower-case letters, digits, '_' or '-', and begins with a letter or digit";
    Err(Invalid::field("name", "bad_name", detail))
}

/// A mapping whose names are resolved.
#[derive(Debug)]
pub struct CompiledMapping<'a> {
    dataset: &'static Dataset,
    columns: Vec<Option<CompiledRule<'a>>>,
    custom: Vec<CompiledRule<'a>>,
    mapping: &'a Mapping,
    /// The fields of a row that some rule reads.
    known: HashSet<Box<str>>,
}

impl<'a> CompiledMapping<'a> {
    /// The dataset it maps to.
    #[must_use]
    pub const fn dataset(&self) -> &'static Dataset {
        self.dataset
    }

    /// Maps one row.
    ///
    /// # Errors
    ///
    /// Every broken rule of the row, by the target's field name.
    pub fn map_row(&self, row: &SourceRow, kind: SourceKind) -> Result<Record, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut values = Vec::with_capacity(self.columns.len());
        for rule in &self.columns {
            let value = rule.as_ref().map_or(Ok(None), |rule| rule.read(row, kind));
            values.push(value.unwrap_or_else(|error| {
                errors.push(error);
                None
            }));
        }
        let custom = self.map_custom(row, kind, &mut errors);
        if self.mapping.refuse_unknown {
            self.check_known(row, kind, &mut errors);
        }
        let record = Record::new(self.dataset, values, custom);
        match record {
            Ok(record) if errors.is_empty() => Ok(record),
            Ok(_) => Err(errors),
            Err(more) => {
                let seen: Vec<String> = errors.iter().map(|e| e.field.clone()).collect();
                let more = more.into_iter().filter(|e| !seen.contains(&e.field));
                errors.extend(more.map(|error| self.with_origin(error)));
                Err(errors)
            }
        }
    }

    /// The error with the source's field, where that has another name.
    fn with_origin(&self, mut error: FieldError) -> FieldError {
        let origin = self.rules().find(|rule| rule.target.name() == error.field).map(CompiledRule::origin);
        error.detail.push_str(&origin.unwrap_or_default());
        error
    }

    fn map_custom(
        &self,
        row: &SourceRow,
        kind: SourceKind,
        errors: &mut Vec<FieldError>,
    ) -> BTreeMap<String, CustomValue> {
        let mut custom = BTreeMap::new();
        for rule in &self.custom {
            let name = rule.target.name().strip_prefix("custom.").unwrap_or_default();
            match rule.read(row, kind) {
                Ok(value) => custom.extend(value.and_then(to_custom).map(|value| (name.to_owned(), value))),
                Err(error) => errors.push(error),
            }
        }
        if self.mapping.own_names {
            for (name, value) in own_custom(row, kind, errors) {
                match read_own_custom(name, value, kind) {
                    Ok(value) => custom.extend(value.map(|value| (name.to_owned(), value))),
                    Err(error) => errors.push(error),
                }
            }
        }
        custom
    }

    fn check_known(&self, row: &SourceRow, kind: SourceKind, errors: &mut Vec<FieldError>) {
        let own = self.mapping.own_names;
        let is_custom =
            |name: &str| name == "custom" || (kind == SourceKind::Csv && name.starts_with("custom."));
        for name in row.keys() {
            if self.known.contains(name.as_str()) || (own && is_custom(name)) {
                continue;
            }
            let detail = if own {
                format!("{} has no such field; put your own fields below custom", self.dataset.id)
            } else {
                format!("the mapping {} reads no such field", self.mapping.name)
            };
            errors.push(FieldError::new(shorten(name), "unknown_field", detail));
        }
    }

    fn rules(&self) -> impl Iterator<Item = &CompiledRule<'a>> {
        self.columns.iter().flatten().chain(&self.custom)
    }
}

/// Whether a value counts as none.
fn is_missing(value: &Json, kind: SourceKind) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty() && kind == SourceKind::Csv,
        _ => false,
    }
}

fn to_custom(value: Scalar) -> Option<CustomValue> {
    match value {
        Scalar::Text(text) => Some(CustomValue::Text(text)),
        Scalar::Number(x) => Some(CustomValue::Number(x)),
        #[expect(clippy::cast_precision_loss, reason = "custom numbers are floating point")]
        Scalar::Integer(n) => Some(CustomValue::Number(n as f64)),
        Scalar::Boolean(b) => Some(CustomValue::Boolean(b)),
        Scalar::List(texts) => Some(CustomValue::List(texts)),
        Scalar::Time(_) => None,
    }
}

/// The tenant's own fields of a row that uses our names: below `custom`, and in a CSV in columns `custom.<name>`.
fn own_custom<'r>(
    row: &'r SourceRow,
    kind: SourceKind,
    errors: &mut Vec<FieldError>,
) -> Vec<(&'r str, &'r Json)> {
    let mut found: Vec<(&str, &Json)> = Vec::new();
    match row.get("custom") {
        Some(Json::Object(map)) => found.extend(map.iter().map(|(k, v)| (k.as_str(), v))),
        None | Some(Json::Null) => {}
        Some(_) => {
            errors.push(FieldError::new("custom", "wrong_type", "custom is an object of your own fields"));
        }
    }
    if kind == SourceKind::Csv {
        found.extend(row.iter().filter_map(|(k, v)| Some((k.strip_prefix("custom.")?, v))));
    }
    found
}

fn read_own_custom(name: &str, value: &Json, kind: SourceKind) -> Result<Option<CustomValue>, FieldError> {
    let field = format!("custom.{}", shorten(name));
    check_custom_name(name).map_err(|e| e.errors[0].clone().below(&field))?;
    if is_missing(value, kind) {
        return Ok(None);
    }
    let read = Reading::new(kind, None).as_it_is(value);
    read.map(to_custom).map_err(|r| FieldError::new(&field, r.code, format!("{field} is {}", r.wanted)))
}

fn shorten(name: &str) -> String {
    name.chars().take(80).collect()
}

/// The snake_case spelling of a camelCase name; other names are unchanged.
#[must_use]
pub fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (i, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            out.push('_');
        }
        out.push(if i > 0 { c.to_ascii_lowercase() } else { c });
    }
    out
}

#[cfg(test)]
mod tests;
