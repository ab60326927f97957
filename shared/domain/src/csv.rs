//! Comma-separated values (RFC 4180) that spreadsheets can be trusted with.
//!
//! Numbers stay plain numbers and times RFC 3339; missing is nothing. A text that a spreadsheet would run as a formula
//! gets one leading apostrophe, and that is all that is ever changed: [`unguard`] takes it back, so that a file read
//! again gives what was written. Lines end with CR LF. Where the bytes go belongs to the caller.

use std::io::Write as _;

use jiff::Timestamp;

use crate::result::Cell;

/// Stands between the elements of a list in one cell.
pub const LIST_SEPARATOR: &str = "; ";

/// Tells programs that the file is UTF-8, if they ask for it.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Whether a spreadsheet may take the text for a formula: its first character that shows, quotation marks left aside,
/// begins one, or it starts with a tab or a carriage return, which move what follows to a cell of its own.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    let invisible =
        |c: char| c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    let quote = |c: char| matches!(c, '\'' | '"');
    if text.trim_start_matches(quote).starts_with(['\t', '\r']) {
        return true;
    }
    let first = text.trim_start_matches(|c| invisible(c) || quote(c)).chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
}

/// The text before it was made harmless.
#[must_use]
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Writes rows into memory; the caller takes the bytes away as often as it likes.
#[derive(Debug, Default)]
pub struct CsvWriter {
    bytes: Vec<u8>,
    /// Where the row under way begins, and whether it has a cell.
    row: (usize, bool),
    day: Day,
}

impl CsvWriter {
    /// A writer of a new file, with or without byte order mark.
    #[must_use]
    pub fn new(byte_order_mark: bool) -> Self {
        let mark = if byte_order_mark { BYTE_ORDER_MARK } else { "" };
        Self { bytes: mark.as_bytes().to_vec(), row: (mark.len(), false), day: Day::default() }
    }

    /// Writes a text, behind an apostrophe if a spreadsheet would take it for a formula.
    pub fn text(&mut self, text: &str) {
        self.separate();
        let guarded = may_begin_formula(text) && is_formula(text);
        // A semicolon or a tab separates cells in some countries and programs.
        let quoted = text.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n' | b';' | b'\t'));
        let quote = |bytes: &mut Vec<u8>| bytes.extend(quoted.then_some(b'"'));
        quote(&mut self.bytes);
        self.bytes.extend(guarded.then_some(b'\''));
        if quoted && text.contains('"') {
            self.bytes.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
        quote(&mut self.bytes);
    }

    /// Writes a list of texts as one.
    pub fn list<'t>(&mut self, items: impl Iterator<Item = &'t str>) {
        let items: Vec<&str> = items.collect();
        self.text(&items.join(LIST_SEPARATOR));
    }

    /// Writes a cell without a value.
    pub fn missing(&mut self) {
        self.separate();
    }

    /// Writes a whole number.
    pub fn integer(&mut self, n: i64) {
        self.plain(n);
    }

    /// Writes a number; one that is not finite is missing.
    pub fn number(&mut self, x: f64) {
        if x.is_finite() { self.plain(x) } else { self.missing() }
    }

    /// Writes `true` or `false`.
    pub fn boolean(&mut self, yes: bool) {
        self.plain(yes);
    }

    /// Writes an instant, given in microseconds since 1970 UTC.
    pub fn time(&mut self, micros: i64) {
        self.separate();
        self.day.write(micros, &mut self.bytes);
    }

    /// Writes a cell of a result.
    pub fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Null => self.missing(),
            Cell::Boolean(yes) => self.boolean(*yes),
            Cell::Integer(n) => self.integer(*n),
            Cell::Number(x) => self.number(*x),
            Cell::Time(at) => self.plain(at),
            Cell::Text(text) => self.text(text),
        }
    }

    /// Writes a row of texts.
    pub fn header<'t>(&mut self, names: impl IntoIterator<Item = &'t str>) {
        names.into_iter().for_each(|name| self.text(name));
        self.end_row();
    }

    /// Ends the row. One empty cell alone is written as such, since an empty line is no row.
    pub fn end_row(&mut self) {
        if self.bytes.len() == self.row.0 {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.extend_from_slice(b"\r\n");
        self.row = (self.bytes.len(), false);
    }

    /// Bytes written and not taken.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing to take.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes what was written so far; only between rows.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        self.row = (0, false);
        std::mem::take(&mut self.bytes)
    }

    fn plain(&mut self, value: impl std::fmt::Display) {
        self.separate();
        write!(self.bytes, "{value}").expect("writing to memory does not fail");
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.row.1, true) {
            self.bytes.push(b',');
        }
    }
}

/// Whether the first byte leaves it open that the text is a formula: most do not, and are then not looked at.
fn may_begin_formula(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| !first.is_ascii_alphanumeric())
}

/// The civil day (UTC) written last: neighbouring records are mostly of the same one.
#[derive(Debug, Default)]
struct Day {
    number: Option<i64>,
    text: String,
}

impl Day {
    const MICROS: i64 = 86_400_000_000;

    fn write(&mut self, micros: i64, bytes: &mut Vec<u8>) {
        let day = micros.div_euclid(Self::MICROS);
        if self.number != Some(day) {
            let start = Timestamp::from_microsecond(day * Self::MICROS);
            // Records have times of the years 1900 to 2200.
            self.text = start.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
            self.number = Some(day);
        }
        let of_day = micros.rem_euclid(Self::MICROS);
        let (seconds, fraction) = (of_day / 1_000_000, of_day % 1_000_000);
        bytes.extend_from_slice(self.text.as_bytes());
        for (mark, n) in [(b'T', seconds / 3_600), (b':', seconds / 60 % 60), (b':', seconds % 60)] {
            bytes.extend([mark, digit(n / 10), digit(n % 10)]);
        }
        if fraction > 0 {
            write!(bytes, ".{fraction:06}").expect("writing to memory does not fail");
            bytes.truncate(bytes.len() - bytes.iter().rev().take_while(|b| **b == b'0').count());
        }
        bytes.push(b'Z');
    }
}

fn digit(n: i64) -> u8 {
    b'0' + u8::try_from(n).expect("a digit is less than ten")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut CsvWriter)) -> String {
        let mut writer = CsvWriter::new(false);
        write(&mut writer);
        String::from_utf8(writer.take()).unwrap()
    }

    #[test]
    fn a_text_is_quoted_where_it_must_be_and_disarmed_where_it_could_run() {
        for (text, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("a;=1+1", "\"a;=1+1\""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("=1,2", "\"'=1,2\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t1", "\"'\t1\""),
            ("\rx", "\"'\rx\""),
            ("\u{200B}=1", "'\u{200B}=1"),
            ("＝1", "'＝1"),
            ("\"=1\"", "\"'\"\"=1\"\"\""),
            ("'=1", "''=1"),
            ("a=1", "a=1"),
            ("O'Hara", "O'Hara"),
            ("'quoted'", "'quoted'"),
            ("ünï", "ünï"),
        ] {
            assert_eq!(written(|csv| csv.text(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn what_was_disarmed_can_be_taken_back() {
        for text in
            ["=1", "'=1", "''=1", "'\t=1", "\"\r", "x", "'x'", "'", "", "-", "'-", " '=", "'\u{FEFF}@", "\t"]
        {
            let cell = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
            assert_eq!(unguard(&cell), text, "{cell:?}");
        }
    }

    #[test]
    fn numbers_stay_numbers_and_missing_is_nothing() {
        let row = written(|csv| {
            csv.integer(-5);
            csv.number(-0.5);
            csv.number(1e21);
            csv.number(f64::NAN);
            csv.missing();
            csv.boolean(true);
            csv.cell(&Cell::Time("2026-03-01T00:00:00Z".parse().unwrap()));
            csv.list(["a", "b;c"].into_iter());
            csv.end_row();
        });
        assert_eq!(row, "-5,-0.5,1000000000000000000000,,,true,2026-03-01T00:00:00Z,\"a; b;c\"\r\n");
    }

    #[test]
    fn a_file_begins_with_its_mark_if_asked_and_no_row_is_an_empty_line() {
        let mut csv = CsvWriter::new(true);
        csv.header(["a"]);
        csv.missing();
        csv.end_row();
        assert_eq!(csv.take(), "\u{FEFF}a\r\n\"\"\r\n".as_bytes());
        csv.text("x");
        csv.end_row();
        assert_eq!(csv.take(), b"x\r\n");
    }

    #[test]
    fn instants_are_written_as_everywhere_else() {
        for step in 0..20_000_i64 {
            // From 1900 to 2200, with fractions of every length.
            let micros = -2_208_988_800_000_000 + step * 473_364_123_457 + step % 7 * 10_i64.pow(5);
            let expected = Timestamp::from_microsecond(micros).unwrap().to_string();
            assert_eq!(written(|csv| csv.time(micros)), expected);
        }
        assert_eq!(written(|csv| csv.time(1_500_000)), "1970-01-01T00:00:01.5Z");
        assert_eq!(written(|csv| csv.time(0)), "1970-01-01T00:00:00Z");
    }
}
