//! Times the questions of the analytics API on real records by the million, beside DuckDB on the same files.
//!
//! `bench_queries SCRATCH SOURCE.ndjson.gz PYTHON [--quick] [--reuse]`: the folder for the data sets, the real
//! incidents, and a Python that has DuckDB. `--quick` leaves out the ten million rows, `--reuse` takes the data sets
//! as they are. Both engines get two threads at most and the same files, which lie in the page cache; each figure is
//! the best of several rounds, and the answers are compared number by number.

mod measure;
mod questions;
mod records;
mod table;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::records::Shape;

type Outcome<T> = Result<T, Box<dyn Error>>;

const PLAIN: Shape =
    Shape { name: "1 M", rows: 1_000_000, bodies_a_day: 1, updates_one_in: 0, random_ids: false };
const UPSERTS: Shape = Shape { name: "1 M, one in ten sent again", updates_one_in: 10, ..PLAIN };
const RANDOM: Shape = Shape { name: "1 M, random ids", random_ids: true, ..PLAIN };
const SMALL: Shape = Shape { name: "1 M in 9,000 segments", bodies_a_day: 100, ..PLAIN };
const LARGE: Shape = Shape { name: "10 M", rows: 10_000_000, ..PLAIN };

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["measure", folder, what, rounds] => measure::print_timings(Path::new(folder), what, rounds.parse()?),
        [scratch, source, python, flags @ ..] => {
            let bench = Bench {
                scratch: scratch.into(),
                source: source.into(),
                python: python.into(),
                reuse: flags.contains(&"--reuse"),
            };
            bench.run(flags.contains(&"--quick"))
        }
        _ => Err("usage: bench_queries SCRATCH SOURCE.ndjson.gz PYTHON [--quick] [--reuse]".into()),
    }
}

/// Where everything is.
struct Bench {
    scratch: PathBuf,
    source: PathBuf,
    python: PathBuf,
    reuse: bool,
}

impl Bench {
    fn run(&self, quick: bool) -> Outcome<()> {
        let plain = self.compare(PLAIN, "analytics", 5, "plain")?;
        self.report(PLAIN)?;
        self.compare(UPSERTS, "analytics", 3, "newest")?;
        // Plain counts what is there; it is no answer where ids come again, which is not known before.
        self.compare(RANDOM, "analytics", 3, "plain")?;
        self.compare(RANDOM, "analytics", 3, "newest")?;
        let small = self.time(SMALL, "analytics", 2)?;
        table::print_ratios("9,000 small segments against 90", &small, &plain, "warm", 3.0);
        table::print_ratios("9,000 small segments against 90", &small, &plain, "cold", 3.0);
        if !quick {
            let large = self.compare(LARGE, "cold", 2, "plain")?;
            table::print_ratios("ten times the rows", &large, &plain, "cold", 10.0);
        }
        Ok(())
    }

    /// Times a data set with both engines and prints them side by side.
    fn compare(&self, shape: Shape, what: &str, rounds: usize, mode: &str) -> Outcome<Value> {
        let ours = self.time(shape, what, rounds)?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_queries/ask_duckdb.py");
        let mut command = Command::new(&self.python);
        command.arg(script).arg(self.folder(shape)).args([&rounds.to_string(), mode]);
        let theirs = run(&mut command)?;
        table::print_comparison(shape.name, mode, &ours, &theirs)?;
        Ok(ours)
    }

    /// Times a data set in a process of its own.
    fn time(&self, shape: Shape, what: &str, rounds: usize) -> Outcome<Value> {
        let folder = self.folder(shape);
        let snapshot = shape.prepare(&self.source, &folder, self.reuse)?;
        let bytes: u64 = snapshot.segments.iter().map(|s| s.bytes).sum();
        let rows: u64 = snapshot.segments.iter().map(|s| s.rows).sum();
        println!("\n{}: {rows} rows in {} segments, {} MB", shape.name, snapshot.segments.len(), bytes >> 20);
        let mut command = Command::new(std::env::current_exe()?);
        let ours = run(command.arg("measure").arg(folder).args([what, &rounds.to_string()]))?;
        println!("peak memory {:.0} MB", ours["peak_mb"].as_f64().unwrap_or(0.0));
        Ok(ours)
    }

    fn report(&self, shape: Shape) -> Outcome<()> {
        let report = self.time(shape, "report", 3)?;
        table::print_report(&report);
        Ok(())
    }

    fn folder(&self, shape: Shape) -> PathBuf {
        self.scratch.join(shape.name.replace([' ', ','], "-"))
    }
}

/// Runs a command and reads the JSON that it prints.
fn run(command: &mut Command) -> Outcome<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed ({})", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
