//! Whatever the records say, every format is well formed and nothing in it runs.

mod support;

use proptest::prelude::*;
use sitrep_domain::document::{Format, Rgb};
use sitrep_render::{render, validate};
use support::document;

const NASTY: [&str; 18] = [
    "",
    " ",
    "</script><script>alert(1)</script>",
    "--><img src=x onerror=alert(1)>",
    "]]></style><svg onload=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "=cmd|' /C calc'!A0",
    "\t@SUM(1+1)",
    "＝HYPERLINK(\"http://evil\")",
    "a\0b\u{1b}[31mred\u{7f}\u{85}",
    "\u{202E}gpj.exe\u{2066}isolated",
    "(paren\\) endstream endobj /JS (app.alert)",
    "../../etc/passwd",
    "🎉👨‍👩‍👧‍👦 中文 العربية עברית \u{E0041}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "line one\r\nline two\rline three\u{2028}line four",
    "\u{FFFE}\u{FEFF}\u{200B}\u{AD}",
    "a,b;c\"d'e",
];

fn check_all(text: &str, rows: usize) {
    let document = document(text, rows);
    for format in Format::ALL {
        let file = render(&document, format).unwrap_or_else(|e| panic!("{format:?} of {text:?}: {e}"));
        validate(&file, format).unwrap_or_else(|e| panic!("{format:?} of {text:?}: {e}"));
    }
}

#[test]
fn every_format_stays_well_formed_under_nasty_text() {
    for text in NASTY {
        check_all(text, 3);
    }
}

#[test]
fn words_of_ten_thousand_characters_are_wrapped_not_lost() {
    for text in ["x".repeat(10_000), "中".repeat(10_000), "a\u{301}".repeat(5_000), "W/".repeat(5_000)] {
        check_all(&text, 2);
    }
}

#[test]
fn unusual_documents_render() {
    let mut odd = document("odd", 0);
    odd.meta.timezone = "Mars/Olympus".into();
    odd.meta.language = "\"><script>".into();
    odd.meta.accent = Rgb(255, 255, 0);
    odd.meta.classification = None;
    for format in Format::ALL {
        let file = render(&odd, format).unwrap();
        assert_eq!(validate(&file, format), Ok(()), "{format:?}");
    }
    odd.blocks.clear();
    odd.data.sections.clear();
    odd.data.metrics.clear();
    odd.provenance.facts.clear();
    odd.provenance.metrics.clear();
    for format in Format::ALL {
        let file = render(&odd, format).unwrap();
        assert_eq!(validate(&file, format), Ok(()), "{format:?}");
    }
}

#[test]
fn html_has_no_script_and_no_reference_outside() {
    for text in NASTY {
        let html = String::from_utf8(render(&document(text, 2), Format::Html).unwrap().bytes).unwrap();
        let lower = html.to_lowercase();
        for forbidden in
            ["<script", "<iframe", "<link", "@import", " onload=\"", "<img onerror", "<img src=x"]
        {
            assert!(!lower.contains(forbidden), "{forbidden} in the page of {text:?}");
        }
        // Textures of charts are parts of the page itself.
        let inside = lower.matches("\"url(#x").count();
        assert_eq!(lower.matches("url(").count(), inside, "an address in the page of {text:?}");
        assert!(html.contains("default-src 'none'"));
    }
}

#[test]
fn cut_files_do_not_pass_for_whole_ones() {
    let document = document("text", 2);
    for format in Format::ALL {
        let mut file = render(&document, format).unwrap();
        match format {
            // A text may end anywhere; an overlong line is what gives it away.
            Format::Txt => file.bytes.extend("wide words ".repeat(20).bytes()),
            _ => file.bytes.truncate(file.bytes.len() - 30),
        }
        assert!(validate(&file, format).is_err(), "{format:?}");
        assert!(
            validate(&sitrep_render::RenderedFile { bytes: Vec::new(), ..file }, format).is_err()
                || format == Format::Txt
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_renders_in_every_format(text in "(\\PC|\\pC){0,60}", rows in 0usize..40) {
        check_all(&text, rows);
    }
}
