//! `cargo xtask`: the development tasks `check`, `bench`, `generate` and `gallery`.
//!
//! It depends on the domain alone, so that it is ready in seconds; whatever needs more runs as a command of its own.
//! A task that cannot do its work fails and says why; none is skipped silently.

mod bench;
mod check;
mod documents;
mod events;
mod gallery;
mod generate;
mod node;
mod python;
mod template;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "\
cargo xtask check               every test and check of the repository
cargo xtask generate [--check]  write infra/generated; with --check, compare instead
cargo xtask bench [NAME]        measure the release build; `bench queries` the query engine alone
cargo xtask gallery             draw the pictures of infra/docs/gallery";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let workspace = Workspace::locate();
    let outcome = match words.as_slice() {
        ["check"] => check::run(&workspace),
        ["generate"] => generate::write(&workspace),
        ["generate", "--check"] => generate::compare(&workspace),
        ["gallery"] => gallery::make(&workspace),
        ["bench", rest @ ..] => bench::run(&workspace, rest),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
