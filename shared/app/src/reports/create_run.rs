//! Making a run: the input contract of a report, its hash, and the row that a worker takes up.

use jiff::{SignedDuration, Timestamp};
use sitrep_aws::queues::Wake;
use sitrep_domain::calendar::find_zone;
use sitrep_domain::document::Format;
use sitrep_domain::filter::Filter;
use sitrep_domain::ids::{ReportId, ScheduleId};
use sitrep_domain::invalid::Invalid;
use sitrep_domain::period::{PeriodType, ReportPeriod, previous_window};
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::run::{MailPlan, Run, RunInput, Sensitivity, Trigger, Versioned};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::template::Template;
use sitrep_domain::templates::find_template;
use sitrep_domain::tenant::Tenant;

use crate::services::Services;

/// What decides a run, before it has an id.
pub(crate) struct RunPlan<'a> {
    pub(crate) name: &'a str,
    pub(crate) templates: &'a [&'static Template],
    pub(crate) period_type: PeriodType,
    pub(crate) period: ReportPeriod,
    pub(crate) timezone: &'a str,
    pub(crate) filters: Option<&'a Filter>,
    pub(crate) left_out: Vec<String>,
    pub(crate) options: ReportOptions,
    pub(crate) formats: &'a [Format],
    pub(crate) sensitivity: Sensitivity,
    pub(crate) requested_by: &'a str,
    pub(crate) schedule_id: Option<ScheduleId>,
    pub(crate) trigger: Trigger,
    pub(crate) mail: MailPlan,
}

/// A new run, waiting for a worker.
pub(crate) fn new_run(
    services: &Services,
    tenant: &Tenant,
    id: ReportId,
    plan: RunPlan<'_>,
    due_at: Timestamp,
) -> Result<Run, Invalid> {
    let now = services.now();
    let input = input_of(tenant, &plan)?;
    let retention = SignedDuration::from_hours(24 * i64::from(tenant.settings.retention_days));
    let run = Run::queued(id, input, plan.trigger, retention, now);
    Ok(Run { mail: plan.mail, due_at, ..run })
}

fn input_of(tenant: &Tenant, plan: &RunPlan<'_>) -> Result<RunInput, Invalid> {
    let zone = find_zone(plan.timezone).map_err(|e| e.below("timezone"))?;
    let window = plan.period.window();
    let mut input = RunInput {
        tenant: tenant.id.clone(),
        name: plan.name.to_owned(),
        templates: plan
            .templates
            .iter()
            .map(|t| Versioned { id: t.id.to_owned(), version: t.version })
            .collect(),
        metrics: Vec::new(),
        period_type: plan.period_type,
        period_start: plan.period.start(),
        period_end: plan.period.end(),
        window,
        previous: previous_window(&window, plan.period.unit(), &zone)?,
        timezone: plan.timezone.to_owned(),
        filters: plan.filters.cloned(),
        left_out: plan.left_out.clone(),
        options: plan.options.clone(),
        metric_settings: tenant.settings.for_metrics(),
        formats: plan.formats.to_vec(),
        sensitivity: plan.sensitivity,
        tenant_name: tenant.name.clone(),
        accent: tenant.settings.accent,
        logo: tenant.settings.logo.as_ref().map(|logo| logo.sha256.clone()),
        requested_by: plan.requested_by.to_owned(),
        schedule_id: plan.schedule_id,
    };
    let report = ReportPlan::new(plan.templates, input.report_input()?);
    let version = |m: &&sitrep_domain::metric::Metric| Versioned { id: m.id.to_owned(), version: m.version };
    input.metrics = report.metrics().iter().map(version).collect();
    Ok(input)
}

/// The plan of a run's report.
///
/// # Errors
///
/// What is unknown: a template in that version, or a zone.
pub(crate) fn plan_report(input: &RunInput) -> Result<ReportPlan<'static>, String> {
    let templates = find_templates(input)?;
    let about = input.report_input().map_err(|e| e.to_string())?;
    Ok(ReportPlan::new(&templates, about))
}

/// The templates of a run's report, in the versions it was asked for.
pub(crate) fn find_templates(input: &RunInput) -> Result<Vec<&'static Template>, String> {
    let find = |t: &Versioned| {
        find_template(&t.id)
            .filter(|found| found.version == t.version)
            .ok_or_else(|| format!("no {} v{}", t.id, t.version))
    };
    input.templates.iter().map(find).collect()
}

/// The message that wakes a worker for a run.
pub(crate) fn wake_for(scope: &TenantScope, run: ReportId) -> Wake {
    Wake::Run { tenant: scope.tenant().clone(), run }
}
