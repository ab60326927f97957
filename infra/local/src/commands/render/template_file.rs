//! Templates in files: the JSON form of a template, for working on one before it is published.
//!
//! ```json
//! {"title": "Week in review", "audience": "manager", "metrics": ["total", "mttr_median"],
//!  "sections": ["key_figures", {"kind": "volume_trend", "title": "Volume", "mandatory": false}]}
//! ```
//!
//! Names are checked against the registries as publishing would check them. A template lives as long as the program,
//! so each reading of a file stays in memory: some hundred bytes for every change of it.

use serde::Deserialize;
use sitrep_domain::document::Format;
use sitrep_domain::metrics::find_metric;
use sitrep_domain::run::Sensitivity;
use sitrep_domain::sections::find_section;
use sitrep_domain::template::{
    Audience, DataPolicy, LateDataPolicy, MetricUse, Origin, RetentionClass, SectionUse, Template,
};

/// What a file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default = "manager")]
    audience: String,
    #[serde(default)]
    metrics: Vec<String>,
    sections: Vec<SectionEntry>,
}

/// A section by its id alone, or with what is different here.
#[derive(Deserialize)]
#[serde(untagged)]
enum SectionEntry {
    Id(String),
    Use(SectionFields),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFields {
    kind: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default = "yes")]
    mandatory: bool,
}

fn yes() -> bool {
    true
}

fn manager() -> String {
    "manager".to_owned()
}

/// Reads a template.
///
/// # Errors
///
/// What is wrong, naming the field and what would be right.
pub(super) fn parse_template(text: &str) -> Result<&'static Template, String> {
    let file: TemplateFile = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if file.sections.is_empty() {
        return Err("sections: a template has at least one".to_owned());
    }
    let sections = file.sections.into_iter().map(section_use).collect::<Result<Vec<_>, _>>()?;
    let metrics = file.metrics.iter().map(|id| metric_use(id)).collect::<Result<Vec<_>, _>>()?;
    Ok(Box::leak(Box::new(Template {
        id: "draft",
        aliases: &[],
        version: 1,
        title: file.title.leak(),
        description: file.description.leak(),
        sections: sections.leak(),
        metrics: metrics.leak(),
        formats: &Format::ALL,
        sensitivity: Sensitivity::Low,
        retention: RetentionClass::Standard,
        data_policy: DataPolicy::Degrade,
        late_data: LateDataPolicy::Ignore,
        audience: audience(&file.audience)?,
        origin: Origin::System,
        owner: "draft",
    })))
}

fn section_use(entry: SectionEntry) -> Result<SectionUse, String> {
    let (kind, title, mandatory) = match entry {
        SectionEntry::Id(kind) => (kind, None, true),
        SectionEntry::Use(fields) => (fields.kind, fields.title, fields.mandatory),
    };
    let section = find_section(&kind).ok_or_else(|| format!("sections: there is no section '{kind}'"))?;
    Ok(SectionUse { kind: section.id, title: title.map(|title| &*title.leak()), mandatory })
}

fn metric_use(id: &str) -> Result<MetricUse, String> {
    let metric = find_metric(id).ok_or_else(|| format!("metrics: there is no metric '{id}'"))?;
    if !metric.shape.has_one_figure() {
        return Err(format!("metrics: '{id}' is a list, not one figure; use the section that shows it"));
    }
    Ok(MetricUse { id: metric.id, version: metric.version })
}

fn audience(word: &str) -> Result<Audience, String> {
    match word {
        "analyst" => Ok(Audience::Analyst),
        "manager" => Ok(Audience::Manager),
        "executive" => Ok(Audience::Executive),
        other => Err(format!("audience: '{other}' is none of analyst, manager, executive")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_a_template() {
        let text = r#"{"title": "Week", "audience": "executive", "metrics": ["total"],
            "sections": ["key_figures", {"kind": "volume_trend", "title": "Volume", "mandatory": false}]}"#;
        let template = parse_template(text).unwrap();
        assert_eq!((template.title, template.audience), ("Week", Audience::Executive));
        assert_eq!(template.metrics, [MetricUse::v1("total")]);
        let expected =
            [SectionUse::mandatory("key_figures"), SectionUse::optional("volume_trend").titled("Volume")];
        assert_eq!(template.sections, expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, named) in [
            (r#"{"title": "t", "sections": []}"#, "sections"),
            (r#"{"title": "t", "sections": ["nope"]}"#, "'nope'"),
            (r#"{"title": "t", "sections": ["summary"], "metrics": ["by_severity"]}"#, "'by_severity'"),
            (r#"{"title": "t", "sections": ["summary"], "audience": "x"}"#, "audience"),
            (r#"{"title": "t", "sections": ["summary"], "colour": 1}"#, "colour"),
            (r#"{"sections": ["summary"]}"#, "title"),
        ] {
            let error = parse_template(text).unwrap_err();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
