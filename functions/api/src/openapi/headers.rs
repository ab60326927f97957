//! Headers in the OpenAPI document: those of limits, of waiting, and of repeated requests.

use serde_json::{Map, Value, json};

use crate::limits::HEADERS;
use crate::operation::{Idempotency, Operation};
use crate::problem::Code;

/// Every header that answers refer to, for the document's components.
pub(super) fn components() -> Map<String, Value> {
    let limits = HEADERS.map(|(name, description)| (name.to_owned(), header(description, name)));
    let others = [
        ("X-Request-Id", "Id of the request, in every answer; name it when you report a problem."),
        ("Retry-After", "Seconds after which the request may be sent again."),
        ("Idempotency-Replayed", "true on an answer that was given before and is given again."),
    ];
    let others = others.map(|(name, description)| (name.to_owned(), header(description, name)));
    limits.into_iter().chain(others).collect()
}

/// The headers of an operation's good answers.
pub(super) fn of_answer(operation: &Operation) -> Map<String, Value> {
    let limits = HEADERS.iter().map(|(name, _)| *name);
    let replayed = (operation.idempotency != Idempotency::None).then_some("Idempotency-Replayed");
    refer(limits.chain(replayed).chain(["X-Request-Id"]))
}

/// The headers of an error.
pub(super) fn of_error(code: Code) -> Map<String, Value> {
    let waits = matches!(code, Code::RateLimited | Code::Unavailable).then_some("Retry-After");
    refer(HEADERS.iter().map(|(name, _)| *name).chain(waits).chain(["X-Request-Id"]))
}

fn refer<'a>(names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
    names.map(|name| (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))).collect()
}

fn header(description: &str, name: &str) -> Value {
    let is_number = name.starts_with("X-RateLimit") || name == "Retry-After";
    json!({"description": description, "schema": {"type": if is_number { "integer" } else { "string" }}})
}
