//! Where the repository and its build products are, and how commands run in it.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The repository and a folder for what tasks build besides.
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// `xtask` below the target folder: tools and intermediate files.
    pub(crate) scratch: PathBuf,
}

impl Workspace {
    /// Finds the repository this program was built from, and the target folder it was built into.
    pub(crate) fn locate() -> Self {
        let root =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("infra/xtask lies two deep");
        let program = std::env::current_exe().expect("the system tells a program where it is");
        let target = program.ancestors().nth(2).expect("programs are built into <target>/<profile>");
        Self { root: root.to_path_buf(), scratch: target.join("xtask") }
    }

    /// A command that starts in the repository's root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// A cargo command. Whoever watches sees its progress; otherwise what it says is kept for the report.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("cargo", arguments);
        if std::io::stderr().is_terminal() {
            command.stderr(Stdio::inherit());
        }
        command
    }

    /// The text of a file of the repository.
    pub(crate) fn read(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(self.root.join(path)).map_err(|e| format!("{path}: {e}"))
    }
}

/// Runs a command and gives what it printed, or everything it said when it failed.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{}: {e}", describe(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{} failed ({})\n{}", describe(command), output.status, everything(&output)))
    }
}

/// What a command said on both channels, the printed part first.
pub(crate) fn everything(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    format!("{printed}{complained}")
}

/// The command as one would type it.
pub(crate) fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|w| w.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
