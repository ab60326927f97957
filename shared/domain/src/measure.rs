//! Measures: the typed algebra that every figure is a value of.
//!
//! A measure is count, count distinct, sum, mean, minimum, maximum, latest, percentile (exact, linear interpolation
//! between ranks, as `PERCENTILE_CONT` in SQL) of a value, the coverage of a catalogue, or made of other measures: a ratio, a
//! weighted sum, a rate per day. Each is over the records its `where` admits. It serialises to the JSON of
//! `POST /query`; it cannot loop, join or name another tenant's data. Whether its columns exist and have the right
//! type is checked against a dataset by [`Measure::check`].

mod fields;
mod json;
mod value;

use serde::{Deserialize, Serialize};

use crate::attack::coverage::CoverageScope;
use crate::attack::{CatalogueId, catalogue};
use crate::dataset::{ColumnType, Dataset};
use crate::filter::Filter;
use crate::invalid::Invalid;

pub use fields::{check_filter, find_field};
pub use value::Value;

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
    /// The value in the record with the newest event time that has one; of equally new ones the smallest value.
    Latest(Value),
    /// Percentile of the present values, `p` from 0 to 1, by linear interpolation.
    Percentile {
        /// The rank, 0 to 1.
        p: f64,
        /// Of what.
        of: Value,
    },
    /// One measure divided by another; no value when the divisor is 0 or missing.
    Ratio {
        /// The dividend.
        num: Box<Measure>,
        /// The divisor.
        den: Box<Measure>,
    },
    /// Measures times their weights, added up; no value when one of them has none.
    WeightedSum(Vec<Term>),
    /// A measure divided by the days (of 24 hours) of the query's window; no value without a window.
    PerDay {
        /// The dividend.
        num: Box<Measure>,
    },
    /// Share of a catalogue's techniques that the records carry, 0 to 1; no value when there are no records.
    Coverage(Coverage),
}

/// One part of a weighted sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What the measure is multiplied by, at most [`Measure::MAX_WEIGHT`] either side of 0.
    pub weight: f64,
    /// The measure.
    pub measure: Measure,
}

/// The parameters of a coverage.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The column of technique ids: a list, a text or a custom field.
    pub of: Value,
    /// What it is counted against.
    pub catalogue: CatalogueId,
    /// All techniques, those of one tactic, or the mean of the tactics.
    pub scope: CoverageScope,
    /// Whether a technique is also covered through its sub-techniques.
    pub rolled: bool,
}

/// A formula over records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "json::RawMeasure", into = "json::RawMeasure")]
pub struct Measure {
    /// What is computed.
    pub op: MeasureOp,
    /// Over which records; all when there is none.
    pub filter: Option<Filter>,
}

impl Measure {
    /// Deepest nesting of measures.
    pub const MAX_DEPTH: usize = 4;
    /// Most measures that one is made of, itself included.
    pub const MAX_PARTS: usize = 64;
    /// Largest weight of a term, either side of 0.
    pub const MAX_WEIGHT: f64 = 1e9;

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

    /// Number of distinct values.
    #[must_use]
    pub const fn count_distinct(of: Value) -> Self {
        Self::new(MeasureOp::CountDistinct(of))
    }

    /// Mean of a value.
    #[must_use]
    pub const fn mean(of: Value) -> Self {
        Self::new(MeasureOp::Mean(of))
    }

    /// The value in the newest record that has one.
    #[must_use]
    pub const fn latest(of: Value) -> Self {
        Self::new(MeasureOp::Latest(of))
    }

    /// Percentile of a value, `p` from 0 to 1.
    #[must_use]
    pub const fn percentile(p: f64, of: Value) -> Self {
        Self::new(MeasureOp::Percentile { p, of })
    }

    /// One measure divided by another.
    #[must_use]
    pub fn ratio(num: Self, den: Self) -> Self {
        Self::new(MeasureOp::Ratio { num: Box::new(num), den: Box::new(den) })
    }

    /// Measures times their weights, added up.
    #[must_use]
    pub fn weighted_sum(terms: impl IntoIterator<Item = (f64, Self)>) -> Self {
        let term = |(weight, measure)| Term { weight, measure };
        Self::new(MeasureOp::WeightedSum(terms.into_iter().map(term).collect()))
    }

    /// A measure per day of the window.
    #[must_use]
    pub fn per_day(num: Self) -> Self {
        Self::new(MeasureOp::PerDay { num: Box::new(num) })
    }

    /// Share of the ATT&CK techniques that the records carry in a column, each by exactly its id.
    #[must_use]
    pub fn coverage(of: Value, scope: CoverageScope) -> Self {
        let catalogue = CatalogueId::Attack18_1;
        Self::new(MeasureOp::Coverage(Coverage { of, catalogue, scope, rolled: false }))
    }

    /// The same measure over the records that `filter` admits.
    #[must_use]
    pub fn filtered(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// The measures that this one is made of, each with its path.
    fn parts(&self) -> Vec<(String, &Self)> {
        match &self.op {
            MeasureOp::Ratio { num, den } => vec![("num".to_owned(), num), ("den".to_owned(), den)],
            MeasureOp::PerDay { num } => vec![("num".to_owned(), num)],
            MeasureOp::WeightedSum(terms) => {
                let path = |(i, term)| (format!("terms[{i}].measure"), term);
                terms.iter().map(|term| &term.measure).enumerate().map(path).collect()
            }
            _ => Vec::new(),
        }
    }

    /// How many measures it is made of, itself included.
    #[must_use]
    pub fn count_parts(&self) -> usize {
        1 + self.parts().iter().map(|(_, part)| part.count_parts()).sum::<usize>()
    }

    /// How many comparisons the filters of all its measures have.
    #[must_use]
    pub fn count_comparisons(&self) -> usize {
        let own = self.filter.as_ref().map_or(0, Filter::count_comparisons);
        own + self.parts().iter().map(|(_, part)| part.count_comparisons()).sum::<usize>()
    }

    /// Checks names, types and size against a dataset.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the path of an unknown column, of a value that the operation cannot take, of a number out
    /// of its range, or of a filter whose operand has the wrong type; kind `LimitExceeded` for one made of too many.
    pub fn check(&self, dataset: &Dataset) -> Result<(), Invalid> {
        let mut left = Self::MAX_PARTS;
        self.check_size(0, &mut left)?;
        self.check_types(dataset)
    }

    fn check_size(&self, depth: usize, left: &mut usize) -> Result<(), Invalid> {
        if depth > Self::MAX_DEPTH {
            return Err(Invalid::limit("", format!("measures nest at most {} deep", Self::MAX_DEPTH)));
        }
        *left = left.checked_sub(1).ok_or_else(|| {
            Invalid::limit("", format!("a measure is made of at most {} measures", Self::MAX_PARTS))
        })?;
        self.parts()
            .into_iter()
            .try_for_each(|(path, part)| part.check_size(depth + 1, left).map_err(|e| e.below(&path)))
    }

    fn check_types(&self, dataset: &Dataset) -> Result<(), Invalid> {
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
                num.check_number(dataset).map_err(|e| e.below("num"))?;
                den.check_number(dataset).map_err(|e| e.below("den"))
            }
            MeasureOp::PerDay { num } => num.check_number(dataset).map_err(|e| e.below("num")),
            MeasureOp::WeightedSum(terms) => check_terms(terms, dataset),
            MeasureOp::Coverage(coverage) => coverage.check(dataset),
        }
    }
}

impl Measure {
    /// Checks a measure that another one computes with: the first or last of some instants is no number.
    fn check_number(&self, dataset: &Dataset) -> Result<(), Invalid> {
        self.check_types(dataset)?;
        match &self.op {
            MeasureOp::Min(of) | MeasureOp::Max(of) | MeasureOp::Latest(of) => {
                of.check_numeric(dataset, false).map_err(|e| e.below("of"))
            }
            _ => Ok(()),
        }
    }
}

fn check_terms(terms: &[Term], dataset: &Dataset) -> Result<(), Invalid> {
    if terms.is_empty() {
        return Err(Invalid::field(
            "terms",
            "empty",
            "a weighted sum has one term or more: weight and measure",
        ));
    }
    for (i, term) in terms.iter().enumerate() {
        let path = format!("terms[{i}]");
        if !(-Measure::MAX_WEIGHT..=Measure::MAX_WEIGHT).contains(&term.weight) {
            let detail = format!("a weight is at most {:e} either side of 0", Measure::MAX_WEIGHT);
            return Err(Invalid::field("weight", "out_of_range", detail).below(&path));
        }
        term.measure.check_number(dataset).map_err(|e| e.below("measure").below(&path))?;
    }
    Ok(())
}

impl Coverage {
    fn check(&self, dataset: &Dataset) -> Result<(), Invalid> {
        match self.of.check(dataset).map_err(|e| e.below("of"))? {
            None | Some(ColumnType::List | ColumnType::Text) => {}
            Some(_) => {
                let detail = "coverage takes a column of technique ids, such as techniques";
                return Err(Invalid::field("of", "not_a_list", detail));
            }
        }
        let tactics = catalogue(self.catalogue).tactics();
        match &self.scope {
            CoverageScope::Tactic(name) if !tactics.iter().any(|t| t.short_name == name) => {
                let known: Vec<_> = tactics.iter().map(|t| t.short_name).collect();
                let detail = format!("the catalogue has no such tactic; it has {}", known.join(", "));
                Err(Invalid::field("tactic", "unknown_tactic", detail))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
