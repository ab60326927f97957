//! Changing a schedule: a JSON merge patch (RFC 7396) over what its owner once sent.
//!
//! Some fields stand for one another, so that naming one drops the others: the ways to name a template, and the ways to
//! name a cadence. A period that only followed from the cadence follows the new one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use jiff::Timestamp;
use serde_json::{Map, Value};
use sitrep_app::error::AppError;
use sitrep_app::schedules::{self, SchedulePatch};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::cadence::Cadence;
use sitrep_domain::ids::ScheduleId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::period::PeriodRule;
use sitrep_domain::schedule::ScheduleDraft;

use crate::answer;
use crate::body::Payload;
use crate::caller::Caller;
use crate::json::read;
use crate::operation::{Access, Answer, Operation, Parameter, RequestBody};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::ScheduleView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "Changes a schedule: a merge patch, in which null clears a field. is_active pauses and resumes it.",
    access: Access::Role(Permission::SaveReports),
    parameters: &[Parameter::header("If-Match", "The ETag that the change is based on.")],
    body: Some(RequestBody {
        media_types: &["application/json", "application/merge-patch+json"],
        ..RequestBody::json(&[], samples::schedule_patch).with_more(samples::schedule_patch_more)
    }),
    answers: &[Answer::ok("The schedule.", samples::schedule_view).with_headers(&["ETag"])],
    errors: &[Code::UpgradeRequired, Code::Conflict, Code::PreconditionFailed, Code::LimitExceeded],
    ..Operation::patch(
        "update_schedule",
        &["/api/v1/reports/schedules/{id}", "/api/v1/reports/schedule/{id}"],
        |method| on(method, update_schedule),
    )
};

/// Fields that stand for one another.
const ALTERNATIVES: [&[&str]; 2] = [&["report_type", "template_id", "report_types"], &["frequency", "cron"]];

async fn update_schedule(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ScheduleId>,
    payload: Payload,
) -> Result<Response, Problem> {
    let if_rev = payload.revision();
    let patch = |draft| merge(draft, payload.object()?);
    // On the heap: it holds two drafts and all that is checked of them.
    let changed = Box::pin(schedules::update_schedule(&services, &scope, id, if_rev, patch)).await?;
    Ok(answer::one(ScheduleView::new(&changed.schedule, &changed.warnings), changed.rev))
}

fn merge(mut draft: ScheduleDraft, mut patch: Map<String, Value>) -> Result<SchedulePatch, AppError> {
    let next_send_at = patch.remove("next_send_at").filter(|at| !at.is_null());
    let next_send_at = next_send_at.as_ref().map(read_instant).transpose()?;
    let cadence = Cadence::from_parts(draft.frequency, draft.cron.as_deref())?;
    let default = cadence.as_ref().map_or(PeriodRule::LAST_30_DAYS, PeriodRule::default_for);
    if draft.period == Some(default) {
        draft.period = None;
    }
    let Ok(Value::Object(mut merged)) = serde_json::to_value(&draft) else {
        return Err(AppError::internal("a draft is an object"));
    };
    for group in ALTERNATIVES {
        if group.iter().any(|name| patch.get(*name).is_some_and(|value| !value.is_null())) {
            merged.retain(|name, _| !group.contains(&name.as_str()));
        }
    }
    merged.extend(patch);
    Ok(SchedulePatch { draft: read(Value::Object(merged))?, next_send_at })
}

fn read_instant(at: &Value) -> Result<Timestamp, Invalid> {
    at.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| {
        Invalid::field("next_send_at", "bad_value", "next_send_at is an instant such as 2026-11-20T09:00:00Z")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patched(patch: Value) -> Value {
        let draft: ScheduleDraft = serde_json::from_value(samples::schedule_draft()).unwrap();
        let Value::Object(patch) = patch else { panic!("a patch is an object") };
        json!(merge(draft, patch).unwrap().draft)
    }

    #[test]
    fn naming_one_of_several_alternatives_drops_the_others() {
        for (patch, field, expected) in [
            (json!({"cron": "0 7 * * 5"}), "frequency", json!(null)),
            (json!({"cron": null, "frequency": "daily"}), "frequency", json!("daily")),
            (json!({"frequency": null}), "cron", json!(null)),
            (json!({"template_id": "sla_performance"}), "report_type", json!(null)),
            (json!({"report_types": ["sla_performance"]}), "report_type", json!(null)),
            (json!({"name": "Other"}), "report_type", samples::schedule_draft()["report_type"].clone()),
            (json!({"subject_template": null}), "subject_template", json!(null)),
            (json!({"recipients": ["z@acme.example"]}), "recipients", json!(["z@acme.example"])),
        ] {
            assert_eq!(patched(patch.clone())[field], expected, "{patch}");
        }
    }

    #[test]
    fn a_period_that_was_never_chosen_follows_the_cadence() {
        let draft = |period| ScheduleDraft {
            frequency: Some(sitrep_domain::cadence::Frequency::Weekly),
            period: Some(period),
            ..ScheduleDraft::default()
        };
        let monthly = || Map::from_iter([("frequency".to_owned(), json!("monthly"))]);
        for (period, expected) in
            [(PeriodRule::PreviousWeek, None), (PeriodRule::PreviousYear, Some(PeriodRule::PreviousYear))]
        {
            assert_eq!(merge(draft(period), monthly()).unwrap().draft.period, expected, "{period:?}");
        }
    }

    #[test]
    fn the_next_fire_is_no_part_of_the_draft() {
        let merge = |value: Value| {
            merge(ScheduleDraft::default(), Map::from_iter([("next_send_at".to_owned(), value)]))
        };
        assert_eq!(merge(json!("1970-01-01T00:00:00Z")).unwrap().next_send_at, Some(Timestamp::UNIX_EPOCH));
        assert_eq!(merge(json!(null)).unwrap().next_send_at, None);
        let Err(AppError::Invalid(refused)) = merge(json!("soon")) else { panic!("taken") };
        assert_eq!(refused.errors[0].field, "next_send_at");
    }
}
