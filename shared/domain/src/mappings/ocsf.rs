//! The mapping of OCSF 1.x: findings and detections as incidents, activities as audit log.
//!
//! - **Id**: `metadata.uid`, which names the event. A finding without one goes by the finding's own uid, so that its
//!   updates replace it. An activity without one is refused: nothing in it says which it is.
//! - **Time**: `time` and the rest are milliseconds by the standard and seconds in the wild; they are told apart by size.
//! - **Severity**: `severity_id`; 0 (unknown) and 99 (other) are no severity, 6 (fatal) is critical.
//! - **Disposition**: what has no counterpart in `action` is left out of it and kept in `custom.disposition_id`.
//! - **Techniques**: with their sub-techniques, wherever the version has `attacks`.

use serde_json::{Value, json};

use crate::dataset::DatasetId;
use crate::mapping::Mapping;
use crate::mappings::BuiltIn;

/// The mapping.
pub static MAPPING: BuiltIn =
    BuiltIn { name: "ocsf", datasets: &[DatasetId::Incidents, DatasetId::AuditLog], make };

fn make(dataset: DatasetId) -> Mapping {
    let mut fields = if dataset == DatasetId::AuditLog { activities() } else { findings() };
    let own = json!({
        "custom.class_uid": {"from": "class_uid", "as": "text"},
        "custom.activity_id": {"from": "activity_id", "as": "text"},
        "custom.account": {"from": ["cloud.account.uid", "cloud.account_uid"]},
    });
    if let (Value::Object(fields), Value::Object(own)) = (&mut fields, own) {
        fields.extend(own);
    }
    let fields = serde_json::from_value(fields).expect("the rules are well-formed");
    Mapping { name: "ocsf".to_owned(), dataset, fields, refuse_unknown: false, own_names: false }
}

fn findings() -> Value {
    json!({
        "id": {"from": ["metadata.uid", "finding_info.uid", "finding.uid"]},
        "created_at": {"from": "time", "epoch": "auto"},
        "updated_at": {"from": ["finding_info.modified_time", "finding.modified_time", "metadata.modified_time"],
            "epoch": "auto"},
        "title": {"from": ["finding_info.title", "finding.title", "message"]},
        "severity": {"from": "severity_id", "enum": {"0": null, "1": "informational", "2": "low", "3": "medium",
            "4": "high", "5": "critical", "6": "critical", "99": null}},
        "status": {"from": ["status", "state"]},
        "type": {"from": "class_name"},
        "category": {"from": "category_name"},
        "policy_id": {"from": ["finding_info.analytic.uid", "metadata.event_code"]},
        "policy_name": {"from": "finding_info.analytic.name"},
        "user": {"from": ["actor.user.name", "user.name"]},
        "hostname": {"from": ["device.hostname", "src_endpoint.hostname"]},
        "ip_address": {"from": ["device.ip", "src_endpoint.ip"]},
        "confidence": {"from": "confidence_score", "scale": 0.01},
        "action": {"from": "disposition_id", "otherwise": null,
            "enum": {"1": "allowed", "2": "blocked", "3": "quarantined", "6": "blocked", "19": "alerted"}},
        "techniques": {"from": ["attacks.technique.uid", "attacks.sub_technique.uid",
            "finding_info.attacks.technique.uid", "finding_info.attacks.sub_technique.uid"], "as": "list"},
        "tags": {"from": ["finding_info.types", "finding.types"]},
        "source": {"from": "metadata.product.name"},
        "custom.disposition_id": {"from": "disposition_id", "as": "text"},
        "custom.region": {"from": ["cloud.region", "resources.0.region"]},
    })
}

fn activities() -> Value {
    json!({
        "id": {"from": "metadata.uid"},
        "created_at": {"from": "time", "epoch": "auto"},
        "actor": {"from": ["actor.user.name", "actor.user.uid", "actor.user.uuid", "actor.invoked_by"]},
        "actor_type": {"from": "actor.user.type"},
        "action": {"from": ["api.operation", "activity_name"]},
        "object": {"from": ["resources.0.uid", "resource.uid", "user.name"]},
        "outcome": {"from": "status"},
        "ip_address": {"from": ["src_endpoint.ip", "src_endpoint.domain"]},
        "user_agent": {"from": "http_request.user_agent"},
        "region": {"from": "cloud.region"},
        "custom.service": {"from": "api.service.name"},
        "custom.severity_id": {"from": "severity_id", "as": "text"},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::get_dataset;
    use crate::mapping::SourceKind;

    fn map(dataset: DatasetId, row: &Value) -> Result<Value, String> {
        let record = make(dataset).compile().unwrap().map_row(row.as_object().unwrap(), SourceKind::Json);
        record.map(|r| r.to_json(get_dataset(dataset))).map_err(|errors| errors[0].field.clone())
    }

    #[test]
    fn a_finding_becomes_an_incident_whatever_the_unit_of_its_time() {
        for time in [json!(1_739_539_623), json!(1_739_539_623_000_i64)] {
            let row = json!({"metadata": {"uid": "e1", "product": {"name": "P"}}, "time": time, "severity_id": 4,
                "class_uid": 2004, "activity_id": 1, "confidence_score": 87, "disposition_id": 2,
                "finding_info": {"uid": "f1", "title": "T", "types": ["IAM"]}, "cloud": {"region": "eu-west-1"},
                "attacks": [{"technique": {"uid": "T1059"}, "sub_technique": {"uid": "T1059.001"}},
                    {"technique": {"uid": "T1003"}}]});
            let expected = json!({"id": "e1", "created_at": "2025-02-14T13:27:03Z", "title": "T", "severity": "high",
                "confidence": 0.87, "action": "blocked", "techniques": ["T1059", "T1003", "T1059.001"],
                "tags": ["IAM"], "source": "P", "custom": {"class_uid": "2004", "activity_id": "1",
                "disposition_id": "2", "region": "eu-west-1"}});
            assert_eq!(map(DatasetId::Incidents, &row), Ok(expected));
        }
    }

    #[test]
    fn severities_are_told_by_their_number_and_nothing_stands_in_for_none() {
        for (severity_id, severity) in [
            (json!(0), Ok(None)),
            (json!(1), Ok(Some("informational"))),
            (json!(5), Ok(Some("critical"))),
            (json!(6), Ok(Some("critical"))),
            (json!(99), Ok(None)),
            (json!(null), Ok(None)),
            (json!(7), Err("severity".to_owned())),
        ] {
            let row = json!({"metadata": {"uid": "e"}, "time": 1, "severity_id": severity_id});
            let found = map(DatasetId::Incidents, &row).map(|record| record.get("severity").cloned());
            assert_eq!(found, severity.map(|word: Option<&str>| word.map(Value::from)), "{severity_id}");
        }
    }

    #[test]
    fn a_finding_without_an_event_id_goes_by_its_own_and_an_activity_is_refused() {
        let row = json!({"time": 1_675_717_067_000_i64, "finding_info": {"uid": "f1"}});
        assert_eq!(map(DatasetId::Incidents, &row).unwrap()["id"], "f1");
        assert_eq!(map(DatasetId::AuditLog, &row), Err("id".to_owned()));
        assert_eq!(map(DatasetId::Incidents, &json!({"time": 1})), Err("id".to_owned()));
    }
}
