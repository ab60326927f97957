//! Bodies as callers send them; a test reads each as what its operation takes.

use serde_json::{Value, json};

pub(crate) fn query_body() -> Value {
    json!({
        "dataset": "incidents",
        "start": "2026-10-01",
        "end": "2026-10-31",
        "timezone": "Europe/Berlin",
        "filters": {"status": ["open", "closed"]},
        "group_by": ["severity"],
        "metrics": [{"as": "n", "measure": {"op": "count"}, "population": "created"}],
        "order_by": ["-n"],
        "limit": 10
    })
}

pub(crate) fn upload_body() -> Value {
    json!({"mapping": "native", "format": "ndjson", "gzip": true})
}

pub(crate) fn report_draft() -> Value {
    json!({
        "report_type": "executive_monthly",
        "name": "Monthly executive report",
        "period_type": "monthly",
        "timezone": "Europe/Berlin",
        "filters": {"severity": ["critical", "high"]},
        "formats": ["pdf", "csv"],
        "recipients": ["cio@acme.example"],
        "sensitivity": "low"
    })
}

pub(crate) fn schedule_draft() -> Value {
    json!({
        "name": "Weekly security report",
        "report_type": "executive_monthly",
        "frequency": "weekly",
        "timezone": "Europe/Berlin",
        "period": "previous_week",
        "filters": {"severity": ["critical", "high"]},
        "formats": ["pdf"],
        "recipients": ["cio@acme.example"],
        "cc": ["ann@acme.example"],
        "subject_template": "[{tenant}] {name}, {date}",
        "is_active": true
    })
}

pub(crate) fn settings_patch() -> Value {
    json!({
        "reports_timezone": "Europe/Berlin",
        "branding": {
            "accent_colour": "#0b4f8a",
            "logo": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAAEg2mJuAAAAD0lEQVR42mPgYhBhkNMAAAD3AGUmLg5CAAAAAElFTkSuQmCC"
        }
    })
}

pub(crate) fn share_body() -> Value {
    json!({
        "recipients": ["auditor@partner.example"],
        "expires_in_hours": 168,
        "formats": ["pdf"],
        "variant": "full",
        "message": "The October report, as agreed."
    })
}

/// What else a request for a report may have.
pub(crate) fn report_more() -> Value {
    json!({
        "template_id": "executive_monthly",
        "report_types": ["executive_monthly", "sla_performance"],
        "start_date": "2026-10-01",
        "end_date": "2026-10-31",
        "queries": [custom_query()]
    })
}

/// A question of a report of the type `custom_query`.
fn custom_query() -> Value {
    json!({
        "title": "Open incidents by team",
        "dataset": "incidents",
        "filters": {"status": ["open"]},
        "group_by": ["team"],
        "metrics": [{"metric": "total"}],
        "order_by": ["-total"],
        "limit": 20
    })
}

/// What else a schedule may have.
pub(crate) fn schedule_more() -> Value {
    json!({
        "workspace_id": "soc-emea",
        "template_id": "executive_monthly",
        "report_types": ["executive_monthly", "sla_performance"],
        "cron": "0 9 * * 1",
        "bcc": ["archive@acme.example"],
        "include_metrics": true,
        "include_top_agents": true,
        "include_alerts": true,
        "include_low_conf": false,
        "queries": [custom_query()],
        "sensitivity": "low",
        "overlap": "skip",
        "misfire": "latest",
        "on_empty": "send"
    })
}

pub(crate) fn schedule_patch() -> Value {
    json!({"frequency": "monthly", "is_active": true, "next_send_at": "2026-12-02T10:00:00Z"})
}

/// What else a patch may have: every field of a schedule.
pub(crate) fn schedule_patch_more() -> Value {
    let mut fields = schedule_draft();
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, schedule_more()) {
        fields.extend(more);
    }
    fields
}
