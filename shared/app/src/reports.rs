//! Reports: asked for, listed, read, downloaded, stopped, repeated.

mod change_report;
mod create_run;
mod download_report;
mod find_reports;
mod make_compliance_pdf;
mod make_now;
mod repeat_report;
mod request_report;
mod show_dashboard;

pub use change_report::{cancel_report, delete_report};
#[cfg(feature = "render")]
pub(crate) use create_run::find_templates;
pub(crate) use create_run::{RunPlan, new_run, plan_report, wake_for};
pub use download_report::{Download, Inline, download_report, get_manifest, view_report};
pub(crate) use download_report::{MAX_INLINE, fetch_artifact, file_name, find_artifact};
pub use find_reports::{ReportDetail, ReportFilter, get_report, list_reports};
pub use make_compliance_pdf::make_compliance_pdf;
pub use make_now::MadeNow;
pub(crate) use make_now::make_now;
pub use repeat_report::{reproduce_report, rerun_report};
pub(crate) use request_report::check_recipients;
pub use request_report::{request_report, wait_for_report};
pub use show_dashboard::{Dashboard, Kpis, list_kpis, show_dashboard};
