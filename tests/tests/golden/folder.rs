//! The folder of golden files: what lies there, and how a difference is told or accepted.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sitrep_domain::templates::TEMPLATES;

/// How changes are accepted.
pub(crate) const ACCEPT: &str = "GOLDEN=accept cargo test -p sitrep-tests --test golden";

/// What every template's folder holds besides its pages.
pub(crate) const TEXTS: [&str; 8] =
    ["none.txt", "one.txt", "real.txt", "hostile.txt", "real.html", "real.json", "real.csv", "others.txt"];

/// Whether what is made now becomes the golden files.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says yes to a change, in no other way")]
pub(crate) fn accepts() -> bool {
    std::env::var("GOLDEN").is_ok_and(|word| word == "accept")
}

/// Path of a golden file.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

/// Writes a file anew as the golden one.
pub(crate) fn accept(name: &str, bytes: &[u8]) {
    write(path(name), bytes);
}

/// Keeps what was made beside the build products, so that it can be looked at; its path.
pub(crate) fn keep(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("golden").join(name);
    write(path.clone(), bytes);
    path
}

fn write(path: PathBuf, bytes: &[u8]) {
    let folder = path.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    fs::write(&path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// The files of a template's folder; none when there is no folder.
pub(crate) fn files_of(template: &str) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(path(template)) else {
        return BTreeSet::new();
    };
    entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
}

/// Fails with everything that differs, and how it is accepted.
pub(crate) fn assert_none(differences: &[String]) {
    let count = differences.len();
    assert!(
        count == 0,
        "{count} differences from tests/golden; if they are meant: {ACCEPT}\n\n{}",
        differences.join("\n")
    );
}

#[test]
fn the_folder_holds_every_template_and_nothing_else() {
    // While it is written anew, it is not whole.
    if accepts() {
        return;
    }
    let is_page = |name: &String| name.starts_with("page-") && name.ends_with(".png");
    let mut folders: BTreeSet<String> = files_of("");
    assert!(folders.remove("style.css"));
    assert_eq!(folders, TEMPLATES.iter().map(|template| template.id.to_owned()).collect());
    for template in TEMPLATES {
        let (pages, texts): (BTreeSet<_>, BTreeSet<_>) = files_of(template.id).into_iter().partition(is_page);
        assert!(!pages.is_empty(), "{}", template.id);
        assert_eq!(texts, TEXTS.iter().map(|name| (*name).to_owned()).collect(), "{}", template.id);
    }
}
