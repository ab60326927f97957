//! Tables in characters: columns side by side where they fit, else one record below the other.

use super::lines::{WIDTH, fixed, pad, width, wrap};

/// Space between columns.
const GAP: usize = 2;
/// Space between columns of a table that would not fit otherwise.
const NARROW_GAP: usize = 1;
/// Narrowest that a text column is squeezed to.
const NARROWEST: usize = 10;
/// Widest word that a column makes room for before words are broken.
const WIDEST_WORD: usize = 22;

/// A column: title, and whether its cells stand to the right.
pub(crate) struct TextColumn {
    pub(crate) title: String,
    pub(crate) right: bool,
}

/// A table, its cells printed.
pub(crate) struct TextTable {
    pub(crate) columns: Vec<TextColumn>,
    /// Titles above neighbouring columns, and how many those are.
    pub(crate) groups: Vec<(String, usize)>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) totals: Option<Vec<String>>,
}

/// The lines of a table.
pub(crate) fn write_table(table: &TextTable) -> Vec<String> {
    let mut rows = table.rows.clone();
    rows.extend(table.totals.clone());
    match [GAP, NARROW_GAP].into_iter().find_map(|gap| fit_widths(table, &rows, gap)) {
        Some(grid) => write_grid(table, &grid),
        None => write_records(table),
    }
}

/// How columns stand side by side: how wide each is, and how far they are apart.
struct Grid {
    widths: Vec<usize>,
    gap: usize,
}

impl Grid {
    fn join(&self, parts: &[String]) -> String {
        parts.join(&" ".repeat(self.gap))
    }
}

/// Widths that fit on a line, with whole words where that can be had; `None` when nothing fits.
fn fit_widths(table: &TextTable, rows: &[Vec<String>], gap: usize) -> Option<Grid> {
    let columns = &table.columns;
    let widest = |c: usize, part: fn(&str) -> usize| {
        rows.iter().filter_map(|row| row.get(c)).map(|text| part(text)).max().unwrap_or(0)
    };
    let title = |c: usize| width(&columns[c].title);
    let wanted: Vec<usize> =
        (0..columns.len()).map(|c| widest(c, widest_line).max(title(c)).clamp(1, WIDTH)).collect();
    // A number stays whole; the title above it may wrap between words.
    let floors = |text: &dyn Fn(usize) -> usize| -> Vec<usize> {
        let number = |c: usize| widest(c, widest_line).max(widest_word(&columns[c].title));
        (0..columns.len()).map(|c| if columns[c].right { number(c) } else { text(c) }).collect()
    };
    let words = floors(&|c| widest(c, widest_word).clamp(NARROWEST, WIDEST_WORD));
    let grouped = |widths: &[usize]| widen_groups(&table.groups, widths, gap);
    let widths = squeeze(&grouped(&wanted), &grouped(&words), gap)
        .or_else(|| squeeze(&wanted, &words, gap))
        .or_else(|| squeeze(&wanted, &floors(&|_| NARROWEST), gap))?;
    Some(Grid { widths, gap })
}

/// Widths with room for the titles of groups: what a group lacks goes to its last column.
fn widen_groups(groups: &[(String, usize)], widths: &[usize], gap: usize) -> Vec<usize> {
    let mut widened = widths.to_vec();
    let mut first = 0;
    for (title, span) in groups {
        let end = (first + span).min(widened.len());
        let room = widened[first..end].iter().sum::<usize>() + gap * (end - first).saturating_sub(1);
        if let Some(last) = widened[first..end].last_mut().filter(|_| !title.is_empty()) {
            *last += (width(title) + 2).saturating_sub(room);
        }
        first = end;
    }
    widened
}

/// Takes from the widest column again and again until all fit, but never below its floor.
fn squeeze(wanted: &[usize], floors: &[usize], gap: usize) -> Option<Vec<usize>> {
    let room = WIDTH.checked_sub(gap * wanted.len().saturating_sub(1))?;
    let mut widths = wanted.to_vec();
    while widths.iter().sum::<usize>() > room {
        let squeezable = |(c, w): &(usize, &mut usize)| **w > floors[*c];
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

fn write_grid(table: &TextTable, grid: &Grid) -> Vec<String> {
    let columns = &table.columns;
    let titles: Vec<String> = columns.iter().map(|c| c.title.clone()).collect();
    let rule = grid.join(&grid.widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>());
    let mut lines: Vec<String> = write_groups(&table.groups, grid).into_iter().collect();
    lines.extend(write_row(columns, &titles, grid));
    lines.push(rule.clone());
    for row in &table.rows {
        lines.extend(write_row(columns, row, grid));
    }
    if let Some(totals) = &table.totals {
        lines.push(rule);
        lines.extend(write_row(columns, totals, grid));
    }
    lines
}

/// A line with the titles of groups in the middle above their columns, each in dashes from the first to the last.
fn write_groups(groups: &[(String, usize)], grid: &Grid) -> Option<String> {
    if groups.is_empty() {
        return None;
    }
    let mut rest = grid.widths.as_slice();
    let mut parts = Vec::new();
    for (title, span) in groups {
        let (own, after) = rest.split_at((*span).min(rest.len()));
        rest = after;
        let room = own.iter().sum::<usize>() + grid.gap * own.len().saturating_sub(1);
        let title = if title.is_empty() { String::new() } else { clip(title, room.saturating_sub(2)) };
        parts.push(if title.trim().is_empty() {
            " ".repeat(room)
        } else {
            center(&format!(" {title} "), room)
        });
    }
    Some(grid.join(&parts).trim_end().to_owned())
}

/// As much of the text as fits.
fn clip(text: &str, most: usize) -> String {
    if most < 2 { String::new() } else { wrap(text, most).swap_remove(0) }
}

fn center(text: &str, room: usize) -> String {
    let spare = room.saturating_sub(width(text));
    format!("{}{text}{}", "-".repeat(spare / 2), "-".repeat(spare - spare / 2))
}

fn write_row(columns: &[TextColumn], row: &[String], grid: &Grid) -> Vec<String> {
    let widths = &grid.widths;
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
        grid.join(&parts).trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// One record below the other, every cell behind the title of its column and of its group.
fn write_records(table: &TextTable) -> Vec<String> {
    let groups = table.groups.iter().flat_map(|(title, span)| std::iter::repeat_n(title.as_str(), *span));
    let groups: Vec<&str> = groups.chain(std::iter::repeat("")).take(table.columns.len()).collect();
    let mut lines = Vec::new();
    for (i, row) in table.rows.iter().chain(&table.totals).enumerate() {
        if i > 0 {
            lines.push(String::new());
        }
        for ((column, group), cell) in table.columns.iter().zip(&groups).zip(row) {
            let label =
                if group.is_empty() { column.title.clone() } else { format!("{group}, {}", column.title) };
            let mut pieces = wrap(&format!("{label}: {cell}"), WIDTH - 2).into_iter();
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

    fn table(titles: &[(&str, bool)], rows: &[&[&str]]) -> TextTable {
        let row = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        let rows = rows.iter().map(row).collect();
        TextTable { columns: columns(titles), groups: Vec::new(), rows, totals: None }
    }

    #[test]
    fn columns_line_up_and_numbers_stand_to_the_right() {
        let lines =
            write_table(&table(&[("Team", false), ("Count", true)], &[&["東京", "1,200"], &["SOC", "7"]]));
        assert_eq!(lines, ["Team  Count", "----  -----", "東京  1,200", "SOC       7"]);
    }

    #[test]
    fn groups_stand_above_their_columns_and_totals_below_all() {
        let mut table = table(
            &[("Team", false), ("Opened", true), ("Closed", true)],
            &[&["SOC", "5", "4"], &["IT", "12", "7"]],
        );
        table.groups = vec![(String::new(), 1), ("Incidents".to_owned(), 2)];
        table.totals = Some(vec!["Total".to_owned(), "17".to_owned(), "11".to_owned()]);
        let lines = write_table(&table);
        assert_eq!(
            lines,
            [
                "       - Incidents --",
                "Team   Opened  Closed",
                "-----  ------  ------",
                "SOC         5       4",
                "IT         12       7",
                "-----  ------  ------",
                "Total      17      11",
            ]
        );
    }

    #[test]
    fn titles_of_numbers_wrap_before_a_table_becomes_records_and_titles_of_groups_have_room() {
        let title = "Median time to resolve";
        let mut wide = table(
            &[("Team", false), (title, true), (title, true), (title, true), (title, true)],
            &[&["SOC", "1", "2", "3", "4"]],
        );
        wide.groups = vec![(String::new(), 1), ("By severity".to_owned(), 4)];
        let lines = write_table(&wide);
        assert!(lines.iter().all(|line| width(line) <= WIDTH), "{lines:#?}");
        assert!(lines[0].contains(" By severity ") && lines.last().unwrap().starts_with("SOC"), "{lines:#?}");
        let many = table(
            &[&[("Day", false)][..], &[("Escalated", true); 7]].concat(),
            &[&["2016-03-01", "1", "2", "3", "4", "5", "6", "7"]],
        );
        assert_eq!(write_table(&many).len(), 3, "{:#?}", write_table(&many));
        let mut narrow = table(&[("Team", false), ("In", true)], &[&["SOC", "1"]]);
        narrow.groups = vec![(String::new(), 1), ("With sub-techniques".to_owned(), 1)];
        assert!(write_table(&narrow)[0].ends_with(" With sub-techniques"));
    }

    #[test]
    fn cells_from_right_to_left_keep_their_columns() {
        let lines =
            write_table(&table(&[("Team", false), ("Place", false)], &[&["אבטחה", "חיפה"], &["SOC", "x"]]));
        let plain = |line: &str| line.replace('\u{200E}', "");
        assert_eq!(lines[2], "\u{200E}אבטחה\u{200E}  \u{200E}חיפה\u{200E}");
        assert_eq!(lines.iter().map(|line| plain(line)).collect::<Vec<_>>()[3], "SOC    x");
        assert_eq!(width(&lines[2]), 11);
    }

    #[test]
    fn words_stay_whole_while_there_is_room() {
        let long = "word ".repeat(40);
        let lines = write_table(&table(
            &[("Text", false), ("Name", false), ("More", false)],
            &[&[&long, "Zoë Müller-Lüdenscheidt", &long]],
        ));
        assert!(lines.iter().any(|line| line.contains("Müller-Lüdenscheidt")), "{lines:#?}");
    }

    #[test]
    fn long_cells_wrap_and_too_many_columns_become_records() {
        let long = "word ".repeat(60);
        let wrapped = write_table(&table(&[("Text", false), ("N", true)], &[&[&long, "1"]]));
        assert!(wrapped.len() > 4 && wrapped.iter().all(|line| width(line) <= WIDTH));
        let mut many = table(&[("a rather long title", true); 12], &[&["1"; 12]]);
        many.groups = vec![("Group".to_owned(), 1)];
        let records = write_table(&many);
        assert_eq!(records[..2], ["Group, a rather long title: 1", "a rather long title: 1"]);
    }
}
