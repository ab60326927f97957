//! Coverage: which techniques of the catalogue some records carry, in numbers.
//!
//! The denominator is every technique and sub-technique that is neither revoked nor deprecated. One is covered when a
//! record carries exactly its id; *rolled up*, a technique is also covered through any covered sub-technique. Ids that
//! do not count are reported with the reason and never counted. Which records may cover something (rules that are
//! switched on, say) is for the caller's filter to decide.

use serde::{Deserialize, Serialize};

use crate::attack::{Catalogue, CatalogueId, Standing, catalogue};
use crate::metric::percent;
use crate::result::QueryResult;
use crate::section::whole;

/// What a coverage is the coverage of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoverageScope {
    /// All techniques.
    Techniques,
    /// The techniques of the tactic with that short name.
    Tactic(String),
    /// Mean over the tactics, each with its own techniques: a small tactic weighs as much as a large one.
    MeanOfTactics,
}

/// Techniques that some records carry.
#[derive(Debug)]
pub struct Covered {
    catalogue: &'static Catalogue,
    exact: Vec<bool>,
    rolled: Vec<bool>,
}

/// A numerator and its denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Techniques covered.
    pub covered: u32,
    /// Techniques there are.
    pub techniques: u32,
}

impl Share {
    /// The ratio, 0 to 1; 0 when there are no techniques.
    #[must_use]
    pub fn ratio(self) -> f64 {
        if self.techniques == 0 { 0.0 } else { f64::from(self.covered) / f64::from(self.techniques) }
    }
}

impl Covered {
    /// Marks the techniques at these positions of the catalogue; those that do not count stay out.
    #[must_use]
    pub fn new(id: CatalogueId, positions: impl IntoIterator<Item = usize>) -> Self {
        let catalogue = catalogue(id);
        let techniques = catalogue.techniques();
        let mut exact = vec![false; techniques.len()];
        for position in positions {
            exact[position] = techniques[position].is_active();
        }
        let mut rolled = exact.clone();
        for parent in
            techniques.iter().zip(&exact).filter(|(_, covered)| **covered).filter_map(|(t, _)| t.parent)
        {
            rolled[parent] = techniques[parent].is_active();
        }
        Self { catalogue, exact, rolled }
    }

    /// The ratio in a scope, 0 to 1. A tactic that is not in the catalogue has no techniques, hence 0.
    #[must_use]
    pub fn ratio(&self, scope: &CoverageScope, rolled: bool) -> f64 {
        match scope {
            CoverageScope::Techniques => self.share(None, rolled).ratio(),
            CoverageScope::Tactic(name) => self
                .catalogue
                .find_tactic(name)
                .map_or(0.0, |tactic| self.share(Some(tactic), rolled).ratio()),
            CoverageScope::MeanOfTactics => {
                let ratio = |(tactic, _)| self.share(Some(tactic), rolled).ratio();
                let tactics = self.catalogue.tactics();
                let count = u32::try_from(tactics.len()).expect("a catalogue has few tactics");
                tactics.iter().enumerate().map(ratio).sum::<f64>() / f64::from(count)
            }
        }
    }

    /// How many techniques are covered, of a tactic or of all.
    #[must_use]
    pub fn share(&self, tactic: Option<usize>, rolled: bool) -> Share {
        self.share_of(tactic, rolled, true)
    }

    fn share_of(&self, tactic: Option<usize>, rolled: bool, with_sub_techniques: bool) -> Share {
        let marks = if rolled { &self.rolled } else { &self.exact };
        let mut share = Share { covered: 0, techniques: 0 };
        for (technique, covered) in self.catalogue.techniques().iter().zip(marks) {
            let asked = tactic.is_none_or(|tactic| technique.tactics.contains(&tactic))
                && (with_sub_techniques || technique.parent.is_none());
            if technique.is_active() && asked {
                share.techniques += 1;
                share.covered += u32::from(*covered);
            }
        }
        share
    }
}

/// The coverage of some records, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageReport {
    /// What it is counted against.
    pub catalogue: CatalogueId,
    /// Over all techniques.
    pub overall: CoverageLine,
    /// By tactic, in the order of the catalogue.
    pub tactics: Vec<TacticLine>,
    /// Ids that count for nothing, most records first, then by id.
    pub not_counted: Vec<NotCounted>,
}

/// One line of a coverage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageLine {
    /// Techniques and sub-techniques that count.
    pub techniques: u32,
    /// Of these, those that a record carries by exactly that id.
    pub covered: u32,
    /// The share of them, 0 to 100 with two decimals.
    pub percent: f64,
    /// Techniques and sub-techniques covered exactly or through a sub-technique.
    pub covered_rolled: u32,
    /// The share of them, 0 to 100 with two decimals.
    pub percent_rolled: f64,
    /// Techniques that are not sub-techniques.
    pub parents: u32,
    /// Of these, those covered exactly or through a sub-technique.
    pub parents_rolled: u32,
}

/// One tactic's line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TacticLine {
    /// Short name of the tactic.
    pub tactic: String,
    /// Its name.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub line: CoverageLine,
}

/// An id that counts for nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotCounted {
    /// The id, as the records have it.
    pub id: String,
    /// Why.
    pub reason: NotCountedReason,
    /// The active technique in its place, if it was revoked for one.
    pub replaced_by: Option<String>,
    /// Records that carry it.
    pub records: u64,
    /// Of these, the ones that could have covered something, so that mending the id would count.
    pub counting_records: u64,
}

/// Why an id counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCountedReason {
    /// Withdrawn in favour of another.
    Revoked,
    /// Withdrawn without replacement.
    Deprecated,
    /// The catalogue does not know it.
    Unknown,
}

impl CoverageReport {
    /// Name of the figure that counts the records of an id.
    pub const RECORDS: &'static str = "records";
    /// Name of the figure that counts those that may cover something.
    pub const COUNTING: &'static str = "counting";

    /// The coverage in the result of a query that counts [`Self::RECORDS`] and [`Self::COUNTING`] by technique id;
    /// `None` when some ids were cut off.
    #[must_use]
    pub fn of_result(id: CatalogueId, result: &QueryResult) -> Option<Self> {
        if result.truncated() {
            return None;
        }
        let catalogue = catalogue(id);
        let ids: Vec<CarriedId<'_>> = read_ids(result);
        let counting = ids.iter().filter(|carried| carried.counting > 0);
        let covered = Covered::new(id, counting.filter_map(|carried| catalogue.find_technique(carried.id)));
        let mut not_counted: Vec<NotCounted> =
            ids.iter().filter_map(|carried| refuse(catalogue, carried)).collect();
        not_counted.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.id.cmp(&b.id)));
        let tactic = |(position, tactic): (usize, &crate::attack::Tactic)| TacticLine {
            tactic: tactic.short_name.to_owned(),
            name: tactic.name.to_owned(),
            line: covered.line(Some(position)),
        };
        Some(Self {
            catalogue: id,
            overall: covered.line(None),
            tactics: catalogue.tactics().iter().enumerate().map(tactic).collect(),
            not_counted,
        })
    }
}

impl Covered {
    fn line(&self, tactic: Option<usize>) -> CoverageLine {
        let (exact, rolled) = (self.share(tactic, false), self.share(tactic, true));
        let parents = self.share_of(tactic, true, false);
        CoverageLine {
            techniques: exact.techniques,
            covered: exact.covered,
            percent: percent(exact.ratio()),
            covered_rolled: rolled.covered,
            percent_rolled: percent(rolled.ratio()),
            parents: parents.techniques,
            parents_rolled: parents.covered,
        }
    }
}

/// An id, and how many records carry it.
struct CarriedId<'r> {
    id: &'r str,
    records: u64,
    counting: u64,
}

fn read_ids(result: &QueryResult) -> Vec<CarriedId<'_>> {
    let position = |name: &str| result.figure_names.iter().position(|n| n == name);
    let (records, counting) = (position(CoverageReport::RECORDS), position(CoverageReport::COUNTING));
    let read = |row: &'_ crate::result::ResultRow, at: Option<usize>| {
        at.and_then(|at| row.figures.get(at)).map_or(0, |figure| whole(&figure.value))
    };
    let rows = result.rows.iter().filter_map(|row| Some((row.keys.first()?.as_str()?, row)));
    rows.map(|(id, row)| CarriedId { id, records: read(row, records), counting: read(row, counting) })
        .collect()
}

/// Why an id does not count; nothing for one that does.
fn refuse(catalogue: &Catalogue, carried: &CarriedId<'_>) -> Option<NotCounted> {
    let CarriedId { id, records, counting } = *carried;
    let standing = catalogue.find_technique(id).map(|position| catalogue.techniques()[position].standing);
    let (reason, replaced_by) = match standing {
        Some(Standing::Active) => return None,
        Some(Standing::Revoked { replaced_by }) => (NotCountedReason::Revoked, replaced_by),
        Some(Standing::Deprecated) => (NotCountedReason::Deprecated, None),
        None => (NotCountedReason::Unknown, None),
    };
    let replaced_by = replaced_by.map(str::to_owned);
    Some(NotCounted { id: id.to_owned(), reason, replaced_by, records, counting_records: counting })
}

#[cfg(test)]
mod tests;
