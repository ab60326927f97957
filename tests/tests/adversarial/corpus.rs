//! The corpus: every case with its exact bytes.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sitrep_domain::dataset::Column;
use sitrep_tests::data;

/// One adversarial input.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) corpus: String,
    pub(crate) bytes: Vec<u8>,
    /// The bytes as text, where they are one.
    pub(crate) text: Option<String>,
    /// What a careful program does with it.
    pub(crate) expect: Option<String>,
}

/// Every case.
pub(crate) fn cases() -> Vec<Case> {
    let cases: Vec<Case> =
        data::read_ndjson("adversarial/adversarial.ndjson.gz").iter().map(case_of).collect();
    assert_eq!(cases.len(), 4_009);
    cases
}

/// Every distinct text that a field can hold.
pub(crate) fn texts() -> Vec<String> {
    let mut texts: Vec<String> = cases().into_iter().filter_map(|case| case.text).collect();
    texts.sort_unstable();
    texts.dedup();
    let all = texts.len();
    texts.retain(|text| text.len() <= Column::MAX_TEXT_BYTES);
    assert_eq!(all - texts.len(), 2, "only the two made by a rule are too long");
    texts
}

/// The texts of [`texts`], but of the many scripts, which differ little from each other, every eighth.
pub(crate) fn varied_texts() -> Vec<String> {
    let is_script = |case: &Case| case.corpus == "xss";
    let scripts: BTreeSet<String> =
        cases().into_iter().filter(is_script).filter_map(|case| case.text).collect();
    let mut texts = texts();
    let mut n = 0;
    texts.retain(|text| {
        n += usize::from(scripts.contains(text));
        !scripts.contains(text) || n % 8 == 0
    });
    texts
}

/// One thing in turn for each of the many scripts, which differ little from each other; everything for all other cases.
pub(crate) fn in_turn<T>(index: usize, case: &Case, all: &[T]) -> std::ops::Range<usize> {
    let turn = index % all.len();
    if case.corpus == "xss" { turn..turn + 1 } else { 0..all.len() }
}

fn case_of(row: &Value) -> Case {
    let text = |name: &str| row[name].as_str().map(str::to_owned);
    let bytes = match (text("input_rule"), text("input_b64")) {
        (Some(rule), _) => made_by(&rule),
        (None, base64) => STANDARD.decode(base64.unwrap_or_default()).expect("the bytes are Base64"),
    };
    Case {
        id: text("id").expect("a case has an id"),
        corpus: text("corpus").expect("a case has a corpus"),
        text: String::from_utf8(bytes.clone()).ok(),
        expect: text("expect"),
        bytes,
    }
}

/// The two inputs that are too long to be written out.
fn made_by(rule: &str) -> Vec<u8> {
    if rule.contains("100000") {
        return vec![b'['; 100_000];
    }
    let mut bytes = b"[{\"\":".repeat(50_000);
    bytes.push(b'\n');
    bytes
}

#[test]
fn the_corpus_holds_what_its_index_says() {
    let cases = cases();
    for group in data::expected("adversarial")["by_corpus"].as_array().unwrap() {
        let expect = group["expect"].as_str().filter(|word| *word != "-");
        let same = |case: &&Case| group["corpus"] == case.corpus.as_str() && case.expect.as_deref() == expect;
        assert_eq!(cases.iter().filter(same).count(), group["n"].as_u64().unwrap() as usize, "{group}");
    }
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len());
}
