//! Samples: one of everything, as the OpenAPI document shows it.
//!
//! A sample is a value of the domain that goes through the same view as a real one, so a document cannot promise a field
//! that no answer has.

mod analytics;
mod bodies;
mod dashboard;
mod mappings;
mod uploads;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use sitrep_app::data::{DatasetView, IngestReport, QueryAnswer, RowError, SnapshotView};
use sitrep_app::reports::ReportDetail;
use sitrep_app::schedules::Upcoming;
#[cfg(test)]
use sitrep_app::shares::Opened;
use sitrep_app::shares::{NewShare, ShareStats, ShareView};
use sitrep_domain::access::{Plan, Role};
use sitrep_domain::branding::Logo;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::datasets::get_dataset;
use sitrep_domain::delivery::{Delivery, DeliveryState};
use sitrep_domain::document::{Format, Rgb, Unit};
use sitrep_domain::email::Email;
use sitrep_domain::ids::{DeliveryId, ReportId, ScheduleId, ShareId, TenantId, UserId};
use sitrep_domain::metric::MetricSettings;
use sitrep_domain::metrics::get_metric;
use sitrep_domain::period::PeriodType;
use sitrep_domain::report_data::{DataTable, MetricFigure, ReportData, SectionData};
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::result::Cell;
use sitrep_domain::run::{
    Artifact, MailPlan, Recipient, RecipientKind, Run, RunInput, RunStatus, Sensitivity, Trigger, Versioned,
};
use sitrep_domain::schedule::{Schedule, ScheduleDraft};
use sitrep_domain::settings::SettingsDraft;
use sitrep_domain::share::{Share, ShareState};
use sitrep_domain::templates::TEMPLATES;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::User;
use sitrep_domain::window::Window;

pub(crate) use analytics::{
    data_types_answer, policy_violations_answer, severity_distribution_answer, summary_answer,
    top_violators_answer, trends_answer,
};
pub(crate) use bodies::{
    query_body, report_draft, report_more, schedule_draft, schedule_more, schedule_patch,
    schedule_patch_more, settings_patch, share_body, upload_body,
};

pub(crate) use dashboard::{dashboard_view, kpis_view};
pub(crate) use mappings::{mapping_body, mapping_test, mapping_view};
pub(crate) use uploads::{new_upload_view, upload_view};

use crate::token::EXPIRES_IN_SECONDS;
use crate::views::{
    DeliveryView, MeView, MetricView, NewSharesView, ReportDetailView, ReportView, ScheduleView,
    SignedInView, UpcomingView, UserView,
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("samples have valid instants")
}

fn uuid(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0198_b1c2_7a5e_4c3d_8e2f_0000_0000_0000 + n)
}

fn email(text: &str) -> Email {
    Email::new(text).expect("samples have valid addresses")
}

fn sha256(n: u8) -> String {
    format!("{n:02x}").repeat(32)
}

fn acme() -> TenantId {
    TenantId::new("acme").expect("acme is a slug")
}

pub(crate) fn user() -> User {
    User {
        id: UserId::new(uuid(1)),
        tenant: acme(),
        email: email("ann@acme.example"),
        role: Role::Admin,
        ver: 1,
        password_hash: String::new(),
        created_at: at("2026-01-05T08:00:00Z"),
    }
}

fn tenant() -> Tenant {
    Tenant::new(acme(), "Acme Corp", Plan::Governance, at("2026-01-05T08:00:00Z")).expect("a name is given")
}

pub(crate) fn run() -> Run {
    let window = |start, end| Window::new(at(start), at(end)).expect("the end is after the start");
    let input = RunInput {
        tenant: acme(),
        name: "Monthly executive report".to_owned(),
        templates: vec![Versioned { id: "executive_monthly".to_owned(), version: 1 }],
        metrics: vec![Versioned { id: "total".to_owned(), version: 1 }],
        period_type: PeriodType::Monthly,
        period_start: date(2026, 10, 1),
        period_end: date(2026, 11, 1),
        window: window("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"),
        previous: window("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        timezone: "UTC".to_owned(),
        filters: None,
        left_out: vec![],
        options: ReportOptions::default(),
        metric_settings: MetricSettings::default(),
        formats: vec![Format::Pdf, Format::Csv],
        sensitivity: Sensitivity::Low,
        tenant_name: "Acme Corp".to_owned(),
        accent: Rgb(0x1f, 0x4e, 0x79),
        logo: None,
        requested_by: "ann@acme.example".to_owned(),
        schedule_id: Some(ScheduleId::new(uuid(3))),
    };
    let made_at = at("2026-11-01T10:00:00Z");
    Run {
        id: ReportId::new(uuid(2)),
        input_hash: sha256(0x11),
        input,
        mail: MailPlan::default(),
        trigger: Trigger::Schedule,
        status: RunStatus::Completed,
        degraded: false,
        stale: false,
        failure: None,
        created_at: made_at,
        due_at: made_at,
        generated_at: Some(at("2026-11-01T10:00:01Z")),
        attempts: 1,
        lease: None,
        next_attempt_at: made_at,
        artifacts: vec![
            artifact(Format::Pdf, "application/pdf", 48_213),
            artifact(Format::Csv, "application/zip", 9_120),
        ],
        manifest_key: None,
        manifest_sha256: Some(sha256(0x22)),
        data_key: None,
        supersedes: None,
        superseded_by: None,
        reproduces: None,
        counted_as_sent: true,
        expires_at: at("2027-01-30T10:00:00Z"),
        purged_at: None,
    }
}

fn artifact(format: Format, content_type: &str, size_bytes: u64) -> Artifact {
    Artifact {
        format,
        variant: "full".to_owned(),
        size_bytes,
        sha256: sha256(0x33),
        content_type: content_type.to_owned(),
        extension: format.as_str().to_owned(),
        key: format!("t/acme/runs/{}/{}", uuid(2), sha256(0x33)),
    }
}

fn schedule() -> Schedule {
    let draft: ScheduleDraft = serde_json::from_value(schedule_draft()).expect("the sample is a draft");
    let spec = draft.check("UTC").expect("the sample keeps the rules");
    let mut schedule = Schedule::new(
        ScheduleId::new(uuid(3)),
        acme(),
        spec,
        (user().id, user().email.to_string()),
        at("2026-10-02T09:00:00Z"),
    );
    schedule.note_sent(at("2026-11-01T10:00:03Z"));
    schedule
}

fn delivery() -> Delivery {
    let recipient = Recipient { email: email("cio@acme.example"), kind: RecipientKind::To };
    let made_at = at("2026-11-01T10:00:01Z");
    let mut delivery =
        Delivery::new(DeliveryId::new(uuid(4)), run().id, Some(schedule().id), recipient, made_at);
    delivery.state = DeliveryState::Delivered;
    delivery.attempts = 1;
    delivery.message_id = Some("0107018b1c2f-example".to_owned());
    delivery.artifact_sha256 = Some(sha256(0x33));
    delivery.accepted_at = Some(made_at);
    delivery
}

fn share() -> Share {
    Share {
        id: ShareId::new(uuid(5)),
        run: run().id,
        recipient: email("auditor@partner.example"),
        recipient_hash: String::new(),
        formats: vec![Format::Pdf],
        variant: "full".to_owned(),
        token_sha256: sha256(0x44),
        expires_at: at("2026-11-08T10:00:00Z"),
        revoked_at: None,
        created_by: "ann@acme.example".to_owned(),
        created_at: at("2026-11-01T10:05:00Z"),
        delivery: None,
        views: 1,
        downloads: 1,
        last_viewed_at: Some(at("2026-11-02T07:30:00Z")),
    }
}

/// An opened link, for the tests of its page.
#[cfg(test)]
pub(crate) fn opened() -> Opened {
    let run = run();
    Opened { tenant: tenant(), artifacts: run.artifacts.clone(), run, share: share() }
}

pub(crate) fn signed_in_view() -> Value {
    let access_token = "eyJhbGciOiJIUzI1NiJ9.e30.signature";
    json!(SignedInView {
        access_token,
        token_type: "Bearer",
        expires_in: EXPIRES_IN_SECONDS,
        user: UserView::from(&user())
    })
}

pub(crate) fn me_view() -> Value {
    json!(MeView::new(&user(), &tenant()))
}

pub(crate) fn settings() -> Value {
    let mut tenant = tenant();
    tenant.settings.logo =
        Some(Logo { sha256: sha256_hex(b"logo"), width: 600, height: 160, size_bytes: 8_214 });
    json!(SettingsDraft::from(&tenant))
}

pub(crate) fn user_view() -> Value {
    json!(UserView::from(&user()))
}

pub(crate) fn report_view() -> Value {
    json!(ReportView::from(&run()))
}

pub(crate) fn report_detail_view() -> Value {
    let figure = MetricFigure {
        version: 1,
        value: Cell::Integer(118),
        unit: Unit::Count,
        population: 118,
        excluded: 0,
        previous: Cell::Integer(131),
    };
    let table = DataTable {
        id: "severity_distribution".to_owned(),
        columns: vec!["severity".to_owned(), "count".to_owned()],
        rows: vec![vec![Cell::Text("high".to_owned()), Cell::Integer(41)]],
        total_rows: 1,
        truncated: false,
    };
    let section = SectionData {
        id: "severity_distribution".to_owned(),
        title: "Severity".to_owned(),
        tables: vec![table],
    };
    let data = ReportData {
        schema: ReportData::SCHEMA.to_owned(),
        metrics: BTreeMap::from([("total".to_owned(), figure)]),
        sections: vec![section],
    };
    json!(ReportDetailView::from(&ReportDetail {
        run: run(),
        rev: 3,
        data: Some(json!(data)),
        data_url: None
    }))
}

pub(crate) fn schedule_view() -> Value {
    json!(ScheduleView::new(
        &schedule(),
        &["another schedule is called Weekly security report as well".to_owned()]
    ))
}

pub(crate) fn upcoming_view() -> Value {
    let schedule = schedule();
    json!(UpcomingView::from(&Upcoming {
        schedule_id: schedule.id,
        name: schedule.name,
        timezone: schedule.spec.timezone,
        at: at("2026-11-09T08:00:00Z"),
        countdown_seconds: 86_400,
    }))
}

pub(crate) fn delivery_view() -> Value {
    json!(DeliveryView::from(&delivery()))
}

pub(crate) fn share_view() -> Value {
    let share = share();
    json!(ShareView {
        share_id: share.id,
        report_id: share.run,
        recipient: share.recipient,
        state: ShareState::Active,
        formats: share.formats,
        expires_at: share.expires_at,
        created_at: share.created_at,
        created_by: share.created_by,
        views: share.views,
        downloads: share.downloads,
        last_viewed_at: share.last_viewed_at,
    })
}

pub(crate) fn share_stats() -> Value {
    let mut stats = json!(ShareStats {
        total: 1,
        active: 1,
        revoked: 0,
        expired: 0,
        views: 1,
        downloads: 1,
        last_viewed_at: share().last_viewed_at,
        delivery_links: 0,
        shares: Vec::new(),
    });
    stats["shares"] = json!([share_view()]);
    stats
}

pub(crate) fn new_shares_view() -> Value {
    let share = share();
    let url = format!("https://sitrep.example/s/{}", "A".repeat(43));
    let made = [NewShare { id: share.id, recipient: share.recipient, url, expires_at: share.expires_at }];
    json!(NewSharesView::from(made.as_slice()))
}

pub(crate) fn metric_view() -> Value {
    json!(MetricView::from(get_metric("mttr_median")))
}

pub(crate) fn template_view() -> Value {
    json!(TEMPLATES[0])
}

pub(crate) fn dataset_view() -> Value {
    json!(DatasetView {
        schema: get_dataset(DatasetId::Incidents),
        rows: 1_204,
        segments: 3,
        first_event_at: Some(at("2026-08-01T00:12:00Z")),
        last_event_at: Some(at("2026-10-31T22:41:00Z")),
        generation: 7,
        last_ingest_at: Some(at("2026-11-01T06:00:00Z")),
    })
}

pub(crate) fn ingest_report() -> Value {
    let error = RowError {
        line: 3,
        field: "severity".to_owned(),
        code: "unknown_value".into(),
        detail: "severity is one of critical, high, medium, low, informational".to_owned(),
    };
    json!(IngestReport { accepted: 2, rejected: 1, errors: vec![error], generation: Some(8) })
}

pub(crate) fn query_answer() -> Value {
    json!(QueryAnswer {
        columns: vec!["severity".to_owned(), "n".to_owned()],
        rows: vec![vec![Cell::Text("high".to_owned()), Cell::Integer(41)]],
        truncated: false,
        total_rows: 1,
        unassigned: 0,
        excluded: vec![vec![0]],
        coverage: None,
        snapshot: SnapshotView {
            dataset: DatasetId::Incidents,
            generation: 7,
            segments: 3,
            rows_read: 1_204
        },
    })
}
