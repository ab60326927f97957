//! Uploads in parts: what was sent of an object that cannot be seen yet.
//!
//! As S3 does, it takes parts in any order and again, refuses to complete with parts that it does not have or that are
//! too small, and forgets everything of an upload that is aborted.

use rusqlite::{OptionalExtension as _, params};

use super::objects::{About, Objects};

/// Smallest part but the last, in bytes.
const MIN_PART_BYTES: u64 = 5 << 20;

/// Why an upload is not completed.
pub(super) enum Refused {
    /// There is none of that id, bucket and key.
    NoSuchUpload,
    /// A part is named that was not sent, or they are not in order.
    InvalidPart,
    /// A part other than the last is too small.
    TooSmall,
    /// The database failed.
    Broken(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error)
    }
}

impl Objects {
    /// Begins an upload; gives its id.
    pub(super) fn begin_upload(&self, bucket: &str, key: &str, about: &About) -> rusqlite::Result<String> {
        let about = serde_json::to_string(about).expect("strings and numbers are JSON");
        let connection = self.lock();
        let sql = "INSERT INTO upload (bucket, key, about) VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute(params![bucket, key, about])?;
        Ok(connection.last_insert_rowid().to_string())
    }

    /// What is known of the object of an upload.
    pub(super) fn upload(&self, id: &str, bucket: &str, key: &str) -> rusqlite::Result<Option<About>> {
        let sql = "SELECT about FROM upload WHERE id = ?1 AND bucket = ?2 AND key = ?3";
        let connection = self.lock();
        let text: Option<String> =
            connection.prepare_cached(sql)?.query_row([id, bucket, key], |row| row.get(0)).optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps a part; one of the same number is replaced.
    pub(super) fn put_part(&self, id: &str, number: i32, etag: &str, body: &[u8]) -> rusqlite::Result<()> {
        let sql = "INSERT OR REPLACE INTO part (upload, number, etag, body) VALUES (?1, ?2, ?3, ?4)";
        self.lock().prepare_cached(sql)?.execute(params![id, number, etag, body]).map(drop)
    }

    /// The bytes of the named parts, one after the other.
    pub(super) fn join_parts(&self, id: &str, parts: &[(i32, String)]) -> Result<Vec<u8>, Refused> {
        if parts.is_empty() || !parts.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(Refused::InvalidPart);
        }
        let connection = self.lock();
        let sql = "SELECT body FROM part WHERE upload = ?1 AND number = ?2 AND etag = ?3";
        let mut query = connection.prepare_cached(sql)?;
        let mut bytes: Vec<u8> = Vec::new();
        for (i, (number, etag)) in parts.iter().enumerate() {
            let body: Option<Vec<u8>> =
                query.query_row(params![id, number, etag], |row| row.get(0)).optional()?;
            let body = body.ok_or(Refused::InvalidPart)?;
            if (body.len() as u64) < MIN_PART_BYTES && i + 1 < parts.len() {
                return Err(Refused::TooSmall);
            }
            bytes.extend_from_slice(&body);
        }
        Ok(bytes)
    }

    /// Forgets an upload and its parts.
    pub(super) fn end_upload(&self, id: &str) -> rusqlite::Result<()> {
        let connection = self.lock();
        connection.prepare_cached("DELETE FROM part WHERE upload = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM upload WHERE id = ?1")?.execute([id]).map(drop)
    }
}
