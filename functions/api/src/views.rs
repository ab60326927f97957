//! Views: what callers see of a thing, as JSON. A view is made field by field, so that nothing gets out by accident.

mod dashboard;
mod delivery;
mod metric;
mod report;
mod schedule;
mod share;
mod upcoming;
mod upload;
mod user;

pub(crate) use dashboard::{DashboardView, KpisView};
pub(crate) use delivery::DeliveryView;
pub(crate) use metric::MetricView;
pub(crate) use report::{ReportDetailView, ReportView};
pub(crate) use schedule::ScheduleView;
pub(crate) use share::NewSharesView;
pub(crate) use upcoming::UpcomingView;
pub(crate) use upload::{NewUploadView, UploadView};
pub(crate) use user::{MeView, SignedInView, UserView};
