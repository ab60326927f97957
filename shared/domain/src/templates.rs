//! The registry of system templates. A new one is a file in `templates/` and a line here.

use crate::template::Template;

macro_rules! registry {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every system template, in the order of the catalogue.
        pub static TEMPLATES: &[&Template] = &[$(&$module::TEMPLATE),*];
    };
}

registry![
    executive_monthly,
    incident_summary,
    sla_performance,
    detection_coverage,
    connector_health,
    analyst_throughput,
    compliance_evidence,
    compliance_posture,
    analytics_digest,
    changes_summary,
    dora_snapshot,
    audit_log,
    custom_query,
    summary,
    trends,
    violators,
    data_types,
    policy_violations,
    severity,
    incidents,
];

/// The system template of that id or alias.
#[must_use]
pub fn find_template(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().copied().find(|t| t.is_called(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::find_metric;
    use crate::sections::find_section;

    #[test]
    fn every_template_names_sections_and_metrics_that_exist_in_that_version() {
        for template in TEMPLATES {
            assert!(!template.formats.is_empty(), "{}", template.id);
            assert!(template.description.ends_with('.'), "{}", template.id);
            assert!(template.sections.iter().any(|s| s.mandatory), "{}", template.id);
            for usage in template.sections {
                assert!(find_section(usage.kind).is_some(), "{}: {}", template.id, usage.kind);
            }
            for usage in template.metrics {
                let metric = find_metric(usage.id).unwrap_or_else(|| panic!("{}", usage.id));
                assert_eq!(metric.version, usage.version, "{}: {}", template.id, usage.id);
                assert!(metric.shape.has_one_figure(), "{}: {} is not one figure", template.id, usage.id);
            }
        }
    }

    #[test]
    fn every_id_and_alias_finds_one_template() {
        let mut names: Vec<&str> = Vec::new();
        for template in TEMPLATES {
            names.push(template.id);
            names.extend(template.aliases);
        }
        for (i, name) in names.iter().enumerate() {
            assert!(!names[..i].contains(name), "{name} stands twice");
            assert!(find_template(name).is_some_and(|t| t.is_called(name)), "{name}");
        }
        assert_eq!(find_template("incidents_summary").map(|t| t.id), Some("incident_summary"));
        assert!(find_template("nope").is_none());
    }

    #[test]
    fn the_folder_and_the_registry_hold_the_same() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/templates");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut ids: Vec<&str> = TEMPLATES.iter().map(|t| t.id).collect();
        files.sort();
        ids.sort_unstable();
        assert_eq!(files, ids);
    }
}
