//! Documents as others see them: HTML in a browser, PDF through a library that had no part in writing it.
//!
//! The tests of the templates leave every document of every system template below the target folder; these checks come
//! after them and look at those.

use std::path::{Path, PathBuf};

use crate::workspace::{Workspace, capture};
use crate::{node, python};

const ACCESSIBILITY: &str = "tests/accessibility";
const CHECK_PDF: &str = "shared/render/tests/check_pdf.py";
const REQUIREMENTS: &str = "infra/xtask/requirements-documents.txt";

/// Where the tests leave documents.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.scratch.with_file_name("tmp").join("documents")
}

/// Removes what an earlier check left, so that nothing is looked at that the tests did not make.
pub(crate) fn clear(workspace: &Workspace) -> Result<(), String> {
    let folder = folder(workspace);
    match std::fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", folder.display())),
        _ => Ok(()),
    }
}

/// Runs axe-core over the HTML of every template with real records, and of one with hostile ones.
pub(crate) fn check_accessibility(workspace: &Workspace) -> Result<(), String> {
    let chromium = find_chromium()?;
    let programs = node::install(workspace, ACCESSIBILITY, &["axe.mjs"])?;
    let pages = made(workspace, &["-real.html", "incident_summary-hostile.html"])?;
    let mut command = workspace.command("node", &["axe.mjs"]);
    capture(command.args(pages).current_dir(programs).env("CHROMIUM", chromium)).map(drop)
}

/// Reads the PDF of both kinds of every template back, whatever its records.
pub(crate) fn check_pdf(workspace: &Workspace) -> Result<(), String> {
    let programs = python::install(workspace, "python-documents", REQUIREMENTS)?;
    let files = made(workspace, &[".pdfa.pdf", "-real.pdf", "-none.pdf", "-one.pdf", "-hostile.pdf"])?;
    let mut command = workspace.command(programs.join("python"), &[CHECK_PDF]);
    capture(command.args(files)).map(drop)
}

/// The documents whose names end so, of each ending at least one.
fn made(workspace: &Workspace, endings: &[&str]) -> Result<Vec<PathBuf>, String> {
    let folder = folder(workspace);
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let all: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    let mut found = Vec::new();
    for ending in endings {
        let before = found.len();
        found.extend(all.iter().filter(|path| path.to_string_lossy().ends_with(ending)).cloned());
        if found.len() == before {
            return Err(format!("the tests of the templates left no {ending} in {}", folder.display()));
        }
    }
    found.sort();
    Ok(found)
}

/// The browser that `CHROMIUM` names, or the one that Debian installs.
fn find_chromium() -> Result<PathBuf, String> {
    let program = std::env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), Into::into);
    if Path::new(&program).is_file() {
        return Ok(program);
    }
    Err(format!(
        "HTML is checked in Chromium, and there is none at {}: install it (Debian: chromium), or name it in CHROMIUM",
        program.display()
    ))
}
