//! Changing settings: a JSON merge patch (RFC 7396) over those there are; null brings a default back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use serde_json::{Map, Value};
use sitrep_app::access;
use sitrep_app::error::AppError;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::settings::SettingsDraft;

use crate::answer;
use crate::body::Payload;
use crate::caller::Caller;
use crate::json::read;
use crate::operation::{Access, Answer, Operation, Parameter, RequestBody};
use crate::problem::{Code, Problem};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "settings",
    summary: "Changes settings: a merge patch, in which null brings the default back. A logo is a file of PNG or SVG in Base64.",
    access: Access::Role(Permission::ManageSettings),
    parameters: &[Parameter::header("If-Match", "The ETag that the change is based on.")],
    body: Some(RequestBody {
        media_types: &["application/json", "application/merge-patch+json"],
        ..RequestBody::json(&[], samples::settings_patch)
    }),
    answers: &[Answer::ok("The settings.", samples::settings).with_headers(&["ETag"])],
    errors: &[Code::Conflict, Code::PreconditionFailed, Code::LimitExceeded],
    ..Operation::patch("update_settings", &["/api/v1/settings"], |method| on(method, update_settings))
};

async fn update_settings(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    payload: Payload,
) -> Result<Response, Problem> {
    let if_rev = payload.revision();
    let patch = |draft| merge(&draft, payload.object()?);
    let changed = access::update_settings(&services, &scope, if_rev, patch).await?;
    Ok(answer::one(SettingsDraft::from(&changed.value), changed.rev()))
}

fn merge(draft: &SettingsDraft, patch: Map<String, Value>) -> Result<SettingsDraft, AppError> {
    let mut merged = serde_json::to_value(draft).map_err(|_| AppError::internal("a draft is an object"))?;
    merge_patch(&mut merged, Value::Object(patch));
    Ok(read(merged)?)
}

fn merge_patch(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(&name);
        } else {
            merge_patch(fields.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_changes_what_it_names_and_null_brings_a_default_back() {
        let before: SettingsDraft = serde_json::from_value(json!({"reports_timezone": "Europe/Berlin",
            "branding": {"name": "Acme", "accent_colour": "#000000"}, "confidence_threshold": 0.5}))
        .unwrap();
        for (patch, path, expected) in [
            (json!({}), "/reports_timezone", json!("Europe/Berlin")),
            (json!({"reports_timezone": null}), "/reports_timezone", json!("UTC")),
            (json!({"confidence_threshold": 0.9}), "/confidence_threshold", json!(0.9)),
            (json!({"confidence_threshold": 0.9}), "/branding/name", json!("Acme")),
            (json!({"branding": {"accent_colour": "#ffffff"}}), "/branding/name", json!("Acme")),
            (json!({"branding": {"accent_colour": null}}), "/branding/accent_colour", json!("#1f4e79")),
            (json!({"branding": null}), "/branding/accent_colour", json!("#1f4e79")),
        ] {
            let Value::Object(fields) = patch.clone() else { panic!("a patch is an object") };
            assert_eq!(json!(merge(&before, fields).unwrap()).pointer(path), Some(&expected), "{patch}");
        }
        let Err(AppError::Invalid(refused)) = merge(&before, Map::from_iter([("logo".to_owned(), json!(1))]))
        else {
            panic!("taken")
        };
        assert_eq!(refused.errors[0].field, "logo");
    }
}
