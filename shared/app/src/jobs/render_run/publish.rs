//! Publishing a run: files to the object store, then one transaction that makes them exist and queues the mail.

use bytes::Bytes;
use serde::Serialize;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::queues::Wake;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::delivery::Delivery;
use sitrep_domain::ids::DeliveryId;
use sitrep_domain::manifest::Manifest;
use sitrep_domain::run::{Artifact, Run, Trigger};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::Snapshot;

use super::new_readers::{NewReaders, wake_if_behind};
use super::read_sources::Sources;
use super::write_document::Written;
use super::{RENDERER_VERSION, Source, Trouble, store_trouble};
use crate::claimed::Claimed;
use crate::deliveries::note_failure;
use crate::services::Services;
use crate::steps;

/// Stores the files, then commits the run with its deliveries.
pub(super) async fn publish(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Run>,
    source: &Source,
    sources: Sources,
    written: Written,
    read: NewReaders,
) -> Result<(), Trouble> {
    let measured = sources.measured;
    let artifacts = put_files(services, scope, claimed, &written).await.map_err(not_stored)?;
    let data = put_json(services, scope, claimed, &written.document.data).await.map_err(not_stored)?;
    let manifest = Manifest {
        schema: Manifest::SCHEMA.to_owned(),
        report_id: source.report_id,
        input: source.input.clone(),
        input_hash: source.input_hash.clone(),
        snapshots: measured.snapshots.iter().map(|snapshot| Snapshot::clone(snapshot)).collect(),
        rows_read: measured.rows_read,
        metrics: written.document.data.metrics.clone(),
        redactions: Vec::new(),
        renderer_version: RENDERER_VERSION.to_owned(),
        generated_at: source.generated_at,
        artifacts: artifacts.clone(),
    };
    let manifest = put_json(services, scope, claimed, &manifest).await.map_err(not_stored)?;
    steps::reached("stored").await;
    let deliveries =
        commit(services, scope, claimed, artifacts, [manifest, data], (&read, !sources.unread.is_empty()))
            .await?;
    steps::reached("committed").await;
    for delivery in &deliveries {
        let wake =
            Wake::Delivery { tenant: scope.tenant().clone(), run: delivery.run, delivery: delivery.id };
        services.wake(&wake, std::time::Duration::ZERO).await;
    }
    steps::reached("queued").await;
    wake_if_behind(services, scope, &read.readers).await;
    Ok(())
}

/// The trouble of a report that could not be stored, told as such.
fn not_stored(error: StoreError) -> Trouble {
    match store_trouble(error) {
        Trouble::Passing(failure) => {
            Trouble::Passing(failure.telling("The files of the report could not be stored."))
        }
        other => other,
    }
}

async fn put_files(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Run>,
    written: &Written,
) -> Result<Vec<Artifact>, StoreError> {
    let mut artifacts = Vec::with_capacity(written.files.len());
    for file in &written.files {
        let key = keys::run_object(scope.tenant(), claimed.id(), &file.sha256, file.extension);
        services
            .objects
            .put_once(scope, Bucket::Artifacts, &key, file.content_type, file.bytes.clone())
            .await?;
        artifacts.push(Artifact {
            format: file.format,
            variant: "full".to_owned(),
            size_bytes: file.bytes.len() as u64,
            sha256: file.sha256.clone(),
            content_type: file.content_type.to_owned(),
            extension: file.extension.to_owned(),
            key,
        });
    }
    Ok(artifacts)
}

/// Key and hash of a JSON object.
struct Put {
    key: String,
    sha256: String,
}

async fn put_json<T: Serialize>(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Run>,
    value: &T,
) -> Result<Put, StoreError> {
    let bytes = Bytes::from(serde_json::to_vec(value).expect("manifests and data are JSON"));
    let sha256 = sha256_hex(&bytes);
    let key = keys::run_object(scope.tenant(), claimed.id(), &sha256, "meta.json");
    services.objects.put_once(scope, Bucket::Artifacts, &key, "application/json", bytes).await?;
    Ok(Put { key, sha256 })
}

async fn commit(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Run>,
    artifacts: Vec<Artifact>,
    [manifest, data]: [Put; 2],
    (read, is_degraded): (&NewReaders, bool),
) -> Result<Vec<Delivery>, Trouble> {
    let mut row = claimed.hold().await;
    let mut changed = row.clone();
    let run = &mut changed.value;
    run.complete(claimed.fence(), artifacts).map_err(|_| Trouble::LeaseLost)?;
    run.manifest_key = Some(manifest.key);
    run.manifest_sha256 = Some(manifest.sha256.clone());
    run.data_key = Some(data.key);
    run.stale = read.is_stale;
    run.degraded = is_degraded;
    let deliveries = new_deliveries(services, run);
    let audit = services
        .audit(scope, "report.completed", format!("report/{}", run.id))
        .with("manifest_sha256", manifest.sha256)
        .with("deliveries", deliveries.len());
    let mut change = services.store.change(scope, audit).replace(&changed);
    for delivery in &deliveries {
        change = change.create(delivery);
    }
    for reader in &read.readers {
        change = change.create(reader);
    }
    change.commit().await.map_err(not_stored)?;
    *row = changed.written();
    Ok(deliveries)
}

/// One delivery per recipient. Its id follows from run and recipient, so that there can be only one; it is a keyed hash,
/// because an address must not be read off a key.
fn new_deliveries(services: &Services, run: &Run) -> Vec<Delivery> {
    let now = services.now();
    let delivery = |recipient: &sitrep_domain::run::Recipient| {
        let of = format!("{}/{}", run.id, recipient.email);
        let hash = services.keyed_bytes("delivery", of.as_bytes());
        let bytes = *hash.first_chunk::<16>().expect("a hash has 32 bytes");
        let id = DeliveryId::new(uuid::Builder::from_random_bytes(bytes).into_uuid());
        Delivery::new(id, run.id, run.input.schedule_id, recipient.clone(), now)
    };
    run.mail.recipients.iter().map(delivery).collect()
}

/// After a run has failed for good: its schedule shows it, its owner is told once per streak, and files that nobody will
/// see are removed.
pub(super) async fn after_failure(
    services: &Services,
    scope: &TenantScope,
    run: &Run,
) -> Result<(), StoreError> {
    // A repetition by a person says nothing of how the schedule itself is doing.
    let of_schedule = matches!(run.trigger, Trigger::Schedule | Trigger::Manual);
    if let Some(id) = run.input.schedule_id.filter(|_| of_schedule) {
        let text = run.failure.as_ref().map_or(run.status.as_str(), |failure| failure.message.as_str());
        note_failure(services, scope, id, text).await?;
    }
    services.objects.remove_all(scope, Bucket::Artifacts, &keys::run_objects(scope.tenant(), run.id)).await
}
