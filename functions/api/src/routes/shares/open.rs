//! The page of a link. Looking changes nothing: mail scanners open links.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::services::Services;
use sitrep_app::shares;

use crate::operation::{Access, Answer, Limit, Operation};
use crate::path::PathText;
use crate::request_id::RequestId;
use crate::share_page::{answer_link, write_page};

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "The page of a link: what it gives, and until when.",
    access: Access::Public,
    answers: &[Answer::bytes("The page.", "text/html").with_headers(&["Content-Security-Policy"])],
    limit: Limit::None,
    ..Operation::get("open_share", &["/s/{token}"], |method| on(method, open_share))
};

async fn open_share(
    State(services): State<Arc<Services>>,
    Extension(request_id): Extension<RequestId>,
    PathText(token): PathText,
) -> Response {
    let opened = shares::open_share(&services, &token, &request_id.0).await;
    answer_link(&services.public_url, opened.map(|opened| write_page(&opened)))
}
