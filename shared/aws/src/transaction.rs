//! Changes: rows written together with their audit entry, all of them or none.
//!
//! Every row is written under a condition: a new one must not exist, an existing one must still have the revision it
//! was read at. The audit entry's id is the transaction's token, so a repeated attempt after a lost answer is the same
//! change and not a second one.

use std::time::Duration;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use sitrep_domain::audit::AuditEntry;
use sitrep_domain::scope::TenantScope;

use crate::entity::{Entity, Item, Stored, key_item, to_item};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::store::{SERVICE, Store};

/// A change in the making.
#[derive(Debug)]
#[must_use = "a change is written by commit"]
pub struct Transaction<'a> {
    store: &'a Store,
    scope: &'a TenantScope,
    audit: AuditEntry,
    writes: Vec<(&'static str, TransactWriteItem)>,
    fault: Option<StoreError>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(store: &'a Store, scope: &'a TenantScope, audit: AuditEntry) -> Self {
        Self { store, scope, audit, writes: Vec::new(), fault: None }
    }

    /// Adds a new row.
    pub fn create<E: Entity>(self, value: &E) -> Self {
        let item = to_item(self.scope.tenant(), value, 1);
        self.put(E::WHAT, item, "attribute_not_exists(pk)", None)
    }

    /// Replaces a row, if it is still at the revision it was read at.
    pub fn replace<E: Entity>(self, stored: &Stored<E>) -> Self {
        let item = to_item(self.scope.tenant(), &stored.value, stored.rev + 1);
        self.put(E::WHAT, item, "rev = :rev", Some(stored.rev))
    }

    /// Removes a row, if it is still at the revision it was read at.
    pub fn remove<E: Entity>(mut self, stored: &Stored<E>) -> Self {
        let delete = Delete::builder()
            .table_name(&self.store.tables.core)
            .set_key(Some(key_item(&E::key(self.scope.tenant(), &stored.value.id()))))
            .condition_expression("rev = :rev")
            .expression_attribute_values(":rev", AttributeValue::N(stored.rev.to_string()))
            .build()
            .expect("table and key are set");
        self.writes.push((E::WHAT, TransactWriteItem::builder().delete(delete).build()));
        self
    }

    /// Adds a row to the global table, under a key that nobody has yet.
    pub(crate) fn create_global(mut self, what: &'static str, key: &Key, mut item: Item) -> Self {
        item.extend(key_item(key));
        let put = Put::builder()
            .table_name(&self.store.tables.global)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .expect("table and item are set");
        self.writes.push((what, TransactWriteItem::builder().put(put).build()));
        self
    }

    /// Removes a row of the global table.
    pub(crate) fn remove_global(mut self, what: &'static str, key: &Key) -> Self {
        let delete = Delete::builder()
            .table_name(&self.store.tables.global)
            .set_key(Some(key_item(key)))
            .build()
            .expect("table and key are set");
        self.writes.push((what, TransactWriteItem::builder().delete(delete).build()));
        self
    }

    fn put(
        mut self,
        what: &'static str,
        item: Result<Item, StoreError>,
        condition: &str,
        rev: Option<u64>,
    ) -> Self {
        match item {
            Ok(item) => {
                let mut put = Put::builder()
                    .table_name(&self.store.tables.core)
                    .set_item(Some(item))
                    .condition_expression(condition);
                if let Some(rev) = rev {
                    put = put.expression_attribute_values(":rev", AttributeValue::N(rev.to_string()));
                }
                let put = put.build().expect("table and item are set");
                self.writes.push((what, TransactWriteItem::builder().put(put).build()));
            }
            Err(error) => self.fault = Some(error),
        }
        self
    }

    /// Writes everything, or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] naming the row whose condition failed; [`StoreError::Unavailable`] when the database did
    /// not do it; [`StoreError::Corrupt`] when a value cannot be written.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let changes_rows = !self.writes.is_empty();
        self.writes.push(("audit entry", self.audit_write()?));
        let written = self.write().await;
        // What was not refused may have been done, whatever became of the answer.
        if changes_rows && !matches!(written, Err(StoreError::Conflict { .. })) {
            self.store.note_change();
        }
        written
    }

    async fn write(&self) -> Result<(), StoreError> {
        let mut wait = Duration::from_millis(20);
        for _ in 0..4 {
            match self.attempt().await {
                Err(Attempt::Again) => {
                    tokio::time::sleep(wait).await;
                    wait *= 3;
                }
                Err(Attempt::Failed(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
        Err(StoreError::unavailable(SERVICE, "transactions kept colliding or were throttled"))
    }

    fn audit_write(&self) -> Result<TransactWriteItem, StoreError> {
        let audit = &self.audit;
        let doc = serde_json::to_string(audit)
            .map_err(|e| StoreError::Corrupt { what: "audit entry", detail: e.to_string() })?;
        let mut item = key_item(&keys::audit(self.scope.tenant(), audit.at, audit.id));
        item.insert("tenant".into(), AttributeValue::S(self.scope.tenant().to_string()));
        item.insert("rev".into(), AttributeValue::N("1".into()));
        item.insert("doc".into(), AttributeValue::S(doc));
        let put = Put::builder()
            .table_name(&self.store.tables.core)
            .set_item(Some(item))
            .build()
            .expect("table and item are set");
        Ok(TransactWriteItem::builder().put(put).build())
    }

    async fn attempt(&self) -> Result<(), Attempt> {
        let writes = self.writes.iter().map(|(_, write)| write.clone()).collect();
        let answer = self
            .store
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .client_request_token(self.audit.id.simple().to_string())
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(error) => Err(self.classify(error.into_service_error())),
        }
    }

    fn classify(&self, error: TransactWriteItemsError) -> Attempt {
        if let TransactWriteItemsError::TransactionCanceledException(canceled) = &error {
            // One reason per write, in their order; a write that was not at fault may have none.
            let codes: Vec<&str> =
                canceled.cancellation_reasons().iter().map(|r| r.code().unwrap_or_default()).collect();
            if let Some(i) = codes.iter().position(|code| *code == "ConditionalCheckFailed") {
                let what = self.writes.get(i).map_or("a row", |(what, _)| what);
                return Attempt::Failed(StoreError::Conflict { what });
            }
            let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
            if codes.iter().any(|code| passing.contains(code)) {
                return Attempt::Again;
            }
        }
        if matches!(error.code(), Some("TransactionInProgressException" | "TransactionConflictException")) {
            return Attempt::Again;
        }
        if matches!(error, TransactWriteItemsError::IdempotentParameterMismatchException(_)) {
            // An earlier attempt of the same request, a moment ago, has made this change.
            return Attempt::Failed(StoreError::Conflict { what: self.writes[0].0 });
        }
        Attempt::Failed(StoreError::unavailable(SERVICE, error))
    }
}

enum Attempt {
    Again,
    Failed(StoreError),
}
