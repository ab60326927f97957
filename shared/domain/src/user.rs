//! Users: people who sign in to one tenant.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::email::Email;
use crate::ids::{TenantId, UserId};
use crate::invalid::Invalid;

/// A user. The password's hash is a row's secret and never leaves the store's side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Whose user it is.
    pub tenant: TenantId,
    /// Address, and name to sign in with; unique in the deployment.
    pub email: Email,
    /// What the user may do.
    pub role: Role,
    /// Counts changes that end sessions: a token of an older version is refused.
    pub ver: u32,
    /// Argon2id hash of the password, in PHC form.
    pub password_hash: String,
    /// When the user was made.
    pub created_at: Timestamp,
}

/// Shortest password, in characters (NIST SP 800-63B asks for 8; single-factor access to audits deserves more).
pub const MIN_PASSWORD: usize = 12;
/// Longest password, in bytes, so that hashing cannot be made to cost.
pub const MAX_PASSWORD: usize = 256;

/// Checks a new password.
///
/// # Errors
///
/// [`Invalid`] naming `password`.
pub fn check_password(password: &str) -> Result<(), Invalid> {
    if password.chars().count() >= MIN_PASSWORD && password.len() <= MAX_PASSWORD {
        return Ok(());
    }
    let detail =
        format!("a password has at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes");
    Err(Invalid::field("password", "bad_length", detail))
}
