//! As bodies: bytes that are not what they are said to be are refused and leave nothing behind.

use sitrep_tests::TestApp;

use crate::corpus::{cases, in_turn};
use crate::places::assert_answered;

const PLACES: [(&str, &str); 7] = [
    ("/api/v1/datasets/incidents/records", "application/json"),
    ("/api/v1/datasets/incidents/records", "application/x-ndjson"),
    ("/api/v1/datasets/incidents/records", "text/csv"),
    ("/api/v1/query", "application/json"),
    ("/api/v1/reports/generate", "application/json"),
    ("/api/v1/reports/schedules", "application/json"),
    ("/api/v1/users", "application/json"),
];

#[tokio::test]
async fn no_bytes_as_a_body_fail_or_leave_anything_behind() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    for (i, case) in cases().into_iter().enumerate() {
        for (path, media_type) in &PLACES[in_turn(i, &case, &PLACES)] {
            let headers = [("content-type", *media_type)];
            let answer = acme.send_as("owner", "POST", path, &headers, case.bytes.clone()).await;
            let what = format!("{} as {media_type} to {path}", case.id);
            assert_answered(&what, &answer);
            assert_eq!(answer.status, 400, "{what}: {}", answer.text());
            let is_json = *media_type == "application/json" && case.corpus == "json-parsing";
            if is_json && case.expect.as_deref() == Some("reject") {
                assert_eq!(answer.field(), "body", "{what}: {}", answer.text());
            }
        }
        if case.corpus == "xss" {
            continue;
        }
        let gzip = [("content-type", "text/csv"), ("content-encoding", "gzip")];
        let answer = acme.send_as("owner", "POST", PLACES[0].0, &gzip, case.bytes.clone()).await;
        assert_eq!(answer.status, 400, "{} as gzip: {}", case.id, answer.text());
    }
    assert_eq!(acme.get("/api/v1/datasets/incidents").await.expect(200)["generation"], 0);
    for list in ["/api/v1/reports/", "/api/v1/reports/schedules"] {
        assert_eq!(acme.get(list).await.expect(200)["items"].as_array().map(Vec::len), Some(0), "{list}");
    }
    assert_eq!(acme.get("/api/v1/users").await.expect(200)["items"].as_array().map(Vec::len), Some(5));
}
