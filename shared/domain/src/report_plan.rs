//! Report plans: which queries a report needs, and the document that their results make.
//!
//! A plan knows every query before the first one runs, so that the engine computes all of them in one pass over one
//! snapshot; equal queries are asked once. From the results it makes the report's data, its blocks in reading order
//! and its provenance, and nothing that has not passed the gate. Running queries and drawing are left to others.

mod appendix;
mod compose;

use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::DatasetId;
use crate::listing::NewestRows;
use crate::measure::Measure;
use crate::metric::Metric;
use crate::metrics::METRICS;
use crate::query::{Population, Query};
use crate::report_input::ReportInput;
use crate::result::QueryResult;
use crate::section::{Section, whole};
use crate::sections::get_section;
use crate::template::{SectionUse, Template};

/// Name of the figure that says how many records of a dataset a report is about.
const RECORDS: &str = "records";

/// The queries of a report and the way from their results to its document.
#[derive(Debug)]
pub struct ReportPlan<'a> {
    input: ReportInput,
    templates: Vec<&'a Template>,
    metrics: Vec<PlannedMetric>,
    sections: Vec<PlannedSection<'a>>,
    counts: BTreeMap<DatasetId, usize>,
    queries: Vec<Query>,
    listings: Vec<NewestRows>,
}

/// A metric of one figure, with the queries that have it.
#[derive(Debug)]
struct PlannedMetric {
    metric: &'static Metric,
    current: usize,
    previous: usize,
}

/// A section, with the template that uses it and the queries it is made from.
#[derive(Debug)]
struct PlannedSection<'a> {
    template: usize,
    usage: &'a SectionUse,
    section: &'static Section,
    queries: Vec<usize>,
    listings: Vec<usize>,
}

impl<'a> ReportPlan<'a> {
    /// Plans one document of these templates, in order; usually of one.
    ///
    /// # Panics
    ///
    /// When a template names a section that is not registered; templates are checked before they are published.
    #[must_use]
    pub fn new(templates: &[&'a Template], input: ReportInput) -> Self {
        let mut plan = Self {
            input,
            templates: templates.to_vec(),
            metrics: Vec::new(),
            sections: Vec::new(),
            counts: BTreeMap::new(),
            queries: Vec::new(),
            listings: Vec::new(),
        };
        plan.plan_metrics();
        plan.plan_sections();
        plan.plan_counts();
        plan
    }

    /// Every query of the report, each once: the metrics, the metrics of the period before, the sections', and the
    /// number of records of each dataset.
    #[must_use]
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }

    /// Every listing of the report, each once.
    #[must_use]
    pub fn listings(&self) -> &[NewestRows] {
        &self.listings
    }

    /// What the report is about.
    #[must_use]
    pub const fn input(&self) -> &ReportInput {
        &self.input
    }

    /// Every metric that the report draws on, in the order of the dictionary.
    #[must_use]
    pub fn metrics(&self) -> Vec<&'static Metric> {
        let used = self.metric_ids();
        METRICS.iter().copied().filter(|metric| used.contains(metric.id)).collect()
    }

    /// Whether there is no record to report on; `results` are those of [`Self::queries`], in their order.
    #[must_use]
    pub fn is_empty(&self, results: &[QueryResult]) -> bool {
        self.count_records(results).values().all(|records| *records == 0)
    }

    /// How many records there are of each dataset that the report reads: those with an event time in the window, all
    /// rules there were at its end, or all of a catalogue.
    fn count_records(&self, results: &[QueryResult]) -> BTreeMap<DatasetId, u64> {
        let count = |at: &usize| results.get(*at)?.find_figure(RECORDS).map(|figure| whole(&figure.value));
        self.counts.iter().map(|(dataset, at)| (*dataset, count(at).unwrap_or(0))).collect()
    }

    /// Ids of all metrics of the templates' cards and of the sections.
    fn metric_ids(&self) -> BTreeSet<&'static str> {
        let cards = self.templates.iter().flat_map(|t| t.metrics.iter().map(|m| m.id));
        let uses = self.templates.iter().flat_map(|t| t.sections);
        let drawn_on = uses.flat_map(|usage| get_section(usage.kind).metrics.iter().copied());
        cards.chain(drawn_on).collect()
    }

    fn plan_metrics(&mut self) {
        let mut by_dataset: BTreeMap<DatasetId, Vec<&'static Metric>> = BTreeMap::new();
        for metric in self.metrics().into_iter().filter(|m| m.shape.has_one_figure()) {
            by_dataset.entry(metric.dataset).or_default().push(metric);
        }
        let groups: Vec<_> = by_dataset
            .iter()
            .flat_map(|(id, metrics)| metrics.chunks(Query::MAX_MEASURES).map(|chunk| (*id, chunk)))
            .collect();
        let settings = self.input.metric_settings();
        let ask = |query: Query, metrics: &[&Metric]| Query {
            measures: metrics.iter().map(|metric| metric.named_measure_by(&settings)).collect(),
            ..query
        };
        let current: Vec<_> = groups
            .iter()
            .map(|(id, metrics)| index_of(&mut self.queries, ask(self.input.query(*id), metrics)))
            .collect();
        for ((id, metrics), current) in groups.into_iter().zip(current) {
            let previous = index_of(&mut self.queries, ask(self.input.previous_query(id), metrics));
            let planned = metrics.iter().map(|metric| PlannedMetric { metric, current, previous });
            self.metrics.extend(planned);
        }
    }

    fn plan_sections(&mut self) {
        let uses = self.templates.clone().into_iter().enumerate();
        for (template, usage) in uses.flat_map(|(i, t)| t.sections.iter().map(move |usage| (i, usage))) {
            if self.input.leaves_out(usage.kind) {
                continue;
            }
            let section = get_section(usage.kind);
            let input = self.input.clone().for_audience(self.templates[template].audience);
            let asked = (section.plan)(&input);
            let queries = asked.into_iter().map(|query| index_of(&mut self.queries, query)).collect();
            let asked = (section.newest)(&input);
            let listings = asked.into_iter().map(|rows| index_of(&mut self.listings, rows)).collect();
            self.sections.push(PlannedSection { template, usage, section, queries, listings });
        }
    }
}

impl ReportPlan<'_> {
    /// Counts the records of every dataset that something is asked of.
    fn plan_counts(&mut self) {
        let asked = self.queries.iter().map(|query| query.dataset);
        let datasets: BTreeSet<_> = asked.chain(self.listings.iter().map(|l| l.listing.dataset)).collect();
        for dataset in datasets {
            let population = match dataset {
                DatasetId::Detections => Population::CreatedByEnd,
                _ => Population::Created,
            };
            let query = self.input.query(dataset).measure_of(RECORDS, Measure::count(), population);
            self.counts.insert(dataset, index_of(&mut self.queries, query));
        }
    }
}

impl PlannedMetric {
    /// Whether it is of records without time: they stand as they are, so nothing is known of the period before.
    const fn stands(&self) -> bool {
        self.current == self.previous
    }
}

impl PlannedSection<'_> {
    fn title(&self) -> &'static str {
        self.usage.title.unwrap_or(self.section.title)
    }
}

/// Index of what is asked among what is asked already, which gets it unless it has one like it.
fn index_of<T: PartialEq>(asked: &mut Vec<T>, one: T) -> usize {
    asked.iter().position(|known| *known == one).unwrap_or_else(|| {
        asked.push(one);
        asked.len() - 1
    })
}

#[cfg(test)]
mod tests;
