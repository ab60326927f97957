//! Whether the function answers.

use axum::Json;
use axum::routing::on;
use serde_json::{Value, json};

use crate::operation::{Access, Answer, Limit, Operation};

pub(crate) static OPERATION: Operation = Operation {
    tag: "service",
    summary: "Whether the API answers.",
    access: Access::Public,
    answers: &[Answer::ok("It does.", health)],
    limit: Limit::None,
    ..Operation::get("get_health", &["/health"], |method| on(method, get_health))
};

fn health() -> Value {
    json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})
}

async fn get_health() -> Json<Value> {
    Json(health())
}
