//! `cargo xtask bench`: builds in release and lets the benchmarks print their figures.
//!
//! What is measured, and against which bound, is in the example `bench` of the tests (ingest, documents, runs), in
//! `bench_documents` of the renderer (documents by the page, beside WeasyPrint, ReportLab and Typst) and in
//! `bench_queries` of the query engine (questions by the million, beside DuckDB). `cargo xtask bench documents` and
//! `cargo xtask bench queries` run one alone; what follows is given to the second, such as `--quick` and `--reuse`.

use std::path::PathBuf;

use crate::python;
use crate::workspace::{Workspace, describe};

const REQUIREMENTS: &str = "infra/xtask/requirements-bench.txt";

/// Builds and runs the benchmarks; their output goes straight to the terminal.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["queries", rest @ ..] => run_queries(workspace, rest),
        ["documents"] => run_documents(workspace),
        _ => {
            run_example(workspace, "sitrep-tests", "bench", arguments)?;
            run_documents(workspace)?;
            run_queries(workspace, &[])
        }
    }
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
    let status = command.status().map_err(|e| format!("{}: {e}", describe(&command)))?;
    if status.success() { Ok(()) } else { Err(format!("the benchmark {example} failed ({status})")) }
}
