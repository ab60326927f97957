//! Records for tests: the real ones of the repository, and plain ones made up on the spot.

use std::io::Read as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::mapping::Mapping;

/// Path of a file below `tests/data`.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// A file below `tests/data`.
///
/// # Panics
///
/// When it is not there.
#[must_use]
pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The mapping of a file below `tests/data`.
///
/// # Panics
///
/// When it is not one.
#[must_use]
pub fn mapping(dataset: DatasetId, file: &str) -> Mapping {
    let mut mapping: Value = serde_json::from_slice(&read(file)).expect("a mapping is JSON");
    mapping["name"] = "of_a_file".into();
    mapping["dataset"] = dataset.as_str().into();
    serde_json::from_value(mapping).expect("a mapping")
}

/// The lines of a gzip-encoded NDJSON file.
///
/// # Panics
///
/// When it is not one.
#[must_use]
pub fn read_ndjson(name: &str) -> Vec<Value> {
    let bytes = read(name);
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("the file is gzip");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

/// Bytes that are written as Base64; nothing when the text is none.
#[must_use]
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok()
}

/// Expected results.
///
/// # Panics
///
/// When they are not JSON.
#[must_use]
pub fn expected(source: &str) -> Value {
    serde_json::from_slice(&read(&format!("{source}/expected.json"))).expect("expected results are JSON")
}

/// Bytes, gzip-encoded.
///
/// # Panics
///
/// Never: writing to memory does not fail.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// An incident of that id and time, resolved two hours later.
#[must_use]
pub fn incident(id: &str, created_at: &str, severity: &str) -> Value {
    let created: jiff::Timestamp = created_at.parse().expect("an instant");
    let resolved = created + jiff::SignedDuration::from_hours(2);
    json!({"id": id, "created_at": created_at, "severity": severity, "resolved_at": resolved.to_string(),
        "team": "blue", "resolved_by": "ann", "sla_met": true})
}
