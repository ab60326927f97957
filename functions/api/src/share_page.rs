//! The page that a link shows to an outsider, and the headers that everything below `/s/` carries.
//!
//! Every text is escaped. All links that do not work get the same page, so that nobody learns which of them once did.

use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use sitrep_app::error::AppError;
use sitrep_app::shares::Opened;
use sitrep_domain::markup::escape;
use sitrep_domain::run::Artifact;

use crate::problem::Problem;

const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;\
     color:#1b1f24;background:#fff}h1{font-size:1.4rem}dt{color:#57606a}dd{margin:0 0 .6rem}\
     li{margin:0 0 1rem}code{font-size:.75rem;word-break:break-all}button{font:inherit;padding:.4rem 1rem}\
     @media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}dt{color:#9da7b1}}";

/// What a link answers: `found`, the page of dead links, or a problem. Browsers may send its form to `public_url` and to
/// wherever its scheme leads, because the file's address is in another place.
pub(crate) fn answer_link(public_url: &str, found: Result<Response, AppError>) -> Response {
    let mut response = match found {
        Ok(response) => response,
        Err(AppError::NotFound { .. }) => (StatusCode::NOT_FOUND, dead_link()).into_response(),
        Err(error) => Problem::from(error).into_response(),
    };
    let scheme = if public_url.starts_with("http:") { "http:" } else { "https:" };
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self' {scheme}; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_ROBOTS_TAG, HeaderValue::from_static("noindex"));
    headers
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).expect("the policy is plain ASCII"));
    response
}

/// The page of a link that works.
pub(crate) fn write_page(opened: &Opened) -> Response {
    let input = &opened.run.input;
    let last_day = input.period_end.yesterday().unwrap_or(input.period_end);
    let files: String = opened.artifacts.iter().map(write_file).collect();
    let body = format!(
        "<h1>{name}</h1><dl><dt>From</dt><dd>{tenant}</dd><dt>Period</dt><dd>{first} to {last} ({zone})</dd>\
         <dt>This link works until</dt><dd>{until}</dd></dl><h2>Files</h2><ul>{files}</ul>",
        name = escape(&input.name),
        tenant = escape(&opened.tenant.name),
        first = input.period_start,
        last = last_day,
        zone = escape(&input.timezone),
        until = opened.share.expires_at.strftime("%Y-%m-%d %H:%M UTC"),
    );
    page(&input.name, &body).into_response()
}

fn write_file(artifact: &Artifact) -> String {
    let format = artifact.format.as_str();
    format!(
        "<li><form method=\"post\"><input type=\"hidden\" name=\"format\" value=\"{format}\">\
         <button>Download {label}</button> {size}</form><code>SHA-256 {sha256}</code></li>",
        label = format.to_uppercase(),
        size = size_in_words(artifact.size_bytes),
        sha256 = escape(&artifact.sha256),
    )
}

fn dead_link() -> Html<String> {
    let text = "<h1>This link does not work</h1><p>It may have expired or been withdrawn. Ask whoever sent it for a new one.</p>";
    page("This link does not work", text)
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escape(title)
    ))
}

fn size_in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    async fn text(response: Response) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn no_text_of_a_report_becomes_markup() {
        let mut opened = crate::samples::opened();
        opened.run.input.name = "<script>alert('x')</script>".into();
        opened.tenant.name = "\"><img src=x>".into();
        let page = text(write_page(&opened)).await;
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)"), "{page}");
        assert!(page.contains("2026-10-01 to 2026-10-31"), "{page}");
        assert_eq!(page.matches("<form method=\"post\">").count(), opened.artifacts.len());
    }

    #[tokio::test]
    async fn everything_below_a_link_stays_private() {
        for found in [
            Ok(write_page(&crate::samples::opened())),
            Ok(crate::answer::see_other("https://bucket.example/x")),
            Err(AppError::NotFound { what: "link" }),
            Err(AppError::Unsupported { header: "content-type", detail: String::new() }),
        ] {
            let response = answer_link("https://sitrep.example", found);
            for (name, part) in [
                ("cache-control", "no-store"),
                ("referrer-policy", "no-referrer"),
                ("x-robots-tag", "noindex"),
                ("content-security-policy", "default-src 'none'"),
            ] {
                assert!(response.headers()[name].to_str().unwrap().contains(part), "{name}");
            }
        }
    }

    #[test]
    fn sizes_are_told_in_words() {
        for (bytes, expected) in [(999, "999 bytes"), (1_001, "2 kB"), (4_250_000, "4.2 MB")] {
            assert_eq!(size_in_words(bytes), expected);
        }
    }
}
