//! What a person sends to make or change a schedule, and its checks.
//!
//! A change is a merge patch (RFC 7396) over the draft of what is there, so that both go through the same checks.

use serde::{Deserialize, Serialize};

use super::spec::{Include, MisfirePolicy, OnEmpty, OverlapPolicy, ScheduleSpec};
use crate::cadence::{Cadence, Frequency};
use crate::calendar::find_zone;
use crate::choices::{
    TemplateChoice, asks_for_queries, check_addresses, check_filters, check_formats, check_recipients,
    check_subject, keep,
};
use crate::custom_query::{CustomQuery, check_queries};
use crate::document::Format;
use crate::filter::Filter;
use crate::invalid::{FieldError, Invalid};
use crate::period::PeriodRule;
use crate::run::{Recipient, RecipientKind, Sensitivity, Versioned};
use crate::text::check_name;

/// What a person sends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScheduleDraft {
    /// 1 to 120 characters.
    pub name: Option<String>,
    /// Workspace in the tenant's own words.
    pub workspace_id: Option<String>,
    /// One template by its report type.
    pub report_type: Option<String>,
    /// One template by its id.
    pub template_id: Option<String>,
    /// Several templates, in order.
    pub report_types: Option<Vec<String>>,
    /// A named cadence.
    pub frequency: Option<Frequency>,
    /// A cadence as a cron expression.
    pub cron: Option<String>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// Which days a run covers.
    pub period: Option<PeriodRule>,
    /// Which records count.
    pub filters: Option<Filter>,
    /// Questions of the requester's own; 1 to 10 for the report type `custom_query`, none for any other.
    pub queries: Option<Vec<CustomQuery>>,
    /// Whether the key figures are included; yes when missing.
    pub include_metrics: Option<bool>,
    /// Whether the agents with the most incidents are included; yes when missing.
    pub include_top_agents: Option<bool>,
    /// Whether flagged, escalated and blocked decisions of agents are included; yes when missing.
    pub include_alerts: Option<bool>,
    /// Whether decisions of low confidence are included; no when missing.
    pub include_low_conf: Option<bool>,
    /// Formats to make.
    pub formats: Option<Vec<Format>>,
    /// Addresses of the To header.
    pub recipients: Option<Vec<String>>,
    /// Addresses of the Cc header.
    pub cc: Option<Vec<String>>,
    /// Addresses of no header.
    pub bcc: Option<Vec<String>>,
    /// Subject with `{tenant}`, `{name}` and `{date}`.
    pub subject_template: Option<String>,
    /// How it may travel.
    pub sensitivity: Option<Sensitivity>,
    /// Whether it fires.
    pub is_active: Option<bool>,
    /// While the run before is still at work.
    pub overlap: Option<OverlapPolicy>,
    /// Fires that nobody took up in time.
    pub misfire: Option<MisfirePolicy>,
    /// Nothing to report.
    pub on_empty: Option<OnEmpty>,
}

impl ScheduleDraft {
    /// Checks the draft; `tenant_zone` stands in for a missing zone.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with every broken rule that was found.
    pub fn check(self, tenant_zone: &str) -> Result<ScheduleSpec, Invalid> {
        let mut errors = Vec::new();
        let name = match &self.name {
            Some(name) => keep(check_name(name, ScheduleSpec::MAX_NAME), "name", &mut errors),
            None => keep(Err(Invalid::field("", "missing", "a schedule has a name")), "name", &mut errors),
        };
        let timezone = self.timezone.clone().unwrap_or_else(|| tenant_zone.to_owned());
        keep(find_zone(&timezone).map(drop), "timezone", &mut errors);
        let choice = TemplateChoice {
            report_type: self.report_type.clone(),
            template_id: self.template_id.clone(),
            report_types: self.report_types.clone(),
        };
        let templates = keep(choice.resolve(), "", &mut errors).unwrap_or_default();
        let cadence =
            keep(Cadence::from_parts(self.frequency, self.cron.as_deref()), "", &mut errors).flatten();
        let recipients = self.check_recipients(cadence.is_some(), &mut errors);
        let formats = keep(check_formats(self.formats.as_deref(), &templates), "formats", &mut errors);
        let subject = self.subject_template.as_deref();
        let subject_template = keep(check_subject(subject), "subject_template", &mut errors).flatten();
        let workspace = self.workspace_id.as_deref().map(|id| check_name(id, 120)).transpose();
        let workspace_id = keep(workspace, "workspace_id", &mut errors).flatten();
        if let Some(filters) = &self.filters {
            keep(check_filters(filters, &templates), "filters", &mut errors);
        }
        let are_asked_for = asks_for_queries(&templates);
        let queries = check_queries(self.queries.as_deref(), are_asked_for, self.filters.as_ref());
        let queries = keep(queries, "queries", &mut errors).unwrap_or_default();
        Invalid::unless_empty(errors)?;
        let include = self.include();
        let period = self
            .period
            .unwrap_or_else(|| cadence.as_ref().map_or(PeriodRule::LAST_30_DAYS, PeriodRule::default_for));
        let low_at_most = templates.iter().map(|t| t.sensitivity).max().unwrap_or(Sensitivity::Low);
        Ok(ScheduleSpec {
            name: name.unwrap_or_default(),
            workspace_id,
            templates: templates
                .iter()
                .map(|t| Versioned { id: t.id.to_owned(), version: t.version })
                .collect(),
            cadence,
            timezone,
            period,
            filters: self.filters,
            queries,
            include,
            formats: formats.unwrap_or_default(),
            recipients,
            subject_template,
            sensitivity: self.sensitivity.unwrap_or(low_at_most).max(low_at_most),
            is_active: self.is_active.unwrap_or(true),
            overlap: self.overlap.unwrap_or_default(),
            misfire: self.misfire.unwrap_or_default(),
            on_empty: self.on_empty.unwrap_or_default(),
        })
    }

    fn include(&self) -> Include {
        let default = Include::default();
        Include {
            metrics: self.include_metrics.unwrap_or(default.metrics),
            top_agents: self.include_top_agents.unwrap_or(default.top_agents),
            alerts: self.include_alerts.unwrap_or(default.alerts),
            low_conf: self.include_low_conf.unwrap_or(default.low_conf),
        }
    }

    fn check_recipients(&self, has_cadence: bool, errors: &mut Vec<FieldError>) -> Vec<Recipient> {
        let lists = [
            ("recipients", RecipientKind::To, &self.recipients),
            ("cc", RecipientKind::Cc, &self.cc),
            ("bcc", RecipientKind::Bcc, &self.bcc),
        ];
        let mut all = Vec::new();
        for (field, kind, list) in lists {
            let list = list.as_deref().unwrap_or_default();
            all.extend(keep(check_addresses(list, kind), field, errors).unwrap_or_default());
        }
        keep(check_recipients(&all), "recipients", errors);
        if has_cadence && all.is_empty() {
            let detail = "a schedule with a cadence has at least one recipient";
            errors.push(FieldError::new("recipients", "missing", detail));
        }
        all
    }
}

/// The draft that would make this specification; a change is merged into it.
impl From<&ScheduleSpec> for ScheduleDraft {
    fn from(spec: &ScheduleSpec) -> Self {
        let addresses = |kind| {
            let of_kind = spec.recipients.iter().filter(|r| r.kind == kind);
            Some(of_kind.map(|r| r.email.to_string()).collect())
        };
        let frequency = spec.cadence.as_ref().and_then(Cadence::frequency);
        let cron =
            spec.cadence.as_ref().filter(|c| c.frequency().is_none()).map(|c| c.cron().as_str().to_owned());
        let (report_type, report_types) = match spec.templates.as_slice() {
            [one] => (Some(one.id.clone()), None),
            several => (None, Some(several.iter().map(|t| t.id.clone()).collect())),
        };
        Self {
            name: Some(spec.name.clone()),
            workspace_id: spec.workspace_id.clone(),
            report_type,
            template_id: None,
            report_types,
            frequency,
            cron,
            timezone: Some(spec.timezone.clone()),
            period: Some(spec.period),
            filters: spec.filters.clone(),
            queries: (!spec.queries.is_empty()).then(|| spec.queries.clone()),
            include_metrics: Some(spec.include.metrics),
            include_top_agents: Some(spec.include.top_agents),
            include_alerts: Some(spec.include.alerts),
            include_low_conf: Some(spec.include.low_conf),
            formats: Some(spec.formats.clone()),
            recipients: addresses(RecipientKind::To),
            cc: addresses(RecipientKind::Cc),
            bcc: addresses(RecipientKind::Bcc),
            subject_template: spec.subject_template.clone(),
            sensitivity: Some(spec.sensitivity),
            is_active: Some(spec.is_active),
            overlap: Some(spec.overlap),
            misfire: Some(spec.misfire),
            on_empty: Some(spec.on_empty),
        }
    }
}
