//! The registry of sections. A new one is a file in `sections/` and a line here.

use crate::section::Section;

macro_rules! registry {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every section, in the order of the documentation.
        pub static SECTIONS: &[&Section] = &[$(&$module::SECTION),*];
    };
}

registry![
    key_figures,
    summary,
    volume_trend,
    severity_distribution,
    response_times,
    sla,
    backlog,
    top_resolvers,
    top_teams,
    top_categories,
    top_users,
    top_agents,
    data_types,
    rework,
    figures,
    trends,
    violators,
    policy_violations,
    incident_list,
    incident_types,
    incident_sources,
    incident_hours,
    incident_techniques,
    sla_by_category,
    sla_breaches,
    created_resolved,
    analysts,
    team_throughput,
    resolution_hours,
    incident_clocks,
    tactic_coverage,
    attack_matrix,
    uncovered_techniques,
    uncounted_techniques,
    inactive_rules,
    rule_levels,
    rule_states,
    rule_sources,
    connector_availability,
    connector_status,
    connector_outages,
    connector_errors,
    change_volume,
    change_services,
    change_teams,
    change_kinds,
    change_authors,
    failed_changes,
    change_list,
    dora_keys,
    delivery_trend,
    trace_status,
    trace_trend,
    agent_decisions,
    model_decisions,
    agent_alerts,
    low_confidence,
    framework_coverage,
    section_coverage,
    check_coverage,
    policy_severities,
    policy_services,
    audit_volume,
    audit_outcomes,
    audit_actors,
    audit_actions,
    audit_addresses,
    audit_objects,
    audit_hours,
    audit_list,
    legal_clocks,
    regulator_mapping,
    integrity,
    custom_queries,
];

/// The section of that id.
#[must_use]
pub fn find_section(id: &str) -> Option<&'static Section> {
    SECTIONS.iter().copied().find(|s| s.id == id)
}

/// The section of an id written in the program.
///
/// # Panics
///
/// When no section is registered under it; a test walks every template.
#[must_use]
pub fn get_section(id: &str) -> &'static Section {
    find_section(id).expect("sections named in the program are registered")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::find_metric;

    #[test]
    fn every_section_has_its_files_name_says_what_it_tells_and_names_metrics_that_exist() {
        for section in SECTIONS {
            assert_eq!(find_section(section.id).map(|s| s.title), Some(section.title));
            assert!(section.description.ends_with('.'), "{}", section.id);
            for id in section.metrics {
                let metric = find_metric(id).unwrap_or_else(|| panic!("{}: {id}", section.id));
                assert!(section.datasets.contains(&metric.dataset), "{}: {id}", section.id);
            }
        }
    }

    #[test]
    fn the_folder_and_the_registry_hold_the_same() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/sections");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut ids: Vec<&str> = SECTIONS.iter().map(|s| s.id).collect();
        files.sort();
        ids.sort_unstable();
        assert_eq!(files, ids);
    }
}
