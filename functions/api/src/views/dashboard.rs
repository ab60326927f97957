//! The dashboard as callers see it.

use jiff::civil::Date;
use serde::Serialize;
use sitrep_app::reports::{Dashboard, Kpis};
use sitrep_domain::kpis::Kpi;

use super::ReportView;

/// The KPIs of a period.
#[derive(Serialize)]
pub(crate) struct KpisView<'a> {
    /// First day covered, in `timezone`.
    period_start: Date,
    /// Last day covered, in `timezone`.
    period_end: Date,
    timezone: &'a str,
    kpis: &'a [Kpi],
}

/// The KPIs, the compliance summary and the latest reports.
#[derive(Serialize)]
pub(crate) struct DashboardView<'a> {
    #[serde(flatten)]
    kpis: KpisView<'a>,
    compliance: &'a [Kpi],
    latest_reports: Vec<ReportView<'a>>,
}

impl<'a> From<&'a Kpis> for KpisView<'a> {
    fn from(kpis: &'a Kpis) -> Self {
        let (period_start, period_end) = kpis.days;
        Self { period_start, period_end, timezone: &kpis.timezone, kpis: &kpis.kpis }
    }
}

impl<'a> From<&'a Dashboard> for DashboardView<'a> {
    fn from(dashboard: &'a Dashboard) -> Self {
        Self {
            kpis: KpisView::from(&dashboard.kpis),
            compliance: &dashboard.compliance,
            latest_reports: dashboard.latest_reports.iter().map(ReportView::from).collect(),
        }
    }
}
