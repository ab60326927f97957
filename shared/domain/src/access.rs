//! Who may do what: plans, roles and permissions.
//!
//! Role × permission is the one `match` in [`Role::may`]; the table in `infra/generated/access.md` is printed from it
//! and tested cell by cell.

use serde::{Deserialize, Serialize};

/// What a user may do, least first: each role may do all that the one before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads reports, the dashboard and the delivery log.
    Viewer,
    /// Also ingests, queries, generates and downloads, and keeps saved reports without cadence or recipients.
    Analyst,
    /// Also approves, and schedules to users of the tenant.
    Approver,
    /// Also external recipients, shares, templates, users and settings.
    Admin,
    /// Also deletes reports and destroys what the tenant owns.
    Owner,
}

impl Role {
    /// Every role, least first.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Analyst, Self::Approver, Self::Admin, Self::Owner];

    /// Its word in JSON and keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Whether the role has the permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        let least = match permission {
            P::ReadReports | P::ReadDeliveries | P::ReadSchedules => Self::Viewer,
            P::Ingest | P::Query | P::Generate | P::Download | P::SaveReports => Self::Analyst,
            P::Schedule | P::Approve => Self::Approver,
            P::ExternalRecipients
            | P::Share
            | P::ManageMappings
            | P::ManageTemplates
            | P::ManageUsers
            | P::ManageSettings => Self::Admin,
            P::DeleteReports | P::DestroyTenantData => Self::Owner,
        };
        self >= least
    }
}

/// One thing a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read reports, templates, metrics and datasets' descriptions.
    ReadReports,
    /// Read the delivery log.
    ReadDeliveries,
    /// Read schedules.
    ReadSchedules,
    /// Send records.
    Ingest,
    /// Ask questions of the data.
    Query,
    /// Ask for reports.
    Generate,
    /// Download artifacts.
    Download,
    /// Keep saved reports without a cadence or recipients.
    SaveReports,
    /// Give a saved report a cadence, or recipients who are users of the tenant.
    Schedule,
    /// Approve template versions and deliveries.
    Approve,
    /// Name recipients who are not users of the tenant.
    ExternalRecipients,
    /// Make and revoke links for outsiders.
    Share,
    /// Make, change and remove the tenant's mappings.
    ManageMappings,
    /// Make and publish templates.
    ManageTemplates,
    /// Make, change and remove users.
    ManageUsers,
    /// Change the tenant's settings.
    ManageSettings,
    /// Delete reports.
    DeleteReports,
    /// Destroy data of the whole tenant.
    DestroyTenantData,
}

impl Permission {
    /// Every permission, in the order of the access table.
    pub const ALL: [Self; 18] = [
        Self::ReadReports,
        Self::ReadDeliveries,
        Self::ReadSchedules,
        Self::Ingest,
        Self::Query,
        Self::Generate,
        Self::Download,
        Self::SaveReports,
        Self::Schedule,
        Self::Approve,
        Self::ExternalRecipients,
        Self::Share,
        Self::ManageMappings,
        Self::ManageTemplates,
        Self::ManageUsers,
        Self::ManageSettings,
        Self::DeleteReports,
        Self::DestroyTenantData,
    ];
}

/// What a tenant has paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Reports on demand.
    Starter,
    /// Also cadences.
    Governance,
    /// Everything.
    Enterprise,
}

impl Plan {
    /// Whether saved reports may have a cadence.
    #[must_use]
    pub fn has_cadences(self) -> bool {
        self >= Self::Governance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_one_before_it_may() {
        for pair in Role::ALL.windows(2) {
            for permission in Permission::ALL {
                assert!(!pair[0].may(permission) || pair[1].may(permission), "{pair:?} {permission:?}");
            }
        }
    }

    #[test]
    fn the_first_role_with_each_permission_is_the_contracts() {
        let first = |p: Permission| Role::ALL.into_iter().find(|r| r.may(p)).unwrap();
        for (permission, role) in [
            (Permission::ReadReports, Role::Viewer),
            (Permission::ReadDeliveries, Role::Viewer),
            (Permission::Ingest, Role::Analyst),
            (Permission::Download, Role::Analyst),
            (Permission::Schedule, Role::Approver),
            (Permission::Share, Role::Admin),
            (Permission::ManageMappings, Role::Admin),
            (Permission::ManageUsers, Role::Admin),
            (Permission::DeleteReports, Role::Owner),
        ] {
            assert_eq!(first(permission), role, "{permission:?}");
        }
    }
}
