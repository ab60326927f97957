//! The fixed questions of the analytics API.
//!
//! One use case answers all of them: a question brings its queries and makes its answer, and all of its queries are
//! answered on one snapshot.

use jiff::Timestamp;
use sitrep_domain::access::Permission;
use sitrep_domain::analytics::Analysis;
use sitrep_domain::scope::TenantScope;

use crate::data::run_queries::measure;
use crate::error::AppError;
use crate::services::{Services, require};

/// What a question goes by when its parameters do not say.
#[derive(Clone, Debug)]
pub struct AnalyticsDefaults {
    /// IANA zone of the tenant's reports.
    pub timezone: String,
    /// The present instant.
    pub now: Timestamp,
}

/// Answers a question.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::Invalid`] naming the parameter, of kind `DateRangeTooLarge` for a window that is
/// too long and `LimitExceeded` past a limit; [`AppError::Unavailable`].
pub async fn run_analysis<A: Analysis>(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce(&AnalyticsDefaults) -> Result<A, AppError>,
) -> Result<A::Answer, AppError> {
    require(scope, Permission::Query)?;
    let timezone = services.tenant(scope).await?.settings.reports_timezone;
    let analysis = input(&AnalyticsDefaults { timezone, now: services.now() })?;
    let measured = measure(services, scope, &analysis.queries(), None).await?;
    Ok(analysis.answer(&measured.results)?)
}
