//! Branding through HTTP: a tenant's logo and colour are in its own documents, and in those that are made again after it
//! has taken others; each page says how confidential it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::document::Png;
use sitrep_tests::data::incident;
use sitrep_tests::{TestApp, TestTenant};

const SETTINGS: &str = "/api/v1/settings";
const FORMATS: [&str; 4] = ["pdf", "pdfa", "html", "txt"];
const LOGO: &[u8] = include_bytes!("../../shared/render/examples/logo.png");
const OTHER_LOGO: &[u8] = include_bytes!("../../shared/domain/src/document/image/interlaced.png");

async fn brand(tenant: &TestTenant<'_>, branding: Value) -> Value {
    let answer = tenant.patch(SETTINGS, json!({ "branding": branding })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["branding"].clone()
}

async fn make_report(tenant: &TestTenant<'_>, sensitivity: &str) -> Value {
    let body = json!({"report_type": "incident_summary", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": FORMATS, "sensitivity": sensitivity});
    let report = tenant.report(body).await;
    assert_eq!(report["status"], "completed", "{report}");
    report
}

async fn download(tenant: &TestTenant<'_>, report: &Value, format: &str) -> Vec<u8> {
    let path = format!("/api/v1/reports/{}/download?format={format}", report["id"].as_str().unwrap());
    let answer = tenant.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.body.to_vec()
}

/// How many pictures each of PDF, archival PDF and HTML holds.
async fn count_pictures(tenant: &TestTenant<'_>, report: &Value) -> [usize; 3] {
    let mut counts = [0; 3];
    for (count, (format, mark)) in counts.iter_mut().zip([
        ("pdf", b"/Subtype/Image".as_slice()),
        ("pdfa", b"/Subtype/Image"),
        ("html", b"src=\"data:image/png"),
    ]) {
        let mut file = download(tenant, report, format).await;
        // Writers differ in whether a space stands between a key and its value.
        if mark.starts_with(b"/") {
            file.retain(|byte| *byte != b' ');
        }
        *count = file.windows(mark.len()).filter(|window| *window == mark).count();
    }
    counts
}

fn hashes(report: &Value) -> Vec<(String, String)> {
    let text = |artifact: &Value, name: &str| artifact[name].as_str().unwrap().to_owned();
    let artifacts = report["artifacts"].as_array().unwrap().iter();
    artifacts.map(|artifact| (text(artifact, "format"), text(artifact, "sha256"))).collect()
}

async fn reproduce(app: &TestApp, tenant: &TestTenant<'_>, report: &Value) -> Value {
    let path = format!("/api/v1/reports/{}/reproduce", report["id"].as_str().unwrap());
    let asked = tenant.post(&path, json!({})).await.expect(202);
    app.settle().await;
    tenant.read_report(asked["id"].as_str().unwrap()).await
}

#[tokio::test]
async fn a_logo_is_in_the_documents_of_its_tenant_and_stays_in_those_made_with_it() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    for tenant in [&acme, &globex] {
        tenant.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    }
    let told = brand(&acme, json!({"logo": STANDARD.encode(LOGO)})).await["logo"].clone();
    assert_eq!((&told["sha256"], &told["size_bytes"]), (&json!(sha256_hex(LOGO)), &json!(LOGO.len())));
    assert_eq!(brand(&acme, json!({"accent_colour": "#ffdd00"})).await["logo"], told, "it stays");

    let first = make_report(&acme, "low").await;
    let [pdf, pdfa, html] = count_pictures(&acme, &first).await;
    assert!(pdf > 0 && pdfa > 0 && html == 1, "{pdf} {pdfa} {html}");
    assert_eq!(count_pictures(&globex, &make_report(&globex, "low").await).await, [0; 3]);

    brand(&acme, json!({"logo": STANDARD.encode(OTHER_LOGO), "accent_colour": "#003355"})).await;
    let second = make_report(&acme, "low").await;
    assert_eq!(count_pictures(&acme, &second).await[2], 1);
    brand(&acme, json!({"logo": null})).await;
    let third = make_report(&acme, "low").await;
    assert_eq!(count_pictures(&acme, &third).await, [0; 3]);

    for original in [&first, &second, &third] {
        let again = reproduce(&app, &acme, original).await;
        assert_eq!((&again["status"], hashes(&again)), (&json!("completed"), hashes(original)), "{again}");
    }
}

#[tokio::test]
async fn a_colour_of_little_contrast_is_taken_and_the_answer_says_what_texts_become() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let told = brand(&acme, json!({"accent_colour": "#ffdd00"})).await;
    assert_eq!(told["accent_colour"], "#ffdd00");
    assert_eq!(told["text_colours"]["on_dark"], "#ffdd00");
    let on_light = told["text_colours"]["on_light"].as_str().unwrap();
    assert_ne!(on_light, "#ffdd00");
    let report = make_report(&acme, "low").await;
    let html = String::from_utf8(download(&acme, &report, "html").await).unwrap();
    assert!(html.contains(&format!("--accent:{on_light}")), "texts have the colour that the answer told");
}

#[tokio::test]
async fn each_page_says_how_confidential_the_report_is() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    for (sensitivity, label, other) in
        [("low", "Internal", "Confidential"), ("medium", "Confidential", "Internal")]
    {
        let report = make_report(&acme, sensitivity).await;
        for format in ["html", "txt"] {
            let text = String::from_utf8(download(&acme, &report, format).await).unwrap();
            assert!(text.contains(label) && !text.contains(other), "{sensitivity} as {format}");
        }
    }
}

#[tokio::test]
async fn a_drawing_is_kept_as_the_picture_that_documents_show() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 3 1'><rect width='3' height='1' fill='#123456'/></svg>";
    let told = brand(&acme, json!({"logo": STANDARD.encode(svg)})).await["logo"].clone();
    assert_eq!((&told["width"], &told["height"]), (&json!(900), &json!(300)));
    assert_eq!(brand(&acme, json!({"logo": svg})).await["logo"], told, "as it is, or in Base64");
    let report = make_report(&acme, "low").await;
    let html = String::from_utf8(download(&acme, &report, "html").await).unwrap();
    let picture = html.split_once("data:image/png;base64,").expect("the logo").1.split_once('"').unwrap().0;
    let shown = Png::new(STANDARD.decode(picture).unwrap()).unwrap().pixels().unwrap();
    assert_eq!(shown.rgba[..4], [0x12, 0x34, 0x56, 255]);
}

#[tokio::test]
async fn a_logo_that_cannot_be_shown_is_refused_with_the_remedy_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let before = acme.get(SETTINGS).await;
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"http://192.0.2.1/x.png\"/></svg>";
    for (logo, said) in [
        (json!(STANDARD.encode(svg)), "it has <image>"),
        (json!(svg), "it has <image>"),
        (json!(svg.replace("image", "text")), "convert texts to paths"),
        (json!(svg.replace("image", "use")), "refers to http://192.0.2.1/x.png"),
        (json!(STANDARD.encode(&LOGO[..LOGO.len() / 2])), "cannot be read"),
        (json!(STANDARD.encode(vec![0; 300_000])), "at most 256 KB"),
        (json!(7), "PNG or SVG in Base64"),
        (json!({"sha256": sha256_hex(LOGO), "width": 1, "height": 1, "size_bytes": 1}), "send its file"),
    ] {
        let answer = acme.patch(SETTINGS, json!({"branding": {"logo": logo}})).await;
        assert_eq!((answer.status, answer.field().as_str()), (400, "branding.logo"), "{}", answer.text());
        assert!(answer.text().contains(said), "{said}: {}", answer.text());
    }
    let after = acme.get(SETTINGS).await;
    assert_eq!((after.header("etag"), after.json()), (before.header("etag"), before.json()));
}
