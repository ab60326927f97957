//! Tenants: who owns records and reports, what they paid for, and how their reports look.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::Plan;
use crate::calendar::find_zone;
use crate::ids::TenantId;
use crate::invalid::Invalid;
use crate::settings::TenantSettings;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its slug.
    pub id: TenantId,
    /// Its name as people know it.
    pub name: String,
    /// What it paid for.
    pub plan: Plan,
    /// How it wants things.
    pub settings: TenantSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Tenant {
    /// Longest name, in characters.
    pub const MAX_NAME: usize = 120;

    /// Makes a tenant with default settings.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `name` when it is empty or too long.
    pub fn new(id: TenantId, name: &str, plan: Plan, now: Timestamp) -> Result<Self, Invalid> {
        let name = crate::text::check_name(name, Self::MAX_NAME).map_err(|e| e.below("name"))?;
        Ok(Self { id, name, plan, settings: TenantSettings::default(), created_at: now })
    }

    /// The same tenant with another zone for its reports.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `reports_timezone` when there is no such zone.
    pub fn with_timezone(mut self, zone: &str) -> Result<Self, Invalid> {
        find_zone(zone).map_err(|e| e.below("reports_timezone"))?;
        zone.clone_into(&mut self.settings.reports_timezone);
        Ok(self)
    }

    /// Whether an address may receive mail from the tenant.
    #[must_use]
    pub fn allows_recipient(&self, email: &crate::email::Email) -> bool {
        let domains = &self.settings.allowed_recipient_domains;
        domains.is_empty() || domains.iter().any(|d| d.eq_ignore_ascii_case(email.domain()))
    }
}
