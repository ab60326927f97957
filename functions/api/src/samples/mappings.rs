//! Mappings: as a caller sends one, as it is shown, and what it makes of rows.

use serde_json::{Value, json};
use sitrep_app::data::RowError;
use sitrep_app::mappings::{MappedRow, MappingTest, MappingView, Origin};

use super::at;

pub(crate) fn mapping_body() -> Value {
    json!({
        "fields": {
            "id": {"from": "key"},
            "created_at": {"from": "opened", "format": "%d/%m/%Y %H:%M", "timezone": "Europe/Berlin"},
            "severity": {"from": "prio", "enum": {"P1": "critical", "P2": "high"}, "otherwise": null},
            "status": {"from": "state"},
            "source": {"constant": "helpdesk"}
        },
        "refuse_unknown": false
    })
}

pub(crate) fn mapping_view() -> Value {
    let mut mapping = mapping_body();
    mapping["name"] = json!("helpdesk");
    mapping["dataset"] = json!("incidents");
    json!(MappingView {
        mapping: serde_json::from_value(mapping).expect("the sample is a mapping"),
        origin: Origin::Tenant,
        created_at: Some(at("2026-10-01T09:00:00Z")),
        updated_at: Some(at("2026-10-02T09:00:00Z")),
        updated_by: Some("ann@acme.example".to_owned()),
    })
}

pub(crate) fn mapping_test() -> Value {
    let record =
        json!({"id": "INC-1", "created_at": "2026-10-05T08:30:00Z", "severity": "high", "status": "open"});
    let error = RowError {
        line: 2,
        field: "created_at".to_owned(),
        code: "bad_time".into(),
        detail: "created_at is a time written as %d/%m/%Y %H:%M; the mapping reads it from opened".to_owned(),
    };
    json!(MappingTest {
        accepted: 1,
        rejected: 1,
        rows: vec![MappedRow { line: 1, record }],
        errors: vec![error],
        truncated: true
    })
}
