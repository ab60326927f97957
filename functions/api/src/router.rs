//! The router: every operation of the API, one line each.
//!
//! The OpenAPI document is made from the same list. Static words win over ids, and a trailing slash is optional.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Request, State};
use axum::middleware::from_fn_with_state;
use sitrep_app::services::Services;

use crate::admission::{Admission, admit, refuse};
use crate::front::front;
use crate::operation::Operation;
use crate::problem::{Code, Problem};
use crate::routes::{
    analytics, auth, datasets, deliveries, exports, mappings, metrics, queries, reports, schedules, service,
    settings, shares, templates, uploads, users,
};

/// Every operation, in the order of the document.
pub(crate) static OPERATIONS: &[&Operation] = &[
    &auth::sign_in::OPERATION,
    &auth::get_me::OPERATION,
    &users::list::OPERATION,
    &users::create::OPERATION,
    &users::update::OPERATION,
    &users::delete::OPERATION,
    &settings::get::OPERATION,
    &settings::update::OPERATION,
    &datasets::list::OPERATION,
    &datasets::get::OPERATION,
    &datasets::ingest::OPERATION,
    &mappings::list::OPERATION,
    &mappings::get::OPERATION,
    &mappings::put::OPERATION,
    &mappings::delete::OPERATION,
    &mappings::test::OPERATION,
    &uploads::create::OPERATION,
    &uploads::list::OPERATION,
    &uploads::get::OPERATION,
    &queries::run::OPERATION,
    &analytics::trends::OPERATION,
    &analytics::top_violators::OPERATION,
    &analytics::data_types::OPERATION,
    &analytics::policy_violations::OPERATION,
    &analytics::severity_distribution::OPERATION,
    &analytics::summary::OPERATION,
    &exports::trends::OPERATION,
    &exports::violators::OPERATION,
    &exports::data_types::OPERATION,
    &exports::policy_violations::OPERATION,
    &exports::summary::OPERATION,
    &exports::severity::OPERATION,
    &exports::incidents::OPERATION,
    &metrics::list::OPERATION,
    &metrics::get::OPERATION,
    &templates::list::OPERATION,
    &reports::request::OPERATION,
    &reports::list::OPERATION,
    &reports::list_mine::OPERATION,
    &reports::compliance::OPERATION,
    &reports::dashboard::OPERATION,
    &reports::kpis::OPERATION,
    &reports::get::OPERATION,
    &reports::show::OPERATION,
    &reports::view::OPERATION,
    &reports::download::OPERATION,
    &reports::get_manifest::OPERATION,
    &reports::cancel::OPERATION,
    &reports::rerun::OPERATION,
    &reports::reproduce::OPERATION,
    &reports::delete::OPERATION,
    &schedules::list::OPERATION,
    &schedules::list_active::OPERATION,
    &schedules::create::OPERATION,
    &schedules::get::OPERATION,
    &schedules::update::OPERATION,
    &schedules::delete::OPERATION,
    &schedules::run_now::OPERATION,
    &schedules::list_upcoming::OPERATION,
    &deliveries::list::OPERATION,
    &deliveries::list_of_report::OPERATION,
    &deliveries::list_of_schedule::OPERATION,
    &deliveries::retry::OPERATION,
    &shares::create::OPERATION,
    &shares::get_stats::OPERATION,
    &shares::list_shared::OPERATION,
    &shares::revoke::OPERATION,
    &shares::revoke_of_report::OPERATION,
    &shares::revoke_all::OPERATION,
    &shares::open::OPERATION,
    &shares::redeem::OPERATION,
    &service::get_health::OPERATION,
    &service::get_openapi::OPERATION,
    &service::show_docs::OPERATION,
];

/// The router of all operations, behind the front.
pub(crate) fn make_router(services: Arc<Services>) -> Router {
    let mut routes = Router::new();
    for operation in OPERATIONS {
        let operation: &'static Operation = operation;
        let route = (operation.route)(operation.method.filter());
        let admission = Admission::new(services.clone(), operation, route.clone());
        // Only what matches the method is asked who it is: another one is 405 to anybody.
        let admitted = route.route_layer(from_fn_with_state(admission, admit)).layer(Extension(operation));
        for path in operation.paths {
            routes = routes.route(path, admitted.clone());
        }
    }
    let routes = routes.fallback(not_found).method_not_allowed_fallback(method_not_allowed);
    // The front changes the path, so it stands outside the router that looks at it.
    let front = from_fn_with_state(services.clone(), front);
    Router::new().fallback_service(routes.with_state(services)).layer(front)
}

async fn not_found(State(services): State<Arc<Services>>, request: Request) -> Problem {
    refuse(&services, request, Problem::new(Code::NotFound, "there is no such path")).await
}

async fn method_not_allowed(State(services): State<Arc<Services>>, request: Request) -> Problem {
    let detail = "the path does not take this method; the Allow header names those it takes";
    refuse(&services, request, Problem::new(Code::MethodNotAllowed, detail)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_file_is_registered() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes");
        let mut files = 0;
        for resource in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if resource.is_dir() {
                files += std::fs::read_dir(resource).unwrap().count();
            }
        }
        assert_eq!(files, OPERATIONS.len());
    }

    #[test]
    fn no_name_and_no_path_stands_twice() {
        let mut seen = BTreeSet::new();
        for operation in OPERATIONS {
            assert!(seen.insert(operation.id.to_owned()), "{}", operation.id);
            for path in operation.paths {
                assert!(seen.insert(format!("{} {path}", operation.method.as_str())), "{path}");
            }
        }
    }
}
