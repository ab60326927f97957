//! From results to files: the document of a run in each of its formats, checked before anybody can see it.

use bytes::Bytes;
use sitrep_aws::keys::logo_object;
use sitrep_aws::objects::Bucket;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::document::{Document, DocumentMeta, Format, Png};
use sitrep_domain::failure::{Failure, FailureClass};
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::run::RunInput;
use sitrep_domain::scope::TenantScope;
use sitrep_render::{RENDERER_VERSION, render, validate};

use super::read_sources::Sources;
use super::{Source, Trouble, generations, segments, store_trouble};
use crate::data::Measured;
use crate::reports::{find_templates, plan_report};
use crate::services::Services;

/// The files of a run, not stored yet.
pub(super) struct Written {
    pub(super) document: Document,
    pub(super) files: Vec<File>,
}

/// One file.
pub(super) struct File {
    pub(super) format: Format,
    pub(super) sha256: String,
    pub(super) content_type: &'static str,
    pub(super) extension: &'static str,
    pub(super) bytes: Bytes,
}

/// The plan of a run's report.
pub(super) fn plan(input: &RunInput) -> Result<ReportPlan<'static>, Trouble> {
    plan_report(input).map_err(|what| Trouble::ForGood(Failure::new(FailureClass::ValidationFailed, what)))
}

/// The logo that the run was asked for with, whichever the tenant has by now.
pub(super) async fn read_logo(
    services: &Services,
    scope: &TenantScope,
    input: &RunInput,
) -> Result<Option<Png>, Trouble> {
    let Some(sha256) = &input.logo else { return Ok(None) };
    let key = logo_object(scope.tenant(), sha256);
    let bytes = services.objects.get(scope, Bucket::Artifacts, &key).await.map_err(store_trouble)?;
    let broken = |error: &dyn std::fmt::Display| {
        let failure = Failure::new(FailureClass::SourceUnavailable, format!("{key}: {error}"));
        Trouble::ForGood(failure.telling("The logo of this report is damaged."))
    };
    if sha256_hex(&bytes) != *sha256 {
        return Err(broken(&"its hash is another"));
    }
    Png::new(bytes.into()).map(Some).map_err(|error| broken(&error))
}

/// Composes the document and writes it in every format, on a thread of its own.
pub(super) async fn write_files(
    source: &Source,
    logo: Option<Png>,
    plan: &ReportPlan<'static>,
    sources: &Sources,
) -> Result<Written, Trouble> {
    let measured = &sources.measured;
    let document = plan
        .compose_without(
            &sources.unread,
            &measured.results,
            &measured.listed,
            meta(source, logo),
            facts(source, measured),
        )
        .map_err(|gate| {
            let failure = Failure::new(FailureClass::ValidationFailed, gate.diagnostic);
            Trouble::ForGood(failure.telling(gate.message))
        })?;
    let formats = source.input.formats.clone();
    let work = move || {
        let files = formats.iter().map(|format| write_file(&document, *format)).collect::<Result<_, _>>()?;
        Ok(Written { document, files })
    };
    let crashed =
        |e: tokio::task::JoinError| Trouble::ForGood(Failure::new(FailureClass::FormatError, e.to_string()));
    tokio::task::spawn_blocking(work).await.map_err(crashed)?
}

fn write_file(document: &Document, format: Format) -> Result<File, Trouble> {
    let broken = |error: sitrep_render::RenderError| {
        let failure = Failure::new(FailureClass::FormatError, format!("{}: {error}", format.as_str()));
        Trouble::ForGood(failure.telling(format!("The report could not be written as {}.", format.as_str())))
    };
    let rendered = render(document, format).map_err(broken)?;
    validate(&rendered, format).map_err(broken)?;
    Ok(File {
        format,
        sha256: sha256_hex(&rendered.bytes),
        content_type: rendered.content_type,
        extension: rendered.extension,
        bytes: rendered.bytes.into(),
    })
}

fn meta(source: &Source, logo: Option<Png>) -> DocumentMeta {
    let templates = find_templates(&source.input).unwrap_or_default();
    source.input.document_meta(&templates, source.report_id.to_string(), source.generated_at, logo)
}

fn facts(source: &Source, measured: &Measured) -> Vec<(String, String)> {
    let window = source.input.window;
    let fact = |label: &str, value: String| (label.to_owned(), value);
    vec![
        fact("Report", source.report_id.to_string()),
        fact("Window (UTC)", format!("{} to {}, the end excluded", window.start(), window.end())),
        fact("Data generation", generations(&measured.snapshots)),
        fact("Segments", segments(measured).to_string()),
        fact("Rows read", measured.rows_read.to_string()),
        fact("Input hash (SHA-256)", source.input_hash.clone()),
        fact("Renderer", RENDERER_VERSION.to_owned()),
    ]
}
