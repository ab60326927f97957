//! Audit entries: one for every change, in the transaction that makes it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::scope::TenantScope;

/// One thing that was done, tried or refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its own id; also makes the transaction that carries it safe to repeat.
    pub id: uuid::Uuid,
    /// When.
    pub at: Timestamp,
    /// Who: a user's address or a job's name.
    pub actor: String,
    /// What, as `noun.verb`: `report.completed`.
    pub action: String,
    /// To what: `report/<id>`.
    pub object: String,
    /// `ok`, or why not.
    pub outcome: String,
    /// Id of the request or message.
    pub request_id: String,
    /// What else is worth keeping; never personal data of recipients.
    pub detail: serde_json::Map<String, serde_json::Value>,
}

impl AuditEntry {
    /// An entry for something that was done.
    pub fn new(
        scope: &TenantScope,
        id: uuid::Uuid,
        at: Timestamp,
        action: &str,
        object: impl Into<String>,
    ) -> Self {
        Self {
            id,
            at,
            actor: scope.actor_name().to_owned(),
            action: action.to_owned(),
            object: object.into(),
            outcome: "ok".to_owned(),
            request_id: scope.request_id().to_owned(),
            detail: serde_json::Map::new(),
        }
    }

    /// The same entry with one more fact.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }

    /// The same entry for something that did not happen.
    #[must_use]
    pub fn outcome(mut self, outcome: &str) -> Self {
        outcome.clone_into(&mut self.outcome);
        self
    }
}
