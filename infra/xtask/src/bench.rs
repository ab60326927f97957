//! `cargo xtask bench`: builds in release and lets the benchmark print its figures.
//!
//! What is measured, and against which bound, is in the example `bench` of the tests.

use crate::workspace::{Workspace, describe};

/// Builds and runs the benchmark; its output goes straight to the terminal.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), String> {
    let mut command =
        workspace.command("cargo", &["run", "--release", "--locked", "--package", "sitrep-tests"]);
    command.args(["--example", "bench", "--"]).args(arguments);
    let status = command.status().map_err(|e| format!("{}: {e}", describe(&command)))?;
    if status.success() { Ok(()) } else { Err(format!("the benchmark failed ({status})")) }
}
