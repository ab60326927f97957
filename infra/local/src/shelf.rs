//! What the small emulators must not forget: named JSON values in one SQLite file, written through at every change.
//!
//! Without a data directory nothing is kept, and every write is free. A value that was put is there after the process
//! was killed: SQLite's write-ahead log survives anything but the loss of the machine.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS shelf (kind TEXT, name TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
";

/// Where the emulators keep their state. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Shelf(Option<Arc<Mutex<Connection>>>);

impl Shelf {
    /// A shelf that keeps nothing.
    #[must_use]
    pub(crate) fn forgetful() -> Self {
        Self(None)
    }

    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// Whatever SQLite says when the file cannot be opened or is not a database.
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Some(Arc::new(Mutex::new(connection)))))
    }

    /// Every value of a kind, by name. One that cannot be read is told to the log and left out.
    #[must_use]
    pub(crate) fn load<T: DeserializeOwned>(&self, kind: &str) -> Vec<(String, T)> {
        let Some(connection) = self.lock() else { return Vec::new() };
        let rows = told(read_kind(&connection, kind)).unwrap_or_default();
        rows.into_iter()
            .filter_map(|(name, value)| told(serde_json::from_str(&value)).map(|value| (name, value)))
            .collect()
    }

    /// Keeps a value under its kind and name. A write that fails is told to the log: the value lives on in memory.
    pub(crate) fn put<T: Serialize>(&self, kind: &str, name: &str, value: &T) {
        const PUT: &str = "INSERT OR REPLACE INTO shelf (kind, name, value) VALUES (?1, ?2, ?3)";
        let Some(connection) = self.lock() else { return };
        let value = serde_json::to_string(value).expect("the emulators' states are plain JSON");
        told(connection.prepare_cached(PUT).and_then(|mut put| put.execute([kind, name, &value])));
    }

    /// Forgets a value.
    pub(crate) fn remove(&self, kind: &str, name: &str) {
        const REMOVE: &str = "DELETE FROM shelf WHERE kind = ?1 AND name = ?2";
        let Some(connection) = self.lock() else { return };
        told(connection.prepare_cached(REMOVE).and_then(|mut remove| remove.execute([kind, name])));
    }

    fn lock(&self) -> Option<MutexGuard<'_, Connection>> {
        self.0.as_ref().map(|connection| connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn read_kind(connection: &Connection, kind: &str) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare_cached("SELECT name, value FROM shelf WHERE kind = ?1 ORDER BY name")?
        .query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn told<T, E: std::fmt::Display>(result: Result<T, E>) -> Option<T> {
    result.inspect_err(|error| tracing::error!(%error, "the stack's state file failed")).ok()
}
