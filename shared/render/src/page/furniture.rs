//! Header and footer of every page.

use sitrep_domain::document::DocumentMeta;

use super::compose::TextStyle;
use super::pictures::Logo;
use super::structure::Owner;
use super::{Item, LEFT, PAGE_HEIGHT, WIDTH};
use crate::cells::{CellPrinter, format_period};
use crate::clean::clean_line;
use crate::palette;
use crate::text::bidi::isolate;
use crate::text::shape::Shaper;
use crate::text::wrap::Line;

const STYLE: TextStyle = TextStyle::muted(7.5);
const STRONG: TextStyle = TextStyle::bold(7.5);
const RIGHT: f32 = LEFT + WIDTH;
/// Baseline of the header.
const HEADER: f32 = 33.0;
/// Baseline of the footer.
const FOOTER: f32 = PAGE_HEIGHT - 27.0;
/// Box that the logo fits into.
const LOGO: (f32, f32) = (56.0, 15.0);

/// The part of the header that tenant and title take.
const NAMES: f32 = 0.6;

/// Between tenant, dot and title.
const SPACE: f32 = 5.0;

/// What the headers and footers of all pages share.
struct Furniture {
    /// Tenant, what stands between, and title.
    names: [Line; 3],
    label: Line,
    made: Line,
    logo: Option<Logo>,
}

/// Adds header and footer to the pages, once their number is known.
pub(super) fn add(
    meta: &DocumentMeta,
    cells: &CellPrinter,
    logo: Option<Logo>,
    shaper: &mut Shaper,
    pages: &mut [Vec<Item>],
) {
    let furniture = Furniture::new(meta, cells, logo, shaper);
    let count = pages.len();
    for (i, page) in pages.iter_mut().enumerate() {
        let number = shaper.line(&format!("Page {} of {count}", i + 1), STYLE.weight);
        furniture.add_header(i == 0, page);
        furniture.add_footer(number, page);
    }
}

impl Furniture {
    fn new(meta: &DocumentMeta, cells: &CellPrinter, logo: Option<Logo>, shaper: &mut Shaper) -> Self {
        let label = clip(meta.classification.as_deref().unwrap_or_default());
        let made = cells.format_with_offset(meta.generated_at);
        let made = format!("{}  ·  generated {made}", format_period(meta));
        Self {
            names: name_report(meta, shaper),
            label: fit(shaper, &label, STRONG, WIDTH * 0.28),
            made: fit(shaper, &made, STYLE, WIDTH * 0.55),
            logo,
        }
    }

    /// Logo, tenant and title on the left, classification on the right. The cover says the former by itself.
    fn add_header(&self, cover: bool, page: &mut Vec<Item>) {
        page.push(Item::Owner(Owner::Header));
        page.push(STRONG.ending_at(RIGHT, HEADER, self.label.clone()));
        if cover {
            return;
        }
        let mut x = LEFT;
        if let Some(logo) = self.logo {
            let size = logo.fit(LOGO.0, LOGO.1);
            page.push(logo.at(LEFT, HEADER - 2.7 - size.1 / 2.0, size));
            x += size.0 + 8.0;
        }
        for name in &self.names {
            let width = name.width * STYLE.size;
            page.push(STYLE.at(x, HEADER, name.clone()));
            x += width + SPACE;
        }
        page.push(rule(HEADER + 6.5));
    }

    /// Period and time of making on the left, the classification in the middle, the page number on the right.
    fn add_footer(&self, number: Line, page: &mut Vec<Item>) {
        page.push(Item::Owner(Owner::Footer));
        page.push(rule(FOOTER - 12.0));
        page.push(STYLE.at(LEFT, FOOTER, self.made.clone()));
        let after = RIGHT - number.width * STYLE.size - 16.0;
        page.push(STRONG.ending_at(after, FOOTER, self.label.clone()));
        page.push(STYLE.ending_at(RIGHT, FOOTER, number));
    }
}

/// Tenant and title side by side. Where both of them have no room, neither takes more than half of it from the other.
fn name_report(meta: &DocumentMeta, shaper: &mut Shaper) -> [Line; 3] {
    let [tenant, title] = [&meta.tenant_name, &meta.title].map(|name| isolate(&clip(name)));
    let dot = fit(shaper, "·", STYLE, WIDTH);
    let room = WIDTH * NAMES - dot.width * STYLE.size - 2.0 * SPACE;
    let wanted = shaper.width(&title, STYLE.weight) * STYLE.size;
    let tenant = fit(shaper, &tenant, STYLE, room - wanted.min(room / 2.0));
    let title = fit(shaper, &title, STYLE, room - tenant.width * STYLE.size);
    [tenant, dot, title]
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
