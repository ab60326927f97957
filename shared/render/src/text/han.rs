//! How an ideograph looks: China, Taiwan and Japan write many of them differently, and Unicode gives them one code.
//!
//! The face has the forms of all three and chooses by language. A text with kana is Japanese whatever the document is;
//! any other follows the document, and a document that says nothing gets the forms of the mainland.

use std::str::FromStr as _;

use rustybuzz::Language;

/// Whose forms of the ideographs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Han {
    Simplified,
    Traditional,
    Japanese,
}

impl Han {
    /// By the language of a document (BCP 47).
    pub(super) fn of_language(language: &str) -> Self {
        let language = language.to_ascii_lowercase();
        let mut parts = language.split(['-', '_']);
        match parts.next() {
            Some("ja") => Self::Japanese,
            Some("zh") if parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo")) => Self::Traditional,
            _ => Self::Simplified,
        }
    }

    /// By the text itself, else as the document has it.
    pub(super) fn of_text(text: &str, document: Self) -> Self {
        // No kana is below U+3041, whose first byte in UTF-8 is 0xE3.
        let kana = text.bytes().any(|b| b >= 0xE3) && text.chars().any(is_kana);
        if kana { Self::Japanese } else { document }
    }

    /// The language to shape with; `None` where the face's own forms are meant.
    pub(super) fn language(self) -> Option<Language> {
        let tag = match self {
            Self::Simplified => return None,
            Self::Traditional => "zh-hant",
            Self::Japanese => "ja",
        };
        Some(Language::from_str(tag).expect("a language tag"))
    }
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_decides_unless_there_is_kana() {
        for (language, text, expected) in [
            ("en", "骨", Han::Simplified),
            ("zh-Hans", "骨", Han::Simplified),
            ("zh-TW", "骨", Han::Traditional),
            ("zh-Hant-HK", "骨", Han::Traditional),
            ("ja-JP", "骨", Han::Japanese),
            ("zh-TW", "骨の", Han::Japanese),
            ("en", "plain – text", Han::Simplified),
        ] {
            assert_eq!(Han::of_text(text, Han::of_language(language)), expected, "{language} {text}");
        }
    }
}
