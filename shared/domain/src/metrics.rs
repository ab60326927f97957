//! The registry of metrics. A new one is a file in `metrics/` and a line here.

use crate::metric::Metric;
use crate::sections::get_section;
use crate::templates::TEMPLATES;

macro_rules! registry {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every system metric, in the order of the dictionary.
        pub static METRICS: &[&Metric] = &[$(&$module::METRIC),*];
    };
}

registry![
    total,
    critical,
    high,
    open,
    by_severity,
    mtta_mean,
    mtta_median,
    mtta_p95,
    mttr_mean,
    mttr_median,
    mttr_p95,
    auto_resolution_rate,
    sla_compliance,
    block_rate,
    reopened,
    reopen_rate,
    backlog_end,
    top_resolvers,
    top_teams,
    top_categories,
    top_users,
    top_agents,
    top_policies,
    data_type_share,
    analyst_throughput,
    resolved,
    active_analysts,
    technique_coverage,
    tactic_coverage,
    detection_rules,
    connector_checks,
    connector_uptime,
    connector_latency_p95,
    trace_volume,
    mean_confidence,
    low_confidence_share,
    policy_coverage,
    requirement_count,
    requirement_coverage,
    policy_count,
    audit_entries,
    audit_actors,
    changes_deployed,
    deployment_frequency,
    change_lead_time,
    change_fail_rate,
    recovery_time,
    rework_rate,
    risk_score,
];

/// The metric of that id.
#[must_use]
pub fn find_metric(id: &str) -> Option<&'static Metric> {
    METRICS.iter().copied().find(|m| m.id == id)
}

/// The metric of an id written in the program.
///
/// # Panics
///
/// When no metric is registered under it; a test walks every template and section.
#[must_use]
pub fn get_metric(id: &str) -> &'static Metric {
    find_metric(id).expect("metrics named in the program are registered")
}

/// Ids of the templates whose reports have the metric, as a key figure or in a section.
#[must_use]
pub fn list_uses(metric: &str) -> Vec<&'static str> {
    let uses = |template: &crate::template::Template| {
        let sections = template.sections.iter().flat_map(|section| get_section(section.kind).metrics);
        template.metrics.iter().map(|used| used.id).chain(sections.copied()).any(|id| id == metric)
    };
    TEMPLATES.iter().filter(|template| uses(template)).map(|template| template.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::get_dataset;
    use crate::measure::MeasureOp;
    use crate::metric::Shape;
    use crate::query::Query;

    #[test]
    fn every_metric_is_well_typed_has_its_files_name_and_says_what_it_means() {
        for metric in METRICS {
            let dataset = get_dataset(metric.dataset);
            let query = Query { measures: vec![metric.named_measure()], ..Query::new(metric.dataset, None) };
            query.check().unwrap_or_else(|e| panic!("{}: {e}", metric.id));
            let covers = matches!(metric.named_measure().measure.op, MeasureOp::Coverage(_));
            assert_eq!(covers, matches!(metric.shape, Shape::Coverage { .. }), "{}", metric.id);
            if let Shape::Breakdown { by } | Shape::Top { by, .. } = metric.shape {
                assert!(dataset.find_column(by).is_some(), "{}", metric.id);
            }
            assert_eq!(find_metric(metric.id).map(|m| m.title), Some(metric.title));
            for text in [metric.description, metric.population_note, metric.null_handling, metric.source] {
                assert!(text.ends_with('.'), "{}: {text}", metric.id);
            }
        }
    }

    #[test]
    fn the_folder_and_the_registry_hold_the_same() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/metrics");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut ids: Vec<&str> = METRICS.iter().map(|m| m.id).collect();
        files.sort();
        ids.sort_unstable();
        assert_eq!(files, ids);
    }
}
