//! Header and footer of every page.

use sitrep_domain::document::DocumentMeta;

use super::compose::TextStyle;
use super::{Item, LEFT, PAGE_HEIGHT, WIDTH};
use crate::cells::{CellPrinter, format_period};
use crate::clean::clean_line;
use crate::palette;
use crate::text::bidi::isolate;
use crate::text::shape::Shaper;
use crate::text::wrap::Line;

const STYLE: TextStyle = TextStyle::muted(7.5);
const RIGHT: f32 = LEFT + WIDTH;

/// Adds header and footer to the pages, once their number is known.
pub(super) fn add(meta: &DocumentMeta, cells: &CellPrinter, shaper: &mut Shaper, pages: &mut [Vec<Item>]) {
    let strong = TextStyle::bold(7.5).in_color(palette::TEXT);
    let title = format!("{}  ·  {}", isolate(&clip(&meta.tenant_name)), isolate(&clip(&meta.title)));
    let title = fit(shaper, &title, STYLE, WIDTH * 0.7);
    let label = meta.classification.as_deref().unwrap_or_default();
    let label = fit(shaper, &clip(label), strong, WIDTH * 0.28);
    let made = format!("{}  ·  generated {}", format_period(meta), cells.format_with_zone(meta.generated_at));
    let made = fit(shaper, &made, STYLE, WIDTH * 0.8);
    let count = pages.len();
    for (i, page) in pages.iter_mut().enumerate() {
        let number = shaper.line(&format!("Page {} of {count}", i + 1), STYLE.weight);
        page.push(STYLE.at(LEFT, 33.0, title.clone()));
        page.push(strong.ending_at(RIGHT, 33.0, label.clone()));
        page.push(rule(39.5));
        page.push(rule(PAGE_HEIGHT - 39.0));
        page.push(STYLE.at(LEFT, PAGE_HEIGHT - 27.0, made.clone()));
        page.push(STYLE.ending_at(RIGHT, PAGE_HEIGHT - 27.0, number));
    }
}

fn clip(text: &str) -> String {
    clean_line(text).chars().take(200).collect()
}

fn fit(shaper: &mut Shaper, text: &str, style: TextStyle, width: f32) -> Line {
    shaper.fit(text, style.weight, width / style.size)
}

fn rule(y: f32) -> Item {
    Item::Stroke { points: vec![(LEFT, y), (RIGHT, y)], width: 0.5, color: palette::RULE, dashed: false }
}
