//! Text as a whole, over the corpus of hostile texts that the tests of the whole system use too.

use std::collections::BTreeSet;
use std::io::Read as _;

use super::bidi::to_reading_order;
use super::fallback::is_ignorable;
use super::fonts::{BOXES, Weight, faces};
use super::shape::Shaper;
use crate::clean::clean_text;

/// Every distinct text of the corpus.
fn corpus() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/adversarial/adversarial.ndjson.gz");
    let file = std::fs::File::open(path).expect("the corpus is in the repository");
    let mut lines = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut lines).expect("the corpus is UTF-8");
    let input = |line: &str| -> Option<String> {
        let case: serde_json::Value = serde_json::from_str(line).expect("every line is JSON");
        Some(case.get("input")?.as_str()?.to_owned())
    };
    lines.lines().filter_map(input).collect()
}

/// What is to be seen of a text: neither white space nor what has no look.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !is_ignorable(*c)).collect()
}

#[test]
fn every_character_of_the_corpus_has_a_glyph_or_is_counted_as_missing() {
    let texts = corpus();
    assert!(texts.len() > 3_000, "{} texts", texts.len());
    let mut shaper = Shaper::new();
    let mut all = String::new();
    for text in &texts {
        let text = clean_text(text);
        let lines = shaper.wrap(&text, Weight::Regular, 30.0);
        let mut read = String::new();
        for line in lines {
            assert!(line.width <= 30.01, "{} em: {text:?}", line.width);
            let mut glyphs = line.glyphs;
            to_reading_order(&mut glyphs);
            read.extend(glyphs.iter().map(|glyph| shaper.glyphs()[glyph.def as usize].text.as_str()));
        }
        assert_eq!(visible(&read), visible(&text));
        all.push_str(&visible(&text));
    }
    assert!(shaper.glyphs().iter().all(|def| def.glyph.0 != 0), "no glyph is .notdef");
    let boxed: BTreeSet<char> =
        shaper.glyphs().iter().filter(|def| def.face == BOXES).flat_map(|def| def.text.chars()).collect();
    assert_eq!(&boxed, shaper.missing());
    let drawn = |c: &char| Weight::Regular.chain().into_iter().any(|face| faces()[face].glyph(*c).is_some());
    let lacking: BTreeSet<char> = all.chars().filter(|c| !drawn(c)).collect();
    assert_eq!(&lacking, shaper.missing());
    assert!((1..120).contains(&lacking.len()), "{} of the corpus: {lacking:?}", lacking.len());
}
