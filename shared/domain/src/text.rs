//! Short texts that people type: names, titles, subjects.

use crate::invalid::Invalid;

/// A name of 1 to `most` characters, trimmed, on one line, without control characters.
///
/// # Errors
///
/// [`Invalid`] without a field name; the caller adds it with `below`.
pub fn check_name(text: &str, most: usize) -> Result<String, Invalid> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > most {
        return Err(Invalid::field(
            "",
            "bad_length",
            format!("a text of 1 to {most} characters; this has {length}"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::field(
            "",
            "control_character",
            "a text on one line, without control characters",
        ));
    }
    Ok(text.to_owned())
}

/// A name as part of a file name: letters, digits, `-` and `_`, at most 60 characters, never empty.
#[must_use]
pub fn file_stem(name: &str) -> String {
    let mut stem = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            stem.push(c.to_ascii_lowercase());
        } else if !stem.ends_with('_') && !stem.is_empty() {
            stem.push('_');
        }
        if stem.len() >= 60 {
            break;
        }
    }
    let stem = stem.trim_end_matches('_');
    if stem.is_empty() { "report".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_and_file_stems_are_plain() {
        assert_eq!(check_name("  Ops  ", 10).unwrap(), "Ops");
        for bad in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(11)] {
            assert!(check_name(bad, 10).is_err(), "{bad:?}");
        }
        for (name, stem) in
            [("Weekly Security — Report", "weekly_security_report"), ("../../etc", "etc"), ("Ω", "report")]
        {
            assert_eq!(file_stem(name), stem);
        }
    }
}
