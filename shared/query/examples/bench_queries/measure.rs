//! One data set's questions, timed in a process of their own so that its peak of memory is theirs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value, json};
use sitrep_domain::query::Query;
use sitrep_domain::result::{Cell, QueryResult};
use sitrep_domain::snapshot::Snapshot;
use sitrep_query::{Scan, Segment};

use crate::questions::Question;
use crate::{Outcome, questions, records};

/// Segments fetched at a time, as the service does.
const FETCHED: usize = 64;

/// Times the questions of a folder's records and prints them as JSON: names to milliseconds and results.
///
/// `cold` reads the files and opens them; `warm` has them open and decoded. Each is the best of `rounds`; their `_cpu`
/// is the mean time of all processors, which other processes on the machine disturb less.
pub(crate) fn print_timings(folder: &Path, what: &str, rounds: usize) -> Outcome<()> {
    let snapshot = Arc::new(records::load(folder)?);
    let questions = match what {
        "report" => report_questions()?,
        _ => questions::analytics()?,
    };
    let mut figures = Map::new();
    for (name, queries) in &questions {
        figures.insert(name.clone(), time_question(folder, &snapshot, queries, rounds, what != "cold")?);
    }
    println!("{}", json!({"figures": figures, "peak_mb": peak_mb()}));
    Ok(())
}

/// The report in one pass, each of its queries alone, each measure of a query alone, and each figure alone: a measure
/// everywhere the report shows it, for its period and for the one that it is compared with.
fn report_questions() -> Outcome<Vec<Question>> {
    let queries = questions::report()?;
    let mut all = vec![("pass".to_owned(), queries.clone())];
    let mut figures: BTreeMap<&str, Vec<Query>> = BTreeMap::new();
    for (i, query) in queries.iter().enumerate() {
        all.push((format!("query {i}"), vec![query.clone()]));
        for named in &query.measures {
            let alone = Query { measures: vec![named.clone()], order_by: Vec::new(), ..query.clone() };
            all.push((format!("measure {i} {}", named.name), vec![alone.clone()]));
            figures.entry(&named.name).or_default().push(alone);
        }
    }
    all.extend(figures.into_iter().map(|(name, alone)| (format!("figure {name}"), alone)));
    Ok(all)
}

fn time_question(
    folder: &Path,
    snapshot: &Arc<Snapshot>,
    queries: &[Query],
    rounds: usize,
    warm_too: bool,
) -> Outcome<Value> {
    let (mut cold, mut warm) = (Stopwatch::default(), Stopwatch::default());
    let mut results = Vec::new();
    for _ in 0..rounds {
        let mut kept = vec![None; snapshot.segments.len()];
        results = cold.time(|| ask(folder, snapshot, queries, &mut kept, warm_too))?;
        for _ in 0..if warm_too { rounds } else { 0 } {
            warm.time(|| ask(folder, snapshot, queries, &mut kept, warm_too))?;
        }
    }
    let rows: Vec<Vec<Value>> = results.iter().flat_map(plain_rows).collect();
    let warm = if warm_too { warm.figures() } else { [None; 2] };
    let [cold, cold_cpu] = cold.figures();
    Ok(json!({"cold": cold, "cold_cpu": cold_cpu, "warm": warm[0], "warm_cpu": warm[1], "rows": rows}))
}

/// Times of equal runs, in milliseconds.
struct Stopwatch {
    best: f64,
    cpu: f64,
    runs: f64,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self { best: f64::MAX, cpu: 0.0, runs: 0.0 }
    }
}

impl Stopwatch {
    fn time<T>(&mut self, run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let (began, cpu) = (Instant::now(), cpu_ms());
        let done = run()?;
        self.best = self.best.min(began.elapsed().as_secs_f64() * 1e3);
        self.cpu += cpu_ms() - cpu;
        self.runs += 1.0;
        Ok(done)
    }

    /// The best time by the clock, and the mean time of all processors.
    fn figures(&self) -> [Option<f64>; 2] {
        [Some(self.best), Some(self.cpu / self.runs)]
    }
}

/// CPU time of this process so far: clock ticks of 10 ms from the kernel.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) * 10.0
}

fn ask(
    folder: &Path,
    snapshot: &Arc<Snapshot>,
    queries: &[Query],
    kept: &mut [Option<Arc<Segment>>],
    keep: bool,
) -> Outcome<Vec<QueryResult>> {
    let mut scan = Scan::new(snapshot, queries)?;
    loop {
        let wanted = scan.wanted();
        if wanted.is_empty() {
            return Ok(scan.run()?.results);
        }
        for indexes in wanted.chunks(FETCHED) {
            for (index, segment) in fetch(folder, snapshot, indexes, kept)? {
                if keep {
                    kept[index] = Some(Arc::clone(&segment));
                }
                scan.provide(index, segment)?;
            }
        }
    }
}

/// Opens the segments that are not open yet, on two threads.
fn fetch(
    folder: &Path,
    snapshot: &Snapshot,
    indexes: &[usize],
    kept: &[Option<Arc<Segment>>],
) -> Outcome<Vec<(usize, Arc<Segment>)>> {
    let open = |index: &usize| {
        if let Some(segment) = &kept[*index] {
            return Ok((*index, Arc::clone(segment)));
        }
        let meta = &snapshot.segments[*index];
        let bytes = std::fs::read(folder.join(&meta.key)).map_err(|e| e.to_string())?;
        let segment = Segment::open(bytes.into(), meta, &snapshot.tenant).map_err(|e| e.to_string())?;
        Ok::<_, String>((*index, Arc::new(segment)))
    };
    if indexes.iter().all(|index| kept[*index].is_some()) {
        return Ok(indexes.iter().map(open).collect::<Result<_, _>>()?);
    }
    let (left, right) = indexes.split_at(indexes.len() / 2);
    let (left, right) = std::thread::scope(|scope| {
        let right = scope.spawn(|| right.iter().map(open).collect::<Result<Vec<_>, _>>());
        let left = left.iter().map(open).collect::<Result<Vec<_>, _>>();
        (left, right.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let mut opened = left?;
    opened.extend(right?);
    Ok(opened)
}

/// The rows as plain JSON: times in microseconds since 1970.
fn plain_rows(result: &QueryResult) -> Vec<Vec<Value>> {
    let plain = |cell: &Cell| match cell {
        Cell::Time(at) => json!(at.as_microsecond()),
        cell => json!(cell),
    };
    let row = |keys: &[Cell], figures: Vec<&Cell>| keys.iter().chain(figures).map(plain).collect();
    result.rows.iter().map(|r| row(&r.keys, r.figures.iter().map(|f| &f.value).collect())).collect()
}

/// Most memory that this process has had, in mebibytes.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
}
