//! Queries: measures over a window, grouped, ordered and limited.
//!
//! A [`Query`] is what the engine runs. Reports make theirs from metrics and sections, `POST /query` from its body;
//! both end here, so a figure has one meaning. [`Query::check`] must pass before the engine sees it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dataset::{ColumnType, Dataset, DatasetId};
use crate::datasets::get_dataset;
use crate::filter::Filter;
use crate::invalid::Invalid;
use crate::measure::{Measure, check_filter, find_field};
use crate::window::Window;

/// Which records a measure is about, relative to the query's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// Event time in the window. Without a window: every record.
    Created,
    /// Resolved time in the window, whenever created.
    Resolved,
    /// Created in the window and open at its end (resolved time missing, or at or after the end).
    CreatedAndOpenAtEnd,
    /// Open at the window's end, whenever created.
    OpenAtEnd,
    /// Open at that instant: created before it, and resolved time missing, or at or after it. Needs no window.
    OpenAt(Timestamp),
    /// Event time before the window's end, however long ago: what there is, such as the rules that stand. Without a
    /// window: every record.
    CreatedByEnd,
}

impl Population {
    /// Whether it asks when something was done with, so that the dataset must know.
    #[must_use]
    pub const fn needs_resolved_time(self) -> bool {
        !matches!(self, Self::Created | Self::CreatedByEnd)
    }
}

/// One measure of a query, under the name its answer has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedMeasure {
    /// Name of the result column.
    pub name: String,
    /// What is computed.
    pub measure: Measure,
    /// Over which records.
    pub population: Population,
}

/// Length of a time bucket. Weeks start on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBucket {
    /// One hour.
    Hour,
    /// One civil day.
    Day,
    /// Seven civil days from Monday.
    Week,
    /// One calendar month.
    Month,
    /// Three calendar months from January, April, July or October.
    Quarter,
    /// One calendar year.
    Year,
}

/// What rows are grouped by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GroupKey {
    /// A column, or `custom.<name>`. A list groups by element, so a record counts once for each of its elements.
    Field(String),
    /// The bucket of a time column, in a zone. The key is the UTC instant of the bucket's local start.
    Time {
        /// Length of the bucket.
        time: TimeBucket,
        /// The time column.
        of: String,
        /// IANA name of the zone.
        timezone: String,
    },
}

impl GroupKey {
    /// Name of the result column: the field, or the bucket's word.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Field(field) => field,
            Self::Time { time, .. } => match time {
                TimeBucket::Hour => "hour",
                TimeBucket::Day => "day",
                TimeBucket::Week => "week",
                TimeBucket::Month => "month",
                TimeBucket::Quarter => "quarter",
                TimeBucket::Year => "year",
            },
        }
    }
}

/// One sort key of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderBy {
    /// Name of a result column.
    pub by: String,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}

/// Measures over a window, grouped, ordered and limited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The dataset.
    pub dataset: DatasetId,
    /// The window that populations refer to.
    pub window: Option<Window>,
    /// Which records count at all; applies to every measure.
    pub filter: Option<Filter>,
    /// The group keys; one row in all when there are none.
    pub group_by: Vec<GroupKey>,
    /// Leaves out rows whose first key is missing, and counts their records in the result's `unassigned`.
    pub drop_null_keys: bool,
    /// What is computed.
    pub measures: Vec<NamedMeasure>,
    /// Sort keys; what they leave equal is sorted by the group keys ascending, missing last.
    pub order_by: Vec<OrderBy>,
    /// Most rows in the result; the result says how many there were.
    pub limit: usize,
}

impl Query {
    /// Most group keys.
    pub const MAX_GROUP_KEYS: usize = 4;
    /// Most measures.
    pub const MAX_MEASURES: usize = 128;
    /// Most measures that all of them are made of, each included: every one may need records of its own.
    pub const MAX_PARTS: usize = 512;
    /// Most comparisons in the filters of the query and of all its measures.
    pub const MAX_COMPARISONS: usize = 1_000;
    /// Most rows of a result.
    pub const MAX_ROWS: usize = 50_000;
    /// Most groups of one key held while computing, so that a top list can look at every key; past it the query is
    /// refused.
    pub const MAX_GROUPS: usize = 1_000_000;
    /// Most groups of several keys, whose combinations multiply.
    pub const MAX_COMBINED_GROUPS: usize = 100_000;
    /// Most groups times figures.
    pub const MAX_FIGURES: usize = 8_000_000;

    /// A query over a dataset that computes nothing yet.
    #[must_use]
    pub fn new(dataset: DatasetId, window: Option<Window>) -> Self {
        Self {
            dataset,
            window,
            filter: None,
            group_by: Vec::new(),
            drop_null_keys: false,
            measures: Vec::new(),
            order_by: Vec::new(),
            limit: Self::MAX_ROWS,
        }
    }

    /// The same query with one more measure over records created in the window.
    #[must_use]
    pub fn measure(self, name: impl Into<String>, measure: Measure) -> Self {
        self.measure_of(name, measure, Population::Created)
    }

    /// The same query with one more measure over a population.
    #[must_use]
    pub fn measure_of(mut self, name: impl Into<String>, measure: Measure, population: Population) -> Self {
        self.measures.push(NamedMeasure { name: name.into(), measure, population });
        self
    }

    /// The same query, grouped by one more key.
    #[must_use]
    pub fn by(mut self, key: GroupKey) -> Self {
        self.group_by.push(key);
        self
    }

    /// The same query, grouped by one more column.
    #[must_use]
    pub fn by_field(self, field: impl Into<String>) -> Self {
        self.by(GroupKey::Field(field.into()))
    }

    /// The same query as a top list: largest `by` first, rows without a key counted apart, at most `limit` rows.
    #[must_use]
    pub fn top(mut self, by: impl Into<String>, limit: usize) -> Self {
        self.order_by = vec![OrderBy { by: by.into(), descending: true }];
        self.drop_null_keys = true;
        self.limit = limit;
        self
    }

    /// The same query over fewer records.
    #[must_use]
    pub fn filtered(mut self, filter: Option<Filter>) -> Self {
        self.filter = filter;
        self
    }

    /// Most groups that a query with so many group keys and computed figures may have.
    #[must_use]
    pub fn most_groups(keys: usize, figures: usize) -> usize {
        let by_keys = if keys > 1 { Self::MAX_COMBINED_GROUPS } else { Self::MAX_GROUPS };
        by_keys.min(Self::MAX_FIGURES / figures.max(1))
    }

    /// Checks names, types and limits against the dataset.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the path of the offending part; kind `LimitExceeded` past a limit of this type.
    pub fn check(&self) -> Result<(), Invalid> {
        let dataset = get_dataset(self.dataset);
        self.check_limits()?;
        if self.window.is_some() && dataset.event_time.is_none() {
            let detail =
                format!("{} stand as they are, without event time; leave start and end out", dataset.id);
            return Err(Invalid::field("start", "no_event_time", detail));
        }
        if let Some(filter) = &self.filter {
            check_filter(filter, dataset).map_err(|e| e.below("filters"))?;
        }
        for (i, key) in self.group_by.iter().enumerate() {
            check_key(key, dataset).map_err(|e| e.below(&format!("group_by[{i}]")))?;
        }
        for (i, named) in self.measures.iter().enumerate() {
            let path = format!("metrics[{i}]");
            named.measure.check(dataset).map_err(|e| e.below("measure").below(&path))?;
            if named.population.needs_resolved_time() && dataset.resolved_time.is_none() {
                let detail = format!("{} has no resolved time, so nothing is open or resolved", dataset.id);
                return Err(Invalid::field(path, "no_resolved_time", detail));
            }
        }
        self.check_budget()?;
        self.check_names()
    }

    /// What the measures cost together, whatever each is allowed alone.
    fn check_budget(&self) -> Result<(), Invalid> {
        let sum =
            |count: fn(&Measure) -> usize| self.measures.iter().map(|m| count(&m.measure)).sum::<usize>();
        let common = self.filter.as_ref().map_or(0, Filter::count_comparisons);
        for (what, count, most) in [
            ("measures, those that they are made of included", sum(Measure::count_parts), Self::MAX_PARTS),
            ("comparisons in its filters", common + sum(Measure::count_comparisons), Self::MAX_COMPARISONS),
        ] {
            if count > most {
                let detail =
                    format!("a query has at most {most} {what}, and this one has {count}; ask in parts");
                return Err(Invalid::limit("metrics", detail));
            }
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Invalid> {
        if self.measures.is_empty() {
            return Err(Invalid::field("metrics", "empty", "name at least one metric or measure"));
        }
        for (field, count, most) in [
            ("metrics", self.measures.len(), Self::MAX_MEASURES),
            ("group_by", self.group_by.len(), Self::MAX_GROUP_KEYS),
            ("limit", self.limit, Self::MAX_ROWS),
        ] {
            if count > most {
                return Err(Invalid::limit(field, format!("{field} is at most {most}")));
            }
        }
        if self.limit == 0 {
            return Err(Invalid::field("limit", "out_of_range", "limit is 1 or more"));
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), Invalid> {
        let mut names: Vec<&str> = self.group_by.iter().map(GroupKey::name).collect();
        names.extend(self.measures.iter().map(|m| m.name.as_str()));
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                let detail = format!("two result columns are called {name}; give one another name with as");
                return Err(Invalid::field("metrics", "duplicate_name", detail));
            }
        }
        for (i, order) in self.order_by.iter().enumerate() {
            if !names.contains(&order.by.as_str()) {
                let detail = format!("order by one of the result columns: {}", names.join(", "));
                return Err(Invalid::field(format!("order_by[{i}]"), "unknown_column", detail));
            }
        }
        Ok(())
    }
}

fn check_key(key: &GroupKey, dataset: &Dataset) -> Result<(), Invalid> {
    match key {
        GroupKey::Field(name) => find_field(name, dataset).map(drop),
        GroupKey::Time { of, timezone, .. } => {
            let column = find_field(of, dataset).map_err(|e| e.below("of"))?;
            if column.is_none_or(|c| c.kind != ColumnType::Time) {
                return Err(Invalid::field("of", "not_a_time", format!("{of} is not a time column")));
            }
            crate::calendar::find_zone(timezone).map(drop).map_err(|e| e.below("timezone"))
        }
    }
}
