//! Where a line may end inside a run of text without spaces: after UAX #14, as far as reports need it.
//!
//! Between ideographs, kana and emoji a line may end anywhere but before closing and after opening punctuation
//! (kinsoku). Thai, Lao, Khmer and Burmese are written without spaces; lacking dictionaries, their lines end between
//! clusters, never between a vowel and its consonant. Hangul has spaces and breaks there. There is no hyphenation.

use unicode_segmentation::UnicodeSegmentation;

/// How good a place is to end a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cut {
    /// Inside a cluster.
    Never,
    /// Between two letters of a word: only when nothing else helps.
    Emergency,
    /// After punctuation inside a long token, such as a path.
    Soft,
    /// As good as a space.
    Free,
}

/// How good the place between two neighbouring clusters is: `before` ends the one, `after` begins the other.
pub(crate) fn cut_between(before: char, after: char) -> Cut {
    if is_one_cluster(before, after) {
        return Cut::Never;
    }
    let free = breaks_anywhere(before) || breaks_anywhere(after);
    if free && !binds_to_previous(after) && !binds_to_next(before) {
        Cut::Free
    } else if is_soft(before) {
        Cut::Soft
    } else {
        Cut::Emergency
    }
}

/// How good the end of a token is, were more to follow.
pub(crate) fn cut_after(last: char) -> Cut {
    if is_soft(last) { Cut::Soft } else { Cut::Emergency }
}

/// Whether the second character belongs to the first, as a mark to its letter.
fn is_one_cluster(before: char, after: char) -> bool {
    // Neither what is below the first mark nor an ideograph, a kana or a syllable belongs to another character.
    if after < '\u{300}'
        || matches!(after, '\u{3041}'..='\u{3096}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
    {
        return false;
    }
    String::from_iter([before, after]).graphemes(true).nth(1).is_none()
}

fn is_soft(c: char) -> bool {
    matches!(
        c,
        '-' | '/' | '\\' | '_' | '.' | ',' | ';' | ':' | '@' | '&' | '=' | '?' | '|' | '–' | '—' | '،' | '؛'
    )
}

/// Ideographs, kana, fullwidth forms, emoji, and the scripts without spaces.
fn breaks_anywhere(c: char) -> bool {
    matches!(
        c,
        '\u{0E01}'..='\u{0EDF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17DF}'
            | '\u{2E80}'..='\u{312F}'
            | '\u{3190}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FF01}'..='\u{FF9F}'
            | '\u{1F000}'..='\u{1FAFF}'
            | '\u{20000}'..='\u{3FFFF}'
    )
}

/// Closing punctuation, small kana, marks of length and repetition, following vowels: never first on a line.
fn binds_to_previous(c: char) -> bool {
    matches!(
        c,
        ')' | ']' | '}' | '!' | '?' | '.' | ',' | ':' | ';' | '%' | '/' | '-' | '"' | '\'' | '»' | '’' | '”' | '…' | '‥' | '–' | '—' | '·'
            | '、' | '。' | '〉' | '》' | '」' | '』' | '】' | '〕' | '〗' | '〙' | '〛' | '〜' | '〞' | '〟' | '々' | '〻'
            | 'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' | 'ゕ' | 'ゖ' | '゛'..='ゞ'
            | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' | 'ヵ' | 'ヶ' | '・'..='ヾ' | '\u{31F0}'..='\u{31FF}'
            | '！' | '％' | '）' | '，' | '．' | '：' | '；' | '？' | '］' | '｝' | '｠'..='､' | '･' | 'ｧ'..='ｰ' | 'ﾞ' | 'ﾟ'
            | 'ฯ' | 'ะ' | 'า' | 'ำ' | 'ๅ' | 'ๆ' | 'ະ' | 'າ' | 'ຳ'
    )
}

/// Opening punctuation, currency, leading vowels: never last on a line.
fn binds_to_next(c: char) -> bool {
    matches!(
        c,
        '(' | '[' | '{' | '«' | '‘' | '“' | '$' | '€' | '£' | '#' | '"' | '\''
            | '〈' | '《' | '「' | '『' | '【' | '〔' | '〖' | '〘' | '〚' | '〝'
            | '（' | '［' | '｛' | '｟' | '｢' | '￥' | '＄' | '￡'
            | 'เ'..='ไ' | 'ເ'..='ໄ'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_ideographs_but_not_beside_the_wrong_punctuation() {
        for (before, after, expected) in [
            ('中', '文', Cut::Free),
            ('中', 'A', Cut::Free),
            ('A', '中', Cut::Free),
            ('か', 'な', Cut::Free),
            ('し', 'ょ', Cut::Emergency),
            ('ー', 'ド', Cut::Free),
            ('カ', 'ー', Cut::Emergency),
            ('文', '。', Cut::Emergency),
            ('。', '中', Cut::Free),
            ('「', '中', Cut::Emergency),
            ('中', '」', Cut::Emergency),
            ('（', '中', Cut::Emergency),
            ('한', '국', Cut::Emergency),
            ('ร', 'า', Cut::Emergency),
            ('เ', 'ร', Cut::Emergency),
            ('ก', 'ข', Cut::Free),
            ('🎉', '🔥', Cut::Free),
            ('a', 'b', Cut::Emergency),
            ('x', '\u{301}', Cut::Never),
            ('क', 'ि', Cut::Never),
            ('/', 'b', Cut::Soft),
        ] {
            assert_eq!(cut_between(before, after), expected, "{before}|{after}");
        }
    }
}
