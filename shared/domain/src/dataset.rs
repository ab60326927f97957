//! What a dataset is: a typed schema with an id, an event time and columns.
//!
//! Schemas are plain data in [`crate::datasets`]; ingest, the query engine, the API documentation and the tests all
//! read the same ones. A value that is missing is null, never guessed.

use serde::{Deserialize, Serialize};

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// UTF-8 text, at most [`Column::MAX_TEXT_BYTES`] bytes.
    Text,
    /// An instant, microseconds since 1970 UTC inside.
    Time,
    /// A 64-bit floating point number, always finite.
    Number,
    /// A 64-bit signed integer.
    Integer,
    /// True or false.
    Boolean,
    /// A list of texts. It counts once per record and element.
    List,
}

/// One column of a dataset.
#[derive(Debug, Serialize)]
pub struct Column {
    /// Name in inputs, filters and answers; snake_case.
    pub name: &'static str,
    /// Type of its values.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether a record without it is refused.
    pub required: bool,
    /// The only values allowed; empty when any are.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub values: &'static [&'static str],
    /// Smallest and largest number allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// What answers call a missing value when they group by this column (`unrated` for severity).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_label: Option<&'static str>,
    /// What it holds, in one sentence.
    pub description: &'static str,
}

impl Column {
    /// Longest text of a column, in bytes.
    pub const MAX_TEXT_BYTES: usize = 8_192;
    /// Most elements of a list. Requirements name up to 462 checks; more than this is no list that somebody reads, and a
    /// record counts once for each element.
    pub const MAX_LIST: usize = 1_024;

    /// A column that may be missing and takes any value of its type.
    #[must_use]
    pub const fn new(name: &'static str, kind: ColumnType, description: &'static str) -> Self {
        Self { name, kind, required: false, values: &[], range: None, null_label: None, description }
    }

    /// The same column, required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same column, limited to some values.
    #[must_use]
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    /// The same column, limited to numbers from `min` to `max`, both included.
    #[must_use]
    pub const fn between(mut self, min: f64, max: f64) -> Self {
        self.range = Some((min, max));
        self
    }

    /// The same column, with a word for "missing" in grouped answers.
    #[must_use]
    pub const fn null_as(mut self, label: &'static str) -> Self {
        self.null_label = Some(label);
        self
    }
}

/// Name of a dataset in paths, keys and queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatasetId {
    /// Security and service incidents.
    Incidents,
    /// Changes to services, and their deployments.
    Changes,
    /// Detection rules.
    Detections,
    /// Decisions of AI agents.
    Traces,
    /// Health checks of connectors.
    Connectors,
    /// Entries of audit logs.
    AuditLog,
    /// Security policies and checks.
    Policies,
    /// Requirements of compliance frameworks.
    Requirements,
}

impl DatasetId {
    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incidents => "incidents",
            Self::Changes => "changes",
            Self::Detections => "detections",
            Self::Traces => "traces",
            Self::Connectors => "connectors",
            Self::AuditLog => "audit_log",
            Self::Policies => "policies",
            Self::Requirements => "requirements",
        }
    }
}

impl std::fmt::Display for DatasetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A typed schema.
#[derive(Debug, Serialize)]
pub struct Dataset {
    /// Its name.
    pub id: DatasetId,
    /// What its records are, in one sentence.
    pub description: &'static str,
    /// What one record and several are called in a sentence.
    #[serde(skip)]
    pub noun: (&'static str, &'static str),
    /// The column that places a record in time; windows and segments go by it. A dataset without one is a catalogue:
    /// it is queried as it stands, without a window.
    pub event_time: Option<&'static str>,
    /// The column that says when something was done with (an incident resolved, a change deployed), for backlog and
    /// throughput.
    pub resolved_time: Option<&'static str>,
    /// The column whose newer value wins between versions of one id; null counts as the event time.
    pub updated_time: Option<&'static str>,
    /// The columns, `id` first.
    pub columns: &'static [Column],
}

impl Dataset {
    /// The column of that name, with its position.
    #[must_use]
    pub fn find_column(&self, name: &str) -> Option<(usize, &'static Column)> {
        self.columns.iter().enumerate().find(|(_, c)| c.name == name)
    }

    /// Position of the event time among the columns, if the dataset has one.
    #[must_use]
    pub fn event_time_index(&self) -> Option<usize> {
        self.find_column(self.event_time?).map(|(index, _)| index)
    }

    /// Whether every record must have an event time, so that a query must have a window.
    #[must_use]
    pub fn time_is_required(&self) -> bool {
        self.event_time_index().is_some_and(|index| self.columns[index].required)
    }
}
