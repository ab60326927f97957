//! `cargo xtask generate`: the documents in `infra/generated` that are printed from the code.
//!
//! They are committed, so that a change of code shows what it changes for readers; `--check` fails on any drift.

mod access;
mod metrics;

use std::path::Path;

use crate::workspace::{Workspace, capture};

type Document = (&'static str, fn() -> Result<String, String>);

const DOCUMENTS: &[Document] = &[
    ("access.md", || Ok(access::print())),
    ("metrics.md", metrics::print),
    ("schemas/report-1.json", || Ok(include_str!("../../../shared/render/schemas/report-1.json").to_owned())),
];

const FOLDER: &str = "infra/generated";

/// Writes every document.
pub(crate) fn write(workspace: &Workspace) -> Result<(), String> {
    let folder = workspace.root.join(FOLDER);
    std::fs::create_dir_all(folder.join("schemas")).map_err(|e| format!("{FOLDER}: {e}"))?;
    for (name, print) in DOCUMENTS {
        let text = print()?;
        std::fs::write(folder.join(name), text).map_err(|e| format!("{FOLDER}/{name}: {e}"))?;
        println!("{FOLDER}/{name}");
    }
    write_openapi(workspace)
}

/// Compares every document with what would be written, and names those that differ.
pub(crate) fn compare(workspace: &Workspace) -> Result<(), String> {
    let folder = workspace.root.join(FOLDER);
    let mut drifted = Vec::new();
    for (name, print) in DOCUMENTS {
        let difference = first_difference(&folder.join(name), &print()?);
        drifted.extend(difference.map(|at| format!("{name}: {at}")));
    }
    if drifted.is_empty() {
        return Ok(());
    }
    Err(format!("{FOLDER} is not what the code says; run `cargo xtask generate`\n{}", drifted.join("\n")))
}

fn first_difference(path: &Path, wanted: &str) -> Option<String> {
    let Ok(found) = std::fs::read_to_string(path) else { return Some("missing".to_owned()) };
    if found == wanted {
        return None;
    }
    let same = found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
    Some(format!("differs from line {}", same + 1))
}

/// The API's own description. The crate that owns it prints and compares it in a test, so that checking it builds
/// nothing that the tests do not build anyway.
fn write_openapi(workspace: &Workspace) -> Result<(), String> {
    let mut test = workspace.cargo(&["test", "--quiet", "--locked", "--workspace", "--test", "openapi"]);
    capture(test.env("SITREP_GENERATE", "1"))?;
    println!("{FOLDER}/openapi.json");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_missing_or_differs_is_told() {
        let folder = std::env::temp_dir().join(format!("sitrep-generate-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.md");
        assert_eq!(first_difference(&path, "x\n").as_deref(), Some("missing"));
        std::fs::write(&path, "x\ny\n").unwrap();
        assert_eq!(first_difference(&path, "x\nz\n").as_deref(), Some("differs from line 2"));
        assert_eq!(first_difference(&path, "x\ny\n"), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
