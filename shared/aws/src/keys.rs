//! Every key string of both tables, in one place.
//!
//! Partition keys of `core` begin with `T#<tenant>`; a tenant id has no `#`, so no two tenants share a prefix. Index
//! keys begin with it too, except those of the due index, which only the sweep reads.

use jiff::Timestamp;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::delivery::DeliveryState;
use sitrep_domain::ids::{DeliveryId, ReportId, ScheduleId, ShareId, TenantId, UploadId, UserId};
use sitrep_domain::rate_limit::LimitName;
use sitrep_domain::run::RunStatus;
use uuid::Uuid;

/// Number of shards of the due index.
pub const DUE_SHARDS: u8 = 8;
/// Number of shards of the audit intake.
pub const AUDIT_SHARDS: u8 = 8;

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

/// A key of an index: partition and sort.
pub type IndexKey = (String, String);

fn key(pk: String, sk: impl Into<String>) -> Key {
    Key { pk, sk: sk.into() }
}

fn tenant_pk(tenant: &TenantId) -> String {
    format!("T#{tenant}")
}

/// An instant as part of a sort key: RFC 3339 UTC in whole seconds, so that text order is time order.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// The tenant's own row.
#[must_use]
pub fn tenant(tenant: &TenantId) -> Key {
    key(tenant_pk(tenant), "META")
}

/// A user.
#[must_use]
pub fn user(tenant: &TenantId, id: UserId) -> Key {
    key(tenant_pk(tenant), format!("USER#{id}"))
}

/// All users of a tenant: partition and prefix of the sort key.
#[must_use]
pub fn users(tenant: &TenantId) -> IndexKey {
    (tenant_pk(tenant), "USER#".to_owned())
}

fn dataset_pk(tenant: &TenantId, dataset: DatasetId) -> String {
    format!("T#{tenant}#DS#{dataset}")
}

/// A dataset's generation.
#[must_use]
pub fn generation(tenant: &TenantId, dataset: DatasetId) -> Key {
    key(dataset_pk(tenant, dataset), "GEN")
}

/// A segment: `seq` in 12 digits, so that text order is commit order.
#[must_use]
pub fn segment(tenant: &TenantId, dataset: DatasetId, month: &str, seq: u64) -> Key {
    key(dataset_pk(tenant, dataset), format!("SEG#{month}#{seq:012}"))
}

/// All segments of a dataset.
#[must_use]
pub fn segments(tenant: &TenantId, dataset: DatasetId) -> IndexKey {
    (dataset_pk(tenant, dataset), "SEG#".to_owned())
}

/// A mapping of a dataset.
#[must_use]
pub fn mapping(tenant: &TenantId, dataset: DatasetId, name: &str) -> Key {
    key(dataset_pk(tenant, dataset), format!("MAP#{name}"))
}

/// All mappings of a dataset.
#[must_use]
pub fn mappings(tenant: &TenantId, dataset: DatasetId) -> IndexKey {
    (dataset_pk(tenant, dataset), "MAP#".to_owned())
}

/// What an ingest with an idempotency key has committed.
#[must_use]
pub fn ingest_receipt(tenant: &TenantId, dataset: DatasetId, id: Uuid) -> Key {
    key(dataset_pk(tenant, dataset), format!("INGEST#{id}"))
}

/// What compaction took out of a dataset at a generation: 12 digits, so that text order is the order of time.
#[must_use]
pub fn retirement(tenant: &TenantId, dataset: DatasetId, generation: u64) -> Key {
    key(dataset_pk(tenant, dataset), format!("RET#{generation:012}"))
}

/// All that compaction took out of a dataset and that is still kept.
#[must_use]
pub fn retirements(tenant: &TenantId, dataset: DatasetId) -> IndexKey {
    (dataset_pk(tenant, dataset), "RET#".to_owned())
}

/// A completed run as a reader of a dataset.
#[must_use]
pub fn reader(tenant: &TenantId, dataset: DatasetId, run: ReportId) -> Key {
    key(dataset_pk(tenant, dataset), format!("READ#{run}"))
}

/// All readers of a dataset.
#[must_use]
pub fn readers(tenant: &TenantId, dataset: DatasetId) -> IndexKey {
    (dataset_pk(tenant, dataset), "READ#".to_owned())
}

fn schedule_pk(tenant: &TenantId, id: ScheduleId) -> String {
    format!("T#{tenant}#SAV#{id}")
}

/// A saved report and its schedule.
#[must_use]
pub fn schedule(tenant: &TenantId, id: ScheduleId) -> Key {
    key(schedule_pk(tenant, id), "META")
}

/// A fire of a schedule.
#[must_use]
pub fn fire(tenant: &TenantId, id: ScheduleId, at: Timestamp) -> Key {
    key(schedule_pk(tenant, id), format!("FIRE#{}", instant(at)))
}

/// `gsi1`: saved reports by name.
#[must_use]
pub fn schedules_by_name(tenant: &TenantId) -> String {
    format!("T#{tenant}#SAV")
}

fn run_pk(tenant: &TenantId, id: ReportId) -> String {
    format!("T#{tenant}#RUN#{id}")
}

/// A run.
#[must_use]
pub fn run(tenant: &TenantId, id: ReportId) -> Key {
    key(run_pk(tenant, id), "META")
}

/// `gsi1`: runs by time.
#[must_use]
pub fn runs_by_time(tenant: &TenantId) -> String {
    format!("T#{tenant}#RUN")
}

/// `gsi2`: runs of a schedule by time.
#[must_use]
pub fn runs_by_schedule(tenant: &TenantId, id: ScheduleId) -> String {
    format!("T#{tenant}#SAV#{id}#RUN")
}

/// `gsi3`: runs by state, as long as somebody cares: waiting, at work or failed.
#[must_use]
pub fn runs_by_status(tenant: &TenantId, status: RunStatus) -> String {
    format!("T#{tenant}#RUN#{}", status.as_str())
}

/// A delivery.
#[must_use]
pub fn delivery(tenant: &TenantId, run: ReportId, id: DeliveryId) -> Key {
    key(run_pk(tenant, run), format!("DLV#{id}"))
}

/// All deliveries of a run.
#[must_use]
pub fn deliveries(tenant: &TenantId, run: ReportId) -> IndexKey {
    (run_pk(tenant, run), "DLV#".to_owned())
}

/// `gsi1`: a delivery by its id alone.
#[must_use]
pub fn delivery_by_id(tenant: &TenantId, id: DeliveryId) -> String {
    format!("T#{tenant}#DLV#{id}")
}

/// `gsi2`: deliveries of a schedule by time.
#[must_use]
pub fn deliveries_by_schedule(tenant: &TenantId, id: ScheduleId) -> String {
    format!("T#{tenant}#SAV#{id}#DLV")
}

/// `gsi3`: deliveries by state.
#[must_use]
pub fn deliveries_by_state(tenant: &TenantId, state: DeliveryState) -> String {
    format!("T#{tenant}#DLV#{}", state.as_str())
}

/// A share.
#[must_use]
pub fn share(tenant: &TenantId, id: ShareId) -> Key {
    key(format!("T#{tenant}#SHR#{id}"), "META")
}

/// `gsi1`: shares of a run.
#[must_use]
pub fn shares_by_run(tenant: &TenantId, run: ReportId) -> String {
    format!("T#{tenant}#RUN#{run}#SHR")
}

/// `gsi2`: shares for a recipient, by the keyed hash of the address.
#[must_use]
pub fn shares_by_recipient(tenant: &TenantId, hash: &str) -> String {
    format!("T#{tenant}#RCP#{hash}#SHR")
}

/// `gsi3`: every share of a tenant that may still work.
#[must_use]
pub fn shares_alive(tenant: &TenantId) -> String {
    format!("T#{tenant}#SHR#alive")
}

/// An upload.
#[must_use]
pub fn upload(tenant: &TenantId, id: UploadId) -> Key {
    key(format!("T#{tenant}#UPL#{id}"), "META")
}

/// `gsi1`: uploads of a dataset by time.
#[must_use]
pub fn uploads_by_dataset(tenant: &TenantId, dataset: DatasetId) -> String {
    format!("T#{tenant}#DS#{dataset}#UPL")
}

/// An audit entry in the intake.
#[must_use]
pub fn audit(tenant: &TenantId, at: Timestamp, id: Uuid) -> Key {
    let shard = id.as_bytes()[15] % AUDIT_SHARDS;
    key(format!("T#{tenant}#AUDIN#{shard}"), format!("{at:.6}#{id}"))
}

/// One shard of a tenant's audit intake.
#[must_use]
pub fn audit_shard(tenant: &TenantId, shard: u8) -> IndexKey {
    (format!("T#{tenant}#AUDIN#{shard}"), String::new())
}

/// How much of a limit a user has used in the present window.
#[must_use]
pub fn user_limit(tenant: &TenantId, user: UserId, limit: LimitName) -> Key {
    key(format!("T#{tenant}#RL#{user}"), limit.as_str())
}

/// `global`: how often somebody tried to sign in to an account, by the keyed hash of its name.
#[must_use]
pub fn account_limit(hash: &str, limit: LimitName) -> Key {
    key(format!("RL#{hash}"), limit.as_str())
}

/// What is remembered of a request with an idempotency key, by the keyed hash of user and key.
#[must_use]
pub fn keyed_request(tenant: &TenantId, hash: &str, operation: &str) -> Key {
    key(format!("T#{tenant}#IDEM#{hash}"), operation)
}

/// `due`: where the sweep finds what must happen by an instant.
#[must_use]
pub fn due(key: &Key, at: Timestamp) -> IndexKey {
    let shard = key.pk.bytes().fold(0_u8, |sum, b| sum.wrapping_mul(31).wrapping_add(b)) % DUE_SHARDS;
    (due_shard(shard), instant(at))
}

/// One shard of the due index.
#[must_use]
pub fn due_shard(shard: u8) -> String {
    format!("DUE#{shard}")
}

/// `global`: who signs in under a name, by the keyed hash of the name.
#[must_use]
pub fn login(hash: &str) -> Key {
    key(format!("LOGIN#{hash}"), "META")
}

/// `global`: which share a token opens, by the SHA-256 of the token.
#[must_use]
pub fn share_token(sha256: &str) -> Key {
    key(format!("SHARE#{sha256}"), "META")
}

/// `global`: a tenant's slug, taken once in the deployment.
#[must_use]
pub fn tenant_slug(tenant: &TenantId) -> Key {
    key(format!("TENANT#{tenant}"), "META")
}

/// Object key of a segment. `attempt` is of the one who writes it alone, so that no two rows share an object and each
/// object goes with its row.
#[must_use]
pub fn segment_object(
    tenant: &TenantId,
    dataset: DatasetId,
    month: &str,
    sha256: &str,
    attempt: Uuid,
) -> String {
    format!("{}{month}/{sha256}-{}.parquet", segment_objects(tenant, dataset), attempt.simple())
}

/// What the object keys of a dataset's segments begin with.
#[must_use]
pub fn segment_objects(tenant: &TenantId, dataset: DatasetId) -> String {
    format!("t/{tenant}/d/{dataset}/")
}

/// Object key of an upload. Its end is what the bucket's notification goes by.
#[must_use]
pub fn upload_object(tenant: &TenantId, id: UploadId) -> String {
    format!("t/{tenant}/uploads/{id}.upload")
}

/// The upload whose object has that key.
#[must_use]
pub fn upload_of_object(key: &str) -> Option<(TenantId, UploadId)> {
    let (tenant, name) = key.strip_prefix("t/")?.split_once("/uploads/")?;
    Some((TenantId::new(tenant).ok()?, name.strip_suffix(".upload")?.parse().ok()?))
}

/// Object key of a file of a run.
#[must_use]
pub fn run_object(tenant: &TenantId, run: ReportId, sha256: &str, extension: &str) -> String {
    format!("t/{tenant}/runs/{run}/{sha256}.{extension}")
}

/// What the object keys of a run begin with.
#[must_use]
pub fn run_objects(tenant: &TenantId, run: ReportId) -> String {
    format!("t/{tenant}/runs/{run}/")
}

/// Object key of a logo. Runs name it by its hash, so it stays when the tenant takes another.
#[must_use]
pub fn logo_object(tenant: &TenantId, sha256: &str) -> String {
    format!("t/{tenant}/logos/{sha256}.png")
}

/// Object key of an exported file; it lives a day.
#[must_use]
pub fn export_object(tenant: &TenantId, export: Uuid, file_name: &str) -> String {
    format!("t/{tenant}/exports/{export}/{file_name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_of_one_tenant_begins_with_the_prefix_of_another() {
        let (acme, acme2) = (TenantId::new("acme").unwrap(), TenantId::new("acme-2").unwrap());
        assert_eq!(tenant(&acme).pk, "T#acme");
        assert!(!run(&acme2, ReportId::new(Uuid::nil())).pk.starts_with("T#acme#"));
        assert!(run(&acme, ReportId::new(Uuid::nil())).pk.starts_with("T#acme#"));
    }

    #[test]
    fn an_uploads_object_names_its_tenant_and_itself() {
        let (acme, id) = (TenantId::new("acme").unwrap(), UploadId::new(Uuid::nil()));
        assert_eq!(upload_of_object(&upload_object(&acme, id)), Some((acme, id)));
        for key in
            ["t/acme/d/incidents/202611/x.parquet", "t/acme/uploads/x.upload", "t/A/uploads/x.upload", ""]
        {
            assert_eq!(upload_of_object(key), None, "{key}");
        }
    }

    #[test]
    fn instants_sort_as_text() {
        let early = instant("2026-11-20T09:00:00.5Z".parse().unwrap());
        assert_eq!(early, "2026-11-20T09:00:00Z");
        assert!(early < instant("2026-11-20T10:00:00Z".parse().unwrap()));
    }
}
