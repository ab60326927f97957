//! Choices that schedules and single requests share: templates, formats, filters, recipients, subject.
//!
//! Each check names the part of the input that breaks a rule; whoever calls it adds the field's name.

use serde::{Deserialize, Serialize};

use crate::document::Format;
use crate::email::Email;
use crate::filter::Filter;
use crate::invalid::{FieldError, Invalid};
use crate::run::{Recipient, RecipientKind, Run};
use crate::schedule::ScheduleSpec;
use crate::template::Template;
use crate::templates::{TEMPLATES, find_template};
use crate::text::check_name;

/// Which templates: one by type or id, or several in order. Exactly one of the three fields is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateChoice {
    /// One template by its report type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_type: Option<String>,
    /// One template by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
    /// Several templates, in order, as one document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_types: Option<Vec<String>>,
}

impl TemplateChoice {
    /// Most templates in one document.
    pub const MAX: usize = 5;

    /// The templates.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the field: none or several given, unknown, twice, or too many.
    pub fn resolve(&self) -> Result<Vec<&'static Template>, Invalid> {
        match (&self.report_type, &self.template_id, &self.report_types) {
            (Some(id), None, None) => Ok(vec![find(id, "report_type")?]),
            (None, Some(id), None) => Ok(vec![find(id, "template_id")?]),
            (None, None, Some(ids)) => resolve_several(ids),
            _ => {
                let detail = "give exactly one of report_type, template_id and report_types";
                Err(Invalid::field("report_type", "template_choice", detail))
            }
        }
    }
}

fn find(id: &str, field: &str) -> Result<&'static Template, Invalid> {
    find_template(id).ok_or_else(|| {
        let known: Vec<&str> = TEMPLATES.iter().map(|t| t.id).collect();
        Invalid::field(field, "unknown_template", format!("a template is one of {}", known.join(", ")))
    })
}

fn resolve_several(ids: &[String]) -> Result<Vec<&'static Template>, Invalid> {
    if ids.is_empty() || ids.len() > TemplateChoice::MAX {
        let detail = format!("report_types names 1 to {} report types", TemplateChoice::MAX);
        return Err(Invalid::field("report_types", "bad_length", detail));
    }
    let mut templates: Vec<&'static Template> = Vec::new();
    for (i, id) in ids.iter().enumerate() {
        let template = find(id, &format!("report_types[{i}]"))?;
        if templates.iter().any(|t| t.id == template.id) {
            return Err(Invalid::field(
                format!("report_types[{i}]"),
                "twice",
                "each report type stands once",
            ));
        }
        templates.push(template);
    }
    Ok(templates)
}

/// The value, or `None` with the refusal's errors put away under the field.
pub(crate) fn keep<T>(checked: Result<T, Invalid>, field: &str, errors: &mut Vec<FieldError>) -> Option<T> {
    match checked {
        Ok(value) => Some(value),
        Err(refused) => {
            let refused = if field.is_empty() { refused } else { refused.below(field) };
            errors.extend(refused.errors);
            None
        }
    }
}

/// Reads a list of addresses.
///
/// # Errors
///
/// [`Invalid`] naming the element that is not an address.
pub fn check_addresses(list: &[String], kind: RecipientKind) -> Result<Vec<Recipient>, Invalid> {
    let read = |(i, text): (usize, &String)| match Email::new(text) {
        Ok(email) => Ok(Recipient { email, kind }),
        Err(refused) => Err(refused.below(&format!("[{i}]"))),
    };
    list.iter().enumerate().take(Run::MAX_RECIPIENTS + 1).map(read).collect()
}

/// Checks that there are at most 20 recipients, each once.
///
/// # Errors
///
/// [`Invalid`] without a field name.
pub fn check_recipients(all: &[Recipient]) -> Result<(), Invalid> {
    if all.len() > Run::MAX_RECIPIENTS {
        let detail = format!("recipients, cc and bcc together are at most {}", Run::MAX_RECIPIENTS);
        return Err(Invalid::field("", "too_many", detail));
    }
    for (i, recipient) in all.iter().enumerate() {
        if all[..i].iter().any(|r| r.email == recipient.email) {
            let detail = format!("{} stands twice; one message goes to each address", recipient.email);
            return Err(Invalid::field("", "twice", detail));
        }
    }
    Ok(())
}

/// The formats to make; PDF when none are named.
///
/// # Errors
///
/// [`Invalid`] when none, one twice, or one that a template does not offer is named.
pub fn check_formats(formats: Option<&[Format]>, templates: &[&Template]) -> Result<Vec<Format>, Invalid> {
    let formats = formats.unwrap_or(&[Format::Pdf]);
    if formats.is_empty() {
        return Err(Invalid::field("", "empty", "name at least one of pdf, pdfa, html, csv, json, txt"));
    }
    for (i, format) in formats.iter().enumerate() {
        if formats[..i].contains(format) {
            return Err(Invalid::field(format!("[{i}]"), "twice", "each format stands once"));
        }
        if let Some(template) = templates.iter().find(|t| !t.formats.contains(format)) {
            let detail = format!("{} does not come as {}", template.id, format.as_str());
            return Err(Invalid::field(format!("[{i}]"), "unavailable_format", detail));
        }
    }
    Ok(formats.to_vec())
}

/// Checks a filter against the datasets that the templates read.
///
/// # Errors
///
/// [`Invalid`] naming the part of the filter that does not fit.
pub fn check_filters(filters: &Filter, templates: &[&Template]) -> Result<(), Invalid> {
    for template in templates {
        for section in template.sections {
            let dataset = crate::sections::get_section(section.kind).dataset;
            crate::measure::check_filter(filters, crate::datasets::get_dataset(dataset))?;
        }
    }
    Ok(())
}

/// Checks a subject: one line of at most 200 characters whose placeholders are known.
///
/// # Errors
///
/// [`Invalid`] without a field name.
pub fn check_subject(subject: Option<&str>) -> Result<Option<String>, Invalid> {
    let Some(subject) = subject else { return Ok(None) };
    let subject = check_name(subject, ScheduleSpec::MAX_SUBJECT)?;
    let mut rest = subject.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        let known = after.split_once('}').filter(|(word, _)| ["tenant", "name", "date"].contains(word));
        let Some((_, tail)) = known else {
            let detail = "a subject knows the placeholders {tenant}, {name} and {date}";
            return Err(Invalid::field("", "unknown_placeholder", detail));
        };
        rest = tail;
    }
    Ok(Some(subject))
}
