//! Rendering a run: claim, measure, render, store, commit. The walk through it is this file from top to bottom.
//!
//! Everything before the commit can be repeated: objects are named by their hash, and nothing can be seen until the
//! one transaction that names them. A worker that lost its lease writes nothing more.

mod claim;
mod new_readers;
mod publish;
mod read_sources;
mod write_document;

use std::sync::Arc;
use std::time::Duration;

use sitrep_aws::error::StoreError;
use sitrep_aws::objects::Bucket;
use sitrep_domain::failure::{Failure, FailureClass};
use sitrep_domain::ids::{ReportId, TenantId};
use sitrep_domain::manifest::Manifest;
use sitrep_domain::run::{Run, RunRefusal};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::Snapshot;

pub use sitrep_render::RENDERER_VERSION;

use crate::claimed::Claimed;
use crate::data::{MeasureError, Measured};
use crate::jobs::render_run::claim::claim;
use crate::jobs::render_run::new_readers::new_readers;
use crate::jobs::render_run::publish::publish;
use crate::jobs::render_run::read_sources::read_sources;
use crate::jobs::render_run::write_document::{Written, read_logo, write_files};
use crate::services::Services;
use crate::steps;

/// Renders a run, if it is there, waiting, and nobody else has it. Repeating it is harmless.
///
/// # Errors
///
/// [`StoreError`] when not even the row could be read or written; the message is then delivered again.
pub async fn render_run(
    services: &Services,
    tenant: &TenantId,
    id: ReportId,
    request_id: &str,
) -> Result<(), StoreError> {
    let Some((scope, _)) = services.open_job(tenant, "render", request_id).await? else { return Ok(()) };
    let Some(claimed) = claim(services, &scope, id).await? else { return Ok(()) };
    steps::reached("claimed").await;
    let work = async {
        let heartbeat = claimed.beat(services, &scope);
        tokio::select! {
            done = make_report(services, &scope, &claimed) => done,
            () = heartbeat => Err(Trouble::LeaseLost),
        }
    };
    let limit = services.time_limits.run;
    // On the heap: it holds a whole report's worth of state.
    match Box::pin(tokio::time::timeout(limit, work)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(trouble)) => give_up(services, &scope, claimed, trouble).await,
        Err(_) => {
            let failure = Failure::new(FailureClass::Timeout, format!("not done after {limit:?}"));
            give_up(services, &scope, claimed, Trouble::ForGood(failure)).await
        }
    }
}

/// Why a worker does not finish a run.
#[derive(Debug)]
enum Trouble {
    /// Another try may work.
    Passing(Failure),
    /// Another try would fail the same way.
    ForGood(Failure),
    /// Another worker has it, or it was cancelled.
    LeaseLost,
}

async fn make_report(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Run>,
) -> Result<(), Trouble> {
    let run = claimed.value().await;
    let source = Source::load(services, scope, &run).await?;
    let plan = write_document::plan(&source.input)?;
    let sources = read_sources(services, scope, &run, &source, &plan).await?;
    steps::reached("measured").await;
    let logo = read_logo(services, scope, &source.input).await?;
    let written = write_files(&source, logo, &plan, &sources).await?;
    source.check_same_bytes(&written)?;
    steps::reached("rendered").await;
    let read = new_readers(services, scope, &run, &plan, &sources.measured.snapshots)
        .await
        .map_err(store_trouble)?;
    publish(services, scope, claimed, &source, sources, written, read).await
}

/// What a run is made from: its own input and time, or those of the run that it reproduces.
struct Source {
    report_id: ReportId,
    input: sitrep_domain::run::RunInput,
    input_hash: String,
    generated_at: jiff::Timestamp,
    original: Option<Manifest>,
}

impl Source {
    async fn load(services: &Services, scope: &TenantScope, run: &Run) -> Result<Self, Trouble> {
        let Some(original_id) = run.reproduces else {
            return Ok(Self {
                report_id: run.id,
                input: run.input.clone(),
                input_hash: run.input_hash.clone(),
                generated_at: run.generated_at.unwrap_or(run.created_at),
                original: None,
            });
        };
        let manifest = load_manifest(services, scope, original_id).await?;
        Ok(Self {
            report_id: manifest.report_id,
            input: manifest.input.clone(),
            input_hash: manifest.input_hash.clone(),
            generated_at: manifest.generated_at,
            original: Some(manifest),
        })
    }

    /// A reproduction whose bytes differ is no reproduction.
    fn check_same_bytes(&self, written: &Written) -> Result<(), Trouble> {
        let Some(original) = &self.original else { return Ok(()) };
        for file in &written.files {
            let before =
                original.artifacts.iter().find(|a| a.format == file.format).map(|a| a.sha256.as_str());
            if before != Some(file.sha256.as_str()) {
                let diagnostic = format!("{} is {}, was {before:?}", file.format.as_str(), file.sha256);
                let failure = Failure::new(FailureClass::ValidationFailed, diagnostic);
                return Err(Trouble::ForGood(
                    failure.telling("The report could not be reproduced byte for byte."),
                ));
            }
        }
        Ok(())
    }
}

async fn load_manifest(services: &Services, scope: &TenantScope, id: ReportId) -> Result<Manifest, Trouble> {
    let gone = |what: String| Trouble::ForGood(Failure::new(FailureClass::SourceUnavailable, what));
    let row = services.store.find::<Run>(scope, &id).await.map_err(store_trouble)?;
    let key =
        row.and_then(|row| row.value.manifest_key).ok_or_else(|| gone(format!("no manifest of {id}")))?;
    let bytes = services.objects.get(scope, Bucket::Artifacts, &key).await.map_err(store_trouble)?;
    serde_json::from_slice(&bytes).map_err(|e| gone(format!("manifest of {id}: {e}")))
}

#[expect(clippy::needless_pass_by_value, reason = "so that map_err takes it by name")]
fn store_trouble(error: StoreError) -> Trouble {
    let diagnostic = diagnose(&error);
    match error {
        StoreError::Unavailable { .. } => {
            Trouble::Passing(Failure::new(FailureClass::SourceUnavailable, diagnostic))
        }
        StoreError::Conflict { .. } => Trouble::LeaseLost,
        _ => Trouble::ForGood(Failure::new(FailureClass::SourceUnavailable, diagnostic)),
    }
}

fn measure_trouble(error: MeasureError) -> Trouble {
    match error {
        MeasureError::Store(error) => store_trouble(error),
        MeasureError::Query(error @ sitrep_query::QueryError::Limit { .. }) => {
            let failure = Failure::new(FailureClass::QueryFailed, error.to_string());
            Trouble::ForGood(failure.telling(format!("The figures could not be computed: {error}.")))
        }
        other => Trouble::ForGood(Failure::new(FailureClass::QueryFailed, other.to_string())),
    }
}

/// An error with everything behind it, for the operator.
fn diagnose(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text.chars().take(2_000).collect()
}

/// Puts down why the worker does not finish, and whether somebody is to try again.
async fn give_up(
    services: &Services,
    scope: &TenantScope,
    claimed: Claimed<Run>,
    trouble: Trouble,
) -> Result<(), StoreError> {
    let (failure, again) = match trouble {
        Trouble::LeaseLost => return Ok(()),
        Trouble::Passing(failure) => (failure, true),
        Trouble::ForGood(failure) => (failure, false),
    };
    tracing::warn!(class = ?failure.class, diagnostic = failure.diagnostic, again, "a run is not finished");
    let outcome = claimed
        .change(services, scope, "report.attempt_failed", |run, fence, now| {
            let result = if again {
                run.give_back(fence, failure.clone(), now).map(Some)
            } else {
                run.fail(fence, failure.clone()).map(|()| None)
            };
            match result {
                Err(RunRefusal::Exhausted) => Ok(None), // It has failed now; that is written.
                other => other,
            }
        })
        .await?;
    match outcome {
        Some(Some(wait)) => {
            let wait = Duration::try_from(wait).unwrap_or_default();
            services.wake(&crate::reports::wake_for(scope, claimed.id()), wait).await;
        }
        Some(None) => publish::after_failure(services, scope, &claimed.value().await).await?,
        None => {}
    }
    Ok(())
}

/// The snapshots' share of the provenance: dataset and generation.
fn generations(snapshots: &[Arc<Snapshot>]) -> String {
    snapshots.iter().map(|s| format!("{} {}", s.dataset, s.generation)).collect::<Vec<_>>().join(", ")
}

/// How many segments the report's snapshots hold.
fn segments(measured: &Measured) -> usize {
    measured.snapshots.iter().map(|s| s.segments.len()).sum()
}
