//! The input contract of a run: everything that decides what it makes, and who gets it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::document::{DocumentMeta, Format, Png, Rgb};
use crate::email::Email;
use crate::filter::Filter;
use crate::ids::{ScheduleId, TenantId};
use crate::invalid::Invalid;
use crate::metric::MetricSettings;
use crate::period::{PeriodType, trend_bucket};
use crate::report_input::ReportInput;
use crate::report_options::ReportOptions;
use crate::template::Template;
use crate::window::Window;

/// How much harm a report does in the wrong hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// May travel as an attachment.
    Low,
    /// Travels as a link that expires.
    Medium,
}

impl Sensitivity {
    /// The classification that each page of a report carries. There is none that means "for everybody": whatever a
    /// report says, it says about somebody's security.
    #[must_use]
    pub const fn classification(self) -> &'static str {
        match self {
            Self::Low => "Internal",
            Self::Medium => "Confidential",
        }
    }
}

/// How a recipient is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// In the To header.
    To,
    /// In the Cc header.
    Cc,
    /// In no header.
    Bcc,
}

/// Who gets a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address.
    pub email: Email,
    /// How it is addressed.
    pub kind: RecipientKind,
}

/// A template, or a metric, with its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versioned {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// Everything that decides what a run makes: the input contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunInput {
    /// Whose report it is.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// The templates, in order; usually one.
    pub templates: Vec<Versioned>,
    /// The metrics they use.
    pub metrics: Vec<Versioned>,
    /// Which period was asked for.
    pub period_type: PeriodType,
    /// First day covered, in `timezone`.
    pub period_start: Date,
    /// The day after the last one covered.
    pub period_end: Date,
    /// The instants covered.
    pub window: Window,
    /// The instants of the period before, for comparison.
    pub previous: Window,
    /// IANA zone that days are told in.
    pub timezone: String,
    /// Which records count.
    pub filters: Option<Filter>,
    /// Sections of the templates that are left out, by id.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// What was chosen where sections leave a choice.
    #[serde(default, skip_serializing_if = "ReportOptions::is_empty")]
    pub options: ReportOptions,
    /// The tenant's settings that formulas depend on, as they were when the run was asked for.
    #[serde(default)]
    pub metric_settings: MetricSettings,
    /// Formats to make.
    pub formats: Vec<Format>,
    /// How it may travel.
    pub sensitivity: Sensitivity,
    /// Name of the tenant, as printed.
    pub tenant_name: String,
    /// Accent colour, as printed.
    pub accent: Rgb,
    /// SHA-256 of the logo, as printed; its file stays where it is as long as reports may name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Who asked, or whose schedule it is.
    pub requested_by: String,
    /// The schedule, if one made it.
    pub schedule_id: Option<ScheduleId>,
}

impl RunInput {
    /// The first and the last day covered.
    #[must_use]
    pub fn days(&self) -> (Date, Date) {
        let last = self.period_end.yesterday().unwrap_or(self.period_start);
        (self.period_start, last.max(self.period_start))
    }

    /// What its report is about, as sections see it.
    ///
    /// # Errors
    ///
    /// As [`ReportInput::new`].
    pub fn report_input(&self) -> Result<ReportInput, Invalid> {
        let bucket = trend_bucket((self.period_end - self.period_start).get_days());
        let (zone, filters) = (self.timezone.as_str(), self.filters.clone());
        let about = ReportInput::new(self.window, self.previous, self.days(), zone, bucket, filters)?;
        Ok(about
            .without_sections(self.left_out.clone())
            .with_options(self.options.clone())
            .with_metric_settings(self.metric_settings))
    }

    /// What its documents say about themselves. `templates` are its own, in order; `logo` is the file that it names.
    #[must_use]
    pub fn document_meta(
        &self,
        templates: &[&Template],
        report_id: String,
        generated_at: Timestamp,
        logo: Option<Png>,
    ) -> DocumentMeta {
        DocumentMeta {
            title: self.name.clone(),
            subtitle: templates.iter().map(|t| t.title).collect::<Vec<_>>().join(", "),
            tenant_name: self.tenant_name.clone(),
            period: self.days(),
            timezone: self.timezone.clone(),
            generated_at,
            report_id,
            template: templates.iter().map(|t| t.label()).collect::<Vec<_>>().join(", "),
            language: "en".to_owned(),
            accent: self.accent,
            logo,
            classification: Some(self.sensitivity.classification().to_owned()),
        }
    }
}

/// What makes a run's mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPlan {
    /// Who gets it; at most 20.
    pub recipients: Vec<Recipient>,
    /// Subject with `{tenant}`, `{name}` and `{date}`; the default when missing.
    pub subject_template: Option<String>,
}
