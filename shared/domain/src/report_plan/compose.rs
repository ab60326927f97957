//! From results to a document: figures, sections, their checks, and the blocks in reading order.
//!
//! Nothing is returned that has not passed the gate. Tables get their final names here, because only here it is known
//! which other tables the document has.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, Document, DocumentMeta, MetricNote, Provenance, Status};
use crate::filter::Filter;
use crate::filter_words::describe_filter;
use crate::gate::{self, GateFailure};
use crate::listing::ListedRows;
use crate::metric::Metric;
use crate::report_data::{DataTable, MetricFigure, ReportData, SectionData};
use crate::report_plan::appendix::Appendix;
use crate::report_plan::{PlannedMetric, PlannedSection, ReportPlan};
use crate::result::{Cell, QueryResult};
use crate::section::{Coverage, Measured, SectionOutput};
use crate::words;

/// A section that has been built.
struct BuiltSection<'p, 'a> {
    planned: &'p PlannedSection<'a>,
    output: SectionOutput,
}

impl<'a> ReportPlan<'a> {
    /// Makes the document from the results of [`Self::queries`] and [`Self::listings`], in their order. `facts` are what the caller knows of
    /// the numbers' origin (label and value); the definitions of the metrics are added.
    ///
    /// # Errors
    ///
    /// [`GateFailure`] when a result is missing or has another shape than asked for, when a mandatory section is
    /// empty without a reason, or when a section's numbers do not add up to the number of records.
    pub fn compose(
        &self,
        results: &[QueryResult],
        listed: &[ListedRows],
        meta: DocumentMeta,
        facts: Vec<(String, String)>,
    ) -> Result<Document, GateFailure> {
        self.compose_without(&BTreeSet::new(), results, listed, meta, facts)
    }

    /// The same without datasets that could not be read, whose results are [`QueryResult::unread`] and
    /// [`ListedRows::unread`]: their figures have no value, the sections that need them say so, and the first block of
    /// the document does.
    ///
    /// # Errors
    ///
    /// As [`Self::compose`].
    pub fn compose_without(
        &self,
        unread: &BTreeSet<DatasetId>,
        results: &[QueryResult],
        listed: &[ListedRows],
        meta: DocumentMeta,
        facts: Vec<(String, String)>,
    ) -> Result<Document, GateFailure> {
        gate::check_results(&self.queries, results)?;
        gate::check_listed(&self.listings, listed)?;
        let figures = self.read_figures(results);
        let mut records = self.count_records(results);
        records.retain(|dataset, _| !unread.contains(dataset));
        let mut built = self.build_sections(results, listed, &figures, &records);
        for BuiltSection { planned, output } in &mut built {
            if let Some(dataset) = self.datasets_of(planned).find(|dataset| unread.contains(dataset)) {
                let noun = get_dataset(dataset).noun.1;
                *output =
                    SectionOutput::empty(format!("This part is missing: the {noun} could not be read."));
            }
        }
        for BuiltSection { planned, output } in &built {
            gate::check_section(
                planned.section.id,
                planned.title(),
                planned.usage.mandatory,
                output,
                &records,
            )?;
        }
        self.name_tables(&mut built);
        let metrics = self.note_metrics(&figures, &built);
        let mut sections: Vec<SectionData> = built.iter().map(BuiltSection::data).collect();
        DataTable::number_repeated(sections.iter_mut().flat_map(|section| &mut section.tables));
        Ok(Document {
            meta,
            data: ReportData { schema: ReportData::SCHEMA.to_owned(), metrics: figures, sections },
            blocks: tell_unread(unread).into_iter().chain(self.arrange(built, &records)).collect(),
            provenance: Provenance { facts, metrics },
        })
    }

    /// The datasets that a section asks.
    fn datasets_of(&self, planned: &PlannedSection<'a>) -> impl Iterator<Item = DatasetId> {
        let queries = planned.queries.iter().map(|at| self.queries[*at].dataset);
        queries.chain(planned.listings.iter().map(|at| self.listings[*at].listing.dataset))
    }

    /// The figures of the metrics alone, from the results of [`Self::queries`], in their order.
    ///
    /// # Errors
    ///
    /// [`GateFailure`] when a result is missing or has another shape than asked for.
    pub fn figures(&self, results: &[QueryResult]) -> Result<BTreeMap<String, MetricFigure>, GateFailure> {
        gate::check_results(&self.queries, results)?;
        Ok(self.read_figures(results))
    }

    fn read_figures(&self, results: &[QueryResult]) -> BTreeMap<String, MetricFigure> {
        let read = |planned: &PlannedMetric| {
            let metric = planned.metric;
            let current = results[planned.current].find_figure(metric.id)?;
            let previous = results[planned.previous].find_figure(metric.id)?;
            let figure = MetricFigure {
                version: metric.version,
                value: metric.in_unit(&current.value),
                unit: metric.unit,
                population: current.population,
                excluded: current.excluded,
                previous: if planned.stands() { Cell::Null } else { metric.in_unit(&previous.value) },
            };
            Some((metric.id.to_owned(), figure))
        };
        self.metrics.iter().filter_map(read).collect()
    }

    fn build_sections<'s>(
        &'s self,
        results: &[QueryResult],
        listed: &[ListedRows],
        figures: &BTreeMap<String, MetricFigure>,
        records: &BTreeMap<DatasetId, u64>,
    ) -> Vec<BuiltSection<'s, 'a>> {
        let build = |planned: &'s PlannedSection<'a>| {
            let own: Vec<&QueryResult> = planned.queries.iter().map(|i| &results[*i]).collect();
            let template = self.templates[planned.template];
            let input = self.input.clone().for_audience(template.audience);
            let rows: Vec<&ListedRows> = planned.listings.iter().map(|i| &listed[*i]).collect();
            let (results, listed) = (own.as_slice(), rows.as_slice());
            let cards = template.metrics;
            let measured = Measured { input: &input, cards, figures, results, listed, records };
            BuiltSection { planned, output: (planned.section.build)(&measured) }
        };
        self.sections.iter().map(build).collect()
    }

    /// Makes the tables' ids unique: the plain one, else `<template>.<id>`, else that with a number.
    fn name_tables(&self, built: &mut [BuiltSection<'_, 'a>]) {
        let mut taken = BTreeSet::new();
        for BuiltSection { planned, output } in built {
            let template = self.templates[planned.template].id;
            for block in &mut output.blocks {
                let Block::Table(table) = block else { continue };
                let plain = table.id.clone();
                let mut copies = 0;
                while !taken.insert(table.id.clone()) {
                    copies += 1;
                    let number = if copies > 1 { format!("_{copies}") } else { String::new() };
                    table.id = format!("{template}.{plain}{number}");
                }
            }
        }
    }

    fn note_metrics(
        &self,
        figures: &BTreeMap<String, MetricFigure>,
        built: &[BuiltSection<'_, 'a>],
    ) -> Vec<MetricNote> {
        let covered: Vec<&Coverage> = built.iter().flat_map(|b| &b.output.coverage).collect();
        let note = |metric: &'static Metric| {
            let figure = figures.get(metric.id).map(|f| (f.population, f.excluded));
            let cover = || covered.iter().find(|c| c.metric == metric.id).map(|c| (c.population, c.excluded));
            let (population, excluded) = figure.or_else(cover)?;
            Some(MetricNote {
                title: metric.title.to_owned(),
                id: format!("{} v{}", metric.id, metric.version),
                description: format!("{} {}", metric.description, metric.null_handling),
                population,
                excluded,
            })
        };
        self.metrics().into_iter().filter_map(note).collect()
    }

    /// The blocks of all sections below their headings. Without a record, one remark stands for all empty sections.
    fn arrange(&self, built: Vec<BuiltSection<'_, 'a>>, records: &BTreeMap<DatasetId, u64>) -> Vec<Block> {
        let tell = |filter| tell_filter(filter, &list_nouns(records));
        let mut blocks: Vec<Block> = self.input.filter().map(tell).into_iter().collect();
        let nothing = !records.is_empty() && records.values().all(|n| *n == 0);
        if nothing {
            blocks.push(tell_empty(self.input.days(), records));
        }
        let several = self.templates.len() > 1;
        let mut appendix = Appendix::of(built.len());
        let mut current = None;
        for BuiltSection { planned, output } in built {
            if several && current != Some(planned.template) {
                if current.is_some() {
                    blocks.push(Block::PageBreak);
                }
                blocks.push(Block::heading(1, self.templates[planned.template].title));
                current = Some(planned.template);
            }
            let level = if several { 2 } else { 1 };
            match output.empty {
                None if output.blocks.is_empty() => {}
                None => {
                    blocks.push(Block::heading(level, planned.title()));
                    blocks.extend(appendix.relieve(output.blocks));
                }
                Some(reason) if planned.usage.mandatory && !nothing => {
                    blocks.extend([Block::heading(level, planned.title()), Block::Text { text: reason }]);
                }
                Some(_) => {}
            }
        }
        blocks.extend(appendix.into_blocks());
        blocks
    }
}

impl BuiltSection<'_, '_> {
    fn data(&self) -> SectionData {
        SectionData {
            id: self.planned.section.id.to_owned(),
            title: self.planned.title().to_owned(),
            tables: DataTable::of_blocks(&self.output.blocks),
        }
    }
}

fn tell_filter(filter: &Filter, nouns: &str) -> Block {
    let text = format!("Only {nouns} of this kind are counted: {}.", describe_filter(filter));
    Block::Callout { tone: Status::Neutral, title: "Filtered report".to_owned(), text }
}

/// What the records of these datasets are called: `incidents and detection rules`.
fn list_nouns(records: &BTreeMap<DatasetId, u64>) -> String {
    words::join(records.keys().map(|dataset| get_dataset(*dataset).noun.1), "and")
}

fn tell_unread(unread: &BTreeSet<DatasetId>) -> Option<Block> {
    let nouns = words::join(unread.iter().map(|dataset| get_dataset(*dataset).noun.1), "and");
    (!unread.is_empty()).then(|| Block::Callout {
        tone: Status::Warning,
        title: "This report is not whole".to_owned(),
        text: format!("The {nouns} could not be read. Figures and parts that need them are missing."),
    })
}

fn tell_empty((first, last): (Date, Date), records: &BTreeMap<DatasetId, u64>) -> Block {
    let (dated, standing): (Vec<DatasetId>, Vec<DatasetId>) =
        records.keys().partition(|dataset| get_dataset(**dataset).event_time.is_some());
    let nouns = |datasets: &[DatasetId]| words::join(datasets.iter().map(|d| get_dataset(*d).noun.1), "or");
    let title = match dated.as_slice() {
        [] => format!("There are no {}", nouns(&standing)),
        dated => format!("No {} were recorded in this period", nouns(dated)),
    };
    let mut text = String::new();
    if !dated.is_empty() {
        let nouns = nouns(&dated);
        text = format!(
            "{}, no {nouns} were created. Figures that need {nouns} have no value.",
            words::days(first, last)
        );
    }
    if !standing.is_empty() {
        let pause = if text.is_empty() { "" } else { " " };
        text.push_str(&format!("{pause}No {} have been sent yet.", nouns(&standing)));
    }
    Block::Callout { tone: Status::Neutral, title, text }
}
