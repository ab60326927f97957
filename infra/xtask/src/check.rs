//! `cargo xtask check`: one line per step with its time, what went wrong below it, and the sum at the end.
//!
//! A step counts as one, passed or failed; the step of the tests counts each test instead. Every step runs, whatever
//! happened to those before it.

use std::time::Instant;

use crate::workspace::{Workspace, capture, everything};
use crate::{documents, events, generate, template};

type Step = (&'static str, fn(&Workspace) -> Tally);

const STEPS: &[Step] = &[
    ("formatting", |w| once(capture(&mut w.cargo(&["fmt", "--all", "--check"])))),
    ("events", |w| once(events::check(w))),
    ("generated files", |w| once(generate::compare(w))),
    ("template", |w| once(template::check(w))),
    ("lints", |w| {
        let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
        once(capture(&mut w.cargo(&arguments)))
    }),
    ("tests", run_tests),
    ("accessibility", |w| once(documents::check_accessibility(w))),
    ("PDF", |w| once(documents::check_pdf(w))),
];

/// What a step or all of them came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    complaint: String,
}

/// Runs every step.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    let (mut passed, mut failed) = (0, 0);
    for (name, step) in STEPS {
        let start = Instant::now();
        let tally = step(workspace);
        let word = if tally.failed == 0 { "ok" } else { "FAILED" };
        let counted = tally.passed + tally.failed;
        println!("{name:<16} {word:<6} {counted:>5} checked {:>7.1} s", start.elapsed().as_secs_f64());
        if !tally.complaint.is_empty() {
            println!("{}", tally.complaint);
        }
        passed += tally.passed;
        failed += tally.failed;
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { Ok(()) } else { Err("the check failed".to_owned()) }
}

fn once<T>(outcome: Result<T, String>) -> Tally {
    match outcome {
        Ok(_) => Tally { passed: 1, ..Tally::default() },
        Err(complaint) => Tally { failed: 1, complaint, ..Tally::default() },
    }
}

fn run_tests(workspace: &Workspace) -> Tally {
    if let Err(complaint) = documents::clear(workspace) {
        return once::<()>(Err(complaint));
    }
    let arguments = ["test", "--workspace", "--locked", "--no-fail-fast"];
    match workspace.cargo(&arguments).output() {
        Ok(output) => tally_tests(&everything(&output), output.status.success()),
        Err(e) => once::<()>(Err(format!("cargo test: {e}"))),
    }
}

/// Adds up cargo's `test result:` lines. A failure that no line tells of, such as a test that does not compile,
/// counts as one.
fn tally_tests(said: &str, success: bool) -> Tally {
    let results = said.lines().filter_map(|line| line.trim().strip_prefix("test result: "));
    let (mut passed, mut failed) = (0, 0);
    for result in results {
        passed += count_before(result, " passed");
        failed += count_before(result, " failed");
    }
    if !success && failed == 0 {
        failed = 1;
    }
    let complaint = if success { String::new() } else { without_passes(said) };
    Tally { passed, failed, complaint }
}

/// The number right before a word: 12 in `ok. 12 passed; 0 failed`.
fn count_before(line: &str, word: &str) -> usize {
    let before = line.split_once(word).map_or("", |(before, _)| before);
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn without_passes(said: &str) -> String {
    said.lines().filter(|line| !line.ends_with(" ... ok")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_all_binaries_are_added_up() {
        let said = "test a ... ok\ntest result: ok. 12 passed; 0 failed; 1 ignored\n\
                    test result: FAILED. 3 passed; 2 failed; 0 ignored\n";
        let tally = tally_tests(said, false);
        assert_eq!((tally.passed, tally.failed), (15, 2));
        assert!(!tally.complaint.contains("... ok"), "{}", tally.complaint);
    }

    #[test]
    fn a_failure_that_no_test_tells_of_counts_as_one() {
        assert_eq!(tally_tests("error: could not compile", false).failed, 1);
        assert_eq!(tally_tests("test result: ok. 1 passed; 0 failed", true).complaint, "");
    }
}
