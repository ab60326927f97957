//! Opening links. Looking changes nothing; asking for a file counts a view and gives an address that lives a minute.
//!
//! Unknown, expired, revoked and foreign links are one and the same to the outside, and different rows in the audit.

use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::document::Format;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::run::{Artifact, Run, RunStatus};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::{Share, ShareState};
use sitrep_domain::tenant::Tenant;

use crate::error::AppError;
use crate::reports::file_name;
use crate::services::Services;

/// What a link's page shows.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The tenant.
    pub tenant: Tenant,
    /// The report.
    pub run: Run,
    /// The link.
    pub share: Share,
    /// The files that it gives.
    pub artifacts: Vec<Artifact>,
}

const UNKNOWN: AppError = AppError::NotFound { what: "link" };

/// What a link opens. Nothing changes by looking.
///
/// # Errors
///
/// [`AppError::NotFound`] for every link that does not work; [`AppError::Unavailable`].
pub async fn open_share(services: &Services, token: &str, request_id: &str) -> Result<Opened, AppError> {
    Ok(find_row(services, token, request_id).await?.1)
}

/// Counts a view and gives the address of a file, which lives a minute. `format` is asked once the link is known to
/// work, and may be none when there is one file.
///
/// # Errors
///
/// [`AppError::NotFound`] for every link that does not work; [`AppError::Invalid`] naming `format`;
/// [`AppError::Unavailable`].
pub async fn redeem_share(
    services: &Services,
    token: &str,
    format: impl Fn() -> Result<Option<Format>, AppError>,
    request_id: &str,
) -> Result<String, AppError> {
    loop {
        let (scope, opened, mut share) = find_row(services, token, request_id).await?;
        let artifact = choose(&opened, format()?)?.clone();
        let now = services.now();
        share.value.views += 1;
        share.value.downloads += 1;
        share.value.last_viewed_at = Some(now);
        let audit = services
            .audit(&scope, "share.viewed", format!("share/{}", share.value.id))
            .with("sha256", artifact.sha256.as_str());
        match services.store.change(&scope, audit).replace(&share).commit().await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => continue, // Another view was counted: look again.
            Err(error) => return Err(error.into()),
        }
        let name = file_name(&opened.run, &artifact);
        return Ok(services
            .objects
            .presign_download(&scope, &artifact.key, &artifact.content_type, &name)
            .await?);
    }
}

fn choose(opened: &Opened, format: Option<Format>) -> Result<&Artifact, AppError> {
    let has: Vec<&str> = opened.artifacts.iter().map(|a| a.format.as_str()).collect();
    let refuse = |code| Invalid::field("format", code, format!("choose one of {}", has.join(", ")));
    match (format, opened.artifacts.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(refuse("missing").into()),
        (Some(format), artifacts) => {
            Ok(artifacts.iter().find(|a| a.format == format).ok_or_else(|| refuse("unavailable_format"))?)
        }
    }
}

async fn find_row(
    services: &Services,
    token: &str,
    request_id: &str,
) -> Result<(TenantScope, Opened, Stored<Share>), AppError> {
    let well_formed =
        token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !well_formed {
        return Err(UNKNOWN);
    }
    let token_sha256 = sha256_hex(token.as_bytes());
    let Some(pointer) = services.store.find_token(&token_sha256).await? else { return Err(UNKNOWN) };
    let Some((scope, tenant)) = services.open_job(&pointer.tenant, "share", request_id).await? else {
        return Err(UNKNOWN);
    };
    let share = services.store.find::<Share>(&scope, &pointer.id).await?.ok_or(UNKNOWN)?;
    let state = share.value.state(services.now());
    if share.value.token_sha256 != token_sha256 || state != ShareState::Active {
        return refuse(services, &scope, &share.value, &format!("{state:?}").to_lowercase()).await;
    }
    let run = services.store.find::<Run>(&scope, &share.value.run).await?;
    let Some(run) =
        run.filter(|run| run.value.status == RunStatus::Completed && run.value.purged_at.is_none())
    else {
        return refuse(services, &scope, &share.value, "report_gone").await;
    };
    let given = |a: &&Artifact| share.value.formats.contains(&a.format);
    let artifacts = run.value.artifacts.iter().filter(given).cloned().collect();
    Ok((scope, Opened { tenant, run: run.value, share: share.value.clone(), artifacts }, share))
}

async fn refuse<T>(
    services: &Services,
    scope: &TenantScope,
    share: &Share,
    why: &str,
) -> Result<T, AppError> {
    let audit = services.audit(scope, "share.refused", format!("share/{}", share.id)).outcome(why);
    services.record(scope, audit).await?;
    Err(UNKNOWN)
}
