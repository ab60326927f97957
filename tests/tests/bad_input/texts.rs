//! Texts that would act as something else: formulas in CSV, markup in HTML, lines in headers. They stay texts.

use std::io::{Cursor, Read as _};

use mail_parser::MessageParser;
use serde_json::{Value, json};
use sitrep_tests::{Answer, TestApp, TestTenant};

const HOSTILE: [&str; 10] = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1+1",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE incidents; --",
    "\u{202E}gpj.exe",
    "a\r\nBcc: eve@evil.example\r\n\r\n=2+2",
];
const FORMATS: [&str; 6] = ["pdf", "pdfa", "html", "csv", "json", "txt"];
const MONTH: (&str, &str) = ("2026-10-01", "2026-10-31");

/// One incident per text, which stands in every field that takes any text.
fn records() -> Vec<Value> {
    let record = |(i, text): (usize, &&str)| {
        json!({"id": format!("{i} {text}"), "created_at": "2026-10-05T10:00:00Z", "resolved_at": "2026-10-05T12:00:00Z",
            "severity": "high", "title": text, "team": text, "resolved_by": text, "category": text, "user": text,
            "agent_id": text, "agent_name": text, "policy_id": text, "policy_name": text, "data_type": text,
            "tags": [text], "sla_met": true, "custom": {"note": text, "list": [text]}})
    };
    HOSTILE.iter().enumerate().map(record).collect()
}

async fn make_report(tenant: &TestTenant<'_>, name: &str) -> Value {
    tenant.ingest(&records()).await;
    let body = json!({"report_types": ["executive_monthly", "incident_summary"], "name": name, "formats": FORMATS,
        "start_date": MONTH.0, "end_date": MONTH.1, "recipients": ["viewer@acme.example"]});
    let report = tenant.report(body).await;
    assert_eq!(report["status"], "completed", "{report}");
    report
}

async fn download(tenant: &TestTenant<'_>, report: &Value, format: &str) -> Answer {
    let id = report["id"].as_str().unwrap();
    let answer = tenant.get(&format!("/api/v1/reports/{id}/download?format={format}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

#[tokio::test]
async fn no_text_becomes_a_formula_in_csv() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let report = make_report(&acme, "=HYPERLINK(\"http://evil.example\")").await;
    let archive = download(&acme, &report, "csv").await;
    let mut archive = zip::ZipArchive::new(Cursor::new(archive.body)).expect("several tables come as a zip");
    let (mut cells, mut disarmed) = (0, 0);
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)), "{name}");
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        for record in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).records() {
            for cell in &record.unwrap() {
                // No figure here is negative, so that a sign always begins a formula.
                let first = cell.trim_start().chars().next();
                assert!(!matches!(first, Some('=' | '+' | '-' | '@')), "{name}: {cell:?}");
                assert!(!cell.starts_with(['\t', '\r']), "{name}: {cell:?}");
                (cells, disarmed) = (cells + 1, disarmed + usize::from(cell.starts_with('\'')));
            }
        }
    }
    // Five texts that begin as formulas do and one that begins with an apostrophe itself, in at least six lists.
    assert!(cells > 100 && disarmed >= 36, "{cells} cells, {disarmed} disarmed");
}

#[tokio::test]
async fn no_text_becomes_markup_in_html_or_in_mail() {
    let app = TestApp::start().await;
    let body = json!({"id": "acme", "name": "<b>Acme</b><script>alert(1)</script>", "plan": "enterprise", "users": [
        {"email": "owner@acme.example", "password": sitrep_tests::tenant::PASSWORD, "role": "owner"},
        {"email": "viewer@acme.example", "password": sitrep_tests::tenant::PASSWORD, "role": "viewer"}]});
    let _ = app.call("POST", "/_local/tenants", Some(body)).await.expect(200);
    let acme = TestTenant::open(&app, "acme");
    let report = make_report(&acme, "\"><img src=x onerror=alert(1)><script>alert(1)</script>").await;
    let id = report["id"].as_str().unwrap();

    let page = download(&acme, &report, "html").await.text();
    assert_inert("the artifact", &page);
    assert!(page.contains("&lt;script&gt;"), "the texts are there, as texts");
    let view = acme.get(&format!("/api/v1/reports/{id}/view")).await;
    assert!(view.header("content-security-policy").contains("default-src 'none'"));
    assert_inert("the view", &view.text());

    let body = json!({"recipients": ["auditor@outside.example"], "variant": "full", "message": "<script>alert(2)</script>"});
    let shared = acme.post(&format!("/api/v1/reports/{id}/share"), body).await.expect(201);
    let url = shared["shares"][0]["url"].as_str().unwrap();
    let link = app.call("GET", url.strip_prefix(app.stack.backend().public_url()).unwrap(), None).await;
    assert_eq!(link.status, 200);
    assert_inert("the page of the link", &link.text());

    app.settle().await;
    let mails = app.stack.mailbox();
    assert_eq!(mails.len(), 2, "the report, and the link");
    for mail in mails {
        let raw = mail.raw();
        let message = MessageParser::default().parse(&raw).expect("a message");
        let html = message.body_html(0).expect("a message has a page");
        assert_inert("the mail", &html);
    }
}

/// No element of a hostile text is an element of the page.
fn assert_inert(what: &str, page: &str) {
    let lower = page.to_lowercase();
    for markup in ["<script", "<img", "<b>acme", "<iframe", "<object", "<embed"] {
        assert!(!lower.contains(markup), "{what} has {markup}");
    }
    // Within the tags that there are, no attribute acts.
    for tag in lower.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        assert!(!tag.contains(" on") || !tag.contains("alert"), "{what}: <{tag}>");
    }
    assert!(!page.contains('\u{202E}'), "{what} has an override of the writing direction");
}

#[tokio::test]
async fn no_text_becomes_a_header() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let name = "Weekly \u{202E}\"; filename=evil.exe; =?utf-8?q?x?= Ωmega";
    let report = make_report(&acme, name).await;
    for (format, extension) in [
        ("pdf", "pdf"),
        ("pdfa", "pdfa.pdf"),
        ("html", "html"),
        ("csv", "zip"),
        ("json", "json"),
        ("txt", "txt"),
    ] {
        let answer = download(&acme, &report, format).await;
        let disposition = answer.header("content-disposition");
        let file =
            disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"'));
        let file = file.unwrap_or_else(|| panic!("{disposition}"));
        assert!(file.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)), "{disposition}");
        assert!(file.ends_with(&format!("_20261118.{extension}")), "{disposition}");
    }
    let mails = app.stack.mailbox();
    assert_eq!(mails.len(), 1);
    let raw = mails[0].raw();
    let text = String::from_utf8_lossy(&raw);
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(head.is_ascii(), "{head}");
    for name in ["subject:", "to:", "from:", "message-id:"] {
        let count = head.lines().filter(|line| line.to_ascii_lowercase().starts_with(name)).count();
        assert_eq!(count, 1, "{name}\n{head}");
    }
    assert!(!head.to_ascii_lowercase().contains("\nbcc:"), "{head}");
    let message = MessageParser::default().parse(&raw).expect("a message");
    let subject = message.subject().expect("a subject");
    assert!(subject.starts_with("[Tenant acme] Weekly") && subject.contains("Ωmega"), "{subject}");
    assert!(!subject.chars().any(char::is_control), "{subject:?}");
    for part in message.attachments() {
        use mail_parser::MimeHeaders as _;
        let name = part.attachment_name().expect("an attachment has a name");
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)), "{name}");
    }
}

#[tokio::test]
async fn texts_come_back_from_queries_and_in_json_as_they_were_sent() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let report = make_report(&acme, HOSTILE[5]).await;
    let mut sent = HOSTILE.to_vec();
    sent.sort_unstable();
    for field in [
        "title",
        "team",
        "resolved_by",
        "category",
        "user",
        "agent_id",
        "agent_name",
        "policy_id",
        "policy_name",
        "data_type",
        "tags",
        "custom.note",
        "custom.list",
    ] {
        let body = json!({"dataset": "incidents", "start": MONTH.0, "end": MONTH.1, "group_by": [field],
            "metrics": [{"metric": "total"}]});
        let answer = acme.post("/api/v1/query", body).await.expect(200);
        assert_eq!(firsts(&answer["rows"]), sent, "{field}");
        for text in HOSTILE {
            let filters = json!({"field": field, "op": "eq", "value": text});
            let body = json!({"dataset": "incidents", "start": MONTH.0, "end": MONTH.1, "filters": filters,
                "metrics": [{"metric": "total"}]});
            assert_eq!(
                acme.post("/api/v1/query", body).await.expect(200)["rows"],
                json!([[1]]),
                "{field} {text:?}"
            );
        }
    }
    let file = download(&acme, &report, "json").await.json();
    assert_eq!(file["data"], report["data"]);
    let tables: Vec<&Value> = report["data"]["sections"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|s| s["tables"].as_array().unwrap())
        .collect();
    for id in ["top_resolvers", "top_teams", "top_categories", "top_users"] {
        let table = tables.iter().find(|table| table["id"] == id).unwrap_or_else(|| panic!("no table {id}"));
        assert_eq!(firsts(&table["rows"]), sent, "{id}");
    }
}

/// The first cell of each row, sorted.
fn firsts(rows: &Value) -> Vec<&str> {
    let mut texts: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    texts.sort_unstable();
    texts
}
