//! `cargo xtask bench`: builds in release and lets the benchmarks print their figures.
//!
//! What is measured, and against which bound, is in the programs that measure it. `cargo xtask bench NAME` runs one of
//! them; what follows `queries` is given to it, such as `--quick` and `--reuse`.

use std::path::PathBuf;
use std::process::Command;

use crate::python;
use crate::workspace::{Workspace, describe};

const REQUIREMENTS: &str = "infra/xtask/requirements-bench.txt";

/// The benchmarks by name, in the order in which they run.
const BENCHMARKS: [(&str, Benchmark); 7] = [
    // Ingest, documents and whole runs of the main job.
    ("main", |workspace, _| run_example(workspace, "sitrep-tests", "bench", &[])),
    // Documents by the page, beside WeasyPrint, ReportLab and Typst.
    ("documents", |workspace, _| run_documents(workspace)),
    // Questions by the million, beside DuckDB.
    ("queries", run_queries),
    // A million rows as CSV.
    ("exports", |workspace, _| run_exports(workspace)),
    // A gigabyte read as an upload is.
    ("uploads", |workspace, _| run_example(workspace, "sitrep-query", "stream_memory", &[])),
    // 9,000 small segments made few.
    ("compaction", |workspace, _| run_example(workspace, "sitrep-tests", "compaction", &[])),
    // How soon what would cost too much is refused.
    ("refusals", |workspace, _| run_example(workspace, "sitrep-tests", "bombs", &["--within-ms", "1000"])),
];

/// Measures something; the words are its arguments.
type Benchmark = fn(&Workspace, &[&str]) -> Result<(), String>;

/// Builds and runs all benchmarks, or one by its name; their output goes straight to the terminal.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    let [name, rest @ ..] = arguments else {
        return BENCHMARKS.iter().try_for_each(|(_, run)| run(workspace, &[]));
    };
    let Some((_, run)) = BENCHMARKS.iter().find(|(known, _)| known == name) else {
        let names = BENCHMARKS.map(|(name, _)| name).join(", ");
        return Err(format!("there is no benchmark {name}; there are {names}"));
    };
    run(workspace, rest)
}

fn run_queries(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    let source = workspace.root.join("tests/data/uci-itsm/itsm_incidents.ndjson.gz");
    let paths = [scratch(workspace), source, python(workspace)?].map(|path| path.display().to_string());
    let words: Vec<&str> = paths.iter().map(String::as_str).chain(arguments.iter().copied()).collect();
    run_example(workspace, "sitrep-query", "bench_queries", &words)
}

fn run_documents(workspace: &Workspace) -> Result<(), String> {
    let paths = [scratch(workspace), python(workspace)?].map(|path| path.display().to_string());
    run_example(workspace, "sitrep-render", "bench_documents", &[&paths[0], &paths[1]])
}

fn run_exports(workspace: &Workspace) -> Result<(), String> {
    run_example(workspace, "sitrep-query", "rows_as_csv", &[&scratch(workspace).display().to_string()])
}

/// Where benchmarks put their data.
fn scratch(workspace: &Workspace) -> PathBuf {
    workspace.scratch.join("bench")
}

/// A Python that has what they compare with.
fn python(workspace: &Workspace) -> Result<PathBuf, String> {
    Ok(python::install(workspace, "python-bench", REQUIREMENTS)?.join("python"))
}

fn run_example(
    workspace: &Workspace,
    package: &str,
    example: &str,
    arguments: &[&str],
) -> Result<(), String> {
    let mut command = workspace.command("cargo", &["run", "--release", "--locked", "--package", package]);
    command.args(["--example", example, "--"]).args(arguments);
    run_command(&mut command)
}

fn run_command(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("{}: {e}", describe(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", describe(command))) }
}
