//! The workbench: reports made from record files at hand, without a stack.
//!
//! It goes the way of a run (ingest, measure, gate, document) through the same code, but stores nothing, reads no clock
//! and names no tenant of anybody: the same files and the same request give the same document. Whatever a run records
//! about itself (hashes, generations) is left out of the provenance, because there is no run.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use sitrep_domain::calendar::find_zone;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::document::{Document, DocumentMeta, Png, Rgb};
use sitrep_domain::gate::GateFailure;
use sitrep_domain::ids::TenantId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::listing::{ListedRows, NewestRows};
use sitrep_domain::mapping::Mapping;
use sitrep_domain::metric::MetricSettings;
use sitrep_domain::period::{PeriodType, ReportPeriod, previous_window};
use sitrep_domain::query::Query;
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::result::QueryResult;
use sitrep_domain::run::{RunInput, Sensitivity};
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::template::Template;
use sitrep_query::{BodyFormat, IngestError, Ingested, QueryError, RowScan, Scan, Segment, ingest};

/// What stands for a report's id.
const REPORT_ID: &str = "00000000-0000-4000-8000-000000000000";

/// Records in memory, by dataset.
pub struct Workbench {
    tenant: TenantId,
    datasets: BTreeMap<DatasetId, Loaded>,
}

/// The records of one dataset.
struct Loaded {
    snapshot: Arc<Snapshot>,
    segments: Vec<Arc<Segment>>,
}

/// What a report is to be about, and how it is to look.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The days that it covers.
    pub period: ReportPeriod,
    /// IANA zone of its days.
    pub timezone: String,
    /// What is chosen where sections leave a choice.
    pub options: ReportOptions,
    /// Name of the organization, as printed.
    pub tenant_name: String,
    /// Its colour.
    pub accent: Rgb,
    /// Its logo.
    pub logo: Option<Png>,
    /// When the report says that it was made.
    pub generated_at: Timestamp,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    /// The records cannot be read.
    #[error("the records cannot be read: {0}")]
    Records(#[from] IngestError),
    /// The request breaks a rule.
    #[error("{0}")]
    Invalid(#[from] Invalid),
    /// The engine gave up.
    #[error("the records cannot be measured: {0}")]
    Query(#[from] QueryError),
    /// The gate lets no such report pass.
    #[error("{}", .0.message)]
    Gate(GateFailure),
}

impl Workbench {
    /// A workbench without records.
    #[must_use]
    pub fn new() -> Self {
        Self { tenant: TenantId::new("workbench").expect("a slug"), datasets: BTreeMap::new() }
    }

    /// Takes a file's records in, after those that are there already.
    ///
    /// # Errors
    ///
    /// [`IngestError`] when the file as a whole cannot be read; what is wrong with single rows is in the answer.
    pub fn load(
        &mut self,
        body: &[u8],
        format: BodyFormat,
        gzip: bool,
        mapping: &Mapping,
    ) -> Result<Ingested, WorkbenchError> {
        let ingested = ingest(body, format, gzip, mapping, &self.tenant)?;
        let tenant = self.tenant.clone();
        let loaded = self.dataset(mapping.dataset);
        let snapshot = Arc::make_mut(&mut loaded.snapshot);
        snapshot.generation += 1;
        let generation = snapshot.generation;
        for segment in ingested.segments.clone() {
            let bytes = segment.bytes.clone();
            let meta = segment.into_meta(String::new(), generation, generation);
            loaded.segments.push(Arc::new(Segment::open(bytes, &meta, &tenant)?));
            snapshot.segments.push(meta);
        }
        Ok(ingested)
    }

    /// The first and the last event of everything there is; nothing when no record has a time.
    #[must_use]
    pub fn event_range(&self) -> Option<(Timestamp, Timestamp)> {
        let segments = self.datasets.values().flat_map(|loaded| &loaded.snapshot.segments);
        segments
            .filter_map(|segment| segment.event_range)
            .reduce(|(first, last), (start, end)| (first.min(start), last.max(end)))
    }

    /// Makes a document of these templates, in order.
    ///
    /// # Errors
    ///
    /// [`WorkbenchError`], as a run would fail.
    pub fn compose(&mut self, templates: &[&Template], sheet: &Sheet) -> Result<Document, WorkbenchError> {
        let input = run_input(&self.tenant, sheet)?;
        let plan = ReportPlan::new(templates, input.report_input()?);
        let results = self.measure(plan.queries())?;
        let listed = plan.listings().iter().map(|rows| self.list(rows)).collect::<Result<Vec<_>, _>>()?;
        let meta =
            input.document_meta(templates, REPORT_ID.to_owned(), sheet.generated_at, sheet.logo.clone());
        // Nobody has said how it may travel.
        let meta = DocumentMeta { classification: None, ..meta };
        plan.compose(&results, &listed, meta, Vec::new()).map_err(WorkbenchError::Gate)
    }

    fn dataset(&mut self, dataset: DatasetId) -> &mut Loaded {
        let tenant = self.tenant.clone();
        self.datasets.entry(dataset).or_insert_with(|| Loaded {
            snapshot: Arc::new(Snapshot { tenant, dataset, generation: 0, segments: Vec::new() }),
            segments: Vec::new(),
        })
    }

    fn measure(&mut self, queries: &[Query]) -> Result<Vec<QueryResult>, QueryError> {
        let mut results: Vec<Option<QueryResult>> = vec![None; queries.len()];
        let mut by_dataset: BTreeMap<DatasetId, Vec<usize>> = BTreeMap::new();
        for (i, query) in queries.iter().enumerate() {
            by_dataset.entry(query.dataset).or_default().push(i);
        }
        for (dataset, indexes) in by_dataset {
            let asked: Vec<Query> = indexes.iter().map(|i| queries[*i].clone()).collect();
            let answers = self.dataset(dataset).measure(&asked)?;
            for (i, answer) in indexes.into_iter().zip(answers) {
                results[i] = Some(answer);
            }
        }
        Ok(results.into_iter().flatten().collect())
    }

    fn list(&mut self, rows: &NewestRows) -> Result<ListedRows, QueryError> {
        let loaded = self.dataset(rows.listing.dataset);
        let mut scan = RowScan::new(&loaded.snapshot, &rows.listing)?;
        while let Some(i) = scan.wanted().first().copied() {
            scan.provide(i, Arc::clone(&loaded.segments[i]))?;
        }
        scan.newest(rows.limit)
    }
}

impl Default for Workbench {
    fn default() -> Self {
        Self::new()
    }
}

impl Loaded {
    fn measure(&self, queries: &[Query]) -> Result<Vec<QueryResult>, QueryError> {
        let mut scan = Scan::new(&self.snapshot, queries)?;
        while let Some(i) = scan.wanted().first().copied() {
            scan.provide(i, Arc::clone(&self.segments[i]))?;
        }
        Ok(scan.run()?.results)
    }
}

/// The input contract of a run that would make this.
fn run_input(tenant: &TenantId, sheet: &Sheet) -> Result<RunInput, Invalid> {
    let zone = find_zone(&sheet.timezone)?;
    let period = &sheet.period;
    Ok(RunInput {
        tenant: tenant.clone(),
        name: sheet.name.clone(),
        templates: Vec::new(),
        metrics: Vec::new(),
        period_type: PeriodType::OnDemand,
        period_start: period.start(),
        period_end: period.end(),
        window: period.window(),
        previous: previous_window(&period.window(), period.unit(), &zone)?,
        timezone: sheet.timezone.clone(),
        filters: None,
        left_out: Vec::new(),
        options: sheet.options.clone(),
        metric_settings: MetricSettings::default(),
        formats: Vec::new(),
        sensitivity: Sensitivity::Low,
        tenant_name: sheet.tenant_name.clone(),
        accent: sheet.accent,
        logo: None,
        requested_by: String::new(),
        schedule_id: None,
    })
}
