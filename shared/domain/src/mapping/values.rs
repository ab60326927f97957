//! Values of a source as values of a column: the types, and how strictly each kind of source is read.

use serde_json::Value as Json;

use super::{Epoch, Rule, SourceKind, SourceRow, find_source, shorten};
use crate::dataset::{Column, ColumnType};
use crate::invalid::FieldError;
use crate::record::{CustomValue, Scalar, check_custom_name, parse_time};

/// The value of a column by its rule; `None` when the source has none.
pub(super) fn map_value(
    column: &'static Column,
    rule: &Rule,
    row: &SourceRow,
    kind: SourceKind,
) -> Result<Option<Scalar>, FieldError> {
    let Some(value) = find_source(rule, row) else { return Ok(None) };
    let value = match value.as_ref() {
        Json::Null => return Ok(None),
        Json::String(text) if text.is_empty() && kind == SourceKind::Csv => return Ok(None),
        value => value,
    };
    if !rule.words.is_empty() {
        return map_word(column, rule, value);
    }
    match column.kind {
        ColumnType::Text => text_of(column, value).map(Some),
        ColumnType::Time => time_of(column, rule, value).map(Some),
        ColumnType::Number => number_of(column, rule, value, kind).map(|x| Some(Scalar::Number(x))),
        ColumnType::Integer => integer_of(column, rule, value, kind).map(Some),
        ColumnType::Boolean => boolean_of(column, value, kind).map(Some),
        ColumnType::List => list_of(column, rule, value, kind).map(Some),
    }
}

fn wrong_type(column: &Column, wanted: &str) -> FieldError {
    FieldError::new(column.name, "wrong_type", format!("{} is {wanted}", column.name))
}

fn map_word(column: &Column, rule: &Rule, value: &Json) -> Result<Option<Scalar>, FieldError> {
    let word = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match rule.words.get(&word) {
        Some(None) => Ok(None),
        Some(Some(ours)) if column.kind == ColumnType::Boolean => Ok(Some(Scalar::Boolean(ours == "true"))),
        Some(Some(ours)) => Ok(Some(Scalar::Text(ours.clone()))),
        None => {
            let known: Vec<&str> = rule.words.keys().map(String::as_str).collect();
            let detail = format!("the mapping knows the words {} for {}", known.join(", "), column.name);
            Err(FieldError::new(column.name, "unknown_word", detail))
        }
    }
}

fn text_of(column: &Column, value: &Json) -> Result<Scalar, FieldError> {
    match value {
        Json::String(text) => Ok(Scalar::Text(text.clone())),
        Json::Number(number) => Ok(Scalar::Text(number.to_string())),
        _ => Err(wrong_type(column, "a text")),
    }
}

fn time_of(column: &Column, rule: &Rule, value: &Json) -> Result<Scalar, FieldError> {
    let refuse = || {
        let detail = format!("{} is an RFC 3339 time such as 2026-11-20T09:00:00Z", column.name);
        FieldError::new(column.name, "bad_time", detail)
    };
    let micros = match (value, rule.epoch) {
        (Json::Number(number), Some(epoch)) => epoch_micros(number, epoch).ok_or_else(refuse)?,
        (Json::String(text), None) => match (&rule.timezone, text.parse::<jiff::civil::DateTime>()) {
            (Some(zone), Ok(local)) if text.parse::<jiff::Timestamp>().is_err() => {
                let zone =
                    crate::calendar::find_zone(zone).map_err(|e| e.errors[0].clone().below(column.name))?;
                crate::calendar::instant_of(local, &zone).as_microsecond()
            }
            _ => parse_time(text).ok_or_else(refuse)?.as_microsecond(),
        },
        _ => return Err(refuse()),
    };
    Ok(Scalar::Time(micros))
}

fn epoch_micros(number: &serde_json::Number, epoch: Epoch) -> Option<i64> {
    let per_unit: i64 = match epoch {
        Epoch::Seconds => 1_000_000,
        Epoch::Milliseconds => 1_000,
    };
    if let Some(whole) = number.as_i64() {
        return whole.checked_mul(per_unit);
    }
    #[expect(clippy::cast_precision_loss, reason = "units are small")]
    let micros = number.as_f64()? * per_unit as f64;
    #[expect(clippy::cast_possible_truncation, reason = "checked against the range of i64")]
    (micros.abs() < 9e18).then(|| micros.round() as i64)
}

fn number_of(column: &Column, rule: &Rule, value: &Json, kind: SourceKind) -> Result<f64, FieldError> {
    let number = match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) if kind == SourceKind::Csv => {
            text.trim().parse().ok().filter(|x: &f64| x.is_finite())
        }
        _ => None,
    };
    number.map(|x| x * rule.scale.unwrap_or(1.0)).ok_or_else(|| wrong_type(column, "a number"))
}

fn integer_of(column: &Column, rule: &Rule, value: &Json, kind: SourceKind) -> Result<Scalar, FieldError> {
    if let (Json::Number(number), None) = (value, rule.scale)
        && let Some(whole) = number.as_i64()
    {
        return Ok(Scalar::Integer(whole));
    }
    let x = number_of(column, rule, value, kind).map_err(|_| wrong_type(column, "a whole number"))?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and far inside the range of i64")]
    if x.fract() == 0.0 && x.abs() < 9e15 {
        Ok(Scalar::Integer(x as i64))
    } else {
        Err(wrong_type(column, "a whole number"))
    }
}

fn boolean_of(column: &Column, value: &Json, kind: SourceKind) -> Result<Scalar, FieldError> {
    match value {
        Json::Bool(b) => Ok(Scalar::Boolean(*b)),
        Json::String(text) if kind == SourceKind::Csv => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Scalar::Boolean(true)),
            "false" | "no" | "0" => Ok(Scalar::Boolean(false)),
            _ => Err(wrong_type(column, "true or false")),
        },
        _ => Err(wrong_type(column, "true or false")),
    }
}

fn list_of(column: &Column, rule: &Rule, value: &Json, kind: SourceKind) -> Result<Scalar, FieldError> {
    let split = rule.split.as_deref().or((kind == SourceKind::Csv).then_some(";"));
    match (value, split) {
        (Json::Array(items), _) => {
            let texts = items.iter().map(|i| i.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
            texts.map(Scalar::List).ok_or_else(|| wrong_type(column, "a list of texts"))
        }
        (Json::String(text), Some(split)) => {
            let items = text.split(split).map(str::trim).filter(|i| !i.is_empty());
            Ok(Scalar::List(items.map(str::to_owned).collect()))
        }
        _ => Err(wrong_type(column, "a list of texts")),
    }
}

/// The value of a custom field; `None` when the source has none.
pub(super) fn custom_value(
    name: &str,
    value: &Json,
    kind: SourceKind,
) -> Result<Option<CustomValue>, FieldError> {
    check_custom_name(name).map_err(|e| e.errors[0].clone().below(&format!("custom.{}", shorten(name))))?;
    let refuse = || {
        let detail = "a custom field is a text, a number, a boolean or a list of texts";
        Err(FieldError::new(format!("custom.{name}"), "wrong_type", detail))
    };
    Ok(Some(match value {
        Json::Null => return Ok(None),
        Json::String(text) if text.is_empty() && kind == SourceKind::Csv => return Ok(None),
        Json::String(text) => CustomValue::Text(text.clone()),
        Json::Bool(b) => CustomValue::Boolean(*b),
        Json::Number(number) => match number.as_f64() {
            Some(x) => CustomValue::Number(x),
            None => return refuse(),
        },
        Json::Array(items) => match items.iter().map(|i| i.as_str().map(str::to_owned)).collect() {
            Some(texts) => CustomValue::List(texts),
            None => return refuse(),
        },
        Json::Object(_) => return refuse(),
    }))
}
