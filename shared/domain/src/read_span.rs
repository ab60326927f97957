//! Read spans: which records queries read, by time alone, whatever they compute of them.
//!
//! What is left of a report's queries when one only wants to know whether a record may be among those it read. Filters
//! are not in it, so it may say "perhaps" wrongly, never "no".

use serde::{Deserialize, Serialize};

use crate::query::{Population, Query};
use crate::window::Window;

/// A population relative to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadSpan {
    /// The population.
    pub population: Population,
    /// The window; without one nothing bounds time.
    pub window: Option<Window>,
}

impl ReadSpan {
    /// The spans of queries, each once, in the order of their first appearance.
    #[must_use]
    pub fn of_queries<'a>(queries: impl IntoIterator<Item = &'a Query>) -> Vec<Self> {
        let mut spans = Vec::new();
        for query in queries {
            for measure in &query.measures {
                let span = Self { population: measure.population, window: query.window };
                if !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::DatasetId;
    use crate::measure::Measure;

    #[test]
    fn each_population_of_a_window_is_named_once() {
        let query = |window| {
            Query::new(DatasetId::Incidents, window)
                .measure("a", Measure::count())
                .measure_of("b", Measure::count(), Population::Resolved)
                .measure("c", Measure::count())
        };
        let window =
            Window::new("2026-01-01T00:00:00Z".parse().unwrap(), "2026-02-01T00:00:00Z".parse().unwrap());
        let queries = [query(window.ok()), query(None), query(None)];
        let found = ReadSpan::of_queries(&queries);
        let populations: Vec<_> = found.iter().map(|s| (s.population, s.window.is_some())).collect();
        let both = |windowed| [(Population::Created, windowed), (Population::Resolved, windowed)];
        assert_eq!(populations, [both(true), both(false)].concat());
    }
}
