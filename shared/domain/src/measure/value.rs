//! Values: what a measure takes of one record.

use serde::{Deserialize, Serialize};

use crate::dataset::{ColumnType, Dataset};
use crate::invalid::Invalid;
use crate::measure::find_field;

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
    pub(super) fn check_single(&self, dataset: &Dataset) -> Result<(), Invalid> {
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

    pub(super) fn check_numeric(&self, dataset: &Dataset, or_time: bool) -> Result<(), Invalid> {
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
