//! Rows through mappings: what fits, what is refused, and by which name.

use super::*;
use crate::invalid::InvalidKind;
use crate::mappings::find_mapping;
use crate::record::Scalar;
use serde_json::json;

fn map(name: &str, row: &Json, kind: SourceKind) -> Result<Record, Vec<FieldError>> {
    let mapping = find_mapping(DatasetId::Incidents, name).unwrap();
    mapping.compile().unwrap().map_row(row.as_object().unwrap(), kind)
}

#[test]
fn native_takes_our_names_in_both_spellings_and_refuses_others_by_name() {
    let row = json!({"id": "a", "createdAt": "2026-01-01T00:00:00Z", "custom": {"site": "x", "n": 1.5}});
    let record = map("native", &row, SourceKind::Json).unwrap();
    assert_eq!(record.values()[1], Some(Scalar::Time(1_767_225_600_000_000)));
    assert_eq!(record.custom()["site"], CustomValue::Text("x".into()));
    for (row, field) in [
        (json!({"id": "a", "created_at": "2026-01-01T00:00:00Z", "severty": "low"}), "severty"),
        (json!({"id": "a"}), "created_at"),
        (json!({"id": "a", "created_at": "yesterday"}), "created_at"),
        (json!({"id": "a", "created_at": "2026-01-01", "severity": "urgent"}), "severity"),
        (json!({"id": "a", "created_at": "2026-01-01", "sla_met": "yes"}), "sla_met"),
        (json!({"id": "a", "created_at": "2026-01-01", "confidence": 1.5}), "confidence"),
        (json!({"id": "a", "created_at": "2026-01-01", "custom": {"a b": 1}}), "custom.a b"),
        (json!({"id": "", "created_at": "2026-01-01"}), "id"),
    ] {
        let errors = map("native", &row, SourceKind::Json).unwrap_err();
        assert_eq!(errors[0].field, field, "{row}");
    }
}

#[test]
fn csv_reads_types_from_text_and_empty_is_missing() {
    let row = json!({"id": "a", "created_at": "2026-01-01", "sla_met": "yes", "reopen_count": "3",
                     "severity": "", "tags": "x; y", "custom.site": "z"});
    let record = map("native", &row, SourceKind::Csv).unwrap();
    let dataset = crate::datasets::get_dataset(DatasetId::Incidents);
    let value = |name: &str| record.values()[dataset.find_column(name).unwrap().0].clone();
    assert_eq!(value("sla_met"), Some(Scalar::Boolean(true)));
    assert_eq!(value("reopen_count"), Some(Scalar::Integer(3)));
    assert_eq!(value("severity"), None);
    assert_eq!(value("tags"), Some(Scalar::List(vec!["x".into(), "y".into()])));
    assert_eq!(record.custom()["site"], CustomValue::Text("z".into()));
}

fn mapping(fields: Json) -> Mapping {
    let fields = serde_json::from_value(fields).unwrap();
    Mapping {
        name: "mine".into(),
        dataset: DatasetId::Incidents,
        fields,
        refuse_unknown: false,
        own_names: false,
    }
}

/// A mapping with the required columns and some more.
fn with_fields(more: &Json) -> Mapping {
    let mut fields = json!({"id": {"from": "key"}, "created_at": {"from": "at"}});
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    mapping(fields)
}

fn values_of(record: &Record) -> Json {
    record.to_json(crate::datasets::get_dataset(DatasetId::Incidents))
}

#[test]
fn each_kind_of_rule_makes_its_value() {
    let row = json!({"key": "k", "at": "2026-01-01", "n": 5, "flag": "on", "words": ["A", "B", "Z"], "text": "a| b",
        "deep": {"name": "x", "empty": null}, "num": "12.5", "pct": 87, "bools": true, "first": null});
    for (target, rule, expected) in [
        ("title", json!({"from": "deep.name"}), json!("x")),
        ("title", json!({"from": ["first", "deep.empty", "flag"]}), json!("on")),
        ("title", json!({"from": "deep.empty", "missing": "none"}), json!("none")),
        ("title", json!({"constant": "same"}), json!("same")),
        ("title", json!({"template": "{key}-{n}"}), json!("k-5")),
        ("title", json!({"from": "n"}), json!("5")),
        ("title", json!({"from": "bools", "as": "text"}), json!("true")),
        ("severity", json!({"from": "n", "enum": {"4": "high", "5": "critical"}}), json!("critical")),
        ("severity", json!({"from": "flag", "enum": {"down": "high"}, "otherwise": null}), json!(null)),
        ("severity", json!({"from": "flag", "enum": {"down": "high"}, "otherwise": "low"}), json!("low")),
        ("severity", json!({"from": "flag", "enum": {"on": null}, "missing": "low"}), json!(null)),
        ("sla_met", json!({"from": "flag", "enum": {"on": true}, "otherwise": false}), json!(true)),
        ("sla_met", json!({"from": "nothing", "otherwise": false, "missing": true}), json!(true)),
        ("confidence", json!({"from": "pct", "scale": 0.01}), json!(0.87)),
        ("reopen_count", json!({"from": "num", "as": "number", "scale": 10}), json!(125)),
        ("tags", json!({"from": "text", "split": "|"}), json!(["a", "b"])),
        ("tags", json!({"from": ["words", "deep.name"], "as": "list"}), json!(["A", "B", "Z", "x"])),
        (
            "tags",
            json!({"from": "words", "enum": {"A": "a", "B": null}, "otherwise": "other"}),
            json!(["a", "other"]),
        ),
        ("closed_at", json!({"from": "pct", "epoch": "auto"}), json!("1970-01-01T00:01:27Z")),
        ("custom.n", json!({"from": "n"}), json!(5.0)),
        ("custom.n", json!({"from": "n", "as": "text"}), json!("5")),
        ("custom.n", json!({"from": "num", "as": "number"}), json!(12.5)),
        ("custom.n", json!({"from": "text", "split": "|"}), json!(["a", "b"])),
        ("custom.n", json!({"from": "words", "enum": {"A": "a"}, "otherwise": null}), json!(["a"])),
        ("custom.n", json!({"from": "flag", "enum": {"on": 1, "off": 0}}), json!(1.0)),
        ("custom.n", json!({"from": "missing"}), json!(null)),
    ] {
        let mapping = with_fields(&json!({target: rule}));
        let record = mapping.compile().unwrap().map_row(row.as_object().unwrap(), SourceKind::Json);
        let values = values_of(&record.unwrap_or_else(|e| panic!("{rule}: {e:?}")));
        let found = match target.strip_prefix("custom.") {
            Some(name) => values["custom"][name].clone(),
            None => values[target].clone(),
        };
        assert_eq!(found, expected, "{target}: {rule}");
    }
}

#[test]
fn a_value_that_does_not_fit_names_the_target_and_the_sources_field() {
    let row = json!({"key": "k", "at": "2026-01-01", "n": 5, "list": [{"a": 1}, {"a": 2}], "word": "w"});
    for (target, rule, code) in [
        ("title", json!({"from": "list.a"}), "wrong_type"),
        ("title", json!({"template": "{list}"}), "wrong_type"),
        ("severity", json!({"from": "word", "enum": {"x": "low"}}), "unknown_word"),
        ("severity", json!({"from": "word"}), "unknown_value"),
        ("sla_met", json!({"from": "n", "as": "boolean"}), "wrong_type"),
        ("confidence", json!({"from": "n"}), "out_of_range"),
        ("tags", json!({"from": "word"}), "wrong_type"),
        ("closed_at", json!({"from": "n"}), "bad_time"),
        ("custom.c", json!({"from": "word", "as": "number"}), "wrong_type"),
        ("custom.c", json!({"from": "list"}), "wrong_type"),
        ("created_at", json!({"from": "absent"}), "missing"),
    ] {
        let mapping = with_fields(&json!({target: rule}));
        let errors =
            mapping.compile().unwrap().map_row(row.as_object().unwrap(), SourceKind::Json).unwrap_err();
        assert_eq!((errors[0].field.as_str(), errors[0].code), (target, code), "{rule}");
        let source = rule["from"].as_str().unwrap_or("list");
        assert!(errors[0].detail.contains(source), "{}", errors[0].detail);
    }
}

#[test]
fn fields_that_no_rule_reads_are_refused_when_the_mapping_says_so() {
    let mut mapping = with_fields(&json!({"title": {"from": "a.b"}, "source": {"template": "{c.d}"}}));
    mapping.refuse_unknown = true;
    let row = json!({"key": "k", "at": "2026-01-01", "a": {"b": "x", "other": 1}, "c": {"d": "y"}, "e": 1});
    let errors = mapping.compile().unwrap().map_row(row.as_object().unwrap(), SourceKind::Json).unwrap_err();
    assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["e"]);
}

#[test]
fn a_mapping_that_cannot_work_is_refused_by_the_path_of_what_is_wrong() {
    for (more, field) in [
        (json!({"severty": {"from": "a"}}), "fields.severty"),
        (json!({"custom.a b": {"from": "a"}}), "fields.custom.a b"),
        (json!({"title": {}}), "fields.title"),
        (json!({"title": {"from": "a", "constant": "b"}}), "fields.title"),
        (json!({"title": {"from": "a..b"}}), "fields.title.from"),
        (json!({"title": {"template": "{a"}}), "fields.title.template"),
        (json!({"title": {"from": "a", "format": "%d"}}), "fields.title.format"),
        (json!({"title": {"from": "a", "scale": 2}}), "fields.title.scale"),
        (json!({"title": {"from": "a", "split": ","}}), "fields.title.split"),
        (json!({"title": {"from": "a", "as": "number"}}), "fields.title.as"),
        (json!({"title": {"constant": "a", "missing": "b"}}), "fields.title.constant"),
        (json!({"severity": {"constant": "urgent"}}), "fields.severity.constant"),
        (json!({"severity": {"from": "a", "enum": {"1": "urgent"}}}), "fields.severity.enum.1"),
        (json!({"severity": {"from": "a", "otherwise": "urgent"}}), "fields.severity.otherwise"),
        (json!({"severity": {"from": "a", "missing": "urgent"}}), "fields.severity.missing"),
        (json!({"sla_met": {"from": "a", "enum": {"y": "true"}}}), "fields.sla_met.enum.y"),
        (json!({"closed_at": {"from": "a", "enum": {"y": "2026-01-01"}}}), "fields.closed_at.enum"),
        (json!({"closed_at": {"from": "a", "format": "%H"}}), "fields.closed_at.format"),
        (json!({"closed_at": {"from": "a", "timezone": "Mars"}}), "fields.closed_at.timezone"),
        (json!({"confidence": {"from": "a", "scale": 0}}), "fields.confidence.scale"),
        (json!({"confidence": {"constant": 3}}), "fields.confidence.constant"),
        (json!({"tags": {"from": "a", "split": ""}}), "fields.tags.split"),
        (json!({"custom.c": {"from": "a", "epoch": "auto"}}), "fields.custom.c.format"),
    ] {
        let refused = with_fields(&more).check().unwrap_err();
        assert_eq!(refused.errors[0].field, field, "{more}: {refused:?}");
        assert_eq!(refused.kind, InvalidKind::Validation);
    }
    let refused = mapping(json!({"id": {"from": "a"}})).check().unwrap_err();
    assert_eq!((refused.errors[0].field.as_str(), refused.errors[0].code), ("fields.created_at", "missing"));
}

#[test]
fn a_mapping_is_bounded_in_every_direction() {
    let words: Map<String, Json> = (0..300).map(|n| (n.to_string(), json!("low"))).collect();
    let deep = ["a"; 17].join(".");
    let paths: Vec<String> = (0..9).map(|n| format!("p{n}")).collect();
    let custom: Map<String, Json> = (0..65).map(|n| (format!("custom.c{n}"), json!({"from": "a"}))).collect();
    for more in [
        json!({"severity": {"from": "a", "enum": words}}),
        json!({"title": {"from": paths}}),
        json!({"title": {"from": deep}}),
        json!({"title": {"from": "a".repeat(300)}}),
        json!({"title": {"template": "{a}".repeat(33)}}),
        json!({"title": {"constant": "a".repeat(70_000)}}),
        json!({"tags": {"from": "a", "split": "-".repeat(17)}}),
        json!({"closed_at": {"from": "a", "format": "%Y-%m-%d ".repeat(8)}}),
        Json::Object(custom),
    ] {
        let refused = with_fields(&more).check().unwrap_err();
        assert_eq!(refused.kind, InvalidKind::LimitExceeded, "{refused:?}");
        assert!(refused.errors[0].field.starts_with("fields"), "{refused:?}");
    }
}

#[test]
fn a_name_stands_in_an_address_as_it_is() {
    for (name, good) in [
        ("cloudtrail", true),
        ("jenkins-status_2", true),
        ("0", true),
        ("", false),
        ("-a", false),
        ("Upper", false),
        ("a/b", false),
        ("a.b", false),
        ("ä", false),
    ] {
        assert_eq!(check_mapping_name(name).is_ok(), good, "{name}");
    }
    assert!(check_mapping_name(&"a".repeat(65)).is_err());
}
