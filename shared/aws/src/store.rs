//! The tables: reading one row, reading lists, and starting a change.
//!
//! Reads of one row are strongly consistent. Lists of a partition are too; lists of an index are not: a row
//! written a moment ago may be missing from them or stand there as it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use sitrep_domain::audit::AuditEntry;
use sitrep_domain::scope::TenantScope;

use crate::clients::Clients;
use crate::cursor::CursorKey;
use crate::entity::{Entity, Item, Stored, from_item, key_item, to_item};
use crate::error::StoreError;
use crate::keys::IndexKey;
use crate::transaction::Transaction;

/// Name of DynamoDB in errors.
pub(crate) const SERVICE: &str = "the database";

/// Names of the two tables.
#[derive(Clone, Debug)]
pub struct Tables {
    /// Rows of tenants.
    pub core: String,
    /// Rows for which no tenant is known yet.
    pub global: String,
}

/// The tables.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: aws_sdk_dynamodb::Client,
    pub(crate) tables: Tables,
    pub(crate) cursors: CursorKey,
    has_changed: Arc<AtomicBool>,
}

/// An index of `core`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// The table itself.
    Table,
    /// `gsi1`.
    Gsi1,
    /// `gsi2`.
    Gsi2,
    /// `gsi3`.
    Gsi3,
}

impl Index {
    pub(crate) const fn names(self) -> (Option<&'static str>, &'static str, &'static str) {
        match self {
            Self::Table => (None, "pk", "sk"),
            Self::Gsi1 => (Some("gsi1"), "gsi1pk", "gsi1sk"),
            Self::Gsi2 => (Some("gsi2"), "gsi2pk", "gsi2sk"),
            Self::Gsi3 => (Some("gsi3"), "gsi3pk", "gsi3sk"),
        }
    }
}

/// A list to read: one partition of an index, in order of its sort key.
#[derive(Clone, Debug)]
pub struct ListOf {
    index: Index,
    partition: String,
    range: Option<(String, String)>,
    newest_first: bool,
}

impl ListOf {
    /// A whole partition of an index, newest first.
    #[must_use]
    pub fn newest_first(index: Index, partition: String) -> Self {
        Self { index, partition, range: None, newest_first: true }
    }

    /// The part of the table's partition whose sort keys begin with the prefix, in order.
    #[must_use]
    pub fn prefix((partition, prefix): IndexKey) -> Self {
        let end = format!("{prefix}\u{10ffff}");
        Self { index: Index::Table, partition, range: Some((prefix, end)), newest_first: false }
    }

    /// A whole partition of an index, in order.
    #[must_use]
    pub fn in_order(index: Index, partition: String) -> Self {
        Self { index, partition, range: None, newest_first: false }
    }

    /// Only sort keys from `from` to `to`, both included.
    #[must_use]
    pub fn between(mut self, from: String, to: String) -> Self {
        self.range = Some((from, to));
        self
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; opaque, signed, and good for this tenant and list only.
    pub next_cursor: Option<String>,
}

impl Store {
    /// The tables, with the key that signs cursors.
    #[must_use]
    pub fn new(clients: &Clients, tables: Tables, cursors: CursorKey) -> Self {
        Self { client: clients.dynamodb.clone(), tables, cursors, has_changed: Arc::default() }
    }

    /// The same tables for one request: [`Self::has_changed`] tells of this request's changes alone.
    #[must_use]
    pub fn for_request(&self) -> Self {
        Self { has_changed: Arc::default(), ..self.clone() }
    }

    /// Whether rows were changed through it or its clones, or may have been: the answer of the database was lost.
    /// Audit entries of what changed no row do not count.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.has_changed.load(Ordering::Relaxed)
    }

    pub(crate) fn note_change(&self) {
        self.has_changed.store(true, Ordering::Relaxed);
    }

    /// The row of that id, if the tenant has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn find<E: Entity>(
        &self,
        scope: &TenantScope,
        id: &E::Id,
    ) -> Result<Option<Stored<E>>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.core)
            .set_key(Some(key_item(&E::key(scope.tenant(), id))))
            .consistent_read(true)
            .send()
            .await
            .map_err(|e| StoreError::unavailable(SERVICE, e))?;
        answer.item.as_ref().map(|item| from_item(scope, item)).transpose()
    }

    /// One page of a list, keeping the rows that `keep` admits.
    ///
    /// # Errors
    ///
    /// [`StoreError::BadCursor`], [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn list<E: Entity>(
        &self,
        scope: &TenantScope,
        list: &ListOf,
        limit: usize,
        cursor: Option<&str>,
        keep: impl Fn(&E) -> bool,
    ) -> Result<Page<Stored<E>>, StoreError> {
        let mut start = cursor.map(|c| self.cursors.open(scope, &list.partition, c)).transpose()?;
        let mut items: Vec<Stored<E>> = Vec::new();
        loop {
            let (rows, last) = self.query(list, limit + 1, start).await?;
            for row in &rows {
                let stored: Stored<E> = from_item(scope, row)?;
                if keep(&stored.value) {
                    items.push(stored);
                }
                if items.len() == limit {
                    let more = last.is_some() || !std::ptr::eq(row, rows.last().expect("rows has this one"));
                    let next = more
                        .then(|| self.cursors.seal(scope, &list.partition, &position_of(row, list.index)));
                    return Ok(Page { items, next_cursor: next });
                }
            }
            match last {
                Some(last) => start = Some(last),
                None => return Ok(Page { items, next_cursor: None }),
            }
        }
    }

    /// Every row of a list. For lists that are short by nature.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn list_all<E: Entity>(
        &self,
        scope: &TenantScope,
        list: &ListOf,
    ) -> Result<Vec<Stored<E>>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let (rows, last) = self.query(list, 1_000, start).await?;
            for row in &rows {
                items.push(from_item(scope, row)?);
            }
            match last {
                Some(last) => start = Some(last),
                None => return Ok(items),
            }
        }
    }

    async fn query(
        &self,
        list: &ListOf,
        limit: usize,
        start: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        let (index, pk, sk) = list.index.names();
        let mut request = self
            .client
            .query()
            .table_name(&self.tables.core)
            .set_index_name(index.map(str::to_owned))
            .consistent_read(index.is_none())
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", AttributeValue::S(list.partition.clone()))
            .scan_index_forward(!list.newest_first)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        request = match &list.range {
            Some((from, to)) => request
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":from", AttributeValue::S(from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(to.clone())),
            None => request.key_condition_expression("#pk = :pk"),
        };
        let answer = request.send().await.map_err(|e| StoreError::unavailable(SERVICE, e))?;
        let last = answer.last_evaluated_key.filter(|key| !key.is_empty());
        Ok((answer.items.unwrap_or_default(), last))
    }

    /// Writes one row without an audit entry, if it is still at the revision it was read at; `None` for a new one. For
    /// rows that say how a request is to be answered and nothing of what the tenant owns.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody else wrote it meanwhile; [`StoreError::Unavailable`];
    /// [`StoreError::Corrupt`] when the value cannot be written.
    pub async fn write_unaudited<E: Entity>(
        &self,
        scope: &TenantScope,
        value: E,
        read_at: Option<u64>,
    ) -> Result<Stored<E>, StoreError> {
        let rev = read_at.unwrap_or(0) + 1;
        let put = self.client.put_item().table_name(&self.tables.core).set_item(Some(to_item(
            scope.tenant(),
            &value,
            rev,
        )?));
        let put = match read_at {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(rev) => put
                .condition_expression("rev = :rev")
                .expression_attribute_values(":rev", AttributeValue::N(rev.to_string())),
        };
        match put.send().await.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(Stored { value, rev }),
            Err(PutItemError::ConditionalCheckFailedException(_)) => {
                Err(StoreError::Conflict { what: E::WHAT })
            }
            Err(error) => Err(StoreError::unavailable(SERVICE, error)),
        }
    }

    /// Starts a change of the tenant's rows. It is written with its audit entry, all of it or nothing.
    pub fn change<'a>(&'a self, scope: &'a TenantScope, audit: AuditEntry) -> Transaction<'a> {
        Transaction::new(self, scope, audit)
    }
}

/// Where a list goes on after a row: its primary key and its key in the index.
fn position_of(row: &Item, index: Index) -> Item {
    let (_, pk, sk) = index.names();
    ["pk", "sk", pk, sk]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), row.get(*name)?.clone())))
        .collect()
}
