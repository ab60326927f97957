//! The JSON form of measures, as `POST /query` takes it and metrics show it.
//!
//! Each operation takes its own fields and `where`; any other field is refused by name.

use serde::{Deserialize, Serialize};

use crate::attack::CatalogueId;
use crate::attack::coverage::CoverageScope;
use crate::filter::Filter;
use crate::invalid::Invalid;
use crate::measure::{Coverage, Measure, MeasureOp, Term, Value};

/// The fields of every operation.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMeasure {
    op: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num: Option<Box<Measure>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    den: Option<Box<Measure>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Vec<Term>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalogue: Option<CatalogueId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per: Option<Per>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tactic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rolled: Option<bool>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    filter: Option<Filter>,
}

/// What a coverage counts one by one.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Per {
    Technique,
    Tactic,
}

/// Every operation, with the fields it takes.
const OPERATIONS: &[(&str, &[&str])] = &[
    ("count", &[]),
    ("count_distinct", &["of"]),
    ("sum", &["of"]),
    ("mean", &["of"]),
    ("min", &["of"]),
    ("max", &["of"]),
    ("latest", &["of"]),
    ("percentile", &["p", "of"]),
    ("ratio", &["num", "den"]),
    ("weighted_sum", &["terms"]),
    ("per_day", &["num"]),
    ("coverage", &["catalogue", "of", "per", "tactic", "rolled"]),
];

fn refuse(field: &str, detail: impl Into<String>) -> Invalid {
    Invalid::field(field, "bad_measure", detail)
}

impl RawMeasure {
    /// Checks that the operation exists and that no field of another one is given.
    fn check_fields(&self) -> Result<(), Invalid> {
        let Some((op, takes)) = OPERATIONS.iter().find(|(op, _)| *op == self.op) else {
            let known: Vec<&str> = OPERATIONS.iter().map(|(op, _)| *op).collect();
            return Err(refuse("op", format!("op is one of {}", known.join(", "))));
        };
        let given = [
            ("of", self.of.is_some()),
            ("p", self.p.is_some()),
            ("num", self.num.is_some()),
            ("den", self.den.is_some()),
            ("terms", self.terms.is_some()),
            ("catalogue", self.catalogue.is_some()),
            ("per", self.per.is_some()),
            ("tactic", self.tactic.is_some()),
            ("rolled", self.rolled.is_some()),
        ];
        match given.iter().find(|(field, there)| *there && !takes.contains(field)) {
            Some((field, _)) => {
                let takes: Vec<&str> = takes.iter().copied().chain(["where"]).collect();
                Err(refuse(field, format!("{op} takes {} and nothing else", takes.join(", "))))
            }
            None => Ok(()),
        }
    }

    fn coverage(&mut self) -> Result<MeasureOp, Invalid> {
        let scope = match (self.per, self.tactic.take()) {
            (None | Some(Per::Technique), None) => CoverageScope::Techniques,
            (None | Some(Per::Technique), Some(tactic)) => CoverageScope::Tactic(tactic),
            (Some(Per::Tactic), None) => CoverageScope::MeanOfTactics,
            (Some(Per::Tactic), Some(_)) => {
                return Err(refuse(
                    "tactic",
                    "per tactic is the mean of all tactics; leave per or tactic out",
                ));
            }
        };
        let of = need("of", self.of.take(), "coverage needs of: the column of technique ids")?;
        let catalogue = need("catalogue", self.catalogue, "coverage needs its catalogue: attack-18.1")?;
        Ok(MeasureOp::Coverage(Coverage { of, catalogue, scope, rolled: self.rolled.unwrap_or(false) }))
    }
}

fn need<T>(field: &str, value: Option<T>, detail: &str) -> Result<T, Invalid> {
    value.ok_or_else(|| refuse(field, detail))
}

impl TryFrom<RawMeasure> for Measure {
    type Error = Invalid;

    fn try_from(mut raw: RawMeasure) -> Result<Self, Invalid> {
        raw.check_fields()?;
        let op = raw.op.clone();
        let mut of = || need("of", raw.of.take(), "this operation needs of: a column or minutes_between");
        let op = match op.as_str() {
            "count" => MeasureOp::Count,
            "count_distinct" => MeasureOp::CountDistinct(of()?),
            "sum" => MeasureOp::Sum(of()?),
            "mean" => MeasureOp::Mean(of()?),
            "min" => MeasureOp::Min(of()?),
            "max" => MeasureOp::Max(of()?),
            "latest" => MeasureOp::Latest(of()?),
            "percentile" => {
                let p = need("p", raw.p, "percentile takes p (0 to 1), of and where")?;
                MeasureOp::Percentile { p, of: of()? }
            }
            "ratio" => MeasureOp::Ratio {
                num: need("num", raw.num.take(), "ratio takes num, den and where")?,
                den: need("den", raw.den.take(), "ratio takes num, den and where")?,
            },
            "weighted_sum" => MeasureOp::WeightedSum(need(
                "terms",
                raw.terms.take(),
                "weighted_sum takes terms: weight and measure each",
            )?),
            "per_day" => {
                MeasureOp::PerDay { num: need("num", raw.num.take(), "per_day takes num and where")? }
            }
            "coverage" => raw.coverage()?,
            other => unreachable!("{other} is in the list of operations"),
        };
        Ok(Self { op, filter: raw.filter })
    }
}

impl From<Measure> for RawMeasure {
    fn from(measure: Measure) -> Self {
        let of = |op: &str, of: Value| Self { of: Some(of), ..Self::of_op(op) };
        let raw = match measure.op {
            MeasureOp::Count => Self::of_op("count"),
            MeasureOp::CountDistinct(value) => of("count_distinct", value),
            MeasureOp::Sum(value) => of("sum", value),
            MeasureOp::Mean(value) => of("mean", value),
            MeasureOp::Min(value) => of("min", value),
            MeasureOp::Max(value) => of("max", value),
            MeasureOp::Latest(value) => of("latest", value),
            MeasureOp::Percentile { p, of: value } => Self { p: Some(p), ..of("percentile", value) },
            MeasureOp::Ratio { num, den } => Self { num: Some(num), den: Some(den), ..Self::of_op("ratio") },
            MeasureOp::WeightedSum(terms) => Self { terms: Some(terms), ..Self::of_op("weighted_sum") },
            MeasureOp::PerDay { num } => Self { num: Some(num), ..Self::of_op("per_day") },
            MeasureOp::Coverage(coverage) => Self::of_coverage(coverage),
        };
        Self { filter: measure.filter, ..raw }
    }
}

impl RawMeasure {
    fn of_op(op: &str) -> Self {
        Self { op: op.to_owned(), ..Self::default() }
    }

    fn of_coverage(coverage: Coverage) -> Self {
        let (per, tactic) = match coverage.scope {
            CoverageScope::Techniques => (None, None),
            CoverageScope::Tactic(tactic) => (None, Some(tactic)),
            CoverageScope::MeanOfTactics => (Some(Per::Tactic), None),
        };
        Self {
            of: Some(coverage.of),
            catalogue: Some(coverage.catalogue),
            per,
            tactic,
            rolled: coverage.rolled.then_some(true),
            ..Self::of_op("coverage")
        }
    }
}
