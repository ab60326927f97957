//! Node packages by a lock file, installed below the target folder.

use std::path::PathBuf;

use crate::workspace::{Workspace, capture};

/// A copy of a folder of the repository with the packages that its `package-lock.json` names. They are installed once
/// per lock file, and no package runs a program of its own meanwhile.
pub(crate) fn install(workspace: &Workspace, folder: &str, files: &[&str]) -> Result<PathBuf, String> {
    let copy = workspace.scratch.join("node").join(folder);
    let failed = |e: std::io::Error| format!("{}: {e}", copy.display());
    std::fs::create_dir_all(&copy).map_err(failed)?;
    let lock = workspace.read(&format!("{folder}/package-lock.json"))?;
    let installed = copy.join("installed.json");
    let is_there = std::fs::read_to_string(&installed).is_ok_and(|found| found == lock);
    for file in ["package.json", "package-lock.json"].iter().chain(files) {
        std::fs::copy(workspace.root.join(folder).join(file), copy.join(file)).map_err(failed)?;
    }
    if !is_there {
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        capture(workspace.command("npm", &arguments).current_dir(&copy))
            .map_err(|e| format!("{folder} needs Node 20 or later with npm (Debian: npm)\n{e}"))?;
        std::fs::write(&installed, lock).map_err(failed)?;
    }
    Ok(copy)
}
