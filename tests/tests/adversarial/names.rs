//! As names: of the tenant, its reports, its schedules and their subjects, and so in the headers, bodies and file names of
//! mail, in the names of downloads, and on the page that an outsider sees.
//!
//! A name is refused, or it is said word for word and does nothing else: mails and pages have the headers and the elements
//! of harmless ones.

use http::HeaderMap;
use mail_parser::{Address, MessageParser, MimeHeaders as _};
use serde_json::{Value, json};
use sitrep_tests::{TestApp, TestTenant};

use crate::corpus::{texts, varied_texts};
use crate::places::assert_answered;

const SETTINGS: &str = "/api/v1/settings";
const REPORTS: &str = "/api/v1/reports/generate";
const SCHEDULES: &str = "/api/v1/reports/schedules";

/// A text as a name: trimmed, one line, 1 to 120 characters; nothing when it cannot be one.
fn as_name(text: &str) -> Option<String> {
    let name = text.trim();
    let fits = (1..=120).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned())
}

/// Elements and attributes without what they hold.
fn skeleton(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    let names = |tag: &str| tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    tags.map(names).collect()
}

/// Markup with its references resolved, each once, by name or by number.
fn resolve(html: &str) -> String {
    let mut shown = html.to_owned();
    // The ampersand comes last: what it makes is text.
    for (c, name, number) in
        [('<', "lt", 60), ('>', "gt", 62), ('"', "quot", 34), ('\'', "apos", 39), ('&', "amp", 38)]
    {
        shown = shown.replace(&format!("&{name};"), &c.to_string());
        shown = shown.replace(&format!("&#{number};"), &c.to_string());
    }
    shown
}

/// What does not depend on names: the headers of a mail by name, the elements of its body.
#[derive(Debug, PartialEq)]
struct Shape {
    headers: Vec<String>,
    elements: Vec<String>,
    attachments: usize,
}

/// The shape of a mail that carries `name` as tenant and as report; the link in it.
fn read_mail(raw: &[u8], name: &str) -> (Shape, String) {
    let mail = MessageParser::default().parse(raw).unwrap_or_else(|| panic!("{name:?}: no mail"));
    assert_eq!(mail.subject(), Some(format!("[{name}] {name} — 2026-10-31").as_str()));
    let from = mail.from().and_then(|from| from.first()).expect("somebody sent it");
    let count = |of: Option<&Address>| of.map_or(0, |addresses| addresses.iter().count());
    assert_eq!((from.name(), count(mail.from()), count(mail.to())), (Some(name), 1, 1));
    for attachment in mail.attachments() {
        assert_plain_file(attachment.attachment_name().expect("a file has a name"), name);
    }
    let (text, html) = (mail.body_text(0).expect("a text"), mail.body_html(0).expect("a page"));
    assert!(text.contains(name), "{name:?} in {text}");
    // Marks that turn the direction of what follows are left out where they could reach beyond the name.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown: String = name.chars().filter(|c| !turns(*c)).collect();
    assert!(resolve(&html).contains(&shown) && !html.contains(turns), "{name:?} in {html}");
    let link = text.lines().find(|line| line.contains("/s/")).expect("a link").to_owned();
    let mut headers: Vec<String> = mail.headers_raw().map(|(header, _)| header.to_owned()).collect();
    headers.sort_unstable();
    let attachments = mail.attachment_count();
    (Shape { headers, elements: skeleton(&html), attachments }, link)
}

/// A file name that no program takes for anything else.
fn assert_plain_file(file: &str, name: &str) {
    let stem = file.strip_suffix("_20261118.txt").unwrap_or_else(|| panic!("{name:?}: {file}"));
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    assert!(!stem.is_empty() && stem.len() <= 60 && stem.bytes().all(is_plain), "{name:?}: {file}");
}

fn assert_plain_disposition(headers: &HeaderMap, name: &str) {
    let all: Vec<_> = headers.get_all("content-disposition").iter().collect();
    let [only] = all.as_slice() else { panic!("{name:?}: {all:?}") };
    let file = only.to_str().unwrap().strip_prefix("attachment; filename=\"");
    let file = file.and_then(|file| file.strip_suffix('"')).unwrap_or_else(|| panic!("{name:?}: {only:?}"));
    assert_plain_file(file, name);
}

/// Names the tenant so and asks for a report of that name; the report's id, or nothing when the name is refused.
async fn name_all(app: &TestApp, acme: &TestTenant<'_>, text: &str) -> Option<String> {
    let named = acme.patch(SETTINGS, json!({"branding": {"name": text}})).await;
    assert_answered(text, &named);
    let body = json!({"report_type": "incident_summary", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["txt"], "sensitivity": "low", "name": text, "recipients": ["cio@acme.example"]});
    let asked = acme.post(REPORTS, body).await;
    assert_answered(text, &asked);
    if as_name(text).is_none() {
        assert_eq!((named.status, named.field().as_str()), (400, "branding.name"), "{text:?}");
        assert_eq!((asked.status, asked.field().as_str()), (400, "name"), "{text:?}");
        return None;
    }
    assert_eq!((named.status, asked.status), (200, 202), "{text:?}: {}{}", named.text(), asked.text());
    app.settle().await;
    Some(asked.json()["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_name_is_said_word_for_word_and_does_nothing_else() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let mut harmless = None;
    let mut named = 0;
    for text in ["Acme".to_owned()].into_iter().chain(varied_texts()) {
        let Some(id) = name_all(&app, &acme, &text).await else { continue };
        let name = as_name(&text).expect("it was taken");
        let file = acme.get(&format!("/api/v1/reports/{id}/download?format=txt")).await;
        assert_eq!(file.status, 200, "{name:?}: {}", file.text());
        assert_plain_disposition(&file.headers, &name);

        let mails = app.stack.mailbox();
        named += 1;
        assert_eq!(mails.len(), named, "{name:?}");
        let (shape, link) = read_mail(&mails.last().expect("a mail").raw(), &name);
        let page = app.call("GET", &link[link.find("/s/").expect("a link")..], None).await;
        assert_eq!(page.status, 200, "{name:?}");
        let page = page.text();
        assert!(resolve(&page).matches(&name).count() >= 2, "{name:?} as tenant and report in {page}");
        let found = (shape, skeleton(&page));
        match &harmless {
            None => harmless = Some(found),
            Some(harmless) => assert_eq!(&found, harmless, "{name:?}"),
        }
    }
    assert!(named > 800, "{named}");
}

#[tokio::test]
async fn a_schedule_may_have_any_name_and_its_mail_any_subject_but_one_line_of_it() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let mut sent = Vec::new();
    for text in varied_texts().iter().step_by(4) {
        let body = json!({"name": text, "report_type": "incident_summary", "formats": ["txt"],
            "recipients": ["cio@acme.example"], "subject_template": text});
        let made = acme.post(SCHEDULES, body).await;
        assert_answered(text, &made);
        if made.status != 201 {
            assert!(
                matches!(made.field().as_str(), "name" | "subject_template"),
                "{text:?}: {}",
                made.text()
            );
            continue;
        }
        let path = format!("{SCHEDULES}/{}/run-now", made.json()["id"].as_str().unwrap());
        let _: Value = acme.post(&path, json!({})).await.expect(202);
        app.settle().await;
        sent.push(as_name(text).expect("it was taken"));
    }
    let mails = app.stack.mailbox();
    assert!(sent.len() > 150 && mails.len() == sent.len(), "{} sent, {} mails", sent.len(), mails.len());
    let mut harmless: Option<Vec<String>> = None;
    for (mail, text) in mails.iter().zip(&sent) {
        let raw = mail.raw();
        let mail = MessageParser::default().parse(&raw).expect("a mail");
        let subject = mail.subject().expect("a subject");
        assert!(text.contains('{') || subject == text, "{text:?} became {subject:?}");
        let headers: Vec<String> = mail.headers_raw().map(|(header, _)| header.to_owned()).collect();
        assert_eq!(&headers, harmless.get_or_insert_with(|| headers.clone()), "{text:?}");
    }
}

#[test]
fn most_texts_can_be_names() {
    let names = texts().iter().filter(|text| as_name(text).is_some()).count();
    assert!(names > 3_400, "{names}");
}
