//! Exports as PDF: a run of the template of that name, which the caller waits for.

use sitrep_aws::objects::Bucket;
use sitrep_domain::access::Permission;
use sitrep_domain::audit::AuditEntry;
use sitrep_domain::document::Format;
use sitrep_domain::period::PeriodType;
use sitrep_domain::report_data::ReportData;
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::run::{MailPlan, Run, Trigger};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::template::Template;
use sitrep_domain::templates::find_template;

use super::Export;
use crate::data::AnalyticsDefaults;
use crate::error::AppError;
use crate::reports::{Download, MadeNow, RunPlan, fetch_artifact, find_artifact, make_now};
use crate::services::{Services, require};

/// Makes an export as PDF, and waits for it as long as a caller may.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::Invalid`] naming the parameter; [`AppError::Conflict`] when the run fails;
/// [`AppError::Unavailable`].
pub async fn export_pdf(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce(&AnalyticsDefaults) -> Result<Export, AppError>,
) -> Result<MadeNow, AppError> {
    require(scope, Permission::Download)?;
    let tenant = services.tenant(scope).await?;
    let timezone = tenant.settings.reports_timezone.clone();
    let export = input(&AnalyticsDefaults { timezone, now: services.now() })?;
    let template = find_template(export.name()).expect("every export has a template of its name");
    let about = export.input();
    let plan = RunPlan {
        name: &name(&export, template),
        templates: &[template],
        period_type: PeriodType::OnDemand,
        period: about.period(),
        timezone: about.timezone(),
        filters: about.filter(),
        left_out: Vec::new(),
        options: options(&export),
        formats: &[Format::Pdf],
        sensitivity: template.sensitivity,
        requested_by: scope.actor_name(),
        schedule_id: None,
        trigger: Trigger::Api,
        mail: MailPlan::default(),
    };
    let run = make_now(services, scope, &tenant, plan).await?;
    if !run.status.is_terminal() {
        // How large it becomes is in its manifest, and each download is audited by itself.
        services
            .record(scope, exported(services, scope, &export, &run).with("state", run.status.as_str()))
            .await?;
        return Ok(MadeNow::Waiting(Box::new(run)));
    }
    hand_out(services, scope, &export, &run).await.map(MadeNow::Done)
}

/// Name of the report: the template's title, and what was chosen.
fn name(export: &Export, template: &Template) -> String {
    match export {
        Export::Trends(question) => {
            let by = question.group_by.map(|key| format!(" by {}", key.as_str().replace('_', " ")));
            format!("Incidents per {}{}", question.interval.as_str(), by.unwrap_or_default())
        }
        Export::Violators(question) => {
            format!("{} by {}", template.title, question.by.as_str().replace('_', " "))
        }
        _ => template.title.to_owned(),
    }
}

/// Choices of the question that are none of its window and filter.
fn options(export: &Export) -> ReportOptions {
    match export {
        Export::Trends(question) => ReportOptions {
            interval: Some(question.interval),
            group_by: question.group_by,
            ..ReportOptions::default()
        },
        Export::Violators(question) => ReportOptions {
            by: Some(question.by),
            limit: u16::try_from(question.limit).ok(),
            ..ReportOptions::default()
        },
        _ => ReportOptions::default(),
    }
}

async fn hand_out(
    services: &Services,
    scope: &TenantScope,
    export: &Export,
    run: &Run,
) -> Result<Download, AppError> {
    let artifact = find_artifact(run, Format::Pdf)?;
    let rows = count_rows(services, scope, run).await?;
    let audit = exported(services, scope, export, run).with("rows", rows).with("bytes", artifact.size_bytes);
    services.record(scope, audit).await?;
    let file_name = export.file_name(services.now(), "pdf");
    fetch_artifact(services, scope, artifact, file_name, false).await
}

/// The entry that every export leaves.
fn exported(services: &Services, scope: &TenantScope, export: &Export, run: &Run) -> AuditEntry {
    services
        .audit(scope, "analytics.exported", format!("export/{}", export.name()))
        .with("format", "pdf")
        .with("user", scope.actor_name())
        .with("report", run.id.to_string())
}

/// Rows in the tables of a report.
async fn count_rows(services: &Services, scope: &TenantScope, run: &Run) -> Result<u64, AppError> {
    let Some(key) = &run.data_key else { return Ok(0) };
    let bytes = services.objects.get(scope, Bucket::Artifacts, key).await?;
    let data: ReportData = serde_json::from_slice(&bytes).map_err(AppError::internal)?;
    let tables = data.sections.iter().flat_map(|section| &section.tables);
    Ok(tables.map(|table| table.rows.len() as u64).sum())
}
