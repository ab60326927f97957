//! Mappings: how a source's field names, enums and time formats become ours.
//!
//! A mapping is data: per target column one [`Rule`]. Applying it gives a validated [`Record`] or every broken rule of
//! the row, each naming the source's field. Nothing is guessed: a value that does not fit is an error, a missing one is
//! null.

mod values;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::dataset::{Dataset, DatasetId};
use crate::invalid::{FieldError, Invalid};
use crate::mapping::values::{custom_value, map_value};
use crate::record::{CustomValue, Record};

/// A row of a source: JSON values by field name. CSV rows hold texts only.
pub type SourceRow = Map<String, Json>;

/// Where a row came from, which decides how strictly its types are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// JSON or NDJSON: types must fit.
    Json,
    /// CSV: every value is a text; an empty one is missing, numbers and booleans are read from it.
    Csv,
}

/// How one target column gets its value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Field of the source, with dots into nested objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// A value for every record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<Json>,
    /// A text made of several fields: `{framework}/{requirement_id}`. Missing when any of them is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The source's words and ours; a word that is not listed is an error.
    #[serde(rename = "enum", skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Option<String>>,
    /// IANA zone of times that carry none; UTC when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Unit of numbers that are times: `seconds` or `milliseconds` since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// What numbers are multiplied with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// What a text is split at to become a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}

/// Unit of numeric times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Epoch {
    /// Seconds since 1970 UTC.
    Seconds,
    /// Milliseconds since 1970 UTC.
    Milliseconds,
}

impl Rule {
    /// The source's field of that name, as it is.
    #[must_use]
    pub fn from(field: &str) -> Self {
        Self { from: Some(field.to_owned()), ..Self::default() }
    }
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
    /// Whether a source field that no rule reads is an error (`native`) or passed over.
    #[serde(default)]
    pub refuse_unknown: bool,
}

impl Mapping {
    /// Checks names against the dataset and each rule against its column.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `fields.<target>` of the first rule that cannot work.
    pub fn check(&self) -> Result<(), Invalid> {
        let dataset = crate::datasets::get_dataset(self.dataset);
        for (target, rule) in &self.fields {
            let path = format!("fields.{target}");
            crate::measure::find_field(target, dataset).map_err(|e| e.below(&path))?;
            let sources = [rule.from.is_some(), rule.constant.is_some(), rule.template.is_some()];
            if sources.iter().filter(|s| **s).count() != 1 {
                return Err(Invalid::field(
                    path,
                    "bad_rule",
                    "a rule has exactly one of from, constant and template",
                ));
            }
            if let Some(zone) = &rule.timezone {
                crate::calendar::find_zone(zone).map_err(|e| e.below("timezone").below(&path))?;
            }
        }
        Ok(())
    }

    /// Makes it ready to map many rows.
    ///
    /// # Errors
    ///
    /// What [`Self::check`] refuses.
    pub fn compile(&self) -> Result<CompiledMapping<'_>, Invalid> {
        self.check()?;
        let dataset = crate::datasets::get_dataset(self.dataset);
        let columns = dataset.columns.iter().map(|c| self.fields.get(c.name)).collect();
        let custom = self
            .fields
            .iter()
            .filter_map(|(name, rule)| name.strip_prefix("custom.").map(|custom| (custom, rule)))
            .collect();
        Ok(CompiledMapping { dataset, columns, custom, refuse_unknown: self.refuse_unknown })
    }
}

/// A mapping whose names are resolved.
pub struct CompiledMapping<'a> {
    dataset: &'static Dataset,
    columns: Vec<Option<&'a Rule>>,
    custom: Vec<(&'a str, &'a Rule)>,
    refuse_unknown: bool,
}

impl CompiledMapping<'_> {
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
        let mut values = Vec::with_capacity(self.dataset.columns.len());
        for (column, rule) in self.dataset.columns.iter().zip(&self.columns) {
            let value = rule.map_or(Ok(None), |rule| map_value(column, rule, row, kind));
            values.push(value.unwrap_or_else(|error| {
                errors.push(error);
                None
            }));
        }
        let custom = self.map_custom(row, kind, &mut errors);
        if self.refuse_unknown {
            self.check_known(row, kind, &mut errors);
        }
        let record = Record::new(self.dataset, values, custom);
        match record {
            Ok(record) if errors.is_empty() => Ok(record),
            Ok(_) => Err(errors),
            Err(more) => {
                let seen: Vec<String> = errors.iter().map(|e| e.field.clone()).collect();
                errors.extend(more.into_iter().filter(|e| !seen.contains(&e.field)));
                Err(errors)
            }
        }
    }

    fn map_custom(
        &self,
        row: &SourceRow,
        kind: SourceKind,
        errors: &mut Vec<FieldError>,
    ) -> BTreeMap<String, CustomValue> {
        let mut found: Vec<(&str, Cow<'_, Json>)> =
            self.custom.iter().filter_map(|(name, rule)| Some((*name, find_source(rule, row)?))).collect();
        if self.refuse_unknown {
            match row.get("custom") {
                Some(Json::Object(map)) => {
                    found.extend(map.iter().map(|(k, v)| (k.as_str(), Cow::Borrowed(v))));
                }
                None | Some(Json::Null) => {}
                Some(_) => errors.push(FieldError::new(
                    "custom",
                    "wrong_type",
                    "custom is an object of your own fields",
                )),
            }
            if kind == SourceKind::Csv {
                let columns =
                    row.iter().filter_map(|(k, v)| Some((k.strip_prefix("custom.")?, Cow::Borrowed(v))));
                found.extend(columns);
            }
        }
        let mut custom = BTreeMap::new();
        for (name, value) in found {
            match custom_value(name, &value, kind) {
                Ok(Some(value)) => {
                    custom.insert(name.to_owned(), value);
                }
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        custom
    }

    fn check_known(&self, row: &SourceRow, kind: SourceKind, errors: &mut Vec<FieldError>) {
        for name in row.keys() {
            let is_custom = name == "custom" || (kind == SourceKind::Csv && name.starts_with("custom."));
            if is_custom || self.dataset.find_column(&snake_case(name)).is_some() {
                continue;
            }
            let detail = format!("{} has no such field; put your own fields below custom", self.dataset.id);
            errors.push(FieldError::new(shorten(name), "unknown_field", detail));
        }
    }
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

fn find_source<'r>(rule: &'r Rule, row: &'r SourceRow) -> Option<Cow<'r, Json>> {
    if let Some(constant) = &rule.constant {
        return Some(Cow::Borrowed(constant));
    }
    if let Some(template) = &rule.template {
        return fill_template(template, row).map(|text| Cow::Owned(Json::String(text)));
    }
    rule.from.as_deref().and_then(|path| find_path(path, row)).map(Cow::Borrowed)
}

fn find_path<'r>(path: &str, row: &'r SourceRow) -> Option<&'r Json> {
    if let Some(value) = row.get(path) {
        return Some(value);
    }
    if let Some((first, rest)) = path.split_once('.') {
        return row.get(first)?.as_object().and_then(|inner| find_path(rest, inner));
    }
    if path.contains('_') { row.get(&camel_case(path)) } else { None }
}

fn fill_template(template: &str, row: &SourceRow) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        out.push_str(before);
        match find_path(name, row)? {
            Json::String(text) => out.push_str(text),
            Json::Number(number) => out.push_str(&number.to_string()),
            _ => return None,
        }
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mappings::find_mapping;
    use crate::record::Scalar;
    use serde_json::json;

    fn map(name: &str, row: &Json, kind: SourceKind) -> Result<Record, Vec<FieldError>> {
        let mapping = find_mapping(DatasetId::Incidents, name).unwrap();
        mapping.compile().unwrap().map_row(row.as_object().unwrap(), kind)
    }

    #[test]
    fn native_takes_our_names_in_both_spellings_and_refuses_others_by_name() {
        let row = json!({"id": "a", "createdAt": "2026-01-01T00:00:00Z", "custom": {"site": "x", "n": 1.5}});
        let record = map("native", &row, SourceKind::Json).unwrap();
        assert_eq!(record.values()[1], Some(Scalar::Time(1_767_225_600_000_000)));
        assert_eq!(record.custom()["site"], CustomValue::Text("x".into()));
        for (row, field) in [
            (json!({"id": "a", "created_at": "2026-01-01T00:00:00Z", "severty": "low"}), "severty"),
            (json!({"id": "a"}), "created_at"),
            (json!({"id": "a", "created_at": "yesterday"}), "created_at"),
            (json!({"id": "a", "created_at": "2026-01-01", "severity": "urgent"}), "severity"),
            (json!({"id": "a", "created_at": "2026-01-01", "sla_met": "yes"}), "sla_met"),
            (json!({"id": "a", "created_at": "2026-01-01", "confidence": 1.5}), "confidence"),
            (json!({"id": "a", "created_at": "2026-01-01", "custom": {"a b": 1}}), "custom.a b"),
            (json!({"id": "", "created_at": "2026-01-01"}), "id"),
        ] {
            let errors = map("native", &row, SourceKind::Json).unwrap_err();
            assert_eq!(errors[0].field, field, "{row}");
        }
    }

    #[test]
    fn csv_reads_types_from_text_and_empty_is_missing() {
        let row = json!({"id": "a", "created_at": "2026-01-01", "sla_met": "yes", "reopen_count": "3",
                         "severity": "", "tags": "x; y", "custom.site": "z"});
        let record = map("native", &row, SourceKind::Csv).unwrap();
        let dataset = crate::datasets::get_dataset(DatasetId::Incidents);
        let value = |name: &str| record.values()[dataset.find_column(name).unwrap().0].clone();
        assert_eq!(value("sla_met"), Some(Scalar::Boolean(true)));
        assert_eq!(value("reopen_count"), Some(Scalar::Integer(3)));
        assert_eq!(value("severity"), None);
        assert_eq!(value("tags"), Some(Scalar::List(vec!["x".into(), "y".into()])));
        assert_eq!(record.custom()["site"], CustomValue::Text("z".into()));
    }
}
