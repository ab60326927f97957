//! Schedules as callers see them.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_domain::cadence::{Cadence, Frequency};
use sitrep_domain::custom_query::CustomQuery;
use sitrep_domain::document::Format;
use sitrep_domain::filter::Filter;
use sitrep_domain::ids::{ScheduleId, TenantId, UserId};
use sitrep_domain::period::PeriodRule;
use sitrep_domain::run::{RecipientKind, Sensitivity};
use sitrep_domain::schedule::{Health, MisfirePolicy, OnEmpty, OverlapPolicy, Schedule};

/// A schedule.
#[derive(Serialize)]
pub(crate) struct ScheduleView<'a> {
    id: ScheduleId,
    tenant_id: &'a TenantId,
    workspace_id: Option<&'a str>,
    name: &'a str,
    report_type: &'a str,
    template_id: &'a str,
    report_types: Vec<&'a str>,
    frequency: Option<Frequency>,
    cron: Option<&'a str>,
    timezone: &'a str,
    period: PeriodRule,
    filters: Option<&'a Filter>,
    queries: &'a [CustomQuery],
    include_metrics: bool,
    include_top_agents: bool,
    include_alerts: bool,
    include_low_conf: bool,
    formats: &'a [Format],
    recipients: Vec<&'a str>,
    cc: Vec<&'a str>,
    bcc: Vec<&'a str>,
    subject_template: Option<&'a str>,
    sensitivity: Sensitivity,
    is_active: bool,
    overlap: OverlapPolicy,
    misfire: MisfirePolicy,
    on_empty: OnEmpty,
    next_send_at: Option<Timestamp>,
    last_sent_at: Option<Timestamp>,
    sent_count: u64,
    owner: UserId,
    created_by: UserId,
    created_by_email: &'a str,
    created_at: Timestamp,
    updated_at: Timestamp,
    health: HealthView<'a>,
    warnings: &'a [String],
}

/// How a schedule is doing.
#[derive(Serialize)]
struct HealthView<'a> {
    /// `ok` or `failing`.
    state: &'static str,
    failing_since: Option<Timestamp>,
    last_error: Option<&'a str>,
}

impl<'a> From<&'a Health> for HealthView<'a> {
    fn from(health: &'a Health) -> Self {
        Self {
            state: if health.failing_since.is_some() { "failing" } else { "ok" },
            failing_since: health.failing_since,
            last_error: health.last_error.as_deref(),
        }
    }
}

impl<'a> ScheduleView<'a> {
    /// The view, with what its owner should know.
    pub(crate) fn new(schedule: &'a Schedule, warnings: &'a [String]) -> Self {
        let spec = &schedule.spec;
        let of_kind = |kind: RecipientKind| {
            spec.recipients.iter().filter(|r| r.kind == kind).map(|r| r.email.as_str()).collect::<Vec<_>>()
        };
        let template = spec.templates.first().map_or("", |t| t.id.as_str());
        let cron = spec.cadence.as_ref().filter(|c| c.frequency().is_none()).map(|c| c.cron().as_str());
        Self {
            id: schedule.id,
            tenant_id: &schedule.tenant,
            workspace_id: spec.workspace_id.as_deref(),
            name: &spec.name,
            report_type: template,
            template_id: template,
            report_types: spec.templates.iter().map(|t| t.id.as_str()).collect(),
            frequency: spec.cadence.as_ref().and_then(Cadence::frequency),
            cron,
            timezone: &spec.timezone,
            period: spec.period,
            filters: spec.filters.as_ref(),
            queries: &spec.queries,
            include_metrics: spec.include.metrics,
            include_top_agents: spec.include.top_agents,
            include_alerts: spec.include.alerts,
            include_low_conf: spec.include.low_conf,
            formats: &spec.formats,
            recipients: of_kind(RecipientKind::To),
            cc: of_kind(RecipientKind::Cc),
            bcc: of_kind(RecipientKind::Bcc),
            subject_template: spec.subject_template.as_deref(),
            sensitivity: spec.sensitivity,
            is_active: spec.is_active,
            overlap: spec.overlap,
            misfire: spec.misfire,
            on_empty: spec.on_empty,
            next_send_at: schedule.next_fire_at,
            last_sent_at: schedule.last_sent_at,
            sent_count: schedule.sent_count,
            owner: schedule.owner,
            created_by: schedule.created_by,
            created_by_email: &schedule.created_by_email,
            created_at: schedule.created_at,
            updated_at: schedule.updated_at,
            health: HealthView::from(&schedule.health),
            warnings,
        }
    }
}
