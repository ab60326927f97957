//! Rules of schedules, as tables.

use super::*;
use serde_json::json;
use uuid::Uuid;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn draft(patch: &serde_json::Value) -> ScheduleDraft {
    let mut base = json!({"name": "Weekly", "report_type": "executive_monthly", "frequency": "weekly",
        "timezone": "Europe/Berlin", "recipients": ["ann@acme.example"]});
    for (key, value) in patch.as_object().unwrap() {
        base[key] = value.clone();
    }
    serde_json::from_value(base).unwrap()
}

fn schedule(patch: &serde_json::Value, now: &str) -> Schedule {
    let spec = draft(patch).check("UTC").unwrap();
    let owner = (UserId::new(Uuid::nil()), "ann@acme.example".to_owned());
    Schedule::new(ScheduleId::new(Uuid::nil()), TenantId::new("acme").unwrap(), spec, owner, at(now))
}

#[test]
fn a_draft_is_refused_by_field() {
    let many: Vec<String> = (0..21).map(|i| format!("a{i}@acme.example")).collect();
    for (patch, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "x".repeat(300)}), "name"),
        (json!({"report_type": "nope"}), "report_type"),
        (json!({"template_id": "executive_monthly"}), "report_type"),
        (json!({"cron": "0 9 * * 1"}), "cron"),
        (json!({"frequency": null, "cron": "* * * * *"}), "cron"),
        (json!({"timezone": "Mars/Olympus"}), "timezone"),
        (json!({"recipients": []}), "recipients"),
        (json!({"recipients": ["nobody"]}), "recipients[0]"),
        (json!({"recipients": many}), "recipients"),
        (json!({"cc": ["ann@acme.example"]}), "recipients"),
        (json!({"formats": []}), "formats"),
        (json!({"subject_template": "a {b} c"}), "subject_template"),
        (json!({"subject_template": "a\r\nBcc: x@y.zz"}), "subject_template"),
        (json!({"filters": {"nope": ["x"]}}), "filters.field"),
    ] {
        let refused = draft(&patch).check("UTC").unwrap_err();
        assert_eq!(refused.errors[0].field, field, "{patch} {refused:?}");
    }
}

#[test]
fn a_specification_survives_its_draft() {
    for patch in [
        json!({}),
        json!({"frequency": null, "cron": "30 2 * * *"}),
        json!({"frequency": null}),
        json!({"include_metrics": false, "include_top_agents": false, "include_alerts": true}),
        json!({"include_alerts": false, "include_low_conf": true}),
    ] {
        let spec = draft(&patch).check("UTC").unwrap();
        assert_eq!(ScheduleDraft::from(&spec).check("Asia/Tokyo").unwrap(), spec);
    }
}

#[test]
fn fires_advance_and_pausing_and_resuming_plan_anew() {
    let mut s = schedule(&json!({}), "2026-03-25T00:00:00Z");
    assert_eq!(s.next_fire_at, Some(at("2026-03-30T07:00:00Z")), "summer time has begun by then");
    assert_eq!(s.due(), Some(at("2026-03-25T00:01:00Z")), "EventBridge is out of step");
    s.note_in_step();
    assert_eq!(s.due(), Some(at("2026-03-30T07:01:00Z")));
    s.advance(at("2026-03-30T07:00:00Z"));
    assert_eq!(s.next_fire_at, Some(at("2026-04-06T07:00:00Z")));
    s.pause("paused", at("2026-04-01T00:00:00Z"));
    assert_eq!(s.next_fire_at, None);
    let mut spec = s.spec.clone();
    spec.is_active = true;
    s.change(spec, at("2026-04-07T00:00:00Z"));
    assert_eq!(s.next_fire_at, Some(at("2026-04-13T07:00:00Z")));
}

#[test]
fn a_moved_fire_happens_once_and_the_rhythm_comes_back() {
    let mut s = schedule(&json!({}), "2026-03-25T00:00:00Z");
    let now = at("2026-03-26T00:00:00Z");
    assert!(s.move_next_fire(now, now).is_err());
    s.move_next_fire(at("2026-04-08T12:00:00Z"), now).unwrap();
    assert_eq!(s.wake_up.expressions, ["at(2026-04-08T14:00:00)"]);
    assert_eq!(s.list_fires_between(now, at("2026-04-08T12:00:00Z")).len(), 2);
    s.advance(at("2026-04-08T12:00:00Z"));
    assert_eq!(s.next_fire_at, Some(at("2026-04-13T07:00:00Z")));
    assert!(s.wake_up.expressions[0].starts_with("cron("), "{:?}", s.wake_up);
}

#[test]
fn a_streak_of_failures_is_told_once_and_ends_with_mail() {
    let mut s = schedule(&json!({}), "2026-03-25T00:00:00Z");
    let now = at("2026-04-01T00:00:00Z");
    assert!(s.note_failure("one", now));
    assert!(!s.note_failure("two", now));
    assert!(s.note_sent(now));
    assert!(!s.note_sent(now));
    assert_eq!((s.sent_count, s.health.clone()), (2, Health::default()));
}
