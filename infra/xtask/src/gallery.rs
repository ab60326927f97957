//! `cargo xtask gallery`: makes the pictures of `infra/docs/gallery` anew.
//!
//! The example `documents` of the tests writes every template over its real records, the local stack sends a mail, and
//! `make.py` of that folder draws them. Needs Python, Poppler and Chromium.

use crate::python;
use crate::workspace::{Workspace, describe};

const REQUIREMENTS: &str = "infra/xtask/requirements-gallery.txt";
const SCRIPT: &str = "infra/docs/gallery/make.py";

/// Builds the programs, writes the documents and draws them; their output goes straight to the terminal.
pub(crate) fn make(workspace: &Workspace) -> Result<(), String> {
    let documents = workspace.scratch.join("documents").display().to_string();
    let stack = workspace.scratch.join("../debug/sitrep").display().to_string();
    let python = python::install(workspace, "python-gallery", REQUIREMENTS)?.join("python");
    let example = ["run", "--locked", "-p", "sitrep-tests", "--example", "documents", "--", &documents];
    for (program, arguments) in [
        ("cargo", &example[..]),
        ("cargo", &["build", "--locked", "-p", "sitrep"]),
        (&python.display().to_string(), &[SCRIPT, &documents, &stack]),
    ] {
        let mut command = workspace.command(program, arguments);
        let status = command.status().map_err(|e| format!("{}: {e}", describe(&command)))?;
        if !status.success() {
            return Err(format!("{} failed ({status})", describe(&command)));
        }
    }
    Ok(())
}
