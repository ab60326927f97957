//! What became of links: of a report, or those made for the caller.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf, Page};
use sitrep_domain::access::Permission;
use sitrep_domain::document::Format;
use sitrep_domain::email::Email;
use sitrep_domain::ids::{ReportId, ShareId};
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::{Share, ShareState};

use crate::error::AppError;
use crate::services::{Services, require};

/// How the links of a report are used.
#[derive(Clone, Debug, Serialize)]
pub struct ShareStats {
    /// Links that people made.
    pub total: usize,
    /// Of these, those that work.
    pub active: usize,
    /// Of these, those that somebody ended.
    pub revoked: usize,
    /// Of these, those whose time is over.
    pub expired: usize,
    /// Times they were opened for a file.
    pub views: u64,
    /// Addresses of files given out.
    pub downloads: u64,
    /// When one was opened last.
    pub last_viewed_at: Option<Timestamp>,
    /// Links that went out with mail of the report itself; not among the numbers above.
    pub delivery_links: usize,
    /// The links that people made.
    pub shares: Vec<ShareView>,
}

/// A link as its makers see it: without the token.
#[derive(Clone, Debug, Serialize)]
pub struct ShareView {
    /// Its id.
    pub share_id: ShareId,
    /// The report.
    pub report_id: ReportId,
    /// Whom it is for.
    pub recipient: Email,
    /// How it stands.
    pub state: ShareState,
    /// Formats it gives.
    pub formats: Vec<Format>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// Times it was opened for a file.
    pub views: u64,
    /// Addresses of files given out.
    pub downloads: u64,
    /// When it was opened last.
    pub last_viewed_at: Option<Timestamp>,
}

fn view(share: &Share, now: Timestamp) -> ShareView {
    ShareView {
        share_id: share.id,
        report_id: share.run,
        recipient: share.recipient.clone(),
        state: share.state(now),
        formats: share.formats.clone(),
        expires_at: share.expires_at,
        created_at: share.created_at,
        created_by: share.created_by.clone(),
        views: share.views,
        downloads: share.downloads,
        last_viewed_at: share.last_viewed_at,
    }
}

/// How the links of a report are used.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn share_stats(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<ShareStats, AppError> {
    require(scope, Permission::Share)?;
    services.get::<Run>(scope, &id).await?;
    let list = ListOf::newest_first(Index::Gsi1, keys::shares_by_run(scope.tenant(), id));
    let rows: Vec<Stored<Share>> = services.store.list_all(scope, &list).await?;
    let now = services.now();
    let (by_mail, by_people): (Vec<_>, Vec<_>) =
        rows.iter().map(|r| &r.value).partition(|s| s.delivery.is_some());
    let count = |state| by_people.iter().filter(|s| s.state(now) == state).count();
    Ok(ShareStats {
        total: by_people.len(),
        active: count(ShareState::Active),
        revoked: count(ShareState::Revoked),
        expired: count(ShareState::Expired),
        views: by_people.iter().map(|s| s.views).sum(),
        downloads: by_people.iter().map(|s| s.downloads).sum(),
        last_viewed_at: by_people.iter().filter_map(|s| s.last_viewed_at).max(),
        delivery_links: by_mail.len(),
        shares: by_people.iter().map(|s| view(s, now)).collect(),
    })
}

/// What was shared with the caller's own address, newest first.
///
/// # Errors
///
/// [`AppError::Invalid`] for a bad cursor, [`AppError::Unavailable`].
pub async fn list_shared(
    services: &Services,
    scope: &TenantScope,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<ShareView>, AppError> {
    require(scope, Permission::ReadReports)?;
    let email = Email::new(scope.actor_name())?;
    let hash = services.hash_address(&email);
    let list = ListOf::newest_first(Index::Gsi2, keys::shares_by_recipient(scope.tenant(), &hash));
    let page = services.store.list(scope, &list, limit, cursor, |s: &Share| s.delivery.is_none()).await?;
    let now = services.now();
    Ok(Page {
        items: page.items.iter().map(|s| view(&s.value, now)).collect(),
        next_cursor: page.next_cursor,
    })
}
