//! Asking a link for a file.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::response::Response;
use axum::routing::on;
use serde_json::json;
use sitrep_app::error::AppError;
use sitrep_app::services::Services;
use sitrep_app::shares;
use sitrep_domain::document::Format;
use sitrep_domain::invalid::Invalid;

use crate::answer::see_other;
use crate::body::Payload;
use crate::operation::{Access, Answer, Idempotency, Limit, Operation, RequestBody};
use crate::path::PathText;
use crate::request_id::RequestId;
use crate::share_page::answer_link;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "Counts a view and sends on to the file, whose address lives a minute.",
    access: Access::Public,
    body: Some(RequestBody {
        media_types: &["application/x-www-form-urlencoded"],
        ..RequestBody::json(&[], || json!({"format": "pdf"}))
    }),
    answers: &[Answer::redirect("Where the file is, for a minute.")],
    limit: Limit::None,
    idempotency: Idempotency::None,
    ..Operation::post("redeem_share", &["/s/{token}"], |method| on(method, redeem_share))
};

async fn redeem_share(
    State(services): State<Arc<Services>>,
    Extension(request_id): Extension<RequestId>,
    PathText(token): PathText,
    payload: Payload,
) -> Response {
    let format = || read_format(&payload);
    let url = shares::redeem_share(&services, &token, format, &request_id.0).await;
    answer_link(&services.public_url, url.map(|url| see_other(&url)))
}

/// The format that the form names, if it names one. What else a form holds is left aside.
fn read_format(payload: &Payload) -> Result<Option<Format>, AppError> {
    let form = payload.form()?;
    let Some(name) = form.iter().find(|(name, _)| name == "format").map(|(_, value)| value.as_str()) else {
        return Ok(None);
    };
    let format = Format::ALL.into_iter().find(|format| format.as_str() == name);
    format.map(Some).ok_or_else(|| {
        Invalid::field("format", "unknown_value", "format is one of pdf, pdfa, html, csv, json, txt").into()
    })
}
