//! As rules of mappings: what a rule says is understood or refused, and what is kept is what was sent.

use serde_json::{Value, json};
use sitrep_tests::TestApp;

use crate::corpus::varied_texts;
use crate::places::assert_answered;

const MAPPING: &str = "/api/v1/datasets/incidents/mappings/hostile";

/// A mapping with the text in one place of a rule.
fn mapping(place: usize, text: &str) -> Value {
    let title = match place {
        0 => json!({"from": text}),
        1 => json!({"constant": text}),
        2 => json!({"from": "title", "enum": {text: text}, "otherwise": text}),
        3 => json!({"template": text}),
        _ => json!({"from": "title", "split": text}),
    };
    let created_at = match place {
        5 => json!({"from": "opened", "format": text}),
        6 => json!({"from": "opened", "timezone": text}),
        _ => json!({"from": "opened"}),
    };
    json!({"fields": {"id": {"from": "id"}, "created_at": created_at, "title": title}})
}

#[tokio::test]
async fn no_text_in_a_rule_of_a_mapping_fails_and_what_is_kept_is_what_was_sent() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let mut taken = [0; 7];
    let mut refused = [0; 7];
    for (i, text) in varied_texts().iter().enumerate() {
        // One place in turn, so that each gets hundreds of texts.
        let place = i % taken.len();
        let sent = mapping(place, text);
        let answer = acme.call_as("owner", "PUT", MAPPING, Some(sent.clone())).await;
        assert_answered(&sent.to_string(), &answer);
        if answer.status < 300 {
            assert_eq!(answer.json()["fields"], sent["fields"]);
            assert_eq!(acme.get(MAPPING).await.expect(200)["fields"], sent["fields"]);
            taken[place] += 1;
        } else {
            assert!(matches!(answer.status, 400 | 422), "{sent}: {}", answer.text());
            assert!(answer.field().starts_with("fields."), "{sent}: {}", answer.text());
            refused[place] += 1;
        }
    }
    assert!(taken[1] > 100 && taken[2] > 100 && refused[6] > 100, "{taken:?} taken, {refused:?} refused");
}
