//! The compliance PDF: the posture of a period as a file, made while the caller waits.

use sitrep_domain::access::Permission;
use sitrep_domain::document::Format;
use sitrep_domain::period::PeriodType;
use sitrep_domain::period_choice::PeriodChoice;
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::run::{MailPlan, Trigger};
use sitrep_domain::schedule::Include;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::templates::compliance_posture::TEMPLATE;

use super::create_run::RunPlan;
use super::download_report::{fetch_artifact, file_name, find_artifact};
use super::make_now::{MadeNow, make_now};
use crate::error::AppError;
use crate::services::{Services, require};

/// Makes the compliance PDF, and waits for it as long as a caller may.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::Invalid`] naming the parameter, of kind `DateRangeTooLarge` for a period past
/// 3,660 days; [`AppError::Conflict`] when the run fails; [`AppError::Unavailable`].
pub async fn make_compliance_pdf(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<PeriodChoice, AppError>,
) -> Result<MadeNow, AppError> {
    require(scope, Permission::Generate)?;
    let choice = input()?;
    let tenant = services.tenant(scope).await?;
    let chosen = choice.check(&tenant.settings.reports_timezone, services.now())?;
    let plan = RunPlan {
        name: TEMPLATE.title,
        templates: &[&TEMPLATE],
        period_type: PeriodType::OnDemand,
        period: chosen.period,
        timezone: &chosen.timezone,
        filters: None,
        left_out: Include::default().left_out(&[&TEMPLATE]),
        options: ReportOptions::default(),
        formats: &[Format::Pdf],
        sensitivity: TEMPLATE.sensitivity,
        requested_by: scope.actor_name(),
        schedule_id: None,
        trigger: Trigger::Api,
        mail: MailPlan::default(),
    };
    let run = make_now(services, scope, &tenant, plan).await?;
    if !run.status.is_terminal() {
        return Ok(MadeNow::Waiting(Box::new(run)));
    }
    let artifact = find_artifact(&run, Format::Pdf)?;
    let audit = services.audit(scope, "artifact.downloaded", format!("report/{}", run.id));
    services.record(scope, audit.with("sha256", artifact.sha256.as_str())).await?;
    Ok(MadeNow::Done(fetch_artifact(services, scope, artifact, file_name(&run, artifact), false).await?))
}
