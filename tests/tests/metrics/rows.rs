//! Rows of the sources under our own field names, and the question that is asked of them.

use serde_json::{Map, Value, json};
use sitrep_tests::TestTenant;
use sitrep_tests::data::read_ndjson;

/// Sends rows to a dataset in bodies below the limit; all must be accepted.
pub(crate) async fn send(tenant: &TestTenant<'_>, dataset: &str, rows: &[Value]) {
    for chunk in rows.chunks(2_000) {
        let path = format!("/api/v1/datasets/{dataset}/records");
        let answer = tenant.post(&path, Value::from(chunk)).await.expect(200);
        assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(chunk.len()), &json!(0)), "{answer}");
    }
}

/// Asks `POST /query` and gives the whole answer.
pub(crate) async fn ask(tenant: &TestTenant<'_>, body: Value) -> Value {
    tenant.post("/api/v1/query", body).await.expect(200)
}

/// Asks `POST /query` and gives the rows by column.
pub(crate) async fn ask_rows(tenant: &TestTenant<'_>, body: Value) -> Vec<Map<String, Value>> {
    let answer = ask(tenant, body).await;
    let columns: Vec<&str> = list(&answer["columns"]).iter().map(text).collect();
    let row = |row: &Value| {
        let names = columns.iter().map(|name| (*name).to_owned());
        names.zip(list(row).iter().cloned()).collect()
    };
    list(&answer["rows"]).iter().map(row).collect()
}

pub(crate) fn list(json: &Value) -> &[Value] {
    json.as_array().unwrap_or_else(|| panic!("{json} is no list"))
}

pub(crate) fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_else(|| panic!("{json} is no text"))
}

pub(crate) fn detections() -> Vec<Value> {
    let row = |row: &Value| {
        json!({"id": row["rule_id"], "created_at": format!("{}T00:00:00Z", text(&row["date"])),
            "title": row["title"], "status": row["status"], "level": row["level"], "source": row["source"],
            "techniques": row["techniques"], "tactics": row["tactics"]})
    };
    read_ndjson("sigma/detections.ndjson.gz").iter().map(row).collect()
}

pub(crate) fn checks() -> Vec<Value> {
    let row = |row: &Value| {
        json!({"id": row["check_id"], "created_at": row["observed_at"], "connector": row["target"],
            "status": row["status"], "latency_ms": row["latency_ms"], "http_code": row["http_code"]})
    };
    read_ndjson("upptime/connector_checks.ndjson.gz").iter().map(row).collect()
}

/// Commits as changes. A revert stands for a failed change, as the expected results count them.
pub(crate) fn changes() -> Vec<Value> {
    let row = |row: &Value| {
        json!({"id": row["sha"], "created_at": row["authored_at"], "updated_at": row["committed_at"],
            "deployed_at": row["released_at"], "title": row["subject"], "author": row["author_id"], "service": row["repo"],
            "release": row["released_in"], "failed": row["is_revert"]})
    };
    read_ndjson("changes/change_commits.ndjson.gz").iter().map(row).collect()
}

/// Commits as changes that are live at once and restored by the commit that reverts them.
pub(crate) fn reverted_changes() -> Vec<Value> {
    let commits = read_ndjson("changes/change_commits.ndjson.gz");
    let reverter = |sha: &Value| commits.iter().find(|commit| list(&commit["reverts"]).contains(sha));
    let row = |row: &Value| {
        let restored = reverter(&row["sha"]).map(|revert| &revert["committed_at"]);
        json!({"id": row["sha"], "created_at": row["authored_at"], "deployed_at": row["committed_at"],
            "failed": restored.is_some(), "restored_at": restored})
    };
    commits.iter().map(row).collect()
}

/// Runs of agents, which the source gives no time.
pub(crate) fn agent_runs() -> Vec<Value> {
    let row = |row: &Value| {
        let status = if row["outcome"] == "success" { "completed" } else { "failed" };
        json!({"id": row["run_id"], "agent_name": row["agent"], "status": status, "custom": {"trial": row["trial"]}})
    };
    read_ndjson("tau-bench/agent_runs.ndjson.gz").iter().map(row).collect()
}

/// Steps of agents.
pub(crate) fn agent_steps() -> Vec<Value> {
    let row = |row: &Value| {
        json!({"id": format!("{}/{}", text(&row["run_id"]), row["step"]),
            "custom": {"role": row["role"], "error": row["is_error"]}})
    };
    read_ndjson("tau-bench/agent_steps.ndjson.gz").iter().map(row).collect()
}

/// Requirements; ids are not unique in a framework, so the place in the file is part of ours.
pub(crate) fn requirements() -> Vec<Value> {
    let row = |(place, row): (usize, &Value)| {
        json!({"id": format!("{place}/{}", text(&row["requirement_id"])), "framework": row["framework_file"],
            "automated": row["automated"]})
    };
    read_ndjson("prowler/compliance_requirements.ndjson.gz").iter().enumerate().map(row).collect()
}
