//! Making, replacing and removing a tenant's mapping.
//!
//! A put replaces the whole mapping. `If-Match` holds it to the revision that it is based on; without it the last one
//! wins, as with any put.

use std::collections::BTreeMap;

use serde::Deserialize;
use sitrep_aws::entities::TenantMapping;
use sitrep_aws::keys;
use sitrep_aws::store::ListOf;
use sitrep_domain::access::Permission;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::mapping::{Mapping, Rule, check_mapping_name};
use sitrep_domain::mappings::is_built_in;
use sitrep_domain::scope::TenantScope;

use super::find_mappings::{FoundMapping, get_dataset};
use crate::error::AppError;
use crate::services::{Services, Stored, require};

/// Most mappings of a tenant for one dataset.
const MAX_MAPPINGS: usize = 100;

/// What a person sends to make or replace a mapping.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingBody {
    /// Rules by column name; `custom.<name>` makes a custom field.
    pub fields: BTreeMap<String, Rule>,
    /// Whether a field of a row that no rule reads is an error.
    #[serde(default)]
    pub refuse_unknown: bool,
}

/// What became of a put.
#[derive(Clone, Debug, PartialEq)]
pub enum PutOutcome {
    /// There was none of that name.
    Created(FoundMapping),
    /// There was one; this has taken its place.
    Replaced(FoundMapping),
}

/// Makes a mapping, or replaces the one of that name.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for an unknown dataset; [`AppError::Conflict`] for the name of a
/// built-in mapping; [`AppError::PreconditionFailed`] when `if_rev` is not its revision; [`AppError::Invalid`] naming
/// the path of the rule that cannot work; [`AppError::Unavailable`].
pub async fn put_mapping(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    name: &str,
    if_rev: Option<u64>,
    input: impl FnOnce() -> Result<MappingBody, AppError>,
) -> Result<PutOutcome, AppError> {
    require(scope, Permission::ManageMappings)?;
    let dataset = get_dataset(dataset)?.id;
    refuse_built_in(name)?;
    check_mapping_name(name)?;
    let id = (dataset, name.to_owned());
    let current = services.store.find::<TenantMapping>(scope, &id).await?;
    check_revision(current.as_ref(), if_rev)?;
    let MappingBody { fields, refuse_unknown } = input()?;
    let mapping = Mapping { name: id.1, dataset, fields, refuse_unknown, own_names: false };
    mapping.check()?;
    match current {
        Some(stored) => replace(services, scope, stored, mapping).await.map(PutOutcome::Replaced),
        None => create(services, scope, mapping).await.map(PutOutcome::Created),
    }
}

async fn create(
    services: &Services,
    scope: &TenantScope,
    mapping: Mapping,
) -> Result<FoundMapping, AppError> {
    let list = ListOf::prefix(keys::mappings(scope.tenant(), mapping.dataset));
    let others: Vec<Stored<TenantMapping>> = services.store.list_all(scope, &list).await?;
    if others.len() >= MAX_MAPPINGS {
        let detail = format!("a dataset has at most {MAX_MAPPINGS} mappings; delete one that is not used");
        return Err(Invalid::limit("name", detail).into());
    }
    let now = services.now();
    let audit = services.audit(scope, "mapping.created", object_of(mapping.dataset, &mapping.name));
    let row = TenantMapping {
        mapping,
        created_at: now,
        updated_at: now,
        updated_by: scope.actor_name().to_owned(),
    };
    services.store.change(scope, audit).create(&row).commit().await?;
    read_back(services, scope, &row.mapping).await
}

async fn replace(
    services: &Services,
    scope: &TenantScope,
    mut stored: Stored<TenantMapping>,
    mapping: Mapping,
) -> Result<FoundMapping, AppError> {
    let audit = services.audit(scope, "mapping.changed", object_of(mapping.dataset, &mapping.name));
    stored.value.mapping = mapping;
    stored.value.updated_at = services.now();
    scope.actor_name().clone_into(&mut stored.value.updated_by);
    services.store.change(scope, audit).replace(&stored).commit().await?;
    Ok(stored.written().into())
}

async fn read_back(
    services: &Services,
    scope: &TenantScope,
    mapping: &Mapping,
) -> Result<FoundMapping, AppError> {
    let id = (mapping.dataset, mapping.name.clone());
    Ok(services.get::<TenantMapping>(scope, &id).await?.into())
}

/// Removes a mapping. Records that came in through it stay.
///
/// # Errors
///
/// As [`put_mapping`], and [`AppError::NotFound`] when there is none.
pub async fn delete_mapping(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    name: &str,
    if_rev: Option<u64>,
) -> Result<(), AppError> {
    require(scope, Permission::ManageMappings)?;
    let dataset = get_dataset(dataset)?.id;
    refuse_built_in(name)?;
    let missing = AppError::NotFound { what: "mapping" };
    if check_mapping_name(name).is_err() {
        return Err(missing);
    }
    let stored = services.store.find::<TenantMapping>(scope, &(dataset, name.to_owned())).await?;
    let stored = stored.ok_or(missing)?;
    check_revision(Some(&stored), if_rev)?;
    let audit = services.audit(scope, "mapping.deleted", object_of(dataset, name));
    services.store.change(scope, audit).remove(&stored).commit().await?;
    Ok(())
}

fn refuse_built_in(name: &str) -> Result<(), AppError> {
    if is_built_in(name) {
        let detail = format!("the mapping {name} is built in and stays as it is; choose another name");
        return Err(AppError::conflict("built_in", detail));
    }
    Ok(())
}

/// A change that is based on a revision is refused when another, or none, is there.
fn check_revision(current: Option<&Stored<TenantMapping>>, if_rev: Option<u64>) -> Result<(), AppError> {
    match if_rev {
        Some(rev) if current.map(Stored::rev) != Some(rev) => Err(AppError::PreconditionFailed),
        _ => Ok(()),
    }
}

fn object_of(dataset: DatasetId, name: &str) -> String {
    format!("mapping/{dataset}/{name}")
}
