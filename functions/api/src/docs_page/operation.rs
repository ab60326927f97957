//! One operation on the page of the documentation.

use std::fmt::Write as _;

use serde_json::Value;
use sitrep_domain::access::Role;
use sitrep_domain::markup::escape;
use sitrep_domain::rate_limit::LimitName;

use crate::openapi::errors_by_status;
use crate::operation::{Access, Answer, Content, Idempotency, Kind, Operation, Place, RequestBody};

/// The operation, folded up to its method, path and summary.
pub(super) fn write(operation: &Operation) -> String {
    let method = operation.method.as_str();
    let (first, others) = operation.paths.split_first().expect("an operation has a path");
    let parts = [
        write_aliases(others),
        write_facts(operation),
        write_parameters(operation, first),
        operation.body.map(|body| write_body(&body)).unwrap_or_default(),
        write_answers(operation),
        write_errors(operation, first),
    ];
    format!(
        "<details class=\"operation\" data-text=\"{text}\"><summary><span class=\"method {method}\">{upper}</span> \
         <code class=\"path\">{path}</code> <span class=\"summary\">{summary}</span></summary>\
         <div class=\"body\" id=\"{id}\">{parts}</div></details>\n",
        text = escape(
            &format!("{} {} {} {}", operation.id, method, operation.paths.join(" "), operation.summary)
                .to_lowercase()
        ),
        upper = method.to_uppercase(),
        path = breakable(first),
        summary = escape(operation.summary),
        id = operation.id,
        parts = parts.concat(),
    )
}

/// A path that may be broken before each slash.
fn breakable(path: &str) -> String {
    escape(path).replace('/', "<wbr>/")
}

fn write_aliases(paths: &[&str]) -> String {
    if paths.is_empty() {
        return String::new();
    }
    let paths: Vec<String> = paths.iter().map(|path| format!("<code>{}</code>", breakable(path))).collect();
    format!("<p>The same: {}</p>", paths.join(", "))
}

/// Who may ask, how often, and whether it may be repeated.
fn write_facts(operation: &Operation) -> String {
    let access = match operation.access {
        Access::Public => "anybody".to_owned(),
        Access::SignedIn => "whoever is signed in".to_owned(),
        Access::Role(permission) => {
            let least = Role::ALL.into_iter().find(|role| role.may(permission));
            format!("the role <b>{}</b>, or one above it", least.map_or("none", Role::as_str))
        }
    };
    let limits: Vec<&str> = operation.limit.names().iter().map(|limit| in_words(*limit)).collect();
    let limits = if limits.is_empty() { "no limit".to_owned() } else { limits.join(", and ") };
    let repeated = match operation.idempotency {
        Idempotency::None => String::new(),
        Idempotency::Replayed => key_fact("the answer is given again"),
        Idempotency::ReplayedWithout(secrets) => key_fact(&format!(
            "the answer is given again with <code>{}</code> as null",
            secrets.join("</code>, <code>")
        )),
    };
    format!("<dl><dt>For</dt><dd>{access}</dd><dt>Counts against</dt><dd>{limits}</dd>{repeated}</dl>")
}

fn key_fact(what: &str) -> String {
    format!("<dt>Repeated with the same <code>Idempotency-Key</code></dt><dd>{what}</dd>")
}

const fn in_words(limit: LimitName) -> &'static str {
    match limit {
        LimitName::Requests => "the user’s requests",
        LimitName::Exports => "the user’s exports",
        LimitName::CompliancePdf => "the user’s compliance PDFs",
        LimitName::SignIn => "the account’s attempts to sign in",
    }
}

fn write_parameters(operation: &Operation, path: &str) -> String {
    let mut rows = String::new();
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        rows.push_str(&row(&[&code(name), "path", "text", "Required."]));
    }
    for parameter in operation.parameters {
        let place = match parameter.place {
            Place::Query => "query",
            Place::Header => "header",
        };
        let kind = escape(&kind_in_words(parameter.kind));
        rows.push_str(&row(&[&code(parameter.name), place, &kind, &escape(parameter.description)]));
    }
    table("Parameters", &["Name", "In", "Value", "Meaning"], &rows)
}

fn kind_in_words(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Integer(min, max) => format!("{min} to {max}"),
        Kind::Boolean => "true or false".to_owned(),
        Kind::Uuid => "UUID".to_owned(),
        Kind::Time => "instant, RFC 3339".to_owned(),
        Kind::OneOf(words) => words.join(", "),
    }
}

fn write_body(body: &RequestBody) -> String {
    let media_types: Vec<String> = body.media_types.iter().map(|media_type| code(media_type)).collect();
    let mut html = format!("<h3>Body</h3><p>{}", media_types.join(", "));
    if !body.required.is_empty() {
        let fields: Vec<String> = body.required.iter().map(|field| code(field)).collect();
        write!(html, "; required: {}", fields.join(", ")).expect("a string takes all");
    }
    html.push_str("</p>");
    html.push_str(&example(&(body.example)()));
    if let Value::Object(more) = (body.more)() {
        let fields: Vec<String> = more.keys().map(|field| code(field)).collect();
        write!(html, "<p>It may also have {}.</p>", fields.join(", ")).expect("a string takes all");
    }
    html
}

fn write_answers(operation: &Operation) -> String {
    let answers: String = operation.answers.iter().map(write_answer).collect();
    format!("<h3>Answers</h3>{answers}")
}

fn write_answer(answer: &Answer) -> String {
    let mut html = format!("<p><b>{}</b> {}", answer.status, escape(answer.description));
    if let Content::Bytes(media_type) = answer.content {
        write!(html, " {}", code(media_type)).expect("a string takes all");
    }
    if !answer.headers.is_empty() {
        let headers: Vec<String> = answer.headers.iter().map(|header| code(header)).collect();
        write!(html, " With {}.", headers.join(", ")).expect("a string takes all");
    }
    html.push_str("</p>");
    html.push_str(&answer.example().map(|json| example(&json)).unwrap_or_default());
    html
}

fn write_errors(operation: &Operation, path: &str) -> String {
    let errors = errors_by_status(operation, path);
    let codes = errors.iter().flat_map(|(status, codes)| codes.iter().map(move |code| (status, code)));
    let rows: String = codes
        .map(|(status, error)| row(&[&status.to_string(), &code(error.as_str()), error.title()]))
        .collect();
    table("Errors", &["Status", "Code", "Meaning"], &rows)
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

fn example(json: &Value) -> String {
    format!("<pre tabindex=\"0\">{}</pre>", escape(&format!("{json:#}")))
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    format!("<tr>{cells}</tr>")
}

/// A table under its heading; nothing when it has no rows.
pub(super) fn table(heading: &str, columns: &[&str], rows: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let columns: String = columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    format!(
        "<h3>{heading}</h3><div class=\"wide\" tabindex=\"0\"><table><thead><tr>{columns}</tr></thead>\
         <tbody>{rows}</tbody></table></div>"
    )
}
