//! Admission: what a request goes through between its route and its handler.
//!
//! The order is the contract's: who it is (401), how often (429), the role (403), whether it is there (404), then what is
//! written wrong (400). A request with an idempotency key is claimed last, so a key is spent by nothing that was not
//! admitted. What is wrong with a body, or with the query beside it, is told by the use case, after existence; what is
//! found wrong before that is held back until the thing was looked for (`existence`).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use http::StatusCode;
use sitrep_app::error::AppError;
use sitrep_app::limits::count_request;
use sitrep_app::services::{Services, require};
use sitrep_domain::scope::TenantScope;

use crate::caller::{Caller, identify};
use crate::existence::Named;
use crate::idempotency;
use crate::limits::Counted;
use crate::operation::{Access, Idempotency, Limit, Operation};
use crate::path::path_parts;
use crate::problem::Problem;
use crate::query_string::QueryString;

/// What stands before a handler: its operation, and the handler itself for services of a request's own.
#[derive(Clone)]
pub(crate) struct Admission {
    pub(crate) services: Arc<Services>,
    pub(crate) operation: &'static Operation,
    pub(crate) route: MethodRouter<Arc<Services>>,
}

impl Admission {
    pub(crate) fn new(
        services: Arc<Services>,
        operation: &'static Operation,
        route: MethodRouter<Arc<Services>>,
    ) -> Self {
        Self { services, operation, route }
    }
}

/// Lets a request through to its handler, or says why not.
pub(crate) async fn admit(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    if admission.operation.access == Access::Public {
        return next.run(request).await;
    }
    let answer = pass(&admission, request, next).await;
    answer.unwrap_or_else(IntoResponse::into_response)
}

async fn pass(admission: &Admission, request: Request, next: Next) -> Result<Response, Problem> {
    let (scope, mut request) = check(admission, request).await?;
    request.extensions_mut().insert(Caller(scope.clone()));
    let named = Named::by(admission.operation);
    let (parts, request) = match named {
        Some(_) => path_parts(request).await,
        None => (Vec::new(), request),
    };
    let answer = serve(admission, &scope, request, next).await;
    if let Some(named) = named.filter(|_| is_of_what_is_written(&answer)) {
        named.look_for(&admission.services, &scope, &parts).await?;
    }
    answer
}

async fn serve(
    admission: &Admission,
    scope: &TenantScope,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let operation = admission.operation;
    if operation.body.is_none() {
        QueryString::read(request.uri().query(), operation)?;
    }
    match operation.idempotency {
        Idempotency::None => Ok(next.run(request).await),
        Idempotency::Replayed => idempotency::run(admission, scope, request, next, &[]).await,
        Idempotency::ReplayedWithout(secrets) => {
            idempotency::run(admission, scope, request, next, secrets).await
        }
    }
}

/// Whether an answer refuses what is written. It has done nothing then.
fn is_of_what_is_written(answer: &Result<Response, Problem>) -> bool {
    let status = match answer {
        Ok(response) => response.status(),
        Err(problem) => problem.status(),
    };
    status == StatusCode::BAD_REQUEST
}

/// Answers a request that is for no operation. Whoever is signed in is counted for it as for any other.
pub(crate) async fn refuse(services: &Services, request: Request, problem: Problem) -> Problem {
    let counted = Counted::of(&request);
    let (parts, _) = request.into_parts();
    let Ok(scope) = identify(services, &parts).await else { return problem };
    let usages = count_request(services, &scope, Limit::Requests.names()).await;
    let checked = usages.and_then(|usages| counted.note(usages, services.now()));
    checked.map_or_else(Problem::from, |()| problem)
}

async fn check(admission: &Admission, request: Request) -> Result<(TenantScope, Request), AppError> {
    let (services, operation) = (&admission.services, admission.operation);
    let counted = Counted::of(&request);
    let (parts, body) = request.into_parts();
    let scope = identify(services, &parts).await?;
    let usages = count_request(services, &scope, operation.limit.names()).await?;
    counted.note(usages, services.now())?;
    if let Access::Role(permission) = operation.access {
        require(&scope, permission)?;
    }
    Ok((scope, Request::from_parts(parts, body)))
}
