//! Records: one validated row of a dataset.
//!
//! A record that exists fits its schema: required columns are there, texts and lists are within their limits,
//! numbers finite and in range, times between the years 1900 and 2200. Turning a source's row into one is the work of
//! a [`crate::mapping`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::dataset::{Column, ColumnType, Dataset};
use crate::invalid::{FieldError, Invalid};

/// One present value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Of a text column.
    Text(String),
    /// Of a time column: microseconds since 1970 UTC.
    Time(i64),
    /// Of a number column.
    Number(f64),
    /// Of an integer column.
    Integer(i64),
    /// Of a boolean column.
    Boolean(bool),
    /// Of a list column.
    List(Vec<String>),
}

impl Scalar {
    /// The value as JSON; a time in RFC 3339.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Time(micros) => match Timestamp::from_microsecond(*micros) {
                Ok(at) => at.to_string().into(),
                Err(_) => (*micros).into(),
            },
            Self::Number(x) => (*x).into(),
            Self::Integer(n) => (*n).into(),
            Self::Boolean(b) => (*b).into(),
            Self::List(texts) => texts.clone().into(),
        }
    }
}

/// A value of a tenant's own field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CustomValue {
    /// True or false.
    Boolean(bool),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list of texts; counts once per record and element.
    List(Vec<String>),
}

/// Most custom fields of one record.
pub const MAX_CUSTOM_FIELDS: usize = 64;

/// One validated row.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// One per column of the dataset, in its order; `None` is missing.
    values: Vec<Option<Scalar>>,
    /// The tenant's own fields.
    custom: BTreeMap<String, CustomValue>,
}

impl Record {
    /// Makes a record of values that are in the order of the dataset's columns.
    ///
    /// # Errors
    ///
    /// Every broken rule: missing required columns, wrong types, values out of range, limits.
    pub fn new(
        dataset: &Dataset,
        values: Vec<Option<Scalar>>,
        custom: BTreeMap<String, CustomValue>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        for (column, value) in dataset.columns.iter().zip(&values) {
            if let Err(error) = check_value(column, value.as_ref()) {
                errors.push(error);
            }
        }
        if custom.len() > MAX_CUSTOM_FIELDS {
            let detail = format!("a record has at most {MAX_CUSTOM_FIELDS} custom fields");
            errors.push(FieldError::new("custom", "too_many", detail));
        }
        for (name, value) in &custom {
            if let Err(error) = check_custom(name, value) {
                errors.push(error.below("custom"));
            }
        }
        if errors.is_empty() { Ok(Self { values, custom }) } else { Err(errors) }
    }

    /// The values, one per column of the dataset.
    #[must_use]
    pub fn values(&self) -> &[Option<Scalar>] {
        &self.values
    }

    /// The tenant's own fields.
    #[must_use]
    pub fn custom(&self) -> &BTreeMap<String, CustomValue> {
        &self.custom
    }

    /// The record as JSON by column name, times in RFC 3339, missing values left out.
    #[must_use]
    pub fn to_json(&self, dataset: &Dataset) -> serde_json::Value {
        let present = dataset.columns.iter().zip(&self.values).filter_map(|(c, v)| Some((c, v.as_ref()?)));
        let mut fields: serde_json::Map<String, serde_json::Value> =
            present.map(|(column, value)| (column.name.to_owned(), value.to_json())).collect();
        if !self.custom.is_empty() {
            fields.insert("custom".to_owned(), serde_json::json!(self.custom));
        }
        serde_json::Value::Object(fields)
    }

    /// Takes the record apart, for builders that move its texts.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Option<Scalar>>, BTreeMap<String, CustomValue>) {
        (self.values, self.custom)
    }
}

pub(crate) fn check_value(column: &Column, value: Option<&Scalar>) -> Result<(), FieldError> {
    let refuse = |code, detail: String| Err(FieldError::new(column.name, code, detail));
    let Some(value) = value else {
        return if column.required {
            refuse("missing", format!("{} is required", column.name))
        } else {
            Ok(())
        };
    };
    match (column.kind, value) {
        (ColumnType::Text, Scalar::Text(text)) => check_text(column, text),
        (ColumnType::Time, Scalar::Time(micros)) if TIMES.contains(micros) => Ok(()),
        (ColumnType::Time, Scalar::Time(_)) => {
            refuse("out_of_range", format!("{} lies between the years 1900 and 2200", column.name))
        }
        (ColumnType::Number, Scalar::Number(x)) => check_range(column, *x),
        #[expect(clippy::cast_precision_loss, reason = "only compared with a range far below 2^53")]
        (ColumnType::Integer, Scalar::Integer(n)) => check_range(column, *n as f64),
        (ColumnType::Boolean, Scalar::Boolean(_)) => Ok(()),
        (ColumnType::List, Scalar::List(items)) => check_list(column.name, items),
        _ => refuse("wrong_type", format!("{} is a {:?}", column.name, column.kind).to_lowercase()),
    }
}

/// 1900-01-01 to 2200-01-01 UTC in microseconds.
const TIMES: std::ops::Range<i64> = -2_208_988_800_000_000..7_258_118_400_000_000;

fn check_text(column: &Column, text: &str) -> Result<(), FieldError> {
    if text.len() > Column::MAX_TEXT_BYTES {
        let detail = format!("a text has at most {} bytes", Column::MAX_TEXT_BYTES);
        return Err(FieldError::new(column.name, "too_long", detail));
    }
    if column.required && text.is_empty() {
        return Err(FieldError::new(column.name, "missing", format!("{} is required", column.name)));
    }
    if !column.values.is_empty() && !column.values.contains(&text) {
        let detail = format!("{} is one of {}", column.name, column.values.join(", "));
        return Err(FieldError::new(column.name, "unknown_value", detail));
    }
    Ok(())
}

fn check_range(column: &Column, x: f64) -> Result<(), FieldError> {
    let (min, max) = column.range.unwrap_or((f64::MIN, f64::MAX));
    if x.is_finite() && (min..=max).contains(&x) {
        return Ok(());
    }
    Err(FieldError::new(
        column.name,
        "out_of_range",
        format!("{} is a number from {min} to {max}", column.name),
    ))
}

fn check_list(field: &str, items: &[String]) -> Result<(), FieldError> {
    if items.len() > Column::MAX_LIST || items.iter().any(|i| i.len() > Column::MAX_TEXT_BYTES) {
        let detail =
            format!("a list has at most {} texts of {} bytes", Column::MAX_LIST, Column::MAX_TEXT_BYTES);
        return Err(FieldError::new(field, "too_long", detail));
    }
    Ok(())
}

fn check_custom(name: &str, value: &CustomValue) -> Result<(), FieldError> {
    check_custom_name(name).map_err(|e| e.errors[0].clone().below(name))?;
    match value {
        CustomValue::Number(x) if !x.is_finite() => {
            Err(FieldError::new(name, "out_of_range", "a custom number is finite"))
        }
        CustomValue::Text(text) if text.len() > Column::MAX_TEXT_BYTES => Err(FieldError::new(
            name,
            "too_long",
            format!("a text has at most {} bytes", Column::MAX_TEXT_BYTES),
        )),
        CustomValue::List(items) => check_list(name, items),
        _ => Ok(()),
    }
}

/// Checks the name of a custom field: 1 to 64 characters of letters, digits, `_` and `-`.
///
/// # Errors
///
/// [`Invalid`] with code `bad_name`.
pub fn check_custom_name(name: &str) -> Result<(), Invalid> {
    let ok = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if ok {
        return Ok(());
    }
    Err(Invalid::field("", "bad_name", "a custom field's name has 1 to 64 letters, digits, '_' or '-'"))
}

/// Reads an RFC 3339 instant, or a civil date or date-time without a zone, which is taken as UTC.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    // `2026-11-20T09:00:00[Europe/Berlin]` and the like are refused: brackets are not RFC 3339.
    if text.len() > 35 || text.contains('[') {
        return None;
    }
    let civil: DateTime = text.parse().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp())
}
