//! What holds for every operation, at the head of the page: signing in, errors, limits, repetition, lists.
//!
//! Figures come from where they are decided; the words beside them are here.

use sitrep_domain::access::Plan;
use sitrep_domain::idempotency::{IdempotencyKey, KeyedRequest};

use super::operation::table;
use crate::limits::HEADERS;
use crate::operation::Limit;
use crate::problem::Code;
use crate::token::EXPIRES_IN_SECONDS;

/// The chapter.
pub(super) fn write() -> String {
    format!(
        "<section id=\"conventions\"><h2>Conventions</h2>\
         <p>Bodies are JSON in UTF-8; names are snake_case, and camelCase is taken as well. Unknown fields and parameters are \
         refused by name. Times are RFC 3339 in UTC. Every answer has <code>X-Request-Id</code>.</p>\
         <h3>Signing in</h3><p><a href=\"#sign_in\">POST /api/v1/auth/login</a> gives an access token for {expires} s; send it as \
         <code>Authorization: Bearer …</code>. Role and plan are read for each request.</p>\
         <h3>Lists</h3><p><code>limit</code> is 1 to 200, and 50 when missing. <code>next_cursor</code> of a page is \
         <code>cursor</code> of the next; the same is in <code>Link: rel=\"next\"</code>.</p>\
         {repetition}{limits}{errors}</section>",
        expires = EXPIRES_IN_SECONDS,
        repetition = write_repetition(),
        limits = write_limits(),
        errors = write_errors(),
    )
}

fn write_repetition() -> String {
    format!(
        "<h3>Repeating a request</h3><p>A <code>POST</code> that changes something takes an <code>Idempotency-Key</code> of up to \
         {max} visible ASCII characters. Sent again within {hours} h by the same user to the same operation, it is not done \
         again: the first answer is given once more with <code>Idempotency-Replayed: true</code>. With another body or path \
         it is 422 <code>IDEMPOTENCY_MISMATCH</code>; while the first is at work, 409. A refused request (4xx) leaves its key \
         free.</p>",
        max = IdempotencyKey::MAX,
        hours = KeyedRequest::REMEMBERED.as_hours(),
    )
}

fn write_limits() -> String {
    let mut rows = String::new();
    for name in Limit::ALL.into_iter().flat_map(|limit| limit.names().last()) {
        let quota = name.quota(Plan::Enterprise);
        rows.push_str(&format!(
            "<tr><td><code>{}</code></td><td>{}</td><td>{} s</td></tr>",
            name.as_str(),
            quota.amount,
            quota.window_s
        ));
    }
    let headers: String = HEADERS
        .iter()
        .map(|(name, meaning)| format!("<tr><td><code>{name}</code></td><td>{meaning}</td></tr>"))
        .collect();
    let intro = "<p>Limits count per user; those of signing in, per account. A deployment may set others. What is too much is \
         429 <code>RATE_LIMITED</code> with <code>Retry-After</code>.</p>";
    format!(
        "{}{intro}{}",
        table("Limits", &["Limit", "Lets through", "Within"], &rows),
        table("Headers of limits", &["Header", "Meaning"], &headers)
    )
}

fn write_errors() -> String {
    let row = |code: Code| {
        let (status, name, title) = (code.status().as_u16(), code.as_str(), code.title());
        format!("<tr><td>{status}</td><td><code>{name}</code></td><td>{title}</td></tr>")
    };
    let rows: String = Code::ALL.into_iter().map(row).collect();
    let intro = "<p>Errors are <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>, and \
         <code>errors</code> that name each field, what is wrong with it and what would be right.</p>";
    format!("{}{intro}", table("Errors", &["Status", "Code", "Meaning"], &rows))
}
