//! Exports: answers and records as files, in the answer when they are small and behind a link when they are not.

mod export_csv;
mod export_pdf;
mod write_file;

use sitrep_domain::analytics::{
    Analysis, AnalyticsInput, DataTypes, PolicyViolations, SeverityDistribution, Summary, TopViolators,
    Trends,
};
use sitrep_domain::query::Query;

pub use export_csv::export_csv;
pub use export_pdf::export_pdf;

/// What is exported.
#[derive(Clone, Debug)]
pub enum Export {
    /// Incidents over time.
    Trends(Trends),
    /// The users, agents or addresses with the most incidents.
    Violators(TopViolators),
    /// Incidents per data type.
    DataTypes(DataTypes),
    /// Incidents per policy.
    PolicyViolations(PolicyViolations),
    /// The main figures.
    Summary(Summary),
    /// Incidents per severity.
    Severity(SeverityDistribution),
    /// The incidents themselves.
    Incidents(AnalyticsInput),
}

impl Export {
    /// Its name: of the file, of the template, and in the audit log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Trends(_) => "trends",
            Self::Violators(_) => "violators",
            Self::DataTypes(_) => "data_types",
            Self::PolicyViolations(_) => "policy_violations",
            Self::Summary(_) => "summary",
            Self::Severity(_) => "severity",
            Self::Incidents(_) => "incidents",
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn input(&self) -> &AnalyticsInput {
        match self {
            Self::Trends(question) => &question.input,
            Self::Violators(question) => &question.input,
            Self::DataTypes(question) => &question.input,
            Self::PolicyViolations(question) => &question.input,
            Self::Summary(question) => &question.input,
            Self::Severity(question) => &question.input,
            Self::Incidents(input) => input,
        }
    }

    /// The queries of a question; none for the incidents themselves.
    fn queries(&self) -> Vec<Query> {
        match self {
            Self::Trends(question) => question.queries(),
            Self::Violators(question) => question.queries(),
            Self::DataTypes(question) => question.queries(),
            Self::PolicyViolations(question) => question.queries(),
            Self::Summary(question) => question.queries(),
            Self::Severity(question) => question.queries(),
            Self::Incidents(_) => Vec::new(),
        }
    }

    /// Name of the file: the export's and the present day in the reader's zone.
    fn file_name(&self, now: jiff::Timestamp, extension: &str) -> String {
        let day = sitrep_domain::calendar::local_of(now, self.input().zone()).strftime("%Y%m%d");
        format!("{}_{day}.{extension}", self.name())
    }
}
