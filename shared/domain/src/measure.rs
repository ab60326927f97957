//! Measures: the typed algebra that every figure is a value of.
//!
//! A measure is count, count distinct, sum, mean, minimum, maximum, latest, percentile (exact, linear interpolation
//! between ranks, as `PERCENTILE_CONT` in SQL) of a value, or a ratio of two measures, each over the records its `where`
//! admits. It serialises to the JSON of `POST /query`; it cannot loop, join or name another tenant's data. Whether
//! its columns exist and have the right type is checked against a dataset by [`Measure::check`].

use serde::{Deserialize, Serialize};

use crate::dataset::{Column, ColumnType, Dataset};
use crate::filter::{Compare, Filter};
use crate::invalid::Invalid;

/// What a measure takes of one record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A column, or `custom.<name>`.
    Column(String),
    /// Minutes from one time column to another; left out (and counted) when one is missing or the result negative.
    MinutesBetween {
        /// The earlier and the later column.
        minutes_between: [String; 2],
    },
}

/// What is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum MeasureOp {
    /// Number of records.
    Count,
    /// Number of distinct present values.
    CountDistinct(Value),
    /// Sum of the present values; no value when there are none.
    Sum(Value),
    /// Mean of the present values; no value when there are none.
    Mean(Value),
    /// Smallest present value.
    Min(Value),
    /// Largest present value.
    Max(Value),
    /// Percentile of the present values, `p` from 0 to 1, by linear interpolation.
    Percentile {
        /// The rank, 0 to 1.
        p: f64,
        /// Of what.
        of: Value,
    },
    /// The value in the record with the newest event time that has one; of equally new ones the smallest value.
    Latest(Value),
    /// One measure divided by another; no value when the divisor is 0 or missing.
    Ratio {
        /// The dividend.
        num: Box<Measure>,
        /// The divisor.
        den: Box<Measure>,
    },
}

/// A formula over records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawMeasure", into = "RawMeasure")]
pub struct Measure {
    /// What is computed.
    pub op: MeasureOp,
    /// Over which records; all when there is none.
    pub filter: Option<Filter>,
}

impl Measure {
    /// Deepest nesting of ratios.
    pub const MAX_DEPTH: usize = 4;

    /// A measure over all records.
    #[must_use]
    pub const fn new(op: MeasureOp) -> Self {
        Self { op, filter: None }
    }

    /// Number of records.
    #[must_use]
    pub const fn count() -> Self {
        Self::new(MeasureOp::Count)
    }

    /// Mean of a value.
    #[must_use]
    pub const fn mean(of: Value) -> Self {
        Self::new(MeasureOp::Mean(of))
    }

    /// Percentile of a value, `p` from 0 to 1.
    #[must_use]
    pub const fn percentile(p: f64, of: Value) -> Self {
        Self::new(MeasureOp::Percentile { p, of })
    }

    /// The value in the newest record that has one.
    #[must_use]
    pub const fn latest(of: Value) -> Self {
        Self::new(MeasureOp::Latest(of))
    }

    /// One measure divided by another.
    #[must_use]
    pub fn ratio(num: Self, den: Self) -> Self {
        Self::new(MeasureOp::Ratio { num: Box::new(num), den: Box::new(den) })
    }

    /// The same measure over the records that `filter` admits.
    #[must_use]
    pub fn filtered(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Checks names and types against a dataset.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the path of an unknown column, of a value that the operation cannot take, of a percentile
    /// outside 0 to 1, or of a filter whose operand has the wrong type.
    pub fn check(&self, dataset: &Dataset) -> Result<(), Invalid> {
        self.check_at(dataset, 0)
    }

    fn check_at(&self, dataset: &Dataset, depth: usize) -> Result<(), Invalid> {
        if depth > Self::MAX_DEPTH {
            return Err(Invalid::limit("", format!("ratios nest at most {} deep", Self::MAX_DEPTH)));
        }
        if let Some(filter) = &self.filter {
            check_filter(filter, dataset).map_err(|e| e.below("where"))?;
        }
        match &self.op {
            MeasureOp::Count => Ok(()),
            MeasureOp::CountDistinct(of) => of.check(dataset).map(drop).map_err(|e| e.below("of")),
            MeasureOp::Latest(of) => of.check_single(dataset).map_err(|e| e.below("of")),
            MeasureOp::Sum(of) | MeasureOp::Mean(of) => {
                of.check_numeric(dataset, false).map_err(|e| e.below("of"))
            }
            MeasureOp::Min(of) | MeasureOp::Max(of) => {
                of.check_numeric(dataset, true).map_err(|e| e.below("of"))
            }
            MeasureOp::Percentile { p, .. } if !(0.0..=1.0).contains(p) => {
                Err(Invalid::field("p", "out_of_range", "p is a number from 0 to 1, such as 0.95"))
            }
            MeasureOp::Percentile { of, .. } => of.check_numeric(dataset, false).map_err(|e| e.below("of")),
            MeasureOp::Ratio { num, den } => {
                num.check_at(dataset, depth + 1).map_err(|e| e.below("num"))?;
                den.check_at(dataset, depth + 1).map_err(|e| e.below("den"))
            }
        }
    }
}

impl Value {
    /// A column.
    pub fn column(name: impl Into<String>) -> Self {
        Self::Column(name.into())
    }

    /// Minutes from one time column to another.
    pub fn minutes_between(from: impl Into<String>, to: impl Into<String>) -> Self {
        Self::MinutesBetween { minutes_between: [from.into(), to.into()] }
    }

    /// The type of the value: `Number` for durations, `None` for a custom field, whose type each record decides.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when a column does not exist or a duration's column is not a time.
    pub fn check(&self, dataset: &Dataset) -> Result<Option<ColumnType>, Invalid> {
        match self {
            Self::Column(name) => Ok(find_field(name, dataset)?.map(|c| c.kind)),
            Self::MinutesBetween { minutes_between } => {
                for (i, name) in minutes_between.iter().enumerate() {
                    let path = format!("minutes_between[{i}]");
                    match find_field(name, dataset).map_err(|e| e.below(&path))? {
                        Some(column) if column.kind == ColumnType::Time => {}
                        _ => {
                            return Err(Invalid::field(
                                path,
                                "not_a_time",
                                format!("{name} is not a time column"),
                            ));
                        }
                    }
                }
                Ok(Some(ColumnType::Number))
            }
        }
    }

    /// Checks that a record has at most one such value, and a place in time.
    fn check_single(&self, dataset: &Dataset) -> Result<(), Invalid> {
        if dataset.event_time.is_none() {
            let detail = format!("{} have no event time, so none is the newest", dataset.id);
            return Err(Invalid::field("", "no_event_time", detail));
        }
        match (self, self.check(dataset)?) {
            (Self::Column(_), Some(kind)) if kind != ColumnType::List => Ok(()),
            _ => {
                let detail = "latest takes a column of single values: no list, custom field or duration";
                Err(Invalid::field("", "not_single", detail))
            }
        }
    }

    fn check_numeric(&self, dataset: &Dataset, or_time: bool) -> Result<(), Invalid> {
        match self.check(dataset)? {
            None | Some(ColumnType::Number | ColumnType::Integer) => Ok(()),
            Some(ColumnType::Time) if or_time => Ok(()),
            Some(_) => Err(Invalid::field(
                "",
                "not_a_number",
                "this operation takes a number column, a custom number or {\"minutes_between\": [from, to]}",
            )),
        }
    }
}

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

/// The JSON form of a measure; unknown fields are refused by name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMeasure {
    op: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num: Option<Box<Measure>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    den: Option<Box<Measure>>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    filter: Option<Filter>,
}

impl TryFrom<RawMeasure> for Measure {
    type Error = Invalid;

    fn try_from(raw: RawMeasure) -> Result<Self, Invalid> {
        let RawMeasure { op, of, p, num, den, filter } = raw;
        let refuse = |field: &str, detail: String| Invalid::field(field, "bad_measure", detail);
        let op = match (op.as_str(), of, p, num, den) {
            ("count", None, None, None, None) => MeasureOp::Count,
            ("count_distinct", Some(of), None, None, None) => MeasureOp::CountDistinct(of),
            ("sum", Some(of), None, None, None) => MeasureOp::Sum(of),
            ("mean", Some(of), None, None, None) => MeasureOp::Mean(of),
            ("min", Some(of), None, None, None) => MeasureOp::Min(of),
            ("max", Some(of), None, None, None) => MeasureOp::Max(of),
            ("latest", Some(of), None, None, None) => MeasureOp::Latest(of),
            ("percentile", Some(of), Some(p), None, None) => MeasureOp::Percentile { p, of },
            ("ratio", None, None, Some(num), Some(den)) => MeasureOp::Ratio { num, den },
            ("count", ..) => return Err(refuse("op", "count takes no other field than where".into())),
            (op @ ("count_distinct" | "sum" | "mean" | "min" | "max" | "latest"), ..) => {
                return Err(refuse("of", format!("{op} takes of and where, nothing else")));
            }
            ("percentile", ..) => {
                return Err(refuse("p", "percentile takes p (0 to 1), of and where".into()));
            }
            ("ratio", ..) => return Err(refuse("num", "ratio takes num, den and where".into())),
            _ => {
                let ops = "count, count_distinct, sum, mean, min, max, latest, percentile, ratio";
                return Err(refuse("op", format!("op is one of {ops}")));
            }
        };
        Ok(Self { op, filter })
    }
}

impl From<Measure> for RawMeasure {
    fn from(measure: Measure) -> Self {
        let (mut of, mut p, mut num, mut den) = (None, None, None, None);
        let op = match measure.op {
            MeasureOp::Count => "count",
            MeasureOp::CountDistinct(v) => of.insert(v).word("count_distinct"),
            MeasureOp::Sum(v) => of.insert(v).word("sum"),
            MeasureOp::Mean(v) => of.insert(v).word("mean"),
            MeasureOp::Min(v) => of.insert(v).word("min"),
            MeasureOp::Max(v) => of.insert(v).word("max"),
            MeasureOp::Latest(v) => of.insert(v).word("latest"),
            MeasureOp::Percentile { p: rank, of: v } => {
                p = Some(rank);
                of.insert(v).word("percentile")
            }
            MeasureOp::Ratio { num: n, den: d } => {
                (num, den) = (Some(n), Some(d));
                "ratio"
            }
        };
        Self { op: op.to_owned(), of, p, num, den, filter: measure.filter }
    }
}

impl Value {
    // Lets the table above put the value away and name the operation in one line.
    fn word(&self, word: &'static str) -> &'static str {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::incidents::DATASET;
    use serde_json::json;

    #[test]
    fn a_measure_survives_its_json() {
        for input in [
            json!({"op": "count"}),
            json!({"op": "percentile", "p": 0.95, "of": {"minutes_between": ["created_at", "resolved_at"]}}),
            json!({"op": "ratio", "num": {"op": "count", "where": {"field": "sla_met", "op": "eq", "value": true}},
                   "den": {"op": "count"}}),
            json!({"op": "count_distinct", "of": "custom.site"}),
            json!({"op": "latest", "of": "hostname"}),
        ] {
            let measure: Measure = serde_json::from_value(input.clone()).unwrap();
            measure.check(&DATASET).unwrap();
            assert_eq!(serde_json::to_value(&measure).unwrap(), input);
        }
    }

    #[test]
    fn a_bad_measure_is_refused_and_says_what_would_be_right() {
        for input in [
            json!({"op": "median", "of": "confidence"}),
            json!({"op": "count", "of": "id"}),
            json!({"op": "percentile", "of": "confidence"}),
            json!({"op": "count", "extra": 1}),
        ] {
            assert!(serde_json::from_value::<Measure>(input.clone()).is_err(), "{input}");
        }
        for (input, field) in [
            (json!({"op": "mean", "of": "title"}), "of"),
            (json!({"op": "mean", "of": "nope"}), "of"),
            (json!({"op": "latest", "of": "tags"}), "of"),
            (json!({"op": "latest", "of": "custom.site"}), "of"),
            (json!({"op": "percentile", "p": 2, "of": "confidence"}), "p"),
            (
                json!({"op": "mean", "of": {"minutes_between": ["created_at", "title"]}}),
                "of.minutes_between[1]",
            ),
            (
                json!({"op": "count", "where": {"field": "sla_met", "op": "eq", "value": "yes"}}),
                "where.value",
            ),
            (
                json!({"op": "count", "where": {"field": "created_at", "op": "ge", "value": "soon"}}),
                "where.value",
            ),
        ] {
            let measure: Measure = serde_json::from_value(input.clone()).unwrap();
            assert_eq!(measure.check(&DATASET).unwrap_err().errors[0].field, field, "{input}");
        }
    }
}
