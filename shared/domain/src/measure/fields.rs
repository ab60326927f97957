//! Fields: whether what a formula or a filter names exists in a dataset and has the right type.

use crate::dataset::{Column, ColumnType, Dataset};
use crate::filter::{Compare, Filter};
use crate::invalid::Invalid;

/// The column of a field name, or `None` for a well-formed `custom.<name>`.
///
/// # Errors
///
/// [`Invalid`] when there is no such column; the detail lists what there is.
pub fn find_field(name: &str, dataset: &Dataset) -> Result<Option<&'static Column>, Invalid> {
    if let Some(custom) = name.strip_prefix("custom.") {
        crate::record::check_custom_name(custom)?;
        return Ok(None);
    }
    match dataset.find_column(name) {
        Some((_, column)) => Ok(Some(column)),
        None => {
            let known: Vec<_> = dataset.columns.iter().map(|c| c.name).collect();
            let detail =
                format!("{} has no such column; it has {} and custom.<name>", dataset.id, known.join(", "));
            Err(Invalid::field("", "unknown_column", detail))
        }
    }
}

/// Checks a filter's names and operand types against a dataset.
///
/// # Errors
///
/// [`Invalid`] naming the path of the comparison that cannot work.
pub fn check_filter(filter: &Filter, dataset: &Dataset) -> Result<(), Invalid> {
    match filter {
        Filter::And(parts) => check_parts("and", parts, dataset),
        Filter::Or(parts) => check_parts("or", parts, dataset),
        Filter::Not(part) => check_filter(part, dataset).map_err(|e| e.below("not")),
        Filter::Compare { field, op, value } => {
            let column = find_field(field, dataset).map_err(|e| e.below("field"))?;
            column.map_or(Ok(()), |column| check_comparison(column, *op, value)).map_err(|e| e.below("value"))
        }
    }
}

fn check_parts(word: &str, parts: &[Filter], dataset: &Dataset) -> Result<(), Invalid> {
    for (i, part) in parts.iter().enumerate() {
        check_filter(part, dataset).map_err(|e| e.below(&format!("{word}[{i}]")))?;
    }
    Ok(())
}

fn check_comparison(column: &Column, op: Compare, value: &serde_json::Value) -> Result<(), Invalid> {
    use serde_json::Value as Json;
    let fits = |value: &Json| match (column.kind, value) {
        (ColumnType::Text | ColumnType::List, Json::String(_))
        | (ColumnType::Number | ColumnType::Integer, Json::Number(_))
        | (ColumnType::Boolean, Json::Bool(_)) => true,
        (ColumnType::Time, Json::String(text)) => crate::record::parse_time(text).is_some(),
        _ => false,
    };
    let ok = match (op, value) {
        (Compare::IsNull, Json::Bool(_)) => true,
        (Compare::In, Json::Array(values)) => values.iter().all(fits),
        (Compare::Contains, Json::String(_)) => matches!(column.kind, ColumnType::Text | ColumnType::List),
        (Compare::Contains, _) => false,
        (Compare::Lt | Compare::Le | Compare::Gt | Compare::Ge, _) if column.kind == ColumnType::Boolean => {
            false
        }
        (_, value) => fits(value),
    };
    if ok {
        return Ok(());
    }
    let wanted = match column.kind {
        ColumnType::Text | ColumnType::List => "a text",
        ColumnType::Number | ColumnType::Integer => "a number",
        ColumnType::Boolean => "true or false, by eq, ne or in",
        ColumnType::Time => "an RFC 3339 time such as 2026-11-20T09:00:00Z",
    };
    Err(Invalid::field("", "wrong_type", format!("{} compares with {wanted}", column.name)))
}
