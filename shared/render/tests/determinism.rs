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
        "sitrep-render 3",
        [
            (Format::Pdf, "0bdbd915f637f2af437845ee1573a61c2cd081f9855a7cdac7fcc1a9d901791d"),
            (Format::PdfA, "24993c2651a0c0673b363855a2e69d7440aaadb3a9f0235fc3b27dab4bc9ef40"),
            (Format::Html, "2133c168947ec3bbf4f57b13bad4b1116b53a4428abdad58596a9055dc3e54b4"),
            (Format::Csv, "c16fc758df2591cd6f426e4f0da04cad0869eff655789e266af452f8a6b486e7"),
            (Format::Json, "17b449334eaff45fb24c24ccd09593b055b8b87f25df90ede650120b2fe3eaf6"),
            (Format::Txt, "860d5fc93cfeb5db0827f5384b34479568d268757908c46904997d9e19117069"),
        ],
    );
    assert_eq!(sitrep_render::RENDERER_VERSION, known.0);
    let expected: Vec<_> = known.1.into_iter().map(|(format, hash)| (format, hash.to_owned())).collect();
    assert_eq!(hashes("Report Ω 中 =1", Format::ALL.into_iter()), expected);
}
