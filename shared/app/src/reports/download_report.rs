//! Files of a report: in the answer when they are small, by a link that lives a minute when they are not.

use bytes::Bytes;
use sitrep_aws::objects::Bucket;
use sitrep_domain::access::Permission;
use sitrep_domain::document::Format;
use sitrep_domain::ids::ReportId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::run::{Artifact, Run, RunStatus};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::text::file_stem;

use crate::error::AppError;
use crate::services::{Services, require};

/// A file of a report.
#[derive(Clone, Debug)]
pub enum Download {
    /// The file itself.
    Inline(Inline),
    /// Where it can be fetched for a minute.
    Redirect(String),
}

/// A file in the answer.
#[derive(Clone, Debug)]
pub struct Inline {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its media type.
    pub content_type: String,
    /// Its name.
    pub file_name: String,
}

/// Largest file in an answer, in bytes.
pub(crate) const MAX_INLINE: u64 = 4 << 20;

/// A file of a completed report. `redirect` asks for a link whatever the size.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`]; [`AppError::Invalid`] for a format that the report does not have;
/// [`AppError::Conflict`] while there are no files; [`AppError::Gone`] once they were purged; [`AppError::Unavailable`].
pub async fn download_report(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
    format: impl FnOnce() -> Result<Format, AppError>,
    redirect: bool,
) -> Result<Download, AppError> {
    require(scope, Permission::Download)?;
    fetch(services, scope, id, format, redirect).await
}

/// The page of a completed report, for reading; whoever may read reports may see it.
///
/// # Errors
///
/// As [`download_report`].
pub async fn view_report(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<Download, AppError> {
    require(scope, Permission::ReadReports)?;
    fetch(services, scope, id, || Ok(Format::Html), false).await
}

async fn fetch(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
    format: impl FnOnce() -> Result<Format, AppError>,
    redirect: bool,
) -> Result<Download, AppError> {
    let run = services.get::<Run>(scope, &id).await?.value;
    let artifact = find_artifact(&run, format()?)?;
    let audit = services.audit(scope, "artifact.downloaded", format!("report/{id}"));
    services.record(scope, audit.with("sha256", artifact.sha256.as_str())).await?;
    fetch_artifact(services, scope, artifact, file_name(&run, artifact), redirect).await
}

/// A file in the answer, or a link to it when it is large or `redirect` asks for one.
pub(crate) async fn fetch_artifact(
    services: &Services,
    scope: &TenantScope,
    artifact: &Artifact,
    file_name: String,
    redirect: bool,
) -> Result<Download, AppError> {
    if redirect || artifact.size_bytes > MAX_INLINE {
        let link =
            services.objects.presign_download(scope, &artifact.key, &artifact.content_type, &file_name);
        return Ok(Download::Redirect(link.await?));
    }
    let bytes = services.objects.get(scope, Bucket::Artifacts, &artifact.key).await?;
    Ok(Download::Inline(Inline { bytes, content_type: artifact.content_type.clone(), file_name }))
}

/// The manifest of a completed report, as stored.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] while there is none, [`AppError::Unavailable`].
pub async fn get_manifest(services: &Services, scope: &TenantScope, id: ReportId) -> Result<Bytes, AppError> {
    require(scope, Permission::ReadReports)?;
    let run = services.get::<Run>(scope, &id).await?.value;
    let key = run.manifest_key.as_ref().ok_or_else(|| not_ready(&run))?;
    Ok(services.objects.get(scope, Bucket::Artifacts, key).await?)
}

/// The artifact of that format.
pub(crate) fn find_artifact(run: &Run, format: Format) -> Result<&Artifact, AppError> {
    if run.status != RunStatus::Completed {
        return Err(not_ready(run));
    }
    if let Some(at) = run.purged_at {
        return Err(AppError::Gone { detail: format!("the files of this report were removed on {at}") });
    }
    run.artifacts.iter().find(|artifact| artifact.format == format).ok_or_else(|| {
        let has: Vec<&str> = run.artifacts.iter().map(|a| a.format.as_str()).collect();
        Invalid::field("format", "unavailable_format", format!("this report comes as {}", has.join(", ")))
            .into()
    })
}

fn not_ready(run: &Run) -> AppError {
    let detail = format!("the report is {}; it has files once it is completed", run.status.as_str());
    AppError::conflict("not_completed", detail)
}

/// Name of an artifact's file: the report's name and the day it was made.
pub(crate) fn file_name(run: &Run, artifact: &Artifact) -> String {
    let day = run.generated_at.unwrap_or(run.created_at).strftime("%Y%m%d");
    format!("{}_{day}.{}", file_stem(&run.input.name), artifact.extension)
}
