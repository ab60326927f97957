//! Top violators: the users, agents or addresses with the most incidents.
//!
//! Incidents without the key are left out of the list and counted beside it. An agent's name and host are those of its
//! newest incident in the window that has one.

use serde::{Deserialize, Serialize};

use super::{Analysis, AnalyticsInput, RowFigures, key_text, metric_as};
use crate::invalid::Invalid;
use crate::measure::{Measure, Value};
use crate::query::Query;
use crate::result::{QueryResult, ResultRow};

/// Whom incidents are counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViolatorKind {
    /// Person or account.
    #[default]
    User,
    /// Endpoint or AI agent.
    Agent,
    /// Address.
    IpAddress,
}

impl ViolatorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::User, Self::Agent, Self::IpAddress];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::IpAddress => "ip_address",
        }
    }

    /// The column that holds the key.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent_id",
            Self::IpAddress => "ip_address",
        }
    }
}

const COUNT: &str = "incident_count";
const CRITICAL: &str = "critical_count";
const AGENT_NAME: &str = "agent_name";
const HOSTNAME: &str = "hostname";

/// The question: who has the most incidents.
#[derive(Clone, Debug)]
pub struct TopViolators {
    /// Window, zone and filter.
    pub input: AnalyticsInput,
    /// Whom incidents are counted by.
    pub by: ViolatorKind,
    /// Most rows, 1 to [`Self::MAX_LIMIT`].
    pub limit: usize,
}

impl TopViolators {
    /// Most rows that can be asked for.
    pub const MAX_LIMIT: u16 = 100;
    /// Most rows when nothing is asked for.
    pub const DEFAULT_LIMIT: u16 = 10;
}

/// Who has the most incidents.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TopViolatorsAnswer {
    /// Count descending, then key ascending.
    pub rows: Vec<Violator>,
    /// Incidents of the window without the key.
    pub unassigned: u64,
    /// Keys there are, listed or not.
    pub total_rows: u64,
}

/// One user, agent or address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violator {
    /// Who.
    #[serde(flatten)]
    pub key: ViolatorKey,
    /// Incidents created in the window.
    pub incident_count: u64,
    /// Those of them that are critical.
    pub critical_count: u64,
}

/// Who a row is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ViolatorKey {
    /// A person or account.
    User {
        /// Its name.
        user: String,
    },
    /// An endpoint or AI agent.
    Agent {
        /// Its id.
        agent_id: String,
        /// Its name in its newest incident of the window that has one.
        agent_name: Option<String>,
        /// Its host in its newest incident of the window that has one.
        hostname: Option<String>,
    },
    /// An address.
    IpAddress {
        /// The address.
        ip_address: String,
    },
}

impl Analysis for TopViolators {
    type Answer = TopViolatorsAnswer;

    fn queries(&self) -> Vec<Query> {
        let mut query = self.input.query().by_field(self.by.column());
        query.measures.extend([metric_as(COUNT, "total"), metric_as(CRITICAL, "critical")]);
        if self.by == ViolatorKind::Agent {
            for name in [AGENT_NAME, HOSTNAME] {
                query = query.measure(name, Measure::latest(Value::column(name)));
            }
        }
        vec![query.top(COUNT, self.limit)]
    }

    fn answer(&self, results: &[QueryResult]) -> Result<TopViolatorsAnswer, Invalid> {
        let result = &results[0];
        Ok(TopViolatorsAnswer {
            rows: result.rows.iter().filter_map(|row| self.violator(result, row)).collect(),
            unassigned: result.unassigned,
            total_rows: result.total_rows,
        })
    }
}

impl TopViolators {
    fn violator(&self, result: &QueryResult, row: &ResultRow) -> Option<Violator> {
        let figures = RowFigures::of(result, row);
        let name = key_text(&row.keys[0])?;
        let key = match self.by {
            ViolatorKind::User => ViolatorKey::User { user: name },
            ViolatorKind::IpAddress => ViolatorKey::IpAddress { ip_address: name },
            ViolatorKind::Agent => ViolatorKey::Agent {
                agent_id: name,
                agent_name: figures.text(AGENT_NAME),
                hostname: figures.text(HOSTNAME),
            },
        };
        Some(Violator { key, incident_count: figures.count(COUNT), critical_count: figures.count(CRITICAL) })
    }
}
