//! Requests for one report: what a person sends to `POST /reports/generate`, and its checks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::find_zone;
use crate::choices::{
    TemplateChoice, asks_for_queries, check_addresses, check_filters, check_formats, check_recipients, keep,
};
use crate::custom_query::{CustomQuery, check_queries};
use crate::document::Format;
use crate::filter::Filter;
use crate::invalid::{FieldError, Invalid};
use crate::period::{PeriodType, ReportPeriod, parse_period};
use crate::run::{Recipient, RecipientKind, Sensitivity};
use crate::template::Template;
use crate::text::check_name;

/// What a person sends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportDraft {
    /// 1 to 120 characters; the template's title when missing.
    pub name: Option<String>,
    /// One template by its report type.
    pub report_type: Option<String>,
    /// One template by its id.
    pub template_id: Option<String>,
    /// Several templates, in order, as one document.
    pub report_types: Option<Vec<String>>,
    /// The last complete period of this length.
    pub period_type: Option<PeriodType>,
    /// First day, or first instant.
    pub start_date: Option<String>,
    /// Last day, or the instant after the last.
    pub end_date: Option<String>,
    /// IANA zone; the tenant's when missing.
    pub timezone: Option<String>,
    /// Which records count.
    pub filters: Option<Filter>,
    /// Questions of the requester's own; 1 to 10 for the report type `custom_query`, none for any other.
    pub queries: Option<Vec<CustomQuery>>,
    /// Formats to make; PDF when missing.
    pub formats: Option<Vec<Format>>,
    /// Who gets it; nobody when missing.
    pub recipients: Option<Vec<String>>,
    /// How it may travel.
    pub sensitivity: Option<Sensitivity>,
}

/// A checked request.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// Its name.
    pub name: String,
    /// The templates, in order.
    pub templates: Vec<&'static Template>,
    /// How the period was asked for.
    pub period_type: PeriodType,
    /// The period.
    pub period: ReportPeriod,
    /// The zone.
    pub timezone: String,
    /// Which records count.
    pub filters: Option<Filter>,
    /// Questions of the requester's own.
    pub queries: Vec<CustomQuery>,
    /// Formats to make.
    pub formats: Vec<Format>,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// How it may travel.
    pub sensitivity: Sensitivity,
}

impl ReportDraft {
    /// Checks the draft; `now` decides the last complete period, `tenant_zone` stands in for a missing zone.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with every broken rule that was found; kind `DateRangeTooLarge` for a period past 3,660 days.
    pub fn check(self, tenant_zone: &str, now: Timestamp) -> Result<ReportRequest, Invalid> {
        let mut errors = Vec::new();
        let choice = TemplateChoice {
            report_type: self.report_type.clone(),
            template_id: self.template_id.clone(),
            report_types: self.report_types.clone(),
        };
        let templates = keep(choice.resolve(), "", &mut errors).unwrap_or_default();
        let timezone = self.timezone.clone().unwrap_or_else(|| tenant_zone.to_owned());
        let zone = keep(find_zone(&timezone), "timezone", &mut errors);
        let name = match &self.name {
            Some(name) => keep(check_name(name, 120), "name", &mut errors).unwrap_or_default(),
            None => templates.iter().map(|t| t.title).collect::<Vec<_>>().join(" and "),
        };
        let formats = keep(check_formats(self.formats.as_deref(), &templates), "formats", &mut errors);
        let recipients = self.check_recipients(&mut errors);
        if let Some(filters) = &self.filters {
            keep(check_filters(filters, &templates), "filters", &mut errors);
        }
        let filters = self.filters.as_ref();
        let are_asked_for = asks_for_queries(&templates);
        let queries = check_queries(self.queries.as_deref(), are_asked_for, filters);
        let queries = keep(queries, "queries", &mut errors).unwrap_or_default();
        let period = match zone.map(|zone| self.check_period(&zone, now)) {
            Some(Err(refused)) if errors.is_empty() => return Err(refused),
            Some(checked) => keep(checked, "", &mut errors),
            None => None,
        };
        Invalid::unless_empty(errors)?;
        let (period_type, period) = period.expect("a period without errors was found");
        let least = templates.iter().map(|t| t.sensitivity).max().unwrap_or(Sensitivity::Low);
        Ok(ReportRequest {
            name,
            templates,
            period_type,
            period,
            timezone,
            filters: self.filters,
            queries,
            formats: formats.unwrap_or_default(),
            recipients,
            sensitivity: self.sensitivity.unwrap_or(least).max(least),
        })
    }

    fn check_recipients(&self, errors: &mut Vec<FieldError>) -> Vec<Recipient> {
        let list = self.recipients.as_deref().unwrap_or_default();
        let recipients =
            keep(check_addresses(list, RecipientKind::To), "recipients", errors).unwrap_or_default();
        keep(check_recipients(&recipients), "recipients", errors);
        recipients
    }

    fn check_period(
        &self,
        zone: &jiff::tz::TimeZone,
        now: Timestamp,
    ) -> Result<(PeriodType, ReportPeriod), Invalid> {
        let kind = self.period_type.filter(|kind| *kind != PeriodType::OnDemand);
        match (kind.and_then(|kind| Some((kind, kind.rule()?))), &self.start_date, &self.end_date) {
            (Some((kind, rule)), None, None) => Ok((kind, rule.resolve(now, zone)?)),
            (None, Some(start), Some(end)) => Ok((PeriodType::OnDemand, parse_period(start, end, zone)?)),
            (Some(_), ..) => {
                let detail =
                    "give period_type for the last complete period, or start_date and end_date, not both";
                Err(Invalid::field("period_type", "period_twice", detail))
            }
            (None, start, _) => {
                let field = if start.is_none() { "start_date" } else { "end_date" };
                let detail = "give start_date and end_date, or a period_type such as monthly";
                Err(Invalid::field(field, "missing", detail))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(patch: serde_json::Value) -> Result<ReportRequest, Invalid> {
        let draft: ReportDraft = serde_json::from_value(patch).unwrap();
        draft.check("Europe/Berlin", "2026-11-20T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_request_says_which_days_it_means() {
        let monthly = check(json!({"report_type": "incidents_summary", "period_type": "monthly"})).unwrap();
        assert_eq!(monthly.period.start().to_string(), "2026-10-01");
        assert_eq!(monthly.period.window().start().to_string(), "2026-09-30T22:00:00Z");
        let days =
            json!({"report_type": "executive_monthly", "start_date": "2026-01-01", "end_date": "2026-01-31"});
        assert_eq!(check(days).unwrap().period.days(), 31);
    }

    #[test]
    fn a_bad_request_is_refused_by_field() {
        for (patch, field) in [
            (json!({"period_type": "monthly"}), "report_type"),
            (json!({"report_type": "executive_monthly"}), "start_date"),
            (json!({"report_type": "executive_monthly", "start_date": "2026-01-01"}), "end_date"),
            (
                json!({"report_type": "executive_monthly", "start_date": "2026-02-01", "end_date": "2026-01-01"}),
                "end_date",
            ),
            (
                json!({"report_type": "executive_monthly", "start_date": "2026-01-01", "end_date": "2026-02-01",
                    "period_type": "daily"}),
                "period_type",
            ),
            (
                json!({"report_type": "executive_monthly", "period_type": "daily", "timezone": "x"}),
                "timezone",
            ),
            (
                json!({"report_types": ["executive_monthly", "executive_monthly"], "period_type": "daily"}),
                "report_types[1]",
            ),
        ] {
            let refused = check(patch.clone()).unwrap_err();
            assert_eq!(refused.errors[0].field, field, "{patch}");
        }
    }
}
