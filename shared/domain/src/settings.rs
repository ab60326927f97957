//! Settings: how a tenant wants things, and how an administrator changes them.
//!
//! A setting is a field of [`TenantSettings`], one of [`SettingsDraft`] and a rule in [`SettingsDraft::check`]. A row
//! that was stored before there was a setting reads as that setting's default. How things look is `branding`'s.

use serde::{Deserialize, Serialize};

use crate::branding::{BrandingDraft, Logo};
use crate::calendar::find_zone;
use crate::document::{Png, Rgb};
use crate::email::Email;
use crate::invalid::Invalid;
use crate::metric::MetricSettings;
use crate::tenant::Tenant;

/// How a tenant wants things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// IANA zone of reports that name none.
    pub reports_timezone: String,
    /// Accent colour of documents and mail.
    pub accent: Rgb,
    /// Logo of documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Domains that recipients may have, lower-case; empty means any.
    pub allowed_recipient_domains: Vec<String>,
    /// Confidence from which on a decision counts as sure, 0–1.
    pub confidence_threshold: f64,
    /// Days that reports are kept.
    pub retention_days: u32,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            reports_timezone: "UTC".to_owned(),
            accent: Rgb(0x1f, 0x4e, 0x79),
            logo: None,
            allowed_recipient_domains: Vec::new(),
            confidence_threshold: MetricSettings::default().confidence_threshold,
            retention_days: 90,
        }
    }
}

impl TenantSettings {
    /// Most domains that recipients may have.
    pub const MAX_DOMAINS: usize = 100;
    /// Longest time that reports are kept, in days: ten years.
    pub const MAX_RETENTION_DAYS: u32 = 3_660;

    /// What the formulas of metrics depend on.
    #[must_use]
    pub const fn for_metrics(&self) -> MetricSettings {
        MetricSettings { confidence_threshold: self.confidence_threshold }
    }
}

/// The settings as they are told and sent. What is missing is the default, but for the name, which stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsDraft {
    /// IANA zone of reports that name none.
    pub reports_timezone: String,
    /// How documents and mail look.
    pub branding: BrandingDraft,
    /// Domains that recipients may have; empty means any.
    pub allowed_recipient_domains: Vec<String>,
    /// Confidence from which on a decision counts as sure, 0–1.
    pub confidence_threshold: f64,
    /// Days that reports are kept, 1 to [`TenantSettings::MAX_RETENTION_DAYS`].
    pub retention_days: u32,
}

/// What settings come to once they are checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedSettings {
    /// The tenant with these settings.
    pub tenant: Tenant,
    /// The file of a new logo, to be kept before the tenant that names its hash.
    pub new_logo: Option<Png>,
}

impl Default for SettingsDraft {
    fn default() -> Self {
        Self::new(BrandingDraft::default(), &TenantSettings::default())
    }
}

impl From<&Tenant> for SettingsDraft {
    fn from(tenant: &Tenant) -> Self {
        Self::new(BrandingDraft::from(tenant), &tenant.settings)
    }
}

impl SettingsDraft {
    fn new(branding: BrandingDraft, settings: &TenantSettings) -> Self {
        Self {
            reports_timezone: settings.reports_timezone.clone(),
            branding,
            allowed_recipient_domains: settings.allowed_recipient_domains.clone(),
            confidence_threshold: settings.confidence_threshold,
            retention_days: settings.retention_days,
        }
    }

    /// The tenant with these settings.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the setting.
    pub fn check(self, mut tenant: Tenant) -> Result<CheckedSettings, Invalid> {
        find_zone(&self.reports_timezone).map_err(|e| e.below("reports_timezone"))?;
        if !(0.0..=1.0).contains(&self.confidence_threshold) {
            return Err(out_of_range("confidence_threshold", "a number from 0 to 1"));
        }
        if !(1..=TenantSettings::MAX_RETENTION_DAYS).contains(&self.retention_days) {
            let right = format!("a number of days from 1 to {}", TenantSettings::MAX_RETENTION_DAYS);
            return Err(out_of_range("retention_days", &right));
        }
        let allowed_recipient_domains = read_domains(&self.allowed_recipient_domains)?;
        let new_logo = self.branding.apply(&mut tenant)?;
        tenant.settings = TenantSettings {
            reports_timezone: self.reports_timezone,
            allowed_recipient_domains,
            confidence_threshold: self.confidence_threshold,
            retention_days: self.retention_days,
            ..tenant.settings
        };
        Ok(CheckedSettings { tenant, new_logo })
    }
}

fn out_of_range(field: &str, right: &str) -> Invalid {
    Invalid::field(field, "out_of_range", format!("{field} is {right}"))
}

fn read_domains(domains: &[String]) -> Result<Vec<String>, Invalid> {
    const FIELD: &str = "allowed_recipient_domains";
    if domains.len() > TenantSettings::MAX_DOMAINS {
        let detail = format!("{FIELD} has at most {} domains", TenantSettings::MAX_DOMAINS);
        return Err(Invalid::limit(FIELD, detail));
    }
    let read = |(i, domain): (usize, &String)| match Email::new(format!("a@{domain}")) {
        Ok(email) if email.domain().eq_ignore_ascii_case(domain) => Ok(email.domain().to_ascii_lowercase()),
        _ => {
            let detail = "a domain is what follows the @ of an address, such as acme.example";
            Err(Invalid::field(format!("{FIELD}[{i}]"), "bad_domain", detail))
        }
    };
    domains.iter().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Plan;
    use crate::ids::TenantId;
    use jiff::Timestamp;
    use serde_json::{Value, json};

    fn tenant() -> Tenant {
        Tenant::new(TenantId::new("acme").unwrap(), "Acme", Plan::Starter, Timestamp::UNIX_EPOCH).unwrap()
    }

    fn check(draft: Value) -> Result<Tenant, Invalid> {
        serde_json::from_value::<SettingsDraft>(draft).unwrap().check(tenant()).map(|checked| checked.tenant)
    }

    #[test]
    fn settings_come_back_as_they_were_sent_and_what_is_missing_is_the_default() {
        let sent = json!({"reports_timezone": "Europe/Berlin",
            "branding": {"name": "Acme Corp", "accent_colour": "#00ff7f",
                "text_colours": {"on_light": "#008040", "on_dark": "#00ff7f"}, "logo": null},
            "allowed_recipient_domains": ["acme.example", "globex.example"],
            "confidence_threshold": 0.55, "retention_days": 30});
        let changed = check(sent.clone()).unwrap();
        assert_eq!(json!(SettingsDraft::from(&changed)), sent);
        assert_eq!(check(json!({})).unwrap(), tenant());
        let stored: TenantSettings = serde_json::from_value(json!({"reports_timezone": "UTC"})).unwrap();
        assert_eq!(stored, TenantSettings::default(), "a row from before");
    }

    #[test]
    fn a_setting_that_cannot_be_is_refused_by_name() {
        for (draft, field) in [
            (json!({"reports_timezone": "Mars/Base"}), "reports_timezone"),
            (json!({"branding": {"name": " "}}), "branding.name"),
            (json!({"branding": {"accent_colour": "1f4e79"}}), "branding.accent_colour"),
            (json!({"branding": {"accent_colour": "#+f4e79"}}), "branding.accent_colour"),
            (json!({"confidence_threshold": 1.01}), "confidence_threshold"),
            (json!({"confidence_threshold": -0.1}), "confidence_threshold"),
            (json!({"retention_days": 0}), "retention_days"),
            (json!({"retention_days": 3_661}), "retention_days"),
            (json!({"allowed_recipient_domains": ["a.example", "@b"]}), "allowed_recipient_domains[1]"),
            (json!({"allowed_recipient_domains": vec!["a.example"; 101]}), "allowed_recipient_domains"),
        ] {
            let refused = check(draft.clone()).unwrap_err();
            assert_eq!(refused.errors[0].field, field, "{draft}");
        }
    }
}
