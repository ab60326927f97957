//! The page `/api/docs`: every operation with its parameters, bodies, answers, errors, limits and roles.
//!
//! It is written from the list of operations, as the OpenAPI document is, and needs nothing from outside. Without
//! scripts it is whole; the one script on it only filters, and the page's policy lets no other run.

mod conventions;
mod operation;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::markup::escape;

use crate::operation::Operation;
use crate::router::OPERATIONS;

const STYLE: &str = include_str!("docs_page/page.css");
const SCRIPT: &str = include_str!("docs_page/filter.js");

/// The page, and what it may do.
pub(crate) struct DocsPage {
    pub(crate) html: String,
    /// Its `Content-Security-Policy`.
    pub(crate) policy: String,
}

impl DocsPage {
    /// Writes the page.
    pub(crate) fn write() -> Self {
        let tags = tags();
        let groups: String = tags.iter().map(|tag| write_group(tag)).collect();
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sitrep API</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<style>{STYLE}</style></head><body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the operations</a>\n\
             <header><h1>Sitrep API <small>{version}</small></h1>\n\
             <p>Governed security reports: records in, reports out, on schedule, by mail and by link. \
             The same for machines: <a href=\"/api/v1/openapi.json\">openapi.json</a>.</p></header>\n\
             <div class=\"columns\"><nav aria-label=\"Operations\">\
             <p id=\"filter\" hidden><label>Filter <input type=\"search\" autocomplete=\"off\"></label> \
             <output></output></p>\n{contents}</nav>\n\
             <main id=\"main\">{conventions}{groups}</main></div>\n<script>{SCRIPT}</script></body></html>\n",
            version = env!("CARGO_PKG_VERSION"),
            contents = write_contents(&tags),
            conventions = conventions::write(),
        );
        Self { html, policy: policy() }
    }
}

/// What the page may do: show itself, and run its own script and no other.
fn policy() -> String {
    let hex = sha256_hex(SCRIPT.as_bytes());
    let digit = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).expect("a hash is hexadecimal");
    let hash: Vec<u8> = (0..hex.len()).step_by(2).map(digit).collect();
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        STANDARD.encode(hash)
    )
}

/// The groups, in the order in which they first appear.
fn tags() -> Vec<&'static str> {
    let mut tags: Vec<&'static str> = Vec::new();
    for operation in OPERATIONS {
        if !tags.contains(&operation.tag) {
            tags.push(operation.tag);
        }
    }
    tags
}

fn of_tag(tag: &str) -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied().filter(move |operation| operation.tag == tag)
}

fn write_contents(tags: &[&str]) -> String {
    let mut html = "<details class=\"contents\" open><summary>Contents</summary>\
         <p><a href=\"#conventions\">Conventions</a></p>"
        .to_owned();
    for tag in tags {
        let links: String = of_tag(tag)
            .map(|o| format!("<li data-of=\"{0}\"><a href=\"#{0}\">{0}</a></li>", escape(o.id)))
            .collect();
        write!(html, "<section><h2>{}</h2><ul>{links}</ul></section>", escape(tag))
            .expect("a string takes all");
    }
    html + "</details>"
}

fn write_group(tag: &str) -> String {
    let operations: String = of_tag(tag).map(operation::write).collect();
    format!("<section class=\"group\"><h2>{}</h2>{operations}</section>\n", escape(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_on_the_page_with_its_paths_and_errors() {
        let page = DocsPage::write().html;
        for operation in OPERATIONS {
            assert_eq!(page.matches(&format!(" id=\"{}\"", operation.id)).count(), 1, "{}", operation.id);
            for path in operation.paths {
                assert!(page.contains(&escape(path)), "{path}");
            }
            assert!(page.contains(&escape(operation.summary)), "{}", operation.id);
        }
        for code in crate::problem::Code::ALL {
            assert!(page.contains(code.as_str()), "{}", code.as_str());
        }
    }

    #[test]
    fn the_page_needs_nothing_from_outside_and_runs_one_script() {
        let page = DocsPage::write();
        for outside in [" src=", "url(", "@import", "<link", "<iframe", "http://", "onclick", "style=\""] {
            assert!(!page.html.contains(outside), "{outside}");
        }
        assert_eq!(page.html.matches("<script").count(), 1);
        assert!(page.html.contains(&format!("<script>{SCRIPT}</script>")));
        assert!(page.policy.contains("default-src 'none'") && page.policy.contains("script-src 'sha256-"));
        assert!(!page.policy.contains("script-src 'unsafe-inline'"));
    }

    #[test]
    fn each_link_on_the_page_leads_somewhere() {
        let page = DocsPage::write().html;
        let targets = page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
        let mut links = 0;
        for target in targets {
            assert!(page.contains(&format!(" id=\"{target}\"")), "{target}");
            links += 1;
        }
        assert!(links > OPERATIONS.len(), "{links}");
    }
}
