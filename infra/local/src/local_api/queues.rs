//! `/_local/queues`: how full the queues are.

use serde_json::{Value, json};

use crate::core::Core;
use crate::resources::QUEUES;

pub(super) fn list_queues(core: &Core) -> Vec<Value> {
    let sqs = &core.wire().sqs;
    QUEUES
        .into_iter()
        .map(|name| {
            let depth = sqs.depth(name).unwrap_or_default();
            let dead = sqs.dead_letters(name).unwrap_or_default();
            json!({
                "name": name,
                "visible": depth.visible,
                "in_flight": depth.in_flight,
                "delayed": depth.delayed,
                "dlq": dead.visible + dead.in_flight + dead.delayed,
            })
        })
        .collect()
}
