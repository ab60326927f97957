//! DORA bands: what the figures of software delivery are compared with.
//!
//! The bounds are data (`data/dora-2024`, with their source and what is done where the published figures leave a gap).

use std::sync::LazyLock;

/// Where the bands come from.
pub const SOURCE: &str = "Accelerate State of DevOps Report 2024 (DORA)";

/// A band of one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Id of the metric.
    pub key: &'static str,
    /// `elite`, `high` or `medium`.
    pub name: &'static str,
    /// Still in the band at this value, in the metric's unit.
    pub bound: f64,
}

/// What was published of one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Id of the metric.
    pub key: &'static str,
    /// `elite`, `high`, `medium` or `low`.
    pub name: &'static str,
    /// The figure, in the report's words.
    pub published: &'static str,
}

static BANDS: LazyLock<Vec<Band>> = LazyLock::new(|| {
    let read = |[key, name, bound]: [&'static str; 3]| Some(Band { key, name, bound: bound.parse().ok()? });
    read_rows(include_str!("../data/dora-2024/bands.tsv")).filter_map(read).collect()
});

static CLUSTERS: LazyLock<Vec<Cluster>> = LazyLock::new(|| {
    let read = |[key, name, published]: [&'static str; 3]| Cluster { key, name, published };
    read_rows(include_str!("../data/dora-2024/clusters.tsv")).map(read).collect()
});

fn read_rows(table: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    table.lines().skip(1).filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

/// Every band, best first within its key.
#[must_use]
pub fn bands() -> &'static [Band] {
    &BANDS
}

/// Every cluster, best first within its key.
#[must_use]
pub fn clusters() -> &'static [Cluster] {
    &CLUSTERS
}

/// The band that a value of a key lies in: `elite`, `high`, `medium` or `low`; none for a key without bands.
#[must_use]
pub fn band_of(key: &str, value: f64, lower_is_better: bool) -> Option<&'static str> {
    let mut of_key = bands().iter().filter(|band| band.key == key).peekable();
    of_key.peek()?;
    let within = |band: &&Band| if lower_is_better { value <= band.bound } else { value >= band.bound };
    Some(of_key.find(within).map_or("low", |band| band.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::find_metric;

    #[test]
    fn both_tables_are_whole_and_name_metrics() {
        assert_eq!(include_str!("../data/dora-2024/bands.tsv").lines().count(), bands().len() + 1);
        assert_eq!(include_str!("../data/dora-2024/clusters.tsv").lines().count(), clusters().len() + 1);
        for key in bands().iter().map(|b| b.key).chain(clusters().iter().map(|c| c.key)) {
            assert!(find_metric(key).is_some(), "{key}");
        }
    }

    #[test]
    fn a_figure_lies_in_the_best_band_that_it_reaches() {
        for (key, value, lower_is_better, expected) in [
            ("change_lead_time", 1_440.0, true, Some("elite")),
            ("change_lead_time", 1_441.0, true, Some("high")),
            ("change_lead_time", 43_201.0, true, Some("low")),
            ("deployment_frequency", 3.0, false, Some("elite")),
            ("deployment_frequency", 0.5, false, Some("high")),
            ("deployment_frequency", 0.1, false, Some("medium")),
            ("deployment_frequency", 0.0, false, Some("low")),
            ("change_fail_rate", 5.0, true, Some("elite")),
            ("change_fail_rate", 10.0, true, Some("high")),
            ("change_fail_rate", 40.0, true, Some("low")),
            ("recovery_time", 3_000.0, true, Some("medium")),
            ("rework_rate", 3.0, true, None),
        ] {
            assert_eq!(band_of(key, value, lower_is_better), expected, "{key} {value}");
        }
    }
}
