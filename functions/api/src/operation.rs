//! Operations: what the API can be asked, as plain data.
//!
//! One value says everything about an operation: its paths, who may ask, its parameters, bodies and errors, and the
//! handler. The router and the OpenAPI document are made from the same list, so neither can have what the other lacks.

use std::sync::Arc;

use axum::routing::{MethodFilter, MethodRouter};
use serde_json::Value;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::problem::Code;

/// One operation of the API.
pub(crate) struct Operation {
    /// Its name, snake_case: that of its handler and, where there is one, of its use case.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Its paths; the first is the one to use, the others mean the same.
    pub(crate) paths: &'static [&'static str],
    /// The group it is listed in.
    pub(crate) tag: &'static str,
    /// What it does, in one sentence.
    pub(crate) summary: &'static str,
    pub(crate) access: Access,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) body: Option<RequestBody>,
    /// What it answers when all goes well.
    pub(crate) answers: &'static [Answer],
    /// Errors beyond those that follow from its access, path and body.
    pub(crate) errors: &'static [Code],
    pub(crate) route: Route,
}

/// Makes the route of a handler.
pub(crate) type Route = fn(MethodFilter) -> MethodRouter<Arc<Services>>;

/// Methods that operations use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// The filter that lets it through; a `GET` answers `HEAD` as well.
    pub(crate) const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    /// Its name in the OpenAPI document.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// Who may ask for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anybody.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has the permission.
    Role(Permission),
}

/// A parameter in the query, or a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) description: &'static str,
    /// Whether it may stand several times.
    pub(crate) repeats: bool,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Query,
    Header,
}

/// What a parameter's value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Integer(u32, u32),
    Boolean,
    Uuid,
    Time,
    OneOf(&'static [&'static str]),
}

/// A body that an operation takes.
#[derive(Clone, Copy)]
pub(crate) struct RequestBody {
    pub(crate) media_types: &'static [&'static str],
    /// Fields that must be there.
    pub(crate) required: &'static [&'static str],
    pub(crate) example: fn() -> Value,
    /// Fields that the example cannot have because they stand for others of it, or are seldom sent; with a value each.
    pub(crate) more: fn() -> Value,
}

/// What an operation answers.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) content: Content,
    /// Headers that matter.
    pub(crate) headers: &'static [&'static str],
}

/// What the body of an answer is.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// There is none.
    Nothing,
    /// JSON; the schema is read off the example, which is made by the code that answers.
    Json(fn() -> Value),
    /// A page of items.
    Page(fn() -> Value),
    /// A file or a page.
    Bytes(&'static str),
}

impl Operation {
    const fn new(id: &'static str, method: Method, paths: &'static [&'static str], route: Route) -> Self {
        Self {
            id,
            method,
            paths,
            tag: "",
            summary: "",
            access: Access::SignedIn,
            parameters: &[],
            body: None,
            answers: &[],
            errors: &[],
            route,
        }
    }

    pub(crate) const fn get(id: &'static str, paths: &'static [&'static str], route: Route) -> Self {
        Self::new(id, Method::Get, paths, route)
    }

    pub(crate) const fn post(id: &'static str, paths: &'static [&'static str], route: Route) -> Self {
        Self::new(id, Method::Post, paths, route)
    }

    pub(crate) const fn patch(id: &'static str, paths: &'static [&'static str], route: Route) -> Self {
        Self::new(id, Method::Patch, paths, route)
    }

    pub(crate) const fn delete(id: &'static str, paths: &'static [&'static str], route: Route) -> Self {
        Self::new(id, Method::Delete, paths, route)
    }

    /// Whether the query may have a parameter of that name.
    pub(crate) fn knows_parameter(&self, name: &str) -> bool {
        self.find_parameter(name).is_some()
    }

    /// Whether the query may have that parameter several times.
    pub(crate) fn repeats_parameter(&self, name: &str) -> bool {
        self.find_parameter(name).is_some_and(|parameter| parameter.repeats)
    }

    fn find_parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.place == Place::Query && p.name == name)
    }
}

impl Parameter {
    pub(crate) const fn query(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, place: Place::Query, kind, description, repeats: false }
    }

    pub(crate) const fn header(name: &'static str, description: &'static str) -> Self {
        Self { name, place: Place::Header, kind: Kind::Text, description, repeats: false }
    }

    /// The same parameter, which may stand several times.
    pub(crate) const fn repeated(mut self) -> Self {
        self.repeats = true;
        self
    }
}

/// The parameters of every list.
pub(crate) const LIMIT: Parameter =
    Parameter::query("limit", Kind::Integer(1, 200), "Most items of the page; 50 when missing.");
/// Where a page begins.
pub(crate) const CURSOR: Parameter =
    Parameter::query("cursor", Kind::Text, "Where the page begins: next_cursor of the page before.");

impl RequestBody {
    /// A JSON object.
    pub(crate) const fn json(required: &'static [&'static str], example: fn() -> Value) -> Self {
        Self { media_types: &["application/json"], required, example, more: || Value::Null }
    }

    /// The same body with more fields than its example has.
    pub(crate) const fn with_more(mut self, more: fn() -> Value) -> Self {
        self.more = more;
        self
    }
}

impl Answer {
    const fn new(status: u16, description: &'static str, content: Content) -> Self {
        Self { status, description, content, headers: &[] }
    }

    /// `200` with JSON.
    pub(crate) const fn ok(description: &'static str, example: fn() -> Value) -> Self {
        Self::new(200, description, Content::Json(example))
    }

    /// `200` with a page of items.
    pub(crate) const fn page(description: &'static str, item: fn() -> Value) -> Self {
        Self { headers: &["Link"], ..Self::new(200, description, Content::Page(item)) }
    }

    /// `201` with JSON.
    pub(crate) const fn created(description: &'static str, example: fn() -> Value) -> Self {
        Self { headers: &["Location"], ..Self::new(201, description, Content::Json(example)) }
    }

    /// `202` with JSON.
    pub(crate) const fn accepted(description: &'static str, example: fn() -> Value) -> Self {
        Self { headers: &["Location"], ..Self::new(202, description, Content::Json(example)) }
    }

    /// `200` with a file or a page.
    pub(crate) const fn bytes(description: &'static str, media_type: &'static str) -> Self {
        Self::new(200, description, Content::Bytes(media_type))
    }

    /// `204` without a body.
    pub(crate) const fn nothing(description: &'static str) -> Self {
        Self::new(204, description, Content::Nothing)
    }

    /// `303` to where it is.
    pub(crate) const fn redirect(description: &'static str) -> Self {
        Self { headers: &["Location"], ..Self::new(303, description, Content::Nothing) }
    }

    /// The same answer with these headers.
    pub(crate) const fn with_headers(mut self, headers: &'static [&'static str]) -> Self {
        self.headers = headers;
        self
    }
}
