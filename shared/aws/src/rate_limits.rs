//! Counting against limits: one row per user and limit, changed by one conditional update per request.
//!
//! The row holds the end of the present window and how many were let through in it. The condition is checked where the
//! counter lies, so of any number of requests at the same moment exactly as many pass as are left. A window begins with
//! the first request after the one before it has ended. A row that says so itself is expired, whether or not DynamoDB
//! has removed it yet.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::{SignedDuration, Timestamp};
use sitrep_domain::ids::UserId;
use sitrep_domain::rate_limit::{LimitName, Quota, Usage};
use sitrep_domain::scope::TenantScope;

use crate::entity::{Item, key_item};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::store::{SERVICE, Store};

/// How often two requests may begin a window at the same moment before one gives up.
const ATTEMPTS: usize = 5;
/// How long a row is kept past the end of its window, for whoever looks into what happened.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// A counter: where it lies, and what it allows.
struct Counter<'a> {
    table: &'a str,
    key: Key,
    tenant: Option<&'a str>,
    name: LimitName,
    quota: Quota,
}

/// What a row says.
struct CounterRow {
    used: u32,
    ends: Timestamp,
}

impl Store {
    /// Counts one use of a limit by a user, if the window has one left.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`]; nothing is let through then.
    pub async fn count_use(
        &self,
        scope: &TenantScope,
        user: UserId,
        name: LimitName,
        quota: Quota,
        now: Timestamp,
    ) -> Result<Usage, StoreError> {
        let key = keys::user_limit(scope.tenant(), user, name);
        let tenant = Some(scope.tenant().as_str());
        self.count(&Counter { table: &self.tables.core, key, tenant, name, quota }, now).await
    }

    /// Counts one attempt to sign in to an account, known or not, by the keyed hash of its name.
    ///
    /// # Errors
    ///
    /// As [`Self::count_use`].
    pub async fn count_sign_in(
        &self,
        account_hash: &str,
        quota: Quota,
        now: Timestamp,
    ) -> Result<Usage, StoreError> {
        let name = LimitName::SignIn;
        let key = keys::account_limit(account_hash, name);
        self.count(&Counter { table: &self.tables.global, key, tenant: None, name, quota }, now).await
    }

    async fn count(&self, counter: &Counter<'_>, now: Timestamp) -> Result<Usage, StoreError> {
        for _ in 0..ATTEMPTS {
            match self.continue_window(counter, now).await? {
                Ok(row) => return Ok(counter.usage(&row, false)),
                Err(Some(row)) if row.ends > now => return Ok(counter.usage(&row, true)),
                Err(_) => {}
            }
            if let Some(row) = self.begin_window(counter, now).await? {
                return Ok(counter.usage(&row, false));
            }
        }
        Err(StoreError::unavailable(SERVICE, "a counter kept changing"))
    }

    /// Counts one more in a window that has not ended; otherwise gives what the row says.
    async fn continue_window(
        &self,
        counter: &Counter<'_>,
        now: Timestamp,
    ) -> Result<Result<CounterRow, Option<CounterRow>>, StoreError> {
        let update = self
            .update(counter, now)
            .update_expression("SET #used = #used + :one")
            .condition_expression("#ends > :now AND #used < :amount")
            .expression_attribute_values(":amount", number(counter.quota.amount))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await.map_err(SdkError::into_service_error) {
            Ok(answer) => Ok(Ok(counter.read(&answer.attributes.unwrap_or_default())?)),
            Err(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Err(failed.item.as_ref().map(|item| counter.read(item)).transpose()?))
            }
            Err(error) => Err(StoreError::unavailable(SERVICE, error)),
        }
    }

    /// Begins a window with this request, unless somebody else has begun one.
    async fn begin_window(
        &self,
        counter: &Counter<'_>,
        now: Timestamp,
    ) -> Result<Option<CounterRow>, StoreError> {
        let ends = now + SignedDuration::from_secs(counter.quota.window_s.into());
        let mut set = "SET #used = :one, #ends = :ends, #ttl = :ttl".to_owned();
        let mut update = self.update(counter, now);
        if let Some(tenant) = counter.tenant {
            set.push_str(", tenant = :tenant");
            update = update.expression_attribute_values(":tenant", AttributeValue::S(tenant.to_owned()));
        }
        let update = update
            .update_expression(set)
            .condition_expression("attribute_not_exists(#ends) OR #ends <= :now")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":ends", number(ends.as_millisecond()))
            .expression_attribute_values(":ttl", number((ends + KEPT).as_second()));
        match update.send().await.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(Some(CounterRow { used: 1, ends })),
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
            Err(error) => Err(StoreError::unavailable(SERVICE, error)),
        }
    }

    fn update(&self, counter: &Counter<'_>, now: Timestamp) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(counter.table)
            .set_key(Some(key_item(&counter.key)))
            .expression_attribute_names("#used", "used")
            .expression_attribute_names("#ends", "ends")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", number(now.as_millisecond()))
    }
}

impl Counter<'_> {
    /// The row of this counter, which must be its tenant's.
    fn read(&self, item: &Item) -> Result<CounterRow, StoreError> {
        let corrupt = |detail: String| StoreError::Corrupt { what: "rate limit", detail };
        let tenant = item.get("tenant").and_then(|value| value.as_s().ok()).map(String::as_str);
        if tenant != self.tenant {
            return Err(corrupt(format!("counter {} is not of tenant {:?}", self.key.pk, self.tenant)));
        }
        let number = |name: &str| item.get(name)?.as_n().ok()?.parse::<i64>().ok();
        let used = number("used").and_then(|used| u32::try_from(used).ok());
        let ends = number("ends").and_then(|ms| Timestamp::from_millisecond(ms).ok());
        match (used, ends) {
            (Some(used), Some(ends)) => Ok(CounterRow { used, ends }),
            _ => Err(corrupt(format!("counter {}", self.key.pk))),
        }
    }

    fn usage(&self, row: &CounterRow, is_refused: bool) -> Usage {
        Usage { name: self.name, quota: self.quota, used: row.used, resets_at: row.ends, is_refused }
    }
}

fn number(value: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}
