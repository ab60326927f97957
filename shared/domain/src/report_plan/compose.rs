//! From results to a document: figures, sections, their checks, and the blocks in reading order.
//!
//! Nothing is returned that has not passed the gate. Tables get their final names here, because only here it is known
//! which other tables the document has.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::document::{Block, Document, DocumentMeta, MetricNote, Provenance, Status};
use crate::filter::Filter;
use crate::filter_words::describe_filter;
use crate::gate::{self, GateFailure};
use crate::listing::ListedRows;
use crate::metric::Metric;
use crate::report_data::{DataTable, MetricFigure, ReportData, SectionData};
use crate::report_plan::{PlannedMetric, PlannedSection, ReportPlan, TOTAL};
use crate::result::{Cell, QueryResult};
use crate::section::{Coverage, Measured, SectionOutput, whole};
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
        gate::check_results(&self.queries, results)?;
        gate::check_listed(&self.listings, listed)?;
        let figures = self.read_figures(results);
        let mut built = self.build_sections(results, listed, &figures);
        let total = figures.get(TOTAL).map_or(0, |figure| whole(&figure.value));
        for BuiltSection { planned, output } in &built {
            gate::check_section(planned.section.id, planned.title(), planned.usage.mandatory, output, total)?;
        }
        self.name_tables(&mut built);
        let metrics = self.note_metrics(&figures, &built);
        let mut sections: Vec<SectionData> = built.iter().map(BuiltSection::data).collect();
        DataTable::number_repeated(sections.iter_mut().flat_map(|section| &mut section.tables));
        Ok(Document {
            meta,
            data: ReportData { schema: ReportData::SCHEMA.to_owned(), metrics: figures, sections },
            blocks: self.arrange(built, total),
            provenance: Provenance { facts, metrics },
        })
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
    ) -> Vec<BuiltSection<'s, 'a>> {
        let build = |planned: &'s PlannedSection<'a>| {
            let own: Vec<&QueryResult> = planned.queries.iter().map(|i| &results[*i]).collect();
            let cards = self.templates[planned.template].metrics;
            let rows: Vec<&ListedRows> = planned.listings.iter().map(|i| &listed[*i]).collect();
            let measured = Measured { input: &self.input, cards, figures, results: &own, listed: &rows };
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
    fn arrange(&self, built: Vec<BuiltSection<'_, 'a>>, total: u64) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.input.filter().map(tell_filter).into_iter().collect();
        if total == 0 {
            blocks.push(tell_empty(self.input.days()));
        }
        let several = self.templates.len() > 1;
        let mut current = None;
        for BuiltSection { planned, output } in built {
            if several && current != Some(planned.template) {
                if current.is_some() {
                    blocks.push(Block::PageBreak);
                }
                blocks.push(heading(1, self.templates[planned.template].title));
                current = Some(planned.template);
            }
            let level = if several { 2 } else { 1 };
            match output.empty {
                None if output.blocks.is_empty() => {}
                None => {
                    blocks.push(heading(level, planned.title()));
                    blocks.extend(output.blocks);
                }
                Some(reason) if planned.usage.mandatory && total > 0 => {
                    blocks.extend([heading(level, planned.title()), Block::Text { text: reason }]);
                }
                Some(_) => {}
            }
        }
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

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: text.to_owned() }
}

fn tell_filter(filter: &Filter) -> Block {
    let text = format!("Only incidents of this kind are counted: {}.", describe_filter(filter));
    Block::Callout { tone: Status::Neutral, title: "Filtered report".to_owned(), text }
}

fn tell_empty((first, last): (Date, Date)) -> Block {
    let days = words::days(first, last);
    Block::Callout {
        tone: Status::Neutral,
        title: "No incidents were recorded in this period".to_owned(),
        text: format!("{days}, no incidents were created. Figures that need incidents have no value."),
    }
}
