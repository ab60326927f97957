//! The figures of real incidents against figures that were computed elsewhere, through the HTTP API alone.
//!
//! Every figure has one name and one key, such as `MTTR (minutes)` and `critical p95`. The expected results, the answers
//! of `POST /query` and the data of a report all become such figures, and are compared one by one, both ways: a figure
//! that only one side has is a difference. Where the expected results came from is told beside them in `tests/data`.

mod batches;
mod expected;
mod figures;
mod files;
mod lists;
mod queries;
mod replay;
mod reports;
mod sources;

use serde_json::{Value, json};
use sitrep_tests::TestApp;
use sitrep_tests::data::{expected, read_ndjson};

use crate::batches::{Dice, as_open, send_in_batches, with};
use crate::expected::{expected_itsm, expected_lists, expected_more, expected_vcdb};
use crate::figures::{SEVERITIES, compare};
use crate::queries::{ITSM_WINDOW, VCDB_WINDOW, ask_itsm, ask_lists, ask_more, ask_volume};
use crate::reports::{make_report, report_itsm, report_volume};

#[tokio::test]
async fn itsm_figures_are_the_expected_ones_by_query_and_in_a_report() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let answer = acme.ingest_incidents("uci-itsm", "itsm_incidents").await;
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(12_157), &json!(0)));

    let expected = expected("uci-itsm");
    let figures = expected_itsm(&expected);
    compare("ITSM by POST /query", &figures, &ask_itsm(&acme).await);
    compare("ITSM by POST /query, beyond the report", &expected_more(&expected), &ask_more(&acme).await);
    let data = make_report(&acme, "executive_monthly", ITSM_WINDOW).await;
    compare("ITSM in a report's data", &figures, &report_itsm(&data));
}

#[tokio::test]
async fn vcdb_figures_are_the_expected_ones_by_query_and_in_a_report() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let answer = acme.ingest_incidents("vcdb", "incidents_vcdb").await;
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(4_266), &json!(0)));

    let expected = expected("vcdb");
    let figures = expected_vcdb(&expected);
    assert!(
        figures[&(SEVERITIES, "unrated".to_owned())] > 2_500.0,
        "most of these incidents have no severity"
    );
    compare("VCDB by POST /query", &figures, &ask_volume(&acme, VCDB_WINDOW).await);
    compare("VCDB by POST /query, top lists", &expected_lists(&expected), &ask_lists(&acme).await);
    let data = make_report(&acme, "incident_summary", VCDB_WINDOW).await;
    compare("VCDB in a report's data", &figures, &report_volume(&data));
}

#[tokio::test]
async fn incidents_sent_first_as_open_and_again_as_resolved_give_the_same_figures_in_any_batches() {
    let app = TestApp::start().await;
    let resolved: Vec<Value> = read_ndjson("uci-itsm/itsm_incidents.ndjson.gz")
        .into_iter()
        .map(|row| with(row, &[("updated_at", json!("2017-06-01T00:00:00"))]))
        .collect();
    let open: Vec<Value> = resolved.iter().map(as_open).collect();
    let figures = expected_itsm(&expected("uci-itsm"));
    for (seed, tenant, first, second) in
        [(1, "open-first", &open, &resolved), (2, "resolved-first", &resolved, &open)]
    {
        let tenant = app.tenant(tenant).await;
        let mut dice = Dice(seed);
        send_in_batches(&tenant, &mut dice, first.clone()).await;
        send_in_batches(&tenant, &mut dice, second.clone()).await;
        compare(&format!("ITSM {}", tenant.id), &figures, &ask_itsm(&tenant).await);
    }
    let tenant = app.tenant("mixed").await;
    send_in_batches(&tenant, &mut Dice(3), [open, resolved].concat()).await;
    compare("ITSM mixed", &figures, &ask_itsm(&tenant).await);
}
