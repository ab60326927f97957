//! Existence: what is written wrong is told only of what is there.
//!
//! Use cases look for what a path names before they ask for the body, but a query, or a header, may have been found wrong
//! before. So a refusal of what is written is held back until the thing in the path was looked for: whoever may not know
//! whether it is there learns it from no parameter either. What is not refused costs no second look. Rights that depend on
//! the thing itself (whose it is, whom it would write to) stay with the use case, and come after such a refusal.

use sitrep_app::data::get_dataset;
use sitrep_app::deliveries::{get_delivery, list_schedule_deliveries};
use sitrep_app::error::AppError;
use sitrep_app::mappings::get_mapping;
use sitrep_app::schedules::get_schedule;
use sitrep_app::services::Services;
use sitrep_app::uploads::get_upload;
use sitrep_domain::metrics::find_metric;
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::Share;
use sitrep_domain::user::User;

use crate::operation::{Method, Operation};
use crate::path::read_id;

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Report,
    Schedule,
    /// The delivery log of a schedule, which outlives it.
    DeliveriesOfSchedule,
    Delivery,
    Share,
    User,
    Dataset,
    Mapping,
    Upload,
    Metric,
}

/// Beginnings of paths and what they name; the first that fits counts.
const PATHS: [(&str, Named); 11] = [
    ("/api/v1/reports/schedules/{id}/deliveries", Named::DeliveriesOfSchedule),
    ("/api/v1/reports/schedules/{id}", Named::Schedule),
    ("/api/v1/reports/deliveries/{id}", Named::Delivery),
    ("/api/v1/reports/shares/{id}", Named::Share),
    ("/api/v1/reports/generated/{id}", Named::Report),
    ("/api/v1/reports/{id}", Named::Report),
    ("/api/v1/users/{id}", Named::User),
    ("/api/v1/datasets/{dataset}/mappings/{name}", Named::Mapping),
    ("/api/v1/datasets/{dataset}/uploads/{id}", Named::Upload),
    ("/api/v1/datasets/{dataset}", Named::Dataset),
    ("/api/v1/metrics/{id}", Named::Metric),
];

impl Named {
    /// What the path of an operation names; nothing when it has no part that varies.
    pub(crate) fn by(operation: &Operation) -> Option<Self> {
        let named = PATHS.iter().find(|(path, _)| operation.paths[0].starts_with(path))?.1;
        // A put makes what is not there yet.
        Some(if operation.method == Method::Put && named == Self::Mapping { Self::Dataset } else { named })
    }

    /// Looks for it; `parts` are those of the path that vary, in order.
    ///
    /// # Errors
    ///
    /// [`AppError::NotFound`], [`AppError::Forbidden`] or [`AppError::Unavailable`].
    pub(crate) async fn look_for(
        self,
        services: &Services,
        scope: &TenantScope,
        parts: &[String],
    ) -> Result<(), AppError> {
        let part = |i: usize| parts.get(i).map_or("", String::as_str);
        let first = part(0);
        match self {
            Self::Report => services.get::<Run>(scope, &read_id(first)).await.map(drop),
            Self::Schedule => get_schedule(services, scope, read_id(first)).await.map(drop),
            Self::DeliveriesOfSchedule => {
                list_schedule_deliveries(services, scope, read_id(first), 1, None).await.map(drop)
            }
            Self::Delivery => get_delivery(services, scope, read_id(first)).await.map(drop),
            Self::Share => services.get::<Share>(scope, &read_id(first)).await.map(drop),
            Self::User => services.get::<User>(scope, &read_id(first)).await.map(drop),
            Self::Dataset => get_dataset(services, scope, first).await.map(drop),
            Self::Mapping => get_mapping(services, scope, first, part(1)).await.map(drop),
            Self::Upload => get_upload(services, scope, first, read_id(part(1))).await.map(drop),
            Self::Metric => find_metric(first).map(drop).ok_or(AppError::NotFound { what: "metric" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Access;
    use crate::router::OPERATIONS;

    #[test]
    fn whatever_varies_in_a_path_can_be_looked_for() {
        for operation in OPERATIONS.iter().filter(|operation| operation.access != Access::Public) {
            let varies = operation.paths[0].contains('{');
            assert_eq!(Named::by(operation).is_some(), varies, "{}", operation.id);
        }
    }
}
