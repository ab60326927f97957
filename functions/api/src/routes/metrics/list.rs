//! The metric dictionary.

use axum::response::Response;
use axum::routing::on;
use sitrep_domain::access::Permission;
use sitrep_domain::metrics::METRICS;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::samples;
use crate::views::MetricView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "metrics",
    summary: "Lists the metric dictionary.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::page("Every metric.", samples::metric_view).with_headers(&[])],
    ..Operation::get("list_metrics", &["/api/v1/metrics"], |method| on(method, list_metrics))
};

async fn list_metrics(_: Caller) -> Response {
    answer::all(&METRICS.iter().copied().map(MetricView::from).collect::<Vec<_>>())
}
