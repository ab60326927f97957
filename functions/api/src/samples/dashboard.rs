//! The dashboard.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::{Value, json};
use sitrep_app::reports::{Dashboard, Kpis};
use sitrep_domain::document::Unit;
use sitrep_domain::kpis::{COMPLIANCE, INCIDENTS, Kpi, read_kpis};
use sitrep_domain::report_data::MetricFigure;
use sitrep_domain::result::Cell;
use sitrep_domain::template::Template;

use super::run;
use crate::views::{DashboardView, KpisView};

fn kpis_of(template: &Template, id: &str, value: f64, previous: f64) -> Vec<Kpi> {
    let figure = MetricFigure {
        version: 1,
        value: Cell::Number(value),
        unit: Unit::Percent,
        population: 118,
        excluded: 0,
        previous: Cell::Number(previous),
    };
    let mut kpis = read_kpis(template, &BTreeMap::from([(id.to_owned(), figure)]));
    kpis.retain(|kpi| kpi.id == id);
    kpis
}

fn kpis() -> Kpis {
    Kpis {
        days: (date(2026, 10, 1), date(2026, 10, 31)),
        timezone: "UTC".to_owned(),
        kpis: kpis_of(&INCIDENTS, "sla_compliance", 96.61, 91.6),
    }
}

pub(crate) fn kpis_view() -> Value {
    json!(KpisView::from(&kpis()))
}

pub(crate) fn dashboard_view() -> Value {
    let compliance = kpis_of(&COMPLIANCE, "policy_coverage", 88.2, 80.0);
    json!(DashboardView::from(&Dashboard { kpis: kpis(), compliance, latest_reports: vec![run()] }))
}
