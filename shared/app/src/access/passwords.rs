//! Password hashes: Argon2id in PHC form, with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).
//!
//! Hashing runs on a blocking thread: it takes some tens of milliseconds and must not hold up other requests.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use crate::clock::IdSource;
use crate::error::AppError;

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1_024, 2, 1, None).expect("the parameters are within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password that passed its checks.
pub(crate) async fn hash_password(ids: &dyn IdSource, password: &str) -> Result<String, AppError> {
    let mut salt = [0_u8; 16];
    ids.fill(&mut salt);
    let password = password.to_owned();
    let work = move || {
        let hash = hasher().hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash: PasswordHash| hash.to_string()).map_err(|e| e.to_string())
    };
    tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?.map_err(AppError::internal)
}

/// Whether the password is the one that was hashed. Without a hash the same work is done, and the answer is no, so
/// that the time taken does not tell whether a user exists.
pub(crate) async fn verify_password(hash: Option<String>, password: &str) -> Result<bool, AppError> {
    let password = password.to_owned();
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    let work = move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
    };
    let fits = tokio::task::spawn_blocking(work).await.map_err(AppError::internal)?;
    Ok(fits && known)
}

/// A hash that no password is checked against in earnest.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2l0cmVwLW5vYm9keQ$q0m1m5XkqgCq3RkN5b8m6r0Wk2cX9mJm0b2nQf0hXyE";
