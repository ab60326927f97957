//! Answers as tables, for files and reports: the figures of the JSON answers, in rows.
//!
//! A nested value becomes columns of its own: `mtta_minutes.mean`, `previous.total_incidents`.

use super::{
    DataTypesAnswer, DurationFigures, PeriodSummary, PolicyViolationsAnswer, SeverityDistributionAnswer,
    SummaryAnswer, TopViolatorsAnswer, TrendsAnswer, ViolatorKey, ViolatorKind,
};
use crate::result::Cell;
use crate::section::count_cell;

/// Rows under named columns.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerTable {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, one cell per column.
    pub rows: Vec<Vec<Cell>>,
}

impl AnswerTable {
    fn new(columns: &[&str], rows: Vec<Vec<Cell>>) -> Self {
        Self { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows }
    }
}

/// An answer that can be written as a table.
pub trait Tabular {
    /// The answer as a table.
    fn table(&self) -> AnswerTable;
}

impl Tabular for TrendsAnswer {
    fn table(&self) -> AnswerTable {
        let rows = self.series.iter().flat_map(|series| {
            let row = |point: &super::TrendPoint| {
                vec![Cell::Time(point.timestamp), Cell::Text(series.key.clone()), count_cell(point.count)]
            };
            series.points.iter().map(row)
        });
        AnswerTable::new(&["timestamp", "series", "count"], rows.collect())
    }
}

impl TopViolatorsAnswer {
    /// The answer as a table. Its columns depend on whom incidents are counted by, also when there are none.
    #[must_use]
    pub fn table_of(&self, by: ViolatorKind) -> AnswerTable {
        let key: &[&str] = match by {
            ViolatorKind::User => &["user"],
            ViolatorKind::Agent => &["agent_id", "agent_name", "hostname"],
            ViolatorKind::IpAddress => &["ip_address"],
        };
        let rows = self.rows.iter().map(|row| {
            let mut cells = key_cells(&row.key);
            cells.extend([count_cell(row.incident_count), count_cell(row.critical_count)]);
            cells
        });
        AnswerTable::new(&[key, &["incident_count", "critical_count"]].concat(), rows.collect())
    }
}

fn key_cells(key: &ViolatorKey) -> Vec<Cell> {
    match key {
        ViolatorKey::User { user } => vec![Cell::Text(user.clone())],
        ViolatorKey::Agent { agent_id, agent_name, hostname } => {
            vec![
                Cell::Text(agent_id.clone()),
                text_cell(agent_name.as_deref()),
                text_cell(hostname.as_deref()),
            ]
        }
        ViolatorKey::IpAddress { ip_address } => vec![Cell::Text(ip_address.clone())],
    }
}

impl Tabular for DataTypesAnswer {
    fn table(&self) -> AnswerTable {
        let rows = self.rows.iter().map(|row| {
            vec![
                text_cell(row.data_type.as_deref()),
                count_cell(row.count),
                number_cell(row.percentage),
                number_cell(row.avg_confidence),
            ]
        });
        AnswerTable::new(&["data_type", "count", "percentage", "avg_confidence"], rows.collect())
    }
}

impl Tabular for PolicyViolationsAnswer {
    fn table(&self) -> AnswerTable {
        let rows = self.rows.iter().map(|row| {
            vec![
                Cell::Text(row.policy_id.clone()),
                text_cell(row.policy_name.as_deref()),
                count_cell(row.total),
                count_cell(row.blocked),
                count_cell(row.allowed),
                count_cell(row.quarantined),
                count_cell(row.alerted),
                number_cell(row.block_rate),
                count_cell(row.critical),
                row.last_violation_at.map_or(Cell::Null, Cell::Time),
            ]
        });
        let columns = [
            "policy_id",
            "policy_name",
            "total",
            "blocked",
            "allowed",
            "quarantined",
            "alerted",
            "block_rate",
            "critical",
            "last_violation_at",
        ];
        AnswerTable::new(&columns, rows.collect())
    }
}

impl Tabular for SeverityDistributionAnswer {
    fn table(&self) -> AnswerTable {
        let rows = self.distribution.iter().map(|row| {
            vec![Cell::Text(row.severity.to_owned()), count_cell(row.count), number_cell(row.percentage)]
        });
        AnswerTable::new(&["severity", "count", "percentage"], rows.collect())
    }
}

impl Tabular for SummaryAnswer {
    fn table(&self) -> AnswerTable {
        let before =
            self.previous.figures().into_iter().map(|(name, cell)| (format!("previous.{name}"), cell));
        let now = self.current.figures().into_iter().map(|(name, cell)| (name.to_owned(), cell));
        let (columns, row) = now.chain(before).unzip();
        AnswerTable { columns, rows: vec![row] }
    }
}

impl PeriodSummary {
    /// Every figure under its flattened name, in the order of the answer.
    #[must_use]
    pub fn figures(&self) -> Vec<(&'static str, Cell)> {
        let figures = &self.figures;
        let mut all = vec![
            ("start_date", Cell::Time(self.start_date)),
            ("end_date", Cell::Time(self.end_date)),
            ("total_incidents", count_cell(figures.total_incidents)),
            ("critical_incidents", count_cell(figures.critical_incidents)),
            ("high_incidents", count_cell(figures.high_incidents)),
            ("open_incidents", count_cell(figures.open_incidents)),
            ("blocked", count_cell(figures.blocked)),
            ("block_rate", number_cell(figures.block_rate)),
        ];
        let mtta =
            ["mtta_minutes.mean", "mtta_minutes.median", "mtta_minutes.population", "mtta_minutes.excluded"];
        let mttr =
            ["mttr_minutes.mean", "mttr_minutes.median", "mttr_minutes.population", "mttr_minutes.excluded"];
        all.extend(mtta.into_iter().zip(duration_cells(&figures.mtta_minutes)));
        all.extend(mttr.into_iter().zip(duration_cells(&figures.mttr_minutes)));
        all.extend([
            ("auto_resolution_rate", number_cell(figures.auto_resolution_rate)),
            ("sla_compliance", number_cell(figures.sla_compliance)),
            ("unique_users", count_cell(figures.unique_users)),
            ("unique_agents", count_cell(figures.unique_agents)),
            ("risk_score", number_cell(figures.risk_score)),
        ]);
        all
    }
}

fn duration_cells(of: &DurationFigures) -> [Cell; 4] {
    [number_cell(of.mean), number_cell(of.median), count_cell(of.population), count_cell(of.excluded)]
}

fn text_cell(text: Option<&str>) -> Cell {
    text.map_or(Cell::Null, |text| Cell::Text(text.to_owned()))
}

fn number_cell(x: Option<f64>) -> Cell {
    x.map_or(Cell::Null, Cell::Number)
}
