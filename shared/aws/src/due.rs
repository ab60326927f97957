//! The due index: what must happen by an instant, over all tenants. Only the sweep reads it.
//!
//! It holds keys and nothing else. The sweep learns from it whom to wake; the row itself decides what happens.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::ids::{DeliveryId, ReportId, ScheduleId, TenantId, UploadId};
use sitrep_domain::scope::OperatorScope;

use crate::error::StoreError;
use crate::keys;
use crate::store::{SERVICE, Store};

/// Something overdue: what kind of row it is, and its ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// A run that waits too long, or whose lease has ended.
    Run(TenantId, ReportId),
    /// A delivery whose next attempt, or whose news, are overdue.
    Delivery(TenantId, ReportId, DeliveryId),
    /// A schedule with a fire that nobody took up, or an EventBridge schedule to repair.
    Schedule(TenantId, ScheduleId),
    /// A dataset with commits or reports that nobody has compared, or with files that nobody may need any more.
    Dataset(TenantId, DatasetId),
    /// An upload whose file nobody told of, or whose lease has ended.
    Upload(TenantId, UploadId),
}

impl Store {
    /// What is overdue at `now`: at most `most` rows of each shard, the longest overdue first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn list_overdue(
        &self,
        _operator: &OperatorScope,
        now: Timestamp,
        most: i32,
    ) -> Result<Vec<Overdue>, StoreError> {
        let mut overdue = Vec::new();
        for shard in 0..keys::DUE_SHARDS {
            let answer = self
                .client
                .query()
                .table_name(&self.tables.core)
                .index_name("due")
                .key_condition_expression("duepk = :pk AND duesk <= :now")
                .expression_attribute_values(":pk", AttributeValue::S(keys::due_shard(shard)))
                .expression_attribute_values(":now", AttributeValue::S(keys::instant(now)))
                .limit(most)
                .send()
                .await
                .map_err(|e| StoreError::unavailable(SERVICE, e))?;
            for item in answer.items() {
                let text = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).map_or("", String::as_str);
                match parse(text("pk"), text("sk")) {
                    Some(found) => overdue.push(found),
                    None => tracing::error!(
                        pk = text("pk"),
                        sk = text("sk"),
                        "the due index holds an unknown kind"
                    ),
                }
            }
        }
        Ok(overdue)
    }
}

fn parse(pk: &str, sk: &str) -> Option<Overdue> {
    let mut parts = pk.strip_prefix("T#")?.split('#');
    let tenant = TenantId::new(parts.next()?).ok()?;
    match (parts.next()?, parts.next()?, sk) {
        ("RUN", run, "META") => Some(Overdue::Run(tenant, run.parse().ok()?)),
        ("DS", dataset, _) => Some(Overdue::Dataset(tenant, find_dataset(dataset)?.id)),
        ("SAV", schedule, "META") => Some(Overdue::Schedule(tenant, schedule.parse().ok()?)),
        ("UPL", upload, "META") => Some(Overdue::Upload(tenant, upload.parse().ok()?)),
        ("RUN", run, sk) => {
            Some(Overdue::Delivery(tenant, run.parse().ok()?, sk.strip_prefix("DLV#")?.parse().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_due_index_say_what_they_are() {
        let id = "7f8a4a52-3c5e-4bb4-9f57-0f5a3c4d2e10";
        let tenant = TenantId::new("acme").unwrap();
        let run: ReportId = id.parse().unwrap();
        for (pk, sk, expected) in [
            (format!("T#acme#RUN#{id}"), "META".to_owned(), Some(Overdue::Run(tenant.clone(), run))),
            (
                format!("T#acme#RUN#{id}"),
                format!("DLV#{id}"),
                Some(Overdue::Delivery(tenant.clone(), run, id.parse().unwrap())),
            ),
            (
                format!("T#acme#SAV#{id}"),
                "META".to_owned(),
                Some(Overdue::Schedule(tenant.clone(), id.parse().unwrap())),
            ),
            (
                format!("T#acme#UPL#{id}"),
                "META".to_owned(),
                Some(Overdue::Upload(tenant.clone(), id.parse().unwrap())),
            ),
            (
                "T#acme#DS#traces".to_owned(),
                "GEN".to_owned(),
                Some(Overdue::Dataset(tenant.clone(), DatasetId::Traces)),
            ),
            (
                "T#acme#DS#traces".to_owned(),
                format!("READ#{id}"),
                Some(Overdue::Dataset(tenant, DatasetId::Traces)),
            ),
            ("T#acme#DS#nonsense".to_owned(), "GEN".to_owned(), None),
            (format!("T#acme#XYZ#{id}"), "META".to_owned(), None),
            ("nonsense".to_owned(), "META".to_owned(), None),
        ] {
            assert_eq!(parse(&pk, &sk), expected, "{pk} {sk}");
        }
    }
}
