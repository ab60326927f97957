//! New links as their makers see them: the one time that the URL is shown.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_app::shares::NewShare;
use sitrep_domain::ids::ShareId;

/// Links that were made.
#[derive(Serialize)]
pub(crate) struct NewSharesView<'a> {
    shares: Vec<NewShareView<'a>>,
}

#[derive(Serialize)]
struct NewShareView<'a> {
    share_id: ShareId,
    recipient: &'a str,
    url: &'a str,
    expires_at: Timestamp,
}

impl<'a> From<&'a [NewShare]> for NewSharesView<'a> {
    fn from(shares: &'a [NewShare]) -> Self {
        let view = |share: &'a NewShare| NewShareView {
            share_id: share.id,
            recipient: share.recipient.as_str(),
            url: &share.url,
            expires_at: share.expires_at,
        };
        Self { shares: shares.iter().map(view).collect() }
    }
}
