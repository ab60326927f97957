//! Columns of a table: how wide each one is, and which stand side by side where all of them do not fit.

use sitrep_domain::document::{ColumnKind, Table};

use super::{CELL, HEAD, PAD_X};
use crate::clean::clean_line;
use crate::page::compose::{Composer, TextStyle};
use crate::page::{Item, LEFT, WIDTH};
use crate::text::wrap::Line;

/// Widest that a text column asks to be.
const WIDEST: f32 = 250.0;
/// A column whose texts are no wider than this keeps them on one line where others can wrap instead.
const SHORT: f32 = 78.0;
/// Most that narrow columns are stretched to fill the page, and the part of it that they fill at least: a figure stands
/// no further from the name of its row than the eye can follow.
const STRETCH: (f32, f32) = (2.4, 0.6);
/// The part of the page from which on a table may as well fill it.
const NEARLY: f32 = 0.8;
/// Widest word that a column makes room for before it breaks words.
const WIDEST_WORD: f32 = 110.0;
/// Narrowest that a text column is made before the table is cut into several.
const NARROWEST: f32 = 52.0;
/// Left and right of the text of a column in a table that is too wide for more.
const TIGHT: f32 = 3.0;
/// By how much a text is stretched at most in search of the widths that fill a page.
const FULL: f32 = 1_000.0;
/// Room beside the word of a severity.
const CHIP: f32 = 10.0;
/// Most of the page that the first column takes when it is repeated beside others.
const KEY_SHARE: f32 = 0.4;

/// A column as drawn.
#[derive(Clone, Copy)]
pub(super) struct Column {
    /// Its index in the table.
    pub(super) index: usize,
    pub(super) left: f32,
    pub(super) width: f32,
    /// Left and right of its text.
    pub(super) pad: f32,
    pub(super) kind: ColumnKind,
}

impl Column {
    /// Width of its text.
    pub(super) fn room(&self) -> f32 {
        self.width - 2.0 * self.pad
    }

    /// A line of the column's cell on that baseline, aligned as the column is.
    pub(super) fn place(&self, style: TextStyle, y: f32, line: Line) -> Item {
        if matches!(self.kind, ColumnKind::Number(_)) {
            style.ending_at(self.left + self.width - self.pad, y, line)
        } else {
            style.at(self.left + self.pad, y, line)
        }
    }
}

/// What a column's text asks for, without paddings.
#[derive(Clone, Copy, Debug, Default)]
struct Claim {
    /// Every cell on one line, however long.
    natural: f32,
    /// The same, but no more than is good to read.
    wanted: f32,
    /// Every word on one line.
    needed: f32,
    /// Words broken and times between day and hour, but no figure.
    least: f32,
    /// A cell as long as they mostly are, on one line.
    typical: f32,
}

impl Composer<'_> {
    /// The columns in bands as wide as the page. Mostly there is one; of several, each begins with the first column.
    pub(super) fn size_columns(&mut self, table: &Table, texts: &[Vec<String>]) -> Vec<Vec<Column>> {
        let claims: Vec<Claim> = (0..table.columns.len()).map(|c| self.claim(table, texts, c)).collect();
        let least: Vec<f32> = claims.iter().map(|claim| claim.least + 2.0 * TIGHT).collect();
        split_bands(&least, WIDTH)
            .into_iter()
            .map(|band| {
                let claims: Vec<Claim> = band.iter().map(|c| claims[*c]).collect();
                let (widths, pad) = pad_out(&claims);
                let mut left = LEFT;
                let place = |(width, index): (f32, usize)| {
                    let placed = Column { index, left, width, pad, kind: table.columns[index].kind };
                    left += width;
                    placed
                };
                widths.into_iter().zip(band).map(place).collect()
            })
            .collect()
    }

    /// The widest word of a cell; of one that is too long for any column, such as a path, what lies between its signs.
    fn widest_word(&mut self, text: &str) -> f32 {
        let word = self.shaper.widest_word(text, CELL.weight) * CELL.size;
        if word <= WIDEST_WORD {
            return word;
        }
        (self.shaper.widest_stem(text, CELL.weight) * CELL.size).max(NARROWEST)
    }

    fn claim(&mut self, table: &Table, texts: &[Vec<String>], c: usize) -> Claim {
        let column = &table.columns[c];
        let head = clean_line(&column.title);
        let head_width = self.shaper.width(&head, HEAD.weight) * HEAD.size;
        let head_word = self.shaper.widest_word(&head, HEAD.weight) * HEAD.size;
        let (mut word, mut widest, mut squares, mut cells) = (head_word, 0.0f32, 0.0f32, 0.0f32);
        for text in texts.iter().filter_map(|row| row.get(c)) {
            for line in text.split('\n') {
                let width = (self.shaper.width(line, CELL.weight) * CELL.size).min(WIDTH);
                widest = widest.max(width);
                squares += width * width;
                cells += 1.0;
            }
            word = word.max(self.widest_word(text));
        }
        let chip = if column.kind == ColumnKind::Severity { CHIP } else { 0.0 };
        let natural = head_width.max(widest) + chip;
        let wanted = natural.min(WIDEST);
        let needed = match column.kind {
            ColumnKind::Text => word.min(WIDEST_WORD),
            _ => (widest + chip).max(head_word.min(WIDEST_WORD)),
        };
        let needed = needed.min(wanted);
        let least = match column.kind {
            ColumnKind::Text => needed.min(NARROWEST),
            // The day above, the hour below.
            ColumnKind::Time => needed.min(word),
            _ => needed,
        };
        let typical = (squares / cells.max(1.0)).sqrt() + chip;
        Claim { natural, wanted, needed, least, typical }
    }
}

/// Widths that fill the page, with the padding that they include: a tight one where words would break otherwise.
fn pad_out(claims: &[Claim]) -> (Vec<f32>, f32) {
    let paddings = |pad: f32| claims.iter().map(|_| 2.0 * pad).sum::<f32>();
    let needed: f32 = claims.iter().map(|claim| claim.needed).sum();
    let pad = if needed + paddings(PAD_X) <= WIDTH { PAD_X } else { TIGHT };
    let mut widths = share_out(claims, WIDTH - paddings(pad));
    widths.iter_mut().for_each(|width| *width += 2.0 * pad);
    (widths, pad)
}

/// Which columns stand side by side: in no more bands than needed, and in each about as many. A later band repeats the
/// first column, unless that is a wide one.
fn split_bands(least: &[f32], total: f32) -> Vec<Vec<usize>> {
    if least.iter().sum::<f32>() <= total {
        return vec![(0..least.len()).collect()];
    }
    let bands = fill_bands(least, total, total);
    // The narrowest that still does with as many.
    (1..=20u8)
        .map(|step| fill_bands(least, total * f32::from(step) / 20.0, total))
        .find(|even| even.len() <= bands.len())
        .unwrap_or(bands)
}

/// Bands of at most `room`, the first column repeated if it takes little of the page.
fn fill_bands(least: &[f32], room: f32, total: f32) -> Vec<Vec<usize>> {
    let key = (least[0] <= total * KEY_SHARE).then_some(0);
    let mut bands: Vec<Vec<usize>> = Vec::new();
    let (mut band, mut used) = (Vec::new(), 0.0);
    for (c, width) in least.iter().enumerate() {
        let only_key = band.len() == 1 && key == band.first().copied();
        if used + width > room && !band.is_empty() && !only_key {
            bands.push(std::mem::replace(&mut band, key.into_iter().collect()));
            used = key.map_or(0.0, |key| least[key]);
        }
        band.push(c);
        used += width;
    }
    bands.push(band);
    bands
}

/// Shares `total` out. Where everything fits on one line, long texts get what is to spare, then all columns. Else every
/// column gets what its words need, short texts stay on one line if they can, and those of much text get the rest; or
/// long words break, the longest first; or, where even that is too much, each gets a part in proportion to the least it
/// can do with.
fn share_out(claims: &[Claim], total: f32) -> Vec<f32> {
    let sum = |part: fn(&Claim) -> f32| claims.iter().map(part).sum::<f32>();
    if sum(|c| c.wanted) <= total {
        let (spare, more) = (total - sum(|c| c.wanted), sum(|c| c.natural - c.wanted));
        let share = (spare / more.max(0.001)).min(1.0);
        let widths: Vec<f32> = claims.iter().map(|c| c.wanted + (c.natural - c.wanted) * share).collect();
        let (factor, least) = STRETCH;
        let sum = widths.iter().sum::<f32>().max(1.0);
        let factor =
            if factor * sum > total * NEARLY { total / sum } else { factor.max(total * least / sum) };
        widths.into_iter().map(|width| width * factor).collect()
    } else if sum(|c| c.needed.max(c.natural.min(SHORT))) <= total {
        fill(claims, total, |c, lines| c.needed.max(c.natural.min(SHORT.max(c.typical * lines))))
    } else if sum(|c| c.needed) <= total {
        fill(claims, total, |c, lines| c.needed.max(c.natural.min(c.typical * lines)))
    } else if sum(|c| c.least) <= total {
        fill(claims, total, |c, part| c.needed.min(c.least.max(part * WIDTH)))
    } else {
        let factor = total / sum(|c| c.least);
        claims.iter().map(|c| c.least * factor).collect()
    }
}

/// The widths that fill `total`, of those that grow with a number.
fn fill(claims: &[Claim], total: f32, width: fn(&Claim, f32) -> f32) -> Vec<f32> {
    let (mut low, mut high) = (0.0, FULL);
    for _ in 0..30 {
        let middle = f32::midpoint(low, high);
        let sum: f32 = claims.iter().map(|claim| width(claim, middle)).sum();
        if sum < total { low = middle } else { high = middle }
    }
    let widths: Vec<f32> = claims.iter().map(|claim| width(claim, low)).collect();
    let factor = total / widths.iter().sum::<f32>().max(0.001);
    widths.into_iter().map(|width| width * factor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_fill_the_page_unless_that_would_tear_rows_apart_and_never_more() {
        let claims = |widths: &[(f32, f32, f32)]| {
            widths
                .iter()
                .map(|(wanted, needed, least)| Claim {
                    natural: wanted * 1.5,
                    wanted: *wanted,
                    needed: *needed,
                    least: *least,
                    typical: wanted * 0.5,
                })
                .collect()
        };
        let tables: [Vec<Claim>; 4] = [
            claims(&[(50.0, 20.0, 20.0), (100.0, 60.0, 50.0)]),
            claims(&[(400.0, 100.0, 60.0), (300.0, 60.0, 60.0)]),
            claims(&[(900.0, 400.0, 60.0), (900.0, 300.0, 60.0)]),
            claims(&[(30.0, 30.0, 30.0); 40]),
        ];
        for claims in tables {
            let widths = share_out(&claims, WIDTH);
            let sum = widths.iter().sum::<f32>();
            let stretched = claims.iter().map(|claim| claim.natural).sum::<f32>() * STRETCH.0;
            assert!(sum > stretched.min(WIDTH) - 0.5 && sum < WIDTH + 0.5, "{widths:?}");
            assert!(widths.iter().all(|w| *w > 0.0));
        }
    }

    #[test]
    fn what_is_to_spare_goes_to_long_texts_and_only_long_words_break() {
        let short = Claim { natural: 40.0, wanted: 40.0, needed: 40.0, least: 30.0, typical: 40.0 };
        let text = Claim { natural: 400.0, wanted: 250.0, needed: 60.0, least: 50.0, typical: 300.0 };
        let words = Claim { needed: 200.0, ..text };
        for (claims, total, expected, why) in [
            ([short, text], 440.0, [40.0, 400.0], "all on one line"),
            ([short, text], 300.0, [40.0, 260.0], "the rest is the text's"),
            ([short, text], 200.0, [40.0, 160.0], "the text wraps, nothing else"),
            ([short, words], 150.0, [40.0, 110.0], "long words break, short ones do not"),
            ([short, words], 85.0, [35.0, 50.0], "both break"),
        ] {
            let widths = share_out(&claims, total);
            let fits = widths.iter().zip(expected).all(|(width, expected)| (width - expected).abs() < 0.5);
            assert!(fits, "{why}: {widths:?}");
        }
    }

    #[test]
    fn columns_that_do_not_fit_follow_in_bands_behind_the_first() {
        for (least, expected) in [
            (vec![], vec![vec![]]),
            (vec![40.0, 30.0, 30.0], vec![vec![0, 1, 2]]),
            (vec![30.0, 40.0, 40.0, 40.0], vec![vec![0, 1], vec![0, 2], vec![0, 3]]),
            (vec![20.0, 40.0, 40.0, 40.0], vec![vec![0, 1, 2], vec![0, 3]]),
            (vec![20.0, 300.0, 10.0], vec![vec![0, 1], vec![0, 2]]),
            (vec![60.0, 60.0, 30.0], vec![vec![0], vec![1, 2]]),
            (vec![10.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0], vec![vec![0, 1, 2, 3], vec![0, 4, 5, 6]]),
            (vec![200.0], vec![vec![0]]),
        ] {
            let bands = split_bands(&least, 100.0);
            assert_eq!(bands, expected, "{least:?}");
        }
    }
}
