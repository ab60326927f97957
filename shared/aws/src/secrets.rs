//! Keys of the deployment, from SSM Parameter Store: nothing secret is in the environment.

use crate::clients::Clients;
use crate::cursor::CursorKey;
use crate::error::StoreError;

/// The keys of the deployment.
#[derive(Clone)]
pub struct Secrets {
    /// Signs access tokens (HS256).
    pub token_key: Vec<u8>,
    /// Hashes login names and recipients' addresses in keys.
    pub hash_key: Vec<u8>,
    /// Signs cursors of lists.
    pub cursor_key: CursorKey,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// Shortest key, in bytes: what HS256 asks for.
const MIN_BYTES: usize = 32;

/// Loads the keys `<prefix>/token-key`, `<prefix>/hash-key` and `<prefix>/cursor-key`.
///
/// # Errors
///
/// [`StoreError::Unavailable`], or [`StoreError::Corrupt`] when a key is shorter than 32 bytes.
pub async fn load_secrets(clients: &Clients, prefix: &str) -> Result<Secrets, StoreError> {
    let load = async |name: &str| {
        let request = clients.ssm.get_parameter().name(format!("{prefix}/{name}")).with_decryption(true);
        let answer = request.send().await.map_err(|e| StoreError::unavailable("the parameter store", e))?;
        let value = answer.parameter.and_then(|p| p.value).unwrap_or_default().into_bytes();
        if value.len() < MIN_BYTES {
            let detail = format!("{prefix}/{name} has {} bytes, {MIN_BYTES} are needed", value.len());
            return Err(StoreError::Corrupt { what: "a key of the deployment", detail });
        }
        Ok(value)
    };
    Ok(Secrets {
        token_key: load("token-key").await?,
        hash_key: load("hash-key").await?,
        cursor_key: CursorKey::new(load("cursor-key").await?),
    })
}
