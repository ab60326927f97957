//! `cargo xtask bench`: builds in release and lets the benchmarks print their figures.
//!
//! What is measured, and against which bound, is in the example `bench` of the tests (ingest, documents, runs) and in
//! `bench_queries` of the query engine (questions by the million, beside DuckDB). `cargo xtask bench queries` runs the
//! second alone; what follows is given to it, such as `--quick` and `--reuse`.

use crate::python;
use crate::workspace::{Workspace, describe};

const REQUIREMENTS: &str = "infra/xtask/requirements-bench.txt";

/// Builds and runs the benchmarks; their output goes straight to the terminal.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    if let ["queries", rest @ ..] = arguments {
        return run_queries(workspace, rest);
    }
    run_example(workspace, "sitrep-tests", "bench", arguments)?;
    run_queries(workspace, &[])
}

fn run_queries(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    let python = python::install(workspace, "python-bench", REQUIREMENTS)?.join("python");
    let scratch = workspace.scratch.join("bench");
    let source = workspace.root.join("tests/data/uci-itsm/itsm_incidents.ndjson.gz");
    let paths = [scratch, source, python].map(|path| path.display().to_string());
    let words: Vec<&str> = paths.iter().map(String::as_str).chain(arguments.iter().copied()).collect();
    run_example(workspace, "sitrep-query", "bench_queries", &words)
}

fn run_example(
    workspace: &Workspace,
    package: &str,
    example: &str,
    arguments: &[&str],
) -> Result<(), String> {
    let mut command = workspace.command("cargo", &["run", "--release", "--locked", "--package", package]);
    command.args(["--example", example, "--"]).args(arguments);
    let status = command.status().map_err(|e| format!("{}: {e}", describe(&command)))?;
    if status.success() { Ok(()) } else { Err(format!("the benchmark {example} failed ({status})")) }
}
