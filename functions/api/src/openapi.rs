//! The OpenAPI 3.1 document, made from the list of operations.
//!
//! Schemas are read off examples, and examples of answers come out of the views themselves: the document cannot promise
//! a field that no answer has. Errors that follow from an operation's access, path and body are added here.

mod schema;

use serde_json::{Map, Value, json};

use crate::operation::{Access, Answer, Content, Kind, Operation, Parameter, Place};
use crate::problem::{Code, Problem};
use crate::router::OPERATIONS;
use schema::{described, of_example};

/// The document.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        for (i, path) in operation.paths.iter().enumerate() {
            let item = paths.entry(*path).or_insert_with(|| json!({}));
            item[operation.method.as_str()] = describe(operation, path, i);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sitrep",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Governed security reports: records in, reports out, on schedule, by mail and by link.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {"Problem": described("An error (RFC 9457).", of_example(&problem_example(Code::ValidationError)))},
            "responses": Code::ALL.iter().map(|code| (code.as_str().to_owned(), error(*code))).collect::<Map<_, _>>(),
        },
    })
}

fn describe(operation: &Operation, path: &str, alias: usize) -> Value {
    let id = match alias {
        0 => operation.id.to_owned(),
        n => format!("{}_{}", operation.id, n + 1),
    };
    let mut described = json!({
        "operationId": id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": parameters(operation, path),
        "responses": responses(operation, path),
        "security": if operation.access == Access::Public { json!([]) } else { json!([{"bearer": []}]) },
    });
    if alias > 0 {
        described["description"] = format!("The same as {}.", operation.paths[0]).into();
    }
    if let Access::Role(permission) = operation.access {
        described["x-permission"] = json!(permission);
    }
    if let Some(body) = operation.body {
        let example = (body.example)();
        let mut schema = of_example(&example);
        if let (Some(properties), Value::Object(more)) = (schema["properties"].as_object_mut(), (body.more)())
        {
            properties.extend(more.iter().map(|(name, value)| (name.clone(), of_example(value))));
        }
        if !body.required.is_empty() {
            schema["required"] = json!(body.required);
        }
        let one = json!({"schema": schema, "example": example});
        let content: Map<_, _> = body.media_types.iter().map(|t| ((*t).to_owned(), one.clone())).collect();
        described["requestBody"] = json!({"required": true, "content": content});
    }
    described
}

fn parameters(operation: &Operation, path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = names.map(|name| {
        let is_uuid = name == "id" && !path.contains("/metrics/");
        let schema =
            if is_uuid { json!({"type": "string", "format": "uuid"}) } else { json!({"type": "string"}) };
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    });
    in_path.chain(operation.parameters.iter().map(parameter)).collect()
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Integer(min, max) => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Uuid => json!({"type": "string", "format": "uuid"}),
        Kind::Time => json!({"type": "string", "format": "date-time"}),
        Kind::OneOf(words) => json!({"type": "string", "enum": words}),
    };
    let schema = if parameter.repeats { json!({"type": "array", "items": schema}) } else { schema };
    let place = match parameter.place {
        Place::Query => "query",
        Place::Header => "header",
    };
    json!({"name": parameter.name, "in": place, "description": parameter.description, "schema": schema})
}

fn responses(operation: &Operation, path: &str) -> Map<String, Value> {
    let mut responses = Map::new();
    for answer in operation.answers {
        responses.insert(answer.status.to_string(), respond(answer));
    }
    for (status, codes) in errors_by_status(operation, path) {
        let response = match codes.as_slice() {
            [code] => json!({"$ref": format!("#/components/responses/{}", code.as_str())}),
            several => several_errors(several),
        };
        responses.insert(status.to_string(), response);
    }
    responses
}

fn respond(answer: &Answer) -> Value {
    let page = |item: Value| json!({"items": [item], "next_cursor": "eyJwIjoi…"});
    let content = match answer.content {
        Content::Nothing => json!({}),
        Content::Json(example) => in_json(&example()),
        Content::Page(item) => in_json(&page(item())),
        Content::Bytes(media_type) => json!({media_type: {}}),
    };
    let headers: Map<_, _> = answer
        .headers
        .iter()
        .map(|name| ((*name).to_owned(), json!({"schema": {"type": "string"}})))
        .collect();
    json!({"description": answer.description, "headers": headers, "content": content})
}

fn in_json(example: &Value) -> Value {
    json!({"application/json": {"schema": of_example(example), "example": example}})
}

/// Every error that an operation may answer with, by status.
fn errors_by_status(operation: &Operation, path: &str) -> Vec<(u16, Vec<Code>)> {
    let mut codes = operation.errors.to_vec();
    if operation.access != Access::Public {
        codes.push(Code::Unauthorized);
    }
    if matches!(operation.access, Access::Role(_)) {
        codes.push(Code::Forbidden);
    }
    if path.contains('{') {
        codes.push(Code::NotFound);
    }
    if operation.body.is_some() {
        codes.extend([Code::PayloadTooLarge, Code::UnsupportedMediaType]);
    }
    if operation.body.is_some() || operation.access != Access::Public {
        codes.push(Code::ValidationError);
    }
    codes.extend([Code::Internal, Code::Unavailable]);
    let mut by_status: Vec<(u16, Vec<Code>)> = Vec::new();
    for code in Code::ALL.into_iter().filter(|code| codes.contains(code)) {
        match by_status.last_mut() {
            Some((status, codes)) if *status == code.status().as_u16() => codes.push(code),
            _ => by_status.push((code.status().as_u16(), vec![code])),
        }
    }
    by_status
}

fn several_errors(codes: &[Code]) -> Value {
    let examples: Map<_, _> = codes
        .iter()
        .map(|code| (code.as_str().to_owned(), json!({"value": problem_example(*code)})))
        .collect();
    let description = codes.iter().map(|code| code.title()).collect::<Vec<_>>().join(", or: ");
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    json!({"description": description, "content": {"application/problem+json": {"schema": schema, "examples": examples}}})
}

fn error(code: Code) -> Value {
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    let content = json!({"application/problem+json": {"schema": schema, "example": problem_example(code)}});
    json!({"description": code.title(), "content": content})
}

fn problem_example(code: Code) -> Value {
    let at = "2026-11-20T09:00:00Z".parse().expect("the instant is valid");
    let mut body = Problem::new(code, code.title()).body("/api/v1/reports", at);
    if code == Code::ValidationError {
        body["errors"] = json!([{"field": "name", "code": "missing", "detail": "a schedule has a name"}]);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn operations(document: &Value) -> Vec<&Value> {
        let items = document["paths"].as_object().unwrap().values();
        items.flat_map(|item| item.as_object().unwrap().values()).collect()
    }

    #[test]
    fn the_document_has_every_operation_with_its_errors_and_an_example() {
        let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let described = operations(&document);
        assert_eq!(described.len(), OPERATIONS.iter().map(|operation| operation.paths.len()).sum::<usize>());
        let mut ids = BTreeSet::new();
        for operation in described {
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{operation}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{operation}");
            assert!(!operation["tags"][0].as_str().unwrap().is_empty(), "{operation}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with(['2', '3'])), "{operation}");
            assert!(responses.contains_key("500") && responses.contains_key("503"), "{operation}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        let references = text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_body_in_the_document_is_taken() {
        use crate::json::read;
        let example = |id: &str| {
            let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
            (operation.body.unwrap().example)()
        };
        read::<sitrep_app::data::QueryBody>(example("run_query")).unwrap();
        read::<sitrep_domain::report_request::ReportDraft>(example("request_report")).unwrap();
        read::<sitrep_domain::schedule::ScheduleDraft>(example("create_schedule")).unwrap();
        read::<sitrep_app::shares::ShareBody>(example("create_share")).unwrap();
        read::<crate::routes::users::create::CreateUserBody>(example("create_user")).unwrap();
        read::<crate::routes::users::update::UpdateUserBody>(example("update_user")).unwrap();
    }

    #[test]
    fn a_draft_is_described_with_every_field_it_has() {
        let document = document();
        let fields = |value: Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        let described = |path: &str, method: &str| {
            let body = &document["paths"][path][method]["requestBody"]["content"]["application/json"];
            fields(body["schema"]["properties"].clone())
        };
        let schedule = fields(json!(sitrep_domain::schedule::ScheduleDraft::default()));
        assert_eq!(described("/api/v1/reports/schedules", "post"), schedule);
        let mut patch = described("/api/v1/reports/schedules/{id}", "patch");
        assert!(patch.remove("next_send_at"));
        assert_eq!(patch, schedule);
        let report = fields(json!(sitrep_domain::report_request::ReportDraft::default()));
        assert_eq!(described("/api/v1/reports/generate", "post"), report);
    }

    #[test]
    fn a_list_of_words_in_the_document_is_the_type_s_own() {
        use sitrep_domain::delivery::DeliveryState;
        use sitrep_domain::document::Format;
        let words = |id: &str, name: &str| {
            let operation = OPERATIONS.iter().find(|operation| operation.id == id).unwrap();
            let parameter = operation.parameters.iter().find(|parameter| parameter.name == name).unwrap();
            let Kind::OneOf(words) = parameter.kind else { panic!("{name} is a word") };
            words.to_vec()
        };
        assert_eq!(words("list_deliveries", "state"), DeliveryState::ALL.map(DeliveryState::as_str));
        use sitrep_domain::analytics::{Interval, SeriesKey, ViolatorKind};
        assert_eq!(words("get_trends", "interval"), Interval::ALL.map(Interval::as_str));
        assert_eq!(words("get_trends", "group_by"), SeriesKey::ALL.map(SeriesKey::as_str));
        assert_eq!(words("get_top_violators", "by"), ViolatorKind::ALL.map(ViolatorKind::as_str));
        assert_eq!(words("download_report", "format"), Format::ALL.map(Format::as_str));
    }
}
