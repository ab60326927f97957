//! Columns of a table: how wide each one is, and which stand side by side where all of them do not fit.

use sitrep_domain::document::{ColumnKind, Table};

use super::{CELL, HEAD, PAD_X};
use crate::clean::clean_line;
use crate::page::compose::{Composer, TextStyle};
use crate::page::{Item, LEFT, WIDTH};
use crate::text::wrap::Line;

/// Widest that a text column asks to be.
const WIDEST: f32 = 250.0;
/// Widest word that a column makes room for before it breaks words.
const WIDEST_WORD: f32 = 110.0;
/// Narrowest that a text column is made before the table is cut into several.
const NARROWEST: f32 = 52.0;
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
    pub(super) kind: ColumnKind,
}

impl Column {
    /// Width of its text.
    pub(super) fn room(&self) -> f32 {
        self.width - 2.0 * PAD_X
    }

    /// A line of the column's cell on that baseline, aligned as the column is.
    pub(super) fn place(&self, style: TextStyle, y: f32, line: Line) -> Item {
        if matches!(self.kind, ColumnKind::Number(_)) {
            style.ending_at(self.left + self.width - PAD_X, y, line)
        } else {
            style.at(self.left + PAD_X, y, line)
        }
    }
}

/// What a column asks for, paddings included.
#[derive(Clone, Copy, Debug)]
struct Claim {
    /// Everything on one line.
    wanted: f32,
    /// Every word on one line.
    needed: f32,
    /// Words broken and times between day and hour, but no figure.
    least: f32,
}

impl Composer<'_> {
    /// The columns in bands as wide as the page. Mostly there is one; of several, each begins with the first column.
    pub(super) fn size_columns(&mut self, table: &Table, texts: &[Vec<String>]) -> Vec<Vec<Column>> {
        let claims: Vec<Claim> = (0..table.columns.len()).map(|c| self.claim(table, texts, c)).collect();
        let least: Vec<f32> = claims.iter().map(|claim| claim.least).collect();
        split_bands(&least, WIDTH)
            .into_iter()
            .map(|band| {
                let claims: Vec<Claim> = band.iter().map(|c| claims[*c]).collect();
                let mut left = LEFT;
                let place = |(width, index): (f32, usize)| {
                    let placed = Column { index, left, width, kind: table.columns[index].kind };
                    left += width;
                    placed
                };
                share_out(&claims, WIDTH).into_iter().zip(band).map(place).collect()
            })
            .collect()
    }

    fn claim(&mut self, table: &Table, texts: &[Vec<String>], c: usize) -> Claim {
        let column = &table.columns[c];
        let head = clean_line(&column.title);
        let mut natural = self.shaper.width(&head, HEAD.weight) * HEAD.size;
        let head_word = self.shaper.widest_word(&head, HEAD.weight) * HEAD.size;
        let (mut word, mut figure) = (head_word, 0.0f32);
        for text in texts.iter().filter_map(|row| row.get(c)) {
            for line in text.split('\n') {
                figure = figure.max(self.shaper.width(line, CELL.weight) * CELL.size);
            }
            word = word.max(self.shaper.widest_word(text, CELL.weight) * CELL.size);
        }
        natural = natural.max(figure);
        let chip = if column.kind == ColumnKind::Severity { CHIP } else { 0.0 };
        let natural = (natural + chip).min(WIDEST);
        let parts = word;
        let word = match column.kind {
            ColumnKind::Text => word.min(WIDEST_WORD),
            _ => (figure + chip).max(head_word.min(WIDEST_WORD)),
        };
        let word = word.min(natural);
        let least = match column.kind {
            ColumnKind::Text => word.min(NARROWEST),
            // The day above, the hour below.
            ColumnKind::Time => word.min(parts),
            _ => word,
        };
        let padded = |width: f32| width + 2.0 * PAD_X;
        Claim { wanted: padded(natural), needed: padded(word), least: padded(least) }
    }
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

/// Shares `total` out: every column gets what it wants and a part of the rest; or what it needs and a part of the rest;
/// or the least that it can do with and a part; or, where even that is too much, a part in proportion to it.
fn share_out(claims: &[Claim], total: f32) -> Vec<f32> {
    let sum = |part: fn(&Claim) -> f32| claims.iter().map(part).sum::<f32>();
    let between = |low: fn(&Claim) -> f32, high: fn(&Claim) -> f32| {
        let spare = (total - sum(low)) / (sum(high) - sum(low)).max(0.001);
        claims.iter().map(|claim| low(claim) + (high(claim) - low(claim)) * spare).collect()
    };
    if sum(|c| c.wanted) <= total {
        let factor = total / sum(|c| c.wanted).max(1.0);
        claims.iter().map(|claim| claim.wanted * factor).collect()
    } else if sum(|c| c.needed) <= total {
        between(|c| c.needed, |c| c.wanted)
    } else if sum(|c| c.least) <= total {
        between(|c| c.least, |c| c.needed)
    } else {
        let factor = total / sum(|c| c.least);
        claims.iter().map(|claim| claim.least * factor).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_always_fill_the_page_and_no_more() {
        let claims = |widths: &[(f32, f32, f32)]| {
            widths
                .iter()
                .map(|(wanted, needed, least)| Claim { wanted: *wanted, needed: *needed, least: *least })
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
            assert!((widths.iter().sum::<f32>() - WIDTH).abs() < 0.5, "{widths:?}");
            assert!(widths.iter().all(|w| *w > 0.0));
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
