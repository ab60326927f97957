//! Finding mappings: to show them, and to use them.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_aws::entities::TenantMapping;
use sitrep_aws::keys;
use sitrep_aws::store::ListOf;
use sitrep_domain::access::Permission;
use sitrep_domain::dataset::{Dataset, DatasetId};
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::mapping::{Mapping, check_mapping_name};
use sitrep_domain::mappings;
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::{Services, Stored, require};

/// Whose a mapping is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The product's own, the same for every tenant.
    BuiltIn,
    /// The tenant's own.
    Tenant,
}

/// A mapping as callers see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MappingView {
    /// The mapping: name, dataset, rules.
    #[serde(flatten)]
    pub mapping: Mapping,
    /// Whose it is.
    pub origin: Origin,
    /// When it was made; none for a built-in one.
    pub created_at: Option<Timestamp>,
    /// When it was last changed; none for a built-in one.
    pub updated_at: Option<Timestamp>,
    /// Address of who changed it last; none for a built-in one.
    pub updated_by: Option<String>,
}

/// A mapping with its revision, for `ETag`; that of a built-in one is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundMapping {
    /// The mapping.
    pub view: MappingView,
    /// Its revision, 1 and up.
    pub rev: u64,
}

impl From<Mapping> for FoundMapping {
    fn from(mapping: Mapping) -> Self {
        let origin = Origin::BuiltIn;
        let view = MappingView { mapping, origin, created_at: None, updated_at: None, updated_by: None };
        Self { view, rev: 1 }
    }
}

impl From<Stored<TenantMapping>> for FoundMapping {
    fn from(stored: Stored<TenantMapping>) -> Self {
        let rev = stored.rev();
        let TenantMapping { mapping, created_at, updated_at, updated_by } = stored.value;
        let view = MappingView {
            mapping,
            origin: Origin::Tenant,
            created_at: Some(created_at),
            updated_at: Some(updated_at),
            updated_by: Some(updated_by),
        };
        Self { view, rev }
    }
}

/// The mappings of a dataset, built-in ones first, each by name.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] for an unknown dataset, [`AppError::Unavailable`].
pub async fn list_mappings(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
) -> Result<Vec<MappingView>, AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = get_dataset(dataset)?.id;
    let list = ListOf::prefix(keys::mappings(scope.tenant(), dataset));
    let own: Vec<Stored<TenantMapping>> = services.store.list_all(scope, &list).await?;
    let built_in = mappings::list_mappings(dataset).into_iter().map(FoundMapping::from);
    Ok(built_in.chain(own.into_iter().map(FoundMapping::from)).map(|found| found.view).collect())
}

/// One mapping of a dataset.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Unavailable`].
pub async fn get_mapping(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    name: &str,
) -> Result<FoundMapping, AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = get_dataset(dataset)?.id;
    find_mapping(services, scope, dataset, name).await?.ok_or(AppError::NotFound { what: "mapping" })
}

/// The mapping that records are to come in through, as `?mapping=` names it.
///
/// # Errors
///
/// [`AppError::Invalid`] naming `mapping` when there is none; [`AppError::Unavailable`].
pub async fn use_mapping(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
    name: &str,
) -> Result<Mapping, AppError> {
    let found = find_mapping(services, scope, dataset, name).await?;
    found.map(|found| found.view.mapping).ok_or_else(|| {
        let detail = format!(
            "there is no such mapping of {dataset}; native takes our own field names, and PUT \
             /api/v1/datasets/{dataset}/mappings/<name> makes one"
        );
        Invalid::field("mapping", "unknown_mapping", detail).into()
    })
}

/// The mapping of that name, the product's or the tenant's.
async fn find_mapping(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
    name: &str,
) -> Result<Option<FoundMapping>, AppError> {
    if let Some(mapping) = mappings::find_mapping(dataset, name) {
        return Ok(Some(mapping.into()));
    }
    // What cannot be a name is no key either.
    if check_mapping_name(name).is_err() {
        return Ok(None);
    }
    let stored = services.store.find::<TenantMapping>(scope, &(dataset, name.to_owned())).await?;
    Ok(stored.map(FoundMapping::from))
}

/// The dataset of that name.
///
/// # Errors
///
/// [`AppError::NotFound`].
pub(super) fn get_dataset(name: &str) -> Result<&'static Dataset, AppError> {
    find_dataset(name).ok_or(AppError::NotFound { what: "dataset" })
}
