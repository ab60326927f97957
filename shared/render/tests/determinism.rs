//! The same document gives the same bytes, in any order and on any thread.

mod support;

use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::document::Format;
use sitrep_render::render;
use support::document;

fn hashes(text: &str, formats: impl Iterator<Item = Format>) -> Vec<(Format, String)> {
    let document = document(text, 30);
    let mut hashes: Vec<_> = formats
        .map(|f| (f, sha256_hex(&render(&document, f).expect("every document renders").bytes)))
        .collect();
    hashes.sort();
    hashes
}

#[test]
fn order_and_thread_make_no_difference() {
    let first = hashes("Report Ω", Format::ALL.into_iter());
    hashes("another document in between 中", Format::ALL.into_iter());
    let backwards = hashes("Report Ω", Format::ALL.into_iter().rev());
    let elsewhere = std::thread::spawn(|| hashes("Report Ω", Format::ALL.into_iter())).join().unwrap();
    assert_eq!(first, backwards);
    assert_eq!(first, elsewhere);
}

#[test]
fn many_threads_at_once_write_the_same_bytes() {
    let expected = hashes("Report Ω", Format::ALL.into_iter());
    let threads: Vec<_> =
        (0..6).map(|_| std::thread::spawn(|| hashes("Report Ω", Format::ALL.into_iter()))).collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), expected);
    }
}

#[test]
fn another_process_writes_the_same_bytes() {
    const MARK: &str = "hashes of a child:";
    let own = format!("{MARK} {:?}", hashes("Report", Format::ALL.into_iter()));
    println!("{own}");
    if std::env::args().any(|arg| arg == "--nocapture") {
        return;
    }
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "another_process_writes_the_same_bytes", "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    assert!(said.contains(&own), "{said}");
}

#[test]
fn two_documents_differ() {
    for ((format, a), (_, b)) in
        hashes("A", Format::ALL.into_iter()).into_iter().zip(hashes("B", Format::ALL.into_iter()))
    {
        assert_ne!(a, b, "{format:?}");
    }
}

/// What this version of the renderer writes. When this test fails, the bytes have changed on purpose or by accident:
/// on purpose, raise `RENDERER_VERSION` and put the new hashes here, so that no manifest promises the old bytes.
#[test]
fn bytes_change_only_together_with_the_version() {
    let known = (
        "sitrep-render 2",
        [
            (Format::Pdf, "7c0a59ea50081b2bbb393298c2b615a1d3bdea95801e2d20158e12fa4ed47f31"),
            (Format::Html, "d08df713ef496b86a74d1a8ea3f6c06a0d60a56d41131cbae49c71e885a37242"),
            (Format::Csv, "4c9be4efda1babf423f7311cd0a309b770c3a0da565972379ca1bf21c0fce5e3"),
            (Format::Json, "4ce92eb3bebc38a3428f99c4ace9e8bd4ac49c81e2673e0c20c5b39e1a66c7a8"),
            (Format::Txt, "f6e7f05003566748f126e2f8c9722f2eeff23d0ea55884cd4e5e1bf3ce3910d9"),
        ],
    );
    assert_eq!(sitrep_render::RENDERER_VERSION, known.0);
    let expected: Vec<_> = known.1.into_iter().map(|(format, hash)| (format, hash.to_owned())).collect();
    assert_eq!(hashes("Report Ω 中 =1", Format::ALL.into_iter()), expected);
}
