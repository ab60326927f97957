//! The event files: each is JSON, and lies in the folder of a function that exists.
//!
//! Whether the function understands an event is its own tests' business.

use std::path::Path;

use crate::workspace::Workspace;

/// Checks `events/<function>/<case>.json`; every function has at least one.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let folders = names_in(&workspace.root.join("events"))?;
    let functions = names_in(&workspace.root.join("functions"))?;
    if folders != functions {
        return Err(format!("events has folders for {folders:?}, functions are {functions:?}"));
    }
    let checked = folders.iter().map(|folder| check_folder(&workspace.root.join("events").join(folder)));
    checked.collect()
}

fn check_folder(folder: &Path) -> Result<(), String> {
    let cases = names_in(folder)?;
    if cases.is_empty() {
        return Err(format!("{} holds no event", folder.display()));
    }
    cases.iter().try_for_each(|case| check_file(&folder.join(case)))
}

fn check_file(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let event: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    if event.is_object() { Ok(()) } else { Err(format!("{}: an event is an object", path.display())) }
}

fn names_in(folder: &Path) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut names = entries
        .map(|entry| Ok(entry.map_err(|e| e.to_string())?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>, String>>()?;
    names.sort();
    Ok(names)
}
