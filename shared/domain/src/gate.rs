//! Gate B: what a report's numbers must pass before anything is drawn from them.
//!
//! A failure says what is wrong to the reader of the report and, apart from that, to the operator. The gate compares;
//! it corrects nothing, so a report is either sound or not made.

use std::collections::BTreeMap;

use crate::dataset::DatasetId;
use crate::listing::{ListedRows, NewestRows};
use crate::query::{GroupKey, Query};
use crate::result::QueryResult;
use crate::section::SectionOutput;

/// Why a report was not made although its queries ran.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct GateFailure {
    /// What is wrong, for the user; names the section.
    pub message: String,
    /// What the operator needs to know: ids and figures.
    pub diagnostic: String,
}

/// Checks that every query has its result, and that each has the columns and rows that its query asks for.
///
/// # Errors
///
/// [`GateFailure`] naming the first result that does not fit.
pub fn check_results(queries: &[Query], results: &[QueryResult]) -> Result<(), GateFailure> {
    if queries.len() != results.len() {
        return Err(unfit(format!("queries={} results={}", queries.len(), results.len())));
    }
    match queries.iter().zip(results).position(|(query, result)| !fits(query, result)) {
        Some(i) => Err(unfit(format!("query={i}: the result has other columns or rows than asked for"))),
        None => Ok(()),
    }
}

/// Checks that every listing has its rows: the columns asked for, and no more rows than asked for or than there are.
///
/// # Errors
///
/// [`GateFailure`] naming the first listing that does not fit.
pub fn check_listed(asked: &[NewestRows], listed: &[ListedRows]) -> Result<(), GateFailure> {
    if asked.len() != listed.len() {
        return Err(unfit(format!("listings={} listed={}", asked.len(), listed.len())));
    }
    let fits = |(asked, listed): (&NewestRows, &ListedRows)| {
        (asked.listing.columns.is_empty() || asked.listing.columns == listed.columns)
            && listed.rows.len() <= asked.limit
            && listed.rows.len() as u64 <= listed.total_rows
            && listed.rows.iter().all(|row| row.len() == listed.columns.len())
    };
    match asked.iter().zip(listed).position(|pair| !fits(pair)) {
        Some(i) => Err(unfit(format!("listing={i}: it has other columns or rows than asked for"))),
        None => Ok(()),
    }
}

fn unfit(diagnostic: String) -> GateFailure {
    let message = "The report was not made because some of its figures are missing.".to_owned();
    GateFailure { message, diagnostic }
}

fn fits(query: &Query, result: &QueryResult) -> bool {
    result.key_names.iter().eq(query.group_by.iter().map(GroupKey::name))
        && result.figure_names.iter().eq(query.measures.iter().map(|m| &m.name))
        && (!query.group_by.is_empty() || result.rows.len() == 1)
        && result.rows.len() <= query.limit
        && result.rows.len() as u64 <= result.total_rows
        && result
            .rows
            .iter()
            .all(|row| row.keys.len() == query.group_by.len() && row.figures.len() == query.measures.len())
}

/// Checks one section: a mandatory one says something or why it does not, and its sums are the numbers of `records`.
///
/// # Errors
///
/// [`GateFailure`] naming the section by its `title` and, for the operator, its `id`.
pub fn check_section(
    id: &str,
    title: &str,
    mandatory: bool,
    output: &SectionOutput,
    records: &BTreeMap<DatasetId, u64>,
) -> Result<(), GateFailure> {
    if mandatory && output.blocks.is_empty() && output.empty.is_none() {
        return Err(GateFailure {
            message: format!(
                "The report was not made because its section “{title}” is empty without a reason."
            ),
            diagnostic: format!("section={id}: mandatory, no blocks, no reason"),
        });
    }
    let total_of = |of: DatasetId| records.get(&of).copied().unwrap_or(0);
    match output.tallies.iter().find(|tally| tally.sum != total_of(tally.of)) {
        Some(tally) => Err(GateFailure {
            message: format!(
                "The report was not made because the numbers of its section “{title}” do not add up: {} {}, {} in all.",
                tally.sum,
                tally.what,
                total_of(tally.of),
            ),
            diagnostic: format!(
                "section={id} tally={:?} sum={} {}={}",
                tally.what,
                tally.sum,
                tally.of,
                total_of(tally.of)
            ),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use crate::measure::Measure;
    use crate::result::{Cell, Figure, ResultRow};

    #[test]
    fn a_section_passes_when_it_says_something_or_why_not_and_adds_up() {
        let said = || SectionOutput::of(vec![Block::PageBreak]);
        for (output, mandatory, problem) in [
            (said(), true, None),
            (said().tally("by severity", 7), true, None),
            (said().tally("by severity", 6), true, Some("6 by severity, 7 in all")),
            (said().tally("by severity", 8), false, Some("8 by severity, 7 in all")),
            (SectionOutput::empty("Nothing happened."), true, None),
            (SectionOutput::default(), false, None),
            (SectionOutput::default(), true, Some("is empty without a reason")),
        ] {
            let checked = check_section(
                "severity",
                "Severity",
                mandatory,
                &output,
                &BTreeMap::from([(DatasetId::Incidents, 7)]),
            );
            match (checked, problem) {
                (Ok(()), None) => {}
                (Err(failure), Some(text)) => {
                    assert!(failure.message.contains(text), "{failure}");
                    assert!(failure.message.contains("“Severity”"), "{failure}");
                    assert!(failure.diagnostic.contains("section=severity"), "{}", failure.diagnostic);
                }
                (checked, problem) => panic!("{checked:?} instead of {problem:?}"),
            }
        }
    }

    #[test]
    fn a_result_of_another_shape_than_its_query_is_refused() {
        let query = Query::new(DatasetId::Incidents, None).measure("n", Measure::count());
        let figure = Figure { value: Cell::Integer(1), population: 1, excluded: 0 };
        let good = QueryResult {
            key_names: Vec::new(),
            figure_names: vec!["n".to_owned()],
            rows: vec![ResultRow { keys: Vec::new(), figures: vec![figure] }],
            total_rows: 1,
            unassigned: 0,
        };
        let queries = [query];
        check_results(&queries, std::slice::from_ref(&good)).unwrap();
        assert!(check_results(&queries, &[]).is_err());
        for spoil in [
            |r: &mut QueryResult| r.rows.clear(),
            |r: &mut QueryResult| r.figure_names[0] = "m".to_owned(),
            |r: &mut QueryResult| r.key_names.push("severity".to_owned()),
            |r: &mut QueryResult| r.rows[0].figures.clear(),
            |r: &mut QueryResult| r.rows[0].keys.push(Cell::Null),
            |r: &mut QueryResult| r.total_rows = 0,
        ] {
            let mut bad = good.clone();
            spoil(&mut bad);
            assert!(check_results(&queries, &[bad.clone()]).is_err(), "{bad:?}");
        }
    }
}
