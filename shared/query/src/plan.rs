//! Plans: queries taken apart into what is computed once for all of them.
//!
//! A figure rests on *atoms* (a count, a sum, …) over a *mask* (a population and filters). Equal spans, filters,
//! masks, values and keys of all queries are one entry here, so one pass computes each once per segment; queries that
//! group the same records alike share their atoms.

use jiff::tz::TimeZone;
use sitrep_domain::attack::CatalogueId;
use sitrep_domain::calendar::find_zone;
use sitrep_domain::dataset::{ColumnType, Dataset};
use sitrep_domain::datasets::get_dataset;
use sitrep_domain::filter::Filter;
use sitrep_domain::measure::{Coverage, Measure, MeasureOp, Value};
use sitrep_domain::query::{GroupKey, Population, Query, TimeBucket};
use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::moments::Instants;
use crate::population::Span;
use crate::predicate::filter_rows;
use crate::rollup::{Grouping, Rollup, link};
use crate::segment::Segment;
use crate::values::{Meaning, meaning_of};

/// Everything that one pass computes.
pub(crate) struct Plan {
    pub(crate) spans: Vec<Span>,
    /// The instants that bound the spans.
    pub(crate) instants: Instants,
    pub(crate) filters: Vec<Filter>,
    pub(crate) masks: Vec<Mask>,
    pub(crate) values: Vec<Value>,
    pub(crate) keys: Vec<KeySpec>,
    pub(crate) rollups: Vec<Rollup>,
    pub(crate) queries: Vec<QueryPlan>,
}

/// Records of a population that some filters admit, by index into the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) span: usize,
    /// Ascending.
    pub(crate) filters: Vec<usize>,
}

/// What is turned into key codes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum KeySpec {
    Field(String),
    Bucket { bucket: TimeBucket, of: String, zone: TimeZone },
    Number(usize),
}

impl KeySpec {
    /// Whether every record has one key at most, so that it is in one group: lists have several, and so may the tenant's
    /// own fields.
    fn is_single(&self, dataset: &Dataset) -> bool {
        match self {
            Self::Field(name) => {
                dataset.find_column(name).is_some_and(|(_, column)| column.kind != ColumnType::List)
            }
            Self::Bucket { .. } | Self::Number(_) => true,
        }
    }
}

/// One query's part of the plan. Its figures rest on its own atoms, each of which is one of a rollup.
pub(crate) struct QueryPlan {
    pub(crate) query: Query,
    pub(crate) null_labels: Vec<Option<&'static str>>,
    /// What its measures are about, before their own filters.
    pub(crate) base: Vec<usize>,
    pub(crate) rollup: usize,
    /// Index in the rollup, by own index.
    pub(crate) atoms: Vec<usize>,
    pub(crate) figures: Vec<FigurePlan>,
}

/// Something accumulated per group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Atom {
    pub(crate) mask: usize,
    pub(crate) op: AtomOp,
}

/// What is accumulated; indexes into the plan's values and keys. `Members` are the distinct keys themselves, to be looked
/// up in a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtomOp {
    Count,
    Distinct { key: usize },
    Latest { key: usize },
    Members { key: usize, catalogue: CatalogueId },
    Sum { value: usize },
    Extent { value: usize },
    All { value: usize },
}

/// How a figure comes from atoms. `records` counts what a weighted sum is over; `days` are the window's, if there is one.
pub(crate) enum FigurePlan {
    Count { atom: usize },
    Distinct { atom: usize },
    Latest { atom: usize },
    Sum { atom: usize, meaning: Meaning },
    Mean { atom: usize, meaning: Meaning },
    Min { atom: usize, meaning: Meaning },
    Max { atom: usize, meaning: Meaning },
    Percentile { atom: usize, p: f64, meaning: Meaning },
    Ratio { num: Box<FigurePlan>, den: Box<FigurePlan> },
    WeightedSum { records: usize, terms: Vec<(f64, FigurePlan)> },
    PerDay { num: Box<FigurePlan>, days: Option<f64> },
    Coverage { atom: usize, coverage: Coverage },
}

/// What a measure of a query means by its columns and its days.
struct Within<'a> {
    dataset: &'a Dataset,
    days: Option<f64>,
}

/// What a coverage costs in figures: it goes through a catalogue, not through one number.
const COVERAGE_WEIGHT: usize = 64;

impl FigurePlan {
    /// How many figures are computed for it, itself included.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Coverage { .. } => COVERAGE_WEIGHT,
            _ => 1 + self.parts().into_iter().map(Self::weight).sum::<usize>(),
        }
    }

    /// The figures that it is made of.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Ratio { num, den } => vec![num, den],
            Self::WeightedSum { terms, .. } => terms.iter().map(|(_, term)| term).collect(),
            Self::PerDay { num, .. } => vec![num],
            _ => Vec::new(),
        }
    }
}

impl Plan {
    /// Takes queries apart.
    pub(crate) fn new(queries: &[Query]) -> Result<Self, QueryError> {
        let mut plan = Self {
            spans: Vec::new(),
            instants: Instants::of([]),
            filters: Vec::new(),
            masks: Vec::new(),
            values: Vec::new(),
            keys: Vec::new(),
            rollups: Vec::new(),
            queries: Vec::new(),
        };
        for query in queries {
            query.check().map_err(|e| QueryError::Internal { detail: format!("an unchecked query: {e}") })?;
            let planned = plan.add_query(query)?;
            plan.queries.push(planned);
        }
        plan.instants = Instants::of(&plan.spans);
        let (keys, dataset) = (&plan.keys, queries.first().map(|query| get_dataset(query.dataset)));
        link(&mut plan.rollups, |key| dataset.is_some_and(|dataset| keys[key].is_single(dataset)));
        Ok(plan)
    }

    /// The rows of a segment that the first mask admits, out of its newest versions.
    pub(crate) fn admit(
        &self,
        segment: &Segment,
        meta: &SegmentMeta,
        mut rows: Bitmap,
    ) -> Result<Bitmap, String> {
        let mask = self.masks.first().ok_or("a plan without a mask")?;
        rows.and(&self.spans[mask.span].rows(segment, meta)?);
        for filter in &mask.filters {
            rows.and(&filter_rows(segment, &self.filters[*filter])?);
        }
        Ok(rows)
    }

    fn add_query(&mut self, query: &Query) -> Result<QueryPlan, QueryError> {
        let dataset = get_dataset(query.dataset);
        let common: Vec<usize> =
            query.filter.iter().map(|f| index_of(&mut self.filters, f.clone())).collect();
        let mut atoms = Vec::new();
        let (mut base, mut figures) = (Vec::new(), Vec::new());
        for named in &query.measures {
            let scope = self.add_mask(query, named.population, common.clone());
            if !base.contains(&scope) {
                base.push(scope);
            }
            let within = Within { dataset, days: query.window.map(|w| w.days()) };
            figures.push(self.add_measure(&named.measure, scope, &within, &mut atoms));
        }
        let first_mask = match query.measures.first() {
            Some(first) => self.narrow(base[0], first.measure.filter.as_ref()),
            None => return Err(QueryError::Internal { detail: "a query without measures".to_owned() }),
        };
        let keys: Vec<usize> =
            query.group_by.iter().map(|key| self.add_key(key)).collect::<Result<_, _>>()?;
        let null_labels = query.group_by.iter().map(|key| null_label(key, dataset)).collect();
        let mut grouping = Grouping { keys, base: base.clone(), unassigned: None };
        if grouping.keys.is_empty() {
            grouping.base.clear();
        } else if query.drop_null_keys {
            grouping.unassigned = Some(first_mask);
        }
        grouping.base.sort_unstable();
        let weight = figures.iter().map(FigurePlan::weight).sum();
        let (rollup, atoms) = self.add_atoms(grouping, atoms, weight);
        Ok(QueryPlan { query: query.clone(), null_labels, base, rollup, atoms, figures })
    }

    /// The rollup of a query's atoms, and the index of each in it; so many figures are computed from them.
    fn add_atoms(&mut self, grouping: Grouping, atoms: Vec<Atom>, figures: usize) -> (usize, Vec<usize>) {
        let known = self.rollups.iter().position(|rollup| rollup.grouping == grouping);
        let rollup = known.unwrap_or_else(|| {
            self.rollups.push(Rollup::new(grouping));
            self.rollups.len() - 1
        });
        (rollup, self.rollups[rollup].add_reader(atoms, figures))
    }

    fn add_mask(&mut self, query: &Query, population: Population, filters: Vec<usize>) -> usize {
        let span = index_of(&mut self.spans, Span::new(population, query.window));
        index_of(&mut self.masks, Mask { span, filters })
    }

    /// The mask with one more filter.
    fn narrow(&mut self, mask: usize, filter: Option<&Filter>) -> usize {
        let Some(filter) = filter else { return mask };
        let mut narrowed = self.masks[mask].clone();
        narrowed.filters.push(index_of(&mut self.filters, filter.clone()));
        narrowed.filters.sort_unstable();
        narrowed.filters.dedup();
        index_of(&mut self.masks, narrowed)
    }

    fn add_measure(
        &mut self,
        measure: &Measure,
        scope: usize,
        within: &Within<'_>,
        atoms: &mut Vec<Atom>,
    ) -> FigurePlan {
        let mask = self.narrow(scope, measure.filter.as_ref());
        let mut atom = |op| index_of(atoms, Atom { mask, op });
        let meaning = |of: &Value| meaning_of(of, within.dataset);
        match &measure.op {
            MeasureOp::Count => FigurePlan::Count { atom: atom(AtomOp::Count) },
            MeasureOp::CountDistinct(of) => {
                FigurePlan::Distinct { atom: atom(AtomOp::Distinct { key: self.add_distinct(of) }) }
            }
            MeasureOp::Latest(of) => {
                FigurePlan::Latest { atom: atom(AtomOp::Latest { key: self.add_distinct(of) }) }
            }
            MeasureOp::Sum(of) => FigurePlan::Sum {
                atom: atom(AtomOp::Sum { value: self.add_value(of) }),
                meaning: meaning(of),
            },
            MeasureOp::Mean(of) => FigurePlan::Mean {
                atom: atom(AtomOp::Sum { value: self.add_value(of) }),
                meaning: meaning(of),
            },
            MeasureOp::Min(of) => FigurePlan::Min {
                atom: atom(AtomOp::Extent { value: self.add_value(of) }),
                meaning: meaning(of),
            },
            MeasureOp::Max(of) => FigurePlan::Max {
                atom: atom(AtomOp::Extent { value: self.add_value(of) }),
                meaning: meaning(of),
            },
            MeasureOp::Percentile { p, of } => {
                let atom = atom(AtomOp::All { value: self.add_value(of) });
                FigurePlan::Percentile { atom, p: *p, meaning: meaning(of) }
            }
            MeasureOp::Ratio { num, den } => FigurePlan::Ratio {
                num: Box::new(self.add_measure(num, mask, within, atoms)),
                den: Box::new(self.add_measure(den, mask, within, atoms)),
            },
            MeasureOp::WeightedSum(terms) => FigurePlan::WeightedSum {
                records: atom(AtomOp::Count),
                terms: terms
                    .iter()
                    .map(|term| (term.weight, self.add_measure(&term.measure, mask, within, atoms)))
                    .collect(),
            },
            MeasureOp::PerDay { num } => {
                let num = Box::new(self.add_measure(num, mask, within, atoms));
                FigurePlan::PerDay { num, days: within.days }
            }
            MeasureOp::Coverage(coverage) => {
                let (key, catalogue) = (self.add_distinct(&coverage.of), coverage.catalogue);
                let atom = atom(AtomOp::Members { key, catalogue });
                FigurePlan::Coverage { atom, coverage: coverage.clone() }
            }
        }
    }

    fn add_value(&mut self, value: &Value) -> usize {
        index_of(&mut self.values, value.clone())
    }

    fn add_distinct(&mut self, value: &Value) -> usize {
        let spec = match value {
            Value::Column(name) => KeySpec::Field(name.clone()),
            Value::MinutesBetween { .. } => KeySpec::Number(self.add_value(value)),
        };
        index_of(&mut self.keys, spec)
    }

    fn add_key(&mut self, key: &GroupKey) -> Result<usize, QueryError> {
        let spec = match key {
            GroupKey::Field(name) => KeySpec::Field(name.clone()),
            GroupKey::Time { time, of, timezone } => {
                let zone = find_zone(timezone).map_err(|e| QueryError::Internal { detail: e.to_string() })?;
                KeySpec::Bucket { bucket: *time, of: of.clone(), zone }
            }
        };
        Ok(index_of(&mut self.keys, spec))
    }
}

fn null_label(key: &GroupKey, dataset: &Dataset) -> Option<&'static str> {
    match key {
        GroupKey::Field(name) => dataset
            .find_column(name)
            .filter(|(_, c)| c.kind == ColumnType::Text)
            .and_then(|(_, column)| column.null_label),
        GroupKey::Time { .. } => None,
    }
}

/// The index of an equal entry, added when there is none.
fn index_of<T: PartialEq>(entries: &mut Vec<T>, entry: T) -> usize {
    entries.iter().position(|known| *known == entry).unwrap_or_else(|| {
        entries.push(entry);
        entries.len() - 1
    })
}
