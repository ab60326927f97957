//! The period in a paragraph: the main figures and how they differ from the period before.
//!
//! The sentences state figures and differences; whether those are good or bad is left to the reader and the targets.
//! A figure that there is none of gives no sentence.

use crate::dataset::DatasetId;
use crate::document::Block;
use crate::section::{Measured, Section, SectionOutput, whole};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "summary",
    title: "Summary",
    description: "The main figures in a paragraph, with what changed since the period before.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total", "critical", "backlog_end", "mttr_median", "sla_compliance"],
    plan: |_| Vec::new(),
    build,
    newest: |_| Vec::new(),
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let sentences = [
        Some(tell_volume(measured)),
        tell_critical(measured),
        Some(tell_backlog(measured)),
        tell_resolution(measured),
        tell_service_level(measured),
    ];
    let text = sentences.into_iter().flatten().collect::<Vec<_>>().join(" ");
    SectionOutput::of(vec![Block::Text { text }])
}

fn tell_volume(measured: &Measured<'_>) -> String {
    let (first, last) = measured.input.days();
    let (now, before) = (measured.total(), whole(measured.previous("total")));
    let days = words::days(first, last);
    let created = match now {
        0 => "no incidents were created".to_owned(),
        1 => "1 incident was created".to_owned(),
        n => format!("{} incidents were created", words::count(n)),
    };
    let compared = match now.abs_diff(before) {
        0 if now == 0 => "as in the period before".to_owned(),
        0 => "as many as in the period before".to_owned(),
        d if now > before => {
            format!("{} more than in the period before ({})", words::count(d), words::count(before))
        }
        d => format!("{} fewer than in the period before ({})", words::count(d), words::count(before)),
    };
    format!("{days}, {created}, {compared}.")
}

fn tell_critical(measured: &Measured<'_>) -> Option<String> {
    if measured.total() == 0 {
        return None;
    }
    let before = words::count(whole(measured.previous("critical")));
    let were = match whole(measured.value("critical")) {
        0 => "None was critical".to_owned(),
        1 => "1 was critical".to_owned(),
        n => format!("{} were critical", words::count(n)),
    };
    Some(format!("{were}, compared with {before} in the period before."))
}

fn tell_backlog(measured: &Measured<'_>) -> String {
    let before = words::count(whole(measured.previous("backlog_end")));
    let open = match whole(measured.value("backlog_end")) {
        0 => "No incidents were open".to_owned(),
        1 => "1 incident was open".to_owned(),
        n => format!("{} incidents were open", words::count(n)),
    };
    format!("{open} at the end of the period, compared with {before} at the end of the period before.")
}

fn tell_resolution(measured: &Measured<'_>) -> Option<String> {
    let now = words::duration(measured.value("mttr_median").as_f64()?);
    let before = compare(measured.previous("mttr_median").as_f64().map(words::duration));
    Some(format!("The median time to resolve was {now}{before}."))
}

fn tell_service_level(measured: &Measured<'_>) -> Option<String> {
    let now = words::percentage(measured.value("sla_compliance").as_f64()?);
    let before = compare(measured.previous("sla_compliance").as_f64().map(words::percentage));
    Some(format!("The service level was met for {now} of the incidents that have one{before}."))
}

fn compare(before: Option<String>) -> String {
    before.map_or_else(String::new, |figure| format!(", compared with {figure} in the period before"))
}
