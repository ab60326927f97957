//! Tables in characters: columns side by side where they fit, else one record below the other.

use super::lines::{WIDTH, fixed, pad, width, wrap};

/// Space between columns.
const GAP: usize = 2;
/// Narrowest that a text column is squeezed to.
const NARROWEST: usize = 10;
/// Widest word that a column makes room for before words are broken.
const WIDEST_WORD: usize = 22;

/// A column: title, and whether its cells stand to the right.
pub(crate) struct TextColumn {
    pub(crate) title: String,
    pub(crate) right: bool,
}

/// The lines of a table.
pub(crate) fn write_table(columns: &[TextColumn], rows: &[Vec<String>]) -> Vec<String> {
    match fit_widths(columns, rows) {
        Some(widths) => write_grid(columns, rows, &widths),
        None => write_records(columns, rows),
    }
}

/// Widths that fit on a line, with whole words where that can be had; `None` when nothing fits.
fn fit_widths(columns: &[TextColumn], rows: &[Vec<String>]) -> Option<Vec<usize>> {
    let widest = |c: usize, part: fn(&str) -> usize| {
        rows.iter().filter_map(|row| row.get(c)).map(|text| part(text)).max().unwrap_or(0)
    };
    let title = |c: usize| width(&columns[c].title);
    let wanted: Vec<usize> =
        (0..columns.len()).map(|c| widest(c, widest_line).max(title(c)).clamp(1, WIDTH)).collect();
    let words: Vec<usize> =
        (0..columns.len()).map(|c| widest(c, widest_word).clamp(NARROWEST, WIDEST_WORD)).collect();
    squeeze(columns, &wanted, &words).or_else(|| squeeze(columns, &wanted, &vec![NARROWEST; columns.len()]))
}

/// Takes from the widest column again and again until all fit, but never below its floor, and nothing from numbers.
fn squeeze(columns: &[TextColumn], wanted: &[usize], floors: &[usize]) -> Option<Vec<usize>> {
    let room = WIDTH.checked_sub(GAP * columns.len().saturating_sub(1))?;
    let mut widths = wanted.to_vec();
    while widths.iter().sum::<usize>() > room {
        let squeezable = |(c, w): &(usize, &mut usize)| !columns[*c].right && **w > floors[*c];
        let widest =
            widths.iter_mut().enumerate().filter(squeezable).max_by_key(|(c, w)| (**w, usize::MAX - c))?;
        *widest.1 -= 1;
    }
    Some(widths)
}

fn widest_line(text: &str) -> usize {
    text.split('\n').map(width).max().unwrap_or(0)
}

fn widest_word(text: &str) -> usize {
    text.split_whitespace().map(width).max().unwrap_or(0)
}

fn write_grid(columns: &[TextColumn], rows: &[Vec<String>], widths: &[usize]) -> Vec<String> {
    let titles: Vec<String> = columns.iter().map(|c| c.title.clone()).collect();
    let mut lines = write_row(columns, &titles, widths);
    lines.push(widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().join(&" ".repeat(GAP)));
    for row in rows {
        lines.extend(write_row(columns, row, widths));
    }
    lines
}

fn write_row(columns: &[TextColumn], row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(text, w)| wrap(text, *w)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |i: usize| {
        let parts: Vec<String> = columns
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(c, (column, w))| {
                let cell = cells.get(c).and_then(|lines| lines.get(i));
                pad(&fixed(cell.map_or("", String::as_str)), *w, column.right)
            })
            .collect();
        parts.join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

fn write_records(columns: &[TextColumn], rows: &[Vec<String>]) -> Vec<String> {
    let mut lines = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            lines.push(String::new());
        }
        for (column, cell) in columns.iter().zip(row) {
            let mut pieces = wrap(&format!("{}: {cell}", column.title), WIDTH - 2).into_iter();
            lines.extend(pieces.next());
            lines.extend(pieces.map(|piece| format!("  {piece}")));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(titles: &[(&str, bool)]) -> Vec<TextColumn> {
        titles.iter().map(|(title, right)| TextColumn { title: (*title).to_owned(), right: *right }).collect()
    }

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn columns_line_up_and_numbers_stand_to_the_right() {
        let table = write_table(
            &columns(&[("Team", false), ("Count", true)]),
            &rows(&[&["東京", "1,200"], &["SOC", "7"]]),
        );
        assert_eq!(table, ["Team  Count", "----  -----", "東京  1,200", "SOC       7"]);
    }

    #[test]
    fn cells_from_right_to_left_keep_their_columns() {
        let table = write_table(
            &columns(&[("Team", false), ("Place", false)]),
            &rows(&[&["אבטחה", "חיפה"], &["SOC", "x"]]),
        );
        let plain = |line: &str| line.replace('\u{200E}', "");
        assert_eq!(table[2], "\u{200E}אבטחה\u{200E}  \u{200E}חיפה\u{200E}");
        assert_eq!(table.iter().map(|line| plain(line)).collect::<Vec<_>>()[3], "SOC    x");
        assert_eq!(width(&table[2]), 11);
    }

    #[test]
    fn words_stay_whole_while_there_is_room() {
        let long = "word ".repeat(40);
        let table = write_table(
            &columns(&[("Text", false), ("Name", false), ("More", false)]),
            &rows(&[&[&long, "Zoë Müller-Lüdenscheidt", &long]]),
        );
        assert!(table.iter().any(|line| line.contains("Müller-Lüdenscheidt")), "{table:#?}");
    }

    #[test]
    fn long_cells_wrap_and_too_many_columns_become_records() {
        let long = "word ".repeat(60);
        let wrapped = write_table(&columns(&[("Text", false), ("N", true)]), &rows(&[&[&long, "1"]]));
        assert!(wrapped.len() > 4 && wrapped.iter().all(|line| width(line) <= WIDTH));
        let many: Vec<(&str, bool)> = vec![("a rather long title", true); 12];
        let records = write_table(&columns(&many), &rows(&[&["1"; 12]]));
        assert_eq!(records[0], "a rather long title: 1");
    }
}
