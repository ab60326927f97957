//! Asking for a report. The render function makes it later; a caller may wait for it a while.

use std::time::Duration;

use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::ListOf;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::report_request::ReportDraft;
use sitrep_domain::run::{MailPlan, Recipient, Run, Trigger};
use sitrep_domain::schedule::Include;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::User;

use super::create_run::{RunPlan, new_run, wake_for};
use crate::error::AppError;
use crate::services::{Services, require};

/// Asks for a report.
///
/// # Errors
///
/// [`AppError::Forbidden`], also for recipients whom the caller may not write to; [`AppError::Invalid`] naming the field;
/// [`AppError::Unavailable`].
pub async fn request_report(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<ReportDraft, AppError>,
) -> Result<Run, AppError> {
    require(scope, Permission::Generate)?;
    let draft = input()?;
    let tenant = services.tenant(scope).await?;
    let request = draft.check(&tenant.settings.reports_timezone, services.now())?;
    check_recipients(services, scope, &tenant, &request.recipients).await?;
    let plan = RunPlan {
        name: &request.name,
        templates: &request.templates,
        period_type: request.period_type,
        period: request.period,
        timezone: &request.timezone,
        filters: request.filters.as_ref(),
        left_out: Include::default().left_out(&request.templates),
        options: ReportOptions { queries: request.queries.clone(), ..ReportOptions::default() },
        formats: &request.formats,
        sensitivity: request.sensitivity,
        requested_by: scope.actor_name(),
        schedule_id: None,
        trigger: Trigger::Api,
        mail: MailPlan { recipients: request.recipients.clone(), subject_template: None },
    };
    let run = new_run(services, &tenant, ReportId::new(services.ids.uuid()), plan, services.now())?;
    let audit = services.audit(scope, "report.requested", format!("report/{}", run.id));
    let change = services.store.change(scope, audit.with("input_hash", run.input_hash.as_str()));
    let run = services.commit_new(scope, change, run).await?;
    services.wake(&wake_for(scope, run.id), Duration::ZERO).await;
    Ok(run)
}

/// Waits until a report has ended, or the time is up, and gives its newest state.
///
/// # Errors
///
/// [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn wait_for_report(
    services: &Services,
    scope: &TenantScope,
    run: Run,
    at_most: Duration,
) -> Result<Run, AppError> {
    let mut run = run;
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(25);
    while !run.status.is_terminal() && waited < at_most {
        tokio::time::sleep(pause).await;
        waited += pause;
        pause = (pause * 2).min(Duration::from_millis(500));
        run = services.get::<Run>(scope, &run.id).await?.value;
    }
    Ok(run)
}

/// Checks that the caller may write to each recipient: users of the tenant take `Schedule`, others
/// `ExternalRecipients` and a domain that the tenant allows.
pub(crate) async fn check_recipients(
    services: &Services,
    scope: &TenantScope,
    tenant: &Tenant,
    recipients: &[Recipient],
) -> Result<(), AppError> {
    if recipients.is_empty() {
        return Ok(());
    }
    let refuse = |detail: String| AppError::Forbidden { field: Some("recipients".to_owned()), detail };
    if !scope.may(Permission::Schedule) {
        return Err(refuse("naming recipients takes the role approver".to_owned()));
    }
    let users: Vec<Stored<User>> =
        services.store.list_all(scope, &ListOf::prefix(keys::users(scope.tenant()))).await?;
    for recipient in recipients {
        if users.iter().any(|user| user.value.email == recipient.email) {
            continue;
        }
        if !scope.may(Permission::ExternalRecipients) {
            let detail =
                format!("{} is not a user of this organization; that takes the role admin", recipient.email);
            return Err(refuse(detail));
        }
        if !tenant.allows_recipient(&recipient.email) {
            let domains = tenant.settings.allowed_recipient_domains.join(", ");
            return Err(refuse(format!("{} is not in an allowed domain ({domains})", recipient.email)));
        }
    }
    Ok(())
}
