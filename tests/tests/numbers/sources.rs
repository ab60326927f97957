//! Real files in the form that their sources have, sent through a mapping of the tenant's own.

use serde_json::Value;
use sitrep_tests::TestTenant;
use sitrep_tests::data::{gzip, read_ndjson};

/// A file of `tests/data`, and where its rows go.
pub(crate) struct Source {
    /// Folder and file, without ending: the mapping lies beside it.
    pub(crate) folder: &'static str,
    pub(crate) file: &'static str,
    /// Its mapping, where several files have one.
    pub(crate) mapping: &'static str,
    pub(crate) dataset: &'static str,
    /// First and last days of its events, in parts of ten years at most; none for what has no time.
    pub(crate) windows: &'static [[&'static str; 2]],
    /// Rows of one body.
    pub(crate) batch: usize,
}

impl Source {
    pub(crate) const fn new(folder: &'static str, file: &'static str, dataset: &'static str) -> Self {
        Self { folder, file, mapping: file, dataset, windows: &[], batch: 90_000 }
    }

    pub(crate) const fn between(mut self, windows: &'static [[&'static str; 2]]) -> Self {
        self.windows = windows;
        self
    }

    /// Small bodies, so that the line of every rejected row is told.
    pub(crate) const fn in_batches_of(mut self, rows: usize) -> Self {
        self.batch = rows;
        self
    }

    pub(crate) fn rows(&self) -> Vec<Value> {
        read_ndjson(&format!("{}/{}.ndjson.gz", self.folder, self.file))
    }
}

/// What became of a file.
pub(crate) struct Sent {
    pub(crate) accepted: usize,
    /// Each row that was rejected, with the field and the rule.
    pub(crate) rejected: Vec<(Value, String, String)>,
}

/// Puts the source's mapping and sends its rows through it, as an analyst would.
pub(crate) async fn send(tenant: &TestTenant<'_>, source: &Source) -> Sent {
    send_rows(tenant, source, source.rows()).await
}

pub(crate) async fn send_rows(tenant: &TestTenant<'_>, source: &Source, rows: Vec<Value>) -> Sent {
    let file = format!("{}/mapping.{}.json", source.folder, source.mapping);
    tenant.put_mapping(source.dataset, source.mapping, &file).await;
    send_through(tenant, source.dataset, source.mapping, rows, source.batch).await
}

pub(crate) async fn send_through(
    tenant: &TestTenant<'_>,
    dataset: &str,
    mapping: &str,
    rows: Vec<Value>,
    batch: usize,
) -> Sent {
    let mut sent = Sent { accepted: 0, rejected: Vec::new() };
    let path = format!("/api/v1/datasets/{dataset}/records?mapping={mapping}");
    let headers = [("content-type", "application/x-ndjson"), ("content-encoding", "gzip")];
    for rows in rows.chunks(batch) {
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        let body = gzip(lines.join("\n").as_bytes());
        let answer = tenant.send_as("analyst", "POST", &path, &headers, body).await;
        assert!(matches!(answer.status, 200 | 400), "{}", answer.text());
        let answer = answer.json();
        sent.accepted += count_of(&answer["accepted"]);
        let errors = answer["errors"].as_array().expect("errors are a list");
        let mut lines: Vec<usize> = Vec::new();
        for error in errors {
            let line = count_of(&error["line"]);
            if lines.last() != Some(&line) {
                lines.push(line);
                let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
                sent.rejected.push((rows[line - 1].clone(), text("field"), text("code")));
            }
        }
        assert_eq!(count_of(&answer["rejected"]), lines.len(), "{answer}");
    }
    sent
}

fn count_of(number: &Value) -> usize {
    number.as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_else(|| panic!("{number} is no count"))
}
