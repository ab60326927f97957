//! Objects by bucket and key in SQLite, in a file or in memory.
//!
//! A key is an opaque string: `t/a/../b/x` names itself and nothing else.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS object (
        bucket TEXT, key TEXT, about TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (bucket, key)
    );
    CREATE TABLE IF NOT EXISTS upload (
        id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT, key TEXT, about TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS part (
        upload INTEGER, number INTEGER, etag TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (upload, number)
    );
";

/// What is known of an object besides its bytes, as JSON in one column.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct About {
    pub(super) etag: String,
    pub(super) modified_s: i64,
    pub(super) size: u64,
    pub(super) content_type: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) metadata: Vec<(String, String)>,
}

/// Every object of every bucket.
pub(super) struct Objects(Mutex<Connection>);

impl Objects {
    pub(super) fn open(file: Option<&Path>) -> rusqlite::Result<Self> {
        let connection = match file {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Puts an object; with `only_if_absent`, tells whether the key was free.
    pub(super) fn put(
        &self,
        bucket: &str,
        key: &str,
        about: &About,
        body: &[u8],
        only_if_absent: bool,
    ) -> rusqlite::Result<bool> {
        let sql = if only_if_absent {
            "INSERT OR IGNORE INTO object (bucket, key, about, body) VALUES (?1, ?2, ?3, ?4)"
        } else {
            "INSERT OR REPLACE INTO object (bucket, key, about, body) VALUES (?1, ?2, ?3, ?4)"
        };
        let about = serde_json::to_string(about).expect("strings and numbers are JSON");
        let rows = self.lock().prepare_cached(sql)?.execute(params![bucket, key, about, body])?;
        Ok(rows == 1)
    }

    /// What is known of an object.
    pub(super) fn about(&self, bucket: &str, key: &str) -> rusqlite::Result<Option<About>> {
        let text: Option<String> = self
            .lock()
            .prepare_cached("SELECT about FROM object WHERE bucket = ?1 AND key = ?2")?
            .query_row([bucket, key], |row| row.get(0))
            .optional()?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The bytes of an object from `start` on, at most `length` of them, as long as it has that tag.
    pub(super) fn body(
        &self,
        bucket: &str,
        key: &str,
        etag: &str,
        start: u64,
        length: u64,
    ) -> rusqlite::Result<Option<Bytes>> {
        self.lock()
            .prepare_cached(
                "SELECT substr(body, ?3, ?4) FROM object
                 WHERE bucket = ?1 AND key = ?2 AND about ->> '$.etag' = ?5",
            )?
            .query_row(params![bucket, key, start + 1, length, etag], |row| row.get::<_, Vec<u8>>(0))
            .optional()
            .map(|body| body.map(Bytes::from))
    }

    /// Deletes an object, if it is there.
    pub(super) fn delete(&self, bucket: &str, key: &str) -> rusqlite::Result<()> {
        let sql = "DELETE FROM object WHERE bucket = ?1 AND key = ?2";
        self.lock().prepare_cached(sql)?.execute([bucket, key]).map(drop)
    }

    /// At most `limit` keys that begin with `prefix` and come after `after`, in byte order.
    pub(super) fn list(
        &self,
        bucket: &str,
        prefix: &str,
        after: &str,
        limit: usize,
    ) -> rusqlite::Result<Vec<(String, About)>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "SELECT key, about FROM object
             WHERE bucket = ?1 AND key > ?2 AND key >= ?3 AND substr(key, 1, length(?3)) = ?3 ORDER BY key LIMIT ?4",
        )?;
        let rows = query.query_map(params![bucket, after, prefix, limit], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| row.map(|(key, about)| (key, serde_json::from_str(&about).unwrap_or_default())))
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
