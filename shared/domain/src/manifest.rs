//! Manifests: what a run read, did and produced, so that it can be checked and repeated.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::ReportId;
use crate::report_data::MetricFigure;
use crate::run::{Artifact, RunInput};
use crate::snapshot::Snapshot;

/// What a run read, did and produced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name and version of this form.
    pub schema: String,
    /// The run whose id the documents carry (of a reproduction: the original's).
    pub report_id: ReportId,
    /// Everything that decided what was made.
    pub input: RunInput,
    /// SHA-256 of the input's canonical JSON.
    pub input_hash: String,
    /// Of each dataset every segment that could be read.
    pub snapshots: Vec<Snapshot>,
    /// Rows that were read.
    pub rows_read: u64,
    /// The metrics' values.
    pub metrics: BTreeMap<String, MetricFigure>,
    /// What was hidden, and why; empty without a redaction policy.
    pub redactions: Vec<String>,
    /// Version of the renderer.
    pub renderer_version: String,
    /// When the documents say they were made.
    pub generated_at: Timestamp,
    /// The files.
    pub artifacts: Vec<Artifact>,
}

impl Manifest {
    /// Name and version of the current form.
    pub const SCHEMA: &'static str = "sitrep.manifest/1";
}
