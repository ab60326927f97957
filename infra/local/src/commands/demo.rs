//! The demonstration: the main job on real records, through the API, one line per step with its result and its time.
//!
//! Records come in, a schedule fires, a report is measured and rendered, it lands in a mailbox with its PDF, and an
//! outsider opens it through a link that expires. Nothing is told that was not answered by the product.

mod client;

use std::time::Instant;

use serde_json::{Value, json};

use self::client::Client;
use super::CommandError;
use super::up::print_line;
use crate::Stack;

/// When the demonstration begins: half an hour before a Monday on which the schedule fires, with the records of March.
pub(super) const START: &str = "2016-04-04T06:30:00Z";
const FIRE: &str = "2016-04-04T07:00:00Z";
const RECORDS: &[u8] = include_bytes!("../../../../tests/data/uci-itsm/itsm_incidents.ndjson.gz");
const MAPPING: &str = include_str!("../../../../tests/data/uci-itsm/mapping.itsm_incidents.json");
const OWNER: &str = "owner@demo.example";
const PASSWORD: &str = "sitrep-demo-password";
const OUTSIDER: &str = "auditor@outside.example";

/// Runs the main job and prints each step.
pub(super) async fn run(stack: &Stack) -> Result<(), CommandError> {
    let began = Instant::now();
    let mut client = Client::new(stack);
    step("tenant", make_tenant(&client)).await?;
    let token = step("sign in", sign_in(&client)).await?;
    client.sign_in_with(token);
    step("mapping", put_mapping(&client)).await?;
    step("records", ingest(&client)).await?;
    step("schedule", make_schedule(&client)).await?;
    let report = step("fire", fire(&client)).await?;
    step("report", show_report(&client, &report)).await?;
    step("mail", show_mail(&client, &report)).await?;
    let link = step("share", share(&client, &report)).await?;
    step("outsider", open_link(&client, &report, &link)).await?;
    let base = stack.backend().public_url();
    print_line(&format!("\nThe main job took {:.2} s. See for yourself:", began.elapsed().as_secs_f64()));
    print_line(&format!("  mailbox  {base}/_local/mailbox"));
    print_line(&format!(
        "  report   {base}/api/v1/reports/{report}  (sign in as {OWNER}, password {PASSWORD})"
    ));
    print_line(&format!("  share    {link}"));
    Ok(())
}

/// What a step gives: what to print, and what the next ones need.
type Done = Result<(String, String), CommandError>;

async fn step(name: &str, work: impl Future<Output = Done>) -> Result<String, CommandError> {
    let began = Instant::now();
    let (text, value) = work.await.map_err(|error| CommandError(format!("{name}: {error}")))?;
    print_line(&format!("  {name:<9} {text:<78} {:>6.0} ms", began.elapsed().as_secs_f64() * 1_000.0));
    Ok(value)
}

fn done(text: impl Into<String>, value: impl Into<String>) -> Done {
    Ok((text.into(), value.into()))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

async fn make_tenant(client: &Client<'_>) -> Done {
    let body = json!({"id": "demo", "name": "Demo Industries", "plan": "enterprise", "timezone": "Europe/Berlin",
        "users": [{"email": OWNER, "password": PASSWORD, "role": "owner"}]});
    match client.call("POST", "/_local/tenants", Some(&body)).await? {
        (200, _) => done("Demo Industries (demo), one owner", ""),
        (409, _) => done("Demo Industries (demo), found from before", ""),
        (status, answer) => Err(CommandError(format!("{status} {answer}"))),
    }
}

async fn sign_in(client: &Client<'_>) -> Done {
    let body = json!({"username": OWNER, "password": PASSWORD});
    let answer = client.expect(200, "POST", "/api/v1/auth/login", Some(&body)).await?;
    done(format!("{OWNER} as {}", text_of(&answer["user"]["role"])), text_of(&answer["access_token"]))
}

async fn put_mapping(client: &Client<'_>) -> Done {
    let mapping: Value = serde_json::from_str(MAPPING).map_err(CommandError::new)?;
    let fields = mapping["fields"].as_object().map_or(0, serde_json::Map::len);
    match client.call("PUT", "/api/v1/datasets/incidents/mappings/uci_itsm", Some(&mapping)).await? {
        (200 | 201, _) => done(format!("uci_itsm: {fields} fields of the source become ours"), ""),
        (status, answer) => Err(CommandError(format!("{status} {answer}"))),
    }
}

async fn ingest(client: &Client<'_>) -> Done {
    let answer = client.ingest("/api/v1/datasets/incidents/records?mapping=uci_itsm", RECORDS).await?;
    let (accepted, rejected) = (&answer["accepted"], &answer["rejected"]);
    done(format!("{accepted} real incidents accepted, {rejected} rejected (UCI ML repository, no. 498)"), "")
}

async fn make_schedule(client: &Client<'_>) -> Done {
    let body = json!({"name": "Executive report", "report_type": "executive_monthly", "cron": "0 9 * * 1",
        "timezone": "Europe/Berlin", "period": "previous_month", "formats": ["pdf", "html", "csv", "json", "txt"],
        "recipients": ["board@demo.example"]});
    let answer = client.expect(201, "POST", "/api/v1/reports/schedules", Some(&body)).await?;
    done(
        format!("Mondays 09:00 Europe/Berlin, next on {}", text_of(&answer["next_send_at"])),
        text_of(&answer["id"]),
    )
}

async fn fire(client: &Client<'_>) -> Done {
    client.expect(200, "POST", "/_local/clock", Some(&json!({"set": FIRE}))).await?;
    let list = client.expect(200, "GET", "/api/v1/reports?limit=1", None).await?;
    let report = &list["items"][0];
    match report["status"].as_str() {
        Some("completed") => {
            done(format!("the clock stands at {FIRE}; the run is completed"), text_of(&report["id"]))
        }
        other => Err(CommandError(format!("the run is {other:?}: {}", report["failure"]))),
    }
}

async fn show_report(client: &Client<'_>, id: &str) -> Done {
    let report = client.expect(200, "GET", &format!("/api/v1/reports/{id}"), None).await?;
    let value = |metric: &str| report["data"]["metrics"][metric]["value"].clone();
    let files: Vec<String> =
        report["artifacts"].as_array().into_iter().flatten().map(|a| text_of(&a["format"])).collect();
    let hours = value("mttr_median").as_f64().unwrap_or_default() / 60.0;
    let text = format!(
        "{} incidents, {} critical, median {hours:.1} h to resolve; {}",
        value("total"),
        value("critical"),
        files.join(" ")
    );
    done(text, "")
}

async fn show_mail(client: &Client<'_>, id: &str) -> Done {
    let deliveries = client.expect(200, "GET", &format!("/api/v1/reports/{id}/deliveries"), None).await?;
    let delivery = &deliveries["items"][0];
    let mailbox = client.expect(200, "GET", "/_local/mailbox", None).await?;
    let mail = mailbox.as_array().and_then(|mails| mails.last()).cloned().unwrap_or_default();
    let pdf =
        mail["attachments"].as_array().into_iter().flatten().find(|a| a["content_type"] == "application/pdf");
    let Some(pdf) = pdf else { return Err(CommandError(format!("no mail with a PDF has arrived: {mail}"))) };
    let size = pdf["size"].as_u64().unwrap_or_default() / 1_024;
    let (name, to) = (text_of(&pdf["filename"]), text_of(&mail["to"][0]));
    done(format!("{to} has {name} ({size} KB); delivery {}", text_of(&delivery["state"])), "")
}

async fn share(client: &Client<'_>, id: &str) -> Done {
    let body =
        json!({"recipients": [OUTSIDER], "expires_in_hours": 24, "formats": ["pdf"], "variant": "full"});
    let answer = client.expect(201, "POST", &format!("/api/v1/reports/{id}/share"), Some(&body)).await?;
    let share = &answer["shares"][0];
    done(format!("link for {OUTSIDER}, expires {}", text_of(&share["expires_at"])), text_of(&share["url"]))
}

async fn open_link(client: &Client<'_>, id: &str, link: &str) -> Done {
    let report = client.expect(200, "GET", &format!("/api/v1/reports/{id}"), None).await?;
    let promised =
        report["artifacts"].as_array().into_iter().flatten().find(|a| a["format"] == "pdf").cloned();
    let promised = promised.map(|a| text_of(&a["sha256"])).unwrap_or_default();
    let file = client.download_by_link(link).await?;
    let sha256 = sitrep_domain::canonical::sha256_hex(&file);
    if sha256 != promised {
        return Err(CommandError(format!("the file is {sha256}, the report promised {promised}")));
    }
    done(
        format!(
            "downloaded {} KB without an account; sha256 {}… as promised",
            file.len() / 1_024,
            &sha256[..12]
        ),
        "",
    )
}
