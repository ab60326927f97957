//! The shape of the repository: who may import whom, how files are cut, what a registry lists, who names the SDK.
//!
//! It reads manifests and sources as text and depends on none of the crates it judges. [`CRATES`] is the table of
//! `infra/docs/ARCHITECTURE.md`: a new edge is a visible change of it, and one beyond the fixed list has its reasons
//! in `infra/docs/adr/0001-dependencies.md`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a crate imports.
struct Crate {
    /// The package.
    name: &'static str,
    /// Packages of ours.
    ours: &'static str,
    /// Packages of others.
    outside: &'static str,
}

/// The libraries and functions, inside out. Arrows point inward.
const CRATES: &[Crate] = &[
    Crate {
        name: "sitrep-domain",
        ours: "",
        outside: "base64 jiff png resvg serde serde_json sha2 thiserror uuid",
    },
    Crate {
        name: "sitrep-query",
        ours: "sitrep-domain",
        outside: "arrow base64 bytes csv flate2 hashbrown jiff parquet serde serde_json sha2 thiserror zstd",
    },
    Crate {
        name: "sitrep-render",
        ours: "sitrep-domain",
        outside: "base64 csv flate2 jiff krilla lopdf png printpdf rustybuzz serde serde_json sha2 subsetter \
                  thiserror unicode-bidi unicode-segmentation unicode-width zip",
    },
    Crate {
        name: "sitrep-aws",
        ours: "sitrep-domain",
        outside: "aws-config aws-sdk-dynamodb aws-sdk-s3 aws-sdk-scheduler aws-sdk-sesv2 aws-sdk-sqs \
                  aws-sdk-ssm aws-smithy-http-client aws-smithy-runtime-api base64 bytes hmac jiff mail-builder \
                  serde serde_json sha2 thiserror tokio tracing uuid",
    },
    Crate {
        name: "sitrep-app",
        ours: "sitrep-aws sitrep-domain sitrep-query sitrep-render",
        outside: "argon2 base64 bytes futures getrandom hmac jiff serde serde_json sha2 thiserror tokio \
                  tracing uuid",
    },
    Crate {
        name: "sitrep-runtime",
        ours: "sitrep-app sitrep-aws sitrep-domain",
        outside: "aws_lambda_events lambda_runtime serde_json thiserror tokio tracing tracing-subscriber",
    },
    Crate {
        name: "sitrep-api-function",
        ours: FUNCTION,
        outside: "axum base64 bytes futures http http-body-util jiff jsonwebtoken lambda_http serde \
                  serde_json serde_path_to_error tokio tower tracing uuid",
    },
    Crate {
        name: "sitrep-render-function",
        ours: "sitrep-app sitrep-runtime",
        outside: "lambda_runtime serde_json tokio",
    },
    Crate {
        name: "sitrep-deliver-function",
        ours: FUNCTION,
        outside: "aws_lambda_events lambda_runtime serde serde_json tokio tracing",
    },
    Crate {
        name: "sitrep-schedule-function",
        ours: FUNCTION,
        outside: "lambda_runtime serde serde_json tokio",
    },
    Crate {
        name: "sitrep-ingest-function",
        ours: FUNCTION,
        outside: "aws_lambda_events lambda_runtime serde_json tokio tracing",
    },
];

const FUNCTION: &str = "sitrep-app sitrep-domain sitrep-runtime";

/// Folder and registry of everything that is one file and one registry line.
const REGISTRIES: &[(&str, &str)] = &[
    ("shared/domain/src/metrics", "shared/domain/src/metrics.rs"),
    ("shared/domain/src/sections", "shared/domain/src/sections.rs"),
    ("shared/domain/src/templates", "shared/domain/src/templates.rs"),
    ("shared/domain/src/datasets", "shared/domain/src/datasets.rs"),
    ("shared/domain/src/mappings", "shared/domain/src/mappings.rs"),
    ("shared/render/src/formats", "shared/render/src/formats.rs"),
    ("shared/aws/src/channels", "shared/aws/src/channels.rs"),
];

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 60;

/// A source file, with its path inside the repository.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Everything before the file's own tests; the whole file when it has none.
    fn without_tests(&self) -> &str {
        if self.path.contains("/tests/") || self.path.ends_with("/tests.rs") {
            return "";
        }
        self.text.split_once("\n#[cfg(test)]\nmod ").map_or(&self.text, |(code, _)| code)
    }
}

#[test]
fn each_crate_imports_what_the_table_says_and_nothing_else() {
    let declared = declared_dependencies();
    let mut differences = Vec::new();
    for Crate { name, ours, outside } in CRATES {
        let tabled: BTreeSet<&str> = ours.split_whitespace().chain(outside.split_whitespace()).collect();
        let (_, found) =
            declared.iter().find(|(package, _)| package == name).expect("a package of the table exists");
        let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        differences
            .extend(found.difference(&tabled).map(|edge| format!("{name} -> {edge}: not in the table")));
        differences
            .extend(tabled.difference(&found).map(|edge| format!("{name} -> {edge}: only in the table")));
    }
    assert_none(differences.into_iter());
}

#[test]
fn the_table_names_every_crate_but_the_tools() {
    let tabled: BTreeSet<&str> = CRATES.iter().map(|c| c.name).collect();
    let declared = declared_dependencies();
    let tools = BTreeSet::from(["sitrep", "sitrep-tests", "xtask"]);
    let found: BTreeSet<&str> = declared.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(found, tabled.union(&tools).copied().collect());
}

#[test]
fn only_the_render_function_turns_the_renderer_on() {
    for package in metadata()["packages"].as_array().expect("packages are a list") {
        let wants_renderer = package["dependencies"].as_array().into_iter().flatten().any(|dependency| {
            let features = dependency["features"].as_array().into_iter().flatten();
            dependency["name"] == "sitrep-app" && features.into_iter().any(|f| f == "render")
        });
        assert_eq!(wants_renderer, package["name"] == "sitrep-render-function", "{}", package["name"]);
    }
}

#[test]
fn every_source_file_opens_by_saying_what_it_is() {
    let sources = sources(&["shared", "functions", "infra", "tests"]);
    let mute = sources.iter().filter(|source| !source.text.starts_with("//! "));
    assert_none(mute.map(|source| source.path.clone()));
}

#[test]
fn files_and_functions_stay_short() {
    let sources = sources(&["shared", "functions", "infra"]);
    let files = sources.iter().map(|s| (s.path.clone(), s.without_tests().lines().count()));
    assert_none(
        files.filter(|(_, lines)| *lines > MAX_FILE_LINES).map(|(path, lines)| format!("{path}: {lines}")),
    );
    let functions =
        sources.iter().flat_map(|s| functions(s.without_tests()).into_iter().map(|f| (&s.path, f)));
    let long = functions.filter(|(_, (_, lines))| *lines > MAX_FUNCTION_LINES);
    assert_none(long.map(|(path, (name, lines))| format!("{path}: {name}: {lines}")));
}

#[test]
fn functions_are_measured_from_their_first_line_to_their_brace() {
    let code =
        "pub(crate) async fn a(\n    x: u8,\n) -> u8 {\n    x\n}\n\nimpl B {\n    const fn c() {\n    }\n}\n";
    assert_eq!(functions(code), [("a".to_owned(), 5), ("c".to_owned(), 2)]);
}

#[test]
fn each_registry_lists_the_files_of_its_folder() {
    for (folder, registry) in REGISTRIES {
        let text = read(&root().join(registry));
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        // A plain registry names a file twice, as a module and in its list; the macro does both from one name.
        let times = if code.contains("registry![") { 1 } else { 2 };
        let files = stems(&root().join(folder));
        let unlisted = files.into_iter().filter(|id| words(code).filter(|word| word == id).count() < times);
        assert_none(unlisted.map(|id| format!("{folder}/{id}.rs")));
    }
}

#[test]
fn each_endpoint_is_in_the_router() {
    let router = read(&root().join("functions/api/src/router.rs"));
    let routes = root().join("functions/api/src/routes");
    let operations: Vec<String> = rust_files(&routes)
        .iter()
        .filter(|path| read(path).contains("static OPERATION: Operation"))
        .map(|path| {
            path.strip_prefix(&routes).expect("it lies below").with_extension("").display().to_string()
        })
        .map(|path| format!("&{}::OPERATION,", path.replace('/', "::")))
        .collect();
    assert!(operations.len() > 40, "only {} operations in functions/api/src/routes", operations.len());
    assert_none(operations.into_iter().filter(|operation| !router.contains(operation)));
}

#[test]
fn only_sitrep_aws_names_a_type_of_the_sdk() {
    let sources = sources(&["shared", "functions", "infra"]);
    let outside = sources.iter().filter(|source| !source.path.starts_with("shared/aws/"));
    assert_none(outside.filter(|source| names_the_sdk(source)).map(|source| source.path.clone()));
}

#[test]
fn no_table_is_ever_scanned() {
    let sources = sources(&["shared/aws"]);
    let patterns = ["operation::scan", ".scan()", "Scan::builder"];
    let scans = sources.iter().filter(|source| patterns.iter().any(|pattern| source.text.contains(pattern)));
    assert_none(scans.map(|source| source.path.clone()));
}

/// The local stack plugs its emulators in as the SDK's HTTP connector, so it alone may name the SDK's parts.
fn names_the_sdk(source: &Source) -> bool {
    let code = source.without_tests();
    let parts = ["aws_smithy_", "aws_config", "aws_credential_types"];
    let connects = source.path.starts_with("infra/local/");
    code.contains("aws_sdk_") || (!connects && parts.iter().any(|part| code.contains(part)))
}

/// Fails with the whole list, so that one run tells all there is to mend.
fn assert_none(offenders: impl Iterator<Item = String>) {
    let offenders: Vec<String> = offenders.collect();
    assert!(offenders.is_empty(), "\n{}", offenders.join("\n"));
}

/// The handler that a line of a route's file begins.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository's root")
}

fn metadata() -> Value {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output =
        Command::new(env!("CARGO")).current_dir(root()).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// Packages of the workspace with what they import, outside of tests.
fn declared_dependencies() -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata()["packages"].as_array().cloned().unwrap_or_default();
    let edges = |package: &Value| {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        dependencies.filter(|d| d["kind"].is_null()).map(|d| text(&d["name"])).collect()
    };
    packages.iter().map(|package| (text(&package["name"]), edges(package))).collect()
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let paths = folders.iter().flat_map(|folder| rust_files(&root().join(folder)));
    // Examples show the product; they are no part of it.
    let paths = paths.filter(|path| !path.iter().any(|part| part == "examples"));
    let source = |path: PathBuf| Source {
        path: path.strip_prefix(root()).expect("found below the root").to_string_lossy().into_owned(),
        text: read(&path),
    };
    let found: Vec<Source> = paths.map(source).collect();
    assert!(!found.is_empty(), "no source in {folders:?}");
    found
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() && !path.ends_with("target") {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn stems(folder: &Path) -> Vec<String> {
    let stem = |path: &PathBuf| path.file_stem().map(|s| s.to_string_lossy().into_owned());
    let direct = rust_files(folder).into_iter().filter(|path| path.parent() == Some(folder));
    direct.collect::<Vec<_>>().iter().filter_map(stem).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Names and lengths of functions: from the line of `fn` to the closing brace in the same column.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = lines[start..].iter().position(|l| l.strip_prefix(indent).is_some_and(|rest| rest == "}"));
        let one_liner = line.trim_end().ends_with(['}', ';']);
        found.push((name.to_owned(), if one_liner { 1 } else { end.map_or(1, |end| end + 1) }));
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let qualifiers = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    if !before.split_whitespace().all(|word| qualifiers.contains(&word)) {
        return None;
    }
    after.split(['(', '<']).next()
}
