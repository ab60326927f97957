//! The dashboard: the KPIs of a period, the compliance summary, and the latest reports.

use jiff::civil::Date;
use sitrep_domain::access::Permission;
use sitrep_domain::kpis::{COMPLIANCE, INCIDENTS, Kpi, read_kpis};
use sitrep_domain::period_choice::{ChosenPeriod, PeriodChoice};
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::template::Template;

use super::find_reports::{ReportFilter, list_reports};
use crate::data::measure;
use crate::error::AppError;
use crate::services::{Services, require};

/// Figures of a period with their judgements.
#[derive(Clone, Debug)]
pub struct Kpis {
    /// First and last day, in `timezone`.
    pub days: (Date, Date),
    /// IANA zone of the days.
    pub timezone: String,
    /// The figures about incidents.
    pub kpis: Vec<Kpi>,
}

/// What somebody sees first.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The figures about incidents.
    pub kpis: Kpis,
    /// The figures about compliance.
    pub compliance: Vec<Kpi>,
    /// The latest reports, newest first.
    pub latest_reports: Vec<Run>,
}

/// Most reports on the dashboard.
const LATEST: usize = 10;

/// The KPIs of a period.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::Invalid`] naming the parameter, of kind `DateRangeTooLarge` for a period past
/// 3,660 days; [`AppError::Unavailable`].
pub async fn list_kpis(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<PeriodChoice, AppError>,
) -> Result<Kpis, AppError> {
    require(scope, Permission::ReadReports)?;
    let chosen = choose(services, scope, input()?).await?;
    let [kpis] = measure_kpis(services, scope, &chosen, [&INCIDENTS]).await?;
    Ok(of_period(chosen, kpis))
}

/// The dashboard of a period.
///
/// # Errors
///
/// As [`list_kpis`].
pub async fn show_dashboard(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<PeriodChoice, AppError>,
) -> Result<Dashboard, AppError> {
    require(scope, Permission::ReadReports)?;
    let chosen = choose(services, scope, input()?).await?;
    let [kpis, compliance] = measure_kpis(services, scope, &chosen, [&INCIDENTS, &COMPLIANCE]).await?;
    let latest = list_reports(services, scope, &ReportFilter::default(), LATEST, None).await?;
    let latest_reports = latest.items.into_iter().map(|stored| stored.value).collect();
    Ok(Dashboard { kpis: of_period(chosen, kpis), compliance, latest_reports })
}

async fn choose(
    services: &Services,
    scope: &TenantScope,
    choice: PeriodChoice,
) -> Result<ChosenPeriod, AppError> {
    let tenant = services.tenant(scope).await?;
    Ok(choice.check(&tenant.settings.reports_timezone, services.now())?)
}

/// The figures of each template, all measured together.
async fn measure_kpis<const N: usize>(
    services: &Services,
    scope: &TenantScope,
    chosen: &ChosenPeriod,
    templates: [&'static Template; N],
) -> Result<[Vec<Kpi>; N], AppError> {
    let plan = ReportPlan::new(&templates, chosen.report_input()?);
    let measured = measure(services, scope, plan.queries(), None).await?;
    let figures = plan.figures(&measured.results).map_err(|gate| AppError::internal(gate.diagnostic))?;
    Ok(templates.map(|template| read_kpis(template, &figures)))
}

fn of_period(chosen: ChosenPeriod, kpis: Vec<Kpi>) -> Kpis {
    let (first, end) = (chosen.period.start(), chosen.period.end());
    let last = end.yesterday().unwrap_or(first).max(first);
    Kpis { days: (first, last), timezone: chosen.timezone, kpis }
}
