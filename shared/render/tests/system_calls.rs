//! The renderer asks the system for nothing: no file is opened or looked at, no connection is made, in any format.
//!
//! A child process renders between two marks while `strace` writes down its calls. What stands between the marks is all
//! there was.

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use sitrep_domain::document::Format;
use sitrep_render::{render, validate};
use support::document;

const BEGIN: &str = "-- rendering begins --";
const END: &str = "-- rendering has ended --";
/// The words that a document is about: every script has its own face.
const WORDS: &str =
    "Report Ωμέγα Отчёт تقرير דוח रिपोर्ट รายงาน 報告 🚀 ∑ http://192.0.2.1/ file:///etc/passwd";

#[test]
fn the_child_renders_every_format_between_two_marks() {
    mark(BEGIN);
    for format in Format::ALL {
        let file = render(&document(WORDS, 20), format).expect("it can be written");
        assert_eq!(validate(&file, format), Ok(()), "{format:?}");
    }
    mark(END);
}

/// Writes a mark in one call.
fn mark(words: &str) {
    std::io::stderr().write_all(format!("{words}\n").as_bytes()).expect("somebody listens");
}

#[test]
fn rendering_opens_no_file_and_no_connection() {
    let calls = trace("the_child_renders_every_format_between_two_marks");
    let position = |mark: &str| calls.iter().position(|call| call.contains(mark)).expect("a mark is written");
    let (begin, end) = (position(BEGIN), position(END));
    let before = &calls[..begin];
    assert!(before.iter().any(|call| call.contains("openat(")), "starting a program is seen: {before:?}");
    assert_eq!(calls[begin + 1..end], [""; 0], "calls while rendering");
}

/// The calls of a test of this file that name a file, or go to the network, or write.
fn trace(test: &str) -> Vec<String> {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("system-calls.txt");
    let program = std::env::current_exe().expect("a test is a program");
    let status = Command::new("strace")
        .args(["-f", "-qq", "-s", "64", "-e", "trace=%file,%network,write", "-o"])
        .arg(&out)
        .arg(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .output()
        .expect("strace is installed (Debian: strace)");
    assert!(status.status.success(), "strace: {}", String::from_utf8_lossy(&status.stderr));
    let calls = std::fs::read_to_string(&out).expect("strace wrote its file");
    calls.lines().map(str::to_owned).collect()
}
