//! Reports as callers see them: without object keys and without what only the operator needs to know.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sitrep_app::reports::ReportDetail;
use sitrep_domain::document::Format;
use sitrep_domain::failure::FailureClass;
use sitrep_domain::filter::Filter;
use sitrep_domain::ids::{ReportId, ScheduleId, TenantId};
use sitrep_domain::period::PeriodType;
use sitrep_domain::run::{Run, RunStatus, Sensitivity, Trigger, Versioned};

/// A report.
#[derive(Serialize)]
pub(crate) struct ReportView<'a> {
    id: ReportId,
    tenant_id: &'a TenantId,
    name: &'a str,
    report_type: &'a str,
    report_types: Vec<&'a str>,
    template: Option<&'a Versioned>,
    period_type: PeriodType,
    /// First day covered, in `timezone`.
    period_start: Date,
    /// Last day covered, in `timezone`.
    period_end: Date,
    window_start: Timestamp,
    /// The instant after the last covered.
    window_end: Timestamp,
    timezone: &'a str,
    filters: Option<&'a Filter>,
    status: RunStatus,
    degraded: bool,
    stale: bool,
    failure: Option<FailureView<'a>>,
    created_at: Timestamp,
    generated_at: Option<Timestamp>,
    requested_by: &'a str,
    schedule_id: Option<ScheduleId>,
    trigger: Trigger,
    formats: &'a [Format],
    artifacts: Vec<ArtifactView<'a>>,
    input_hash: &'a str,
    manifest_sha256: Option<&'a str>,
    supersedes: Option<ReportId>,
    superseded_by: Option<ReportId>,
    reproduces: Option<ReportId>,
    sensitivity: Sensitivity,
    expires_at: Timestamp,
    purged_at: Option<Timestamp>,
}

/// Why a report failed, without the diagnostic.
#[derive(Serialize)]
struct FailureView<'a> {
    class: FailureClass,
    message: &'a str,
    advice: &'a str,
    retryable: bool,
}

/// A file of a report, without its key.
#[derive(Serialize)]
struct ArtifactView<'a> {
    format: Format,
    variant: &'a str,
    size_bytes: u64,
    sha256: &'a str,
    content_type: &'a str,
}

impl<'a> From<&'a Run> for ReportView<'a> {
    fn from(run: &'a Run) -> Self {
        let input = &run.input;
        let artifact = |a: &'a sitrep_domain::run::Artifact| ArtifactView {
            format: a.format,
            variant: &a.variant,
            size_bytes: a.size_bytes,
            sha256: &a.sha256,
            content_type: &a.content_type,
        };
        let failure = run.failure.as_ref().map(|f| FailureView {
            class: f.class,
            message: &f.message,
            advice: &f.advice,
            retryable: f.retryable,
        });
        Self {
            id: run.id,
            tenant_id: &input.tenant,
            name: &input.name,
            report_type: input.templates.first().map_or("", |t| t.id.as_str()),
            report_types: input.templates.iter().map(|t| t.id.as_str()).collect(),
            template: input.templates.first(),
            period_type: input.period_type,
            period_start: input.period_start,
            period_end: input.period_end.yesterday().unwrap_or(input.period_end),
            window_start: input.window.start(),
            window_end: input.window.end(),
            timezone: &input.timezone,
            filters: input.filters.as_ref(),
            status: run.status,
            degraded: run.degraded,
            stale: run.stale,
            failure,
            created_at: run.created_at,
            generated_at: run.generated_at.filter(|_| run.status == RunStatus::Completed),
            requested_by: &input.requested_by,
            schedule_id: input.schedule_id,
            trigger: run.trigger,
            formats: &input.formats,
            artifacts: run.artifacts.iter().map(artifact).collect(),
            input_hash: &run.input_hash,
            manifest_sha256: run.manifest_sha256.as_deref(),
            supersedes: run.supersedes,
            superseded_by: run.superseded_by,
            reproduces: run.reproduces,
            sensitivity: input.sensitivity,
            expires_at: run.expires_at,
            purged_at: run.purged_at,
        }
    }
}

/// A report with its data.
#[derive(Serialize)]
pub(crate) struct ReportDetailView<'a> {
    #[serde(flatten)]
    report: ReportView<'a>,
    data: Option<&'a serde_json::Value>,
    data_url: Option<&'a str>,
}

impl<'a> From<&'a ReportDetail> for ReportDetailView<'a> {
    fn from(detail: &'a ReportDetail) -> Self {
        Self {
            report: ReportView::from(&detail.run),
            data: detail.data.as_ref(),
            data_url: detail.data_url.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sitrep_domain::failure::Failure;

    #[test]
    fn a_failed_report_says_what_to_do_and_not_what_the_operator_knows() {
        let mut run = crate::samples::run();
        run.status = RunStatus::Failed;
        run.failure = Some(Failure::new(FailureClass::Timeout, "the secret of the operator"));
        let view = json!(ReportView::from(&run));
        assert_eq!(view["failure"]["class"], "timeout");
        assert_eq!(view["failure"]["retryable"], true);
        assert_eq!(view["generated_at"], json!(null), "only a completed report was made");
        let text = view.to_string();
        assert!(!text.contains("secret") && !text.contains("t/acme/"), "{text}");
    }

    #[test]
    fn a_period_is_told_by_its_first_and_its_last_day() {
        let run = crate::samples::run();
        let view = json!(ReportView::from(&run));
        assert_eq!(
            (&view["period_start"], &view["period_end"]),
            (&json!("2026-10-01"), &json!("2026-10-31"))
        );
        assert_eq!(view["window_end"], "2026-11-01T00:00:00Z");
    }
}
