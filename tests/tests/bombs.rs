//! Bombs: requests that would cost far more than they look are refused by a limit that has a name, and leave nothing
//! behind. How long that takes is printed by the example of the same name, in a release build.

use serde_json::{Value, json};
use sitrep_tests::TestApp;
use sitrep_tests::bombs::{bombs, fill};

#[tokio::test]
async fn what_would_cost_too_much_is_refused_by_a_limit_with_a_name_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme).await;
    app.settle().await;
    let seen = async || {
        let dataset = acme.get("/api/v1/datasets/incidents").await.expect(200);
        let members: [Value; 2] = ["rows", "generation"].map(|name| dataset[name].clone());
        (members, acme.get("/api/v1/reports").await.expect(200)["items"].clone())
    };
    let before = seen().await;
    assert_eq!(before.0[0], json!(121_000));
    for bomb in bombs() {
        let answer = bomb.send(&acme).await;
        let text = answer.text();
        assert_eq!((answer.status, answer.code().as_str()), bomb.refusal, "{}: {text}", bomb.what);
        assert!(text.contains(bomb.told), "{}: {text}", bomb.what);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", bomb.what);
    }
    assert_eq!(seen().await, before);
}
