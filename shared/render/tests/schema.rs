//! The schema of the format json takes every file that is written, and refuses what is not of its form.

mod support;

use serde_json::{Map, Value, json};
use sitrep_domain::document::Format;
use sitrep_render::{RenderedFile, render, validate};
use support::document;

fn file() -> RenderedFile {
    render(&document("Report", 3), Format::Json).expect("every document renders")
}

fn passes(value: &Value) -> bool {
    validate(
        &RenderedFile { bytes: serde_json::to_vec(value).expect("values are JSON"), ..file() },
        Format::Json,
    )
    .is_ok()
}

/// Every object inside a value, by its pointer; those with names of the data's own are left out.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if !at.ends_with("/metrics") || at.contains("provenance") {
                found.push(at.to_owned());
            }
            object.iter().for_each(|(key, inner)| objects(inner, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, inner)| objects(inner, &format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

fn at<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Map<String, Value> {
    value.pointer_mut(pointer).and_then(Value::as_object_mut).expect("the object is there")
}

#[test]
fn no_object_may_lack_a_field_or_have_one_more() {
    let whole: Value = serde_json::from_slice(&file().bytes).unwrap();
    assert!(passes(&whole));
    let mut pointers = Vec::new();
    objects(&whole, "", &mut pointers);
    assert!(pointers.len() > 30, "{} objects", pointers.len());
    for pointer in pointers {
        let mut more = whole.clone();
        at(&mut more, &pointer).insert("unknown".to_owned(), Value::Null);
        assert!(!passes(&more), "{pointer} with one more");
        let names: Vec<String> =
            at(&mut more, &pointer).keys().filter(|k| *k != "unknown").cloned().collect();
        for name in names {
            let mut less = whole.clone();
            at(&mut less, &pointer).remove(&name);
            assert!(!passes(&less), "{pointer} without {name}");
        }
    }
}

#[test]
fn no_value_may_be_of_another_kind() {
    let whole: Value = serde_json::from_slice(&file().bytes).unwrap();
    for (pointer, other) in [
        ("/schema", json!("sitrep.report/2")),
        ("/report/title", json!(1)),
        ("/report/accent", json!([0, 90])),
        ("/report/accent/0", json!(256)),
        ("/data/metrics/mttr_median/unit", json!("hours")),
        ("/data/metrics/mttr_median/population", json!(-1)),
        ("/data/sections/0/tables/0/rows/0/0", json!({})),
        ("/content/1/level", json!(4)),
        ("/content/0/block", json!("unknown")),
        ("/provenance/facts/0", json!(["one"])),
    ] {
        let mut changed = whole.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = other;
        assert!(!passes(&changed), "{pointer}");
    }
}

#[test]
fn the_logo_is_no_part_of_the_file() {
    let value: Value = serde_json::from_slice(&file().bytes).unwrap();
    assert!(value["report"].get("logo").is_none());
    assert!(!String::from_utf8(file().bytes).unwrap().contains("137,80,78,71"));
}
