//! Python tools from PyPI, in virtual environments below the target folder.

use std::path::PathBuf;

use crate::workspace::{Workspace, capture};

/// The folder of the programs that a file of requirements (a path in the repository) asks for. What was installed is
/// remembered, so that it happens once per version.
pub(crate) fn install(workspace: &Workspace, name: &str, requirements: &str) -> Result<PathBuf, String> {
    let environment = workspace.scratch.join(name);
    let programs = environment.join("bin");
    let installed = environment.join("requirements.txt");
    let wanted = workspace.read(requirements)?;
    if std::fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(programs);
    }
    let mut create = workspace.command("python3", &["-m", "venv", "--clear"]);
    capture(create.arg(&environment))
        .map_err(|e| format!("{requirements} needs Python 3 with venv (Debian: python3-venv)\n{e}"))?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
    capture(&mut workspace.command(programs.join("python"), &pip))
        .map_err(|e| format!("{requirements} could not be installed from PyPI\n{e}"))?;
    std::fs::write(&installed, wanted).map_err(|e| format!("{}: {e}", installed.display()))?;
    Ok(programs)
}
