//! Charts on a page: title, drawing, and the sentence that says what it shows.

use sitrep_domain::document::Chart;

use super::compose::{Composer, TextStyle, owned_by};
use super::flow::Fragment;
use super::structure::{NodeId, Role};
use super::{Item, LEFT, WIDTH};
use crate::chart::summary::summary_of;
use crate::chart::{self, Anchor, Density, Mark, Ruler};
use crate::clean::clean_line;
use crate::palette;

/// How much paper is in the strokes of a texture: enough to be told apart in grey, not enough to shout on large areas.
const PALE: f64 = 0.5;
/// Longest summary in characters; a chart with it must stay on one page.
const SUMMARY: usize = 900;

/// What a chart says, for those who cannot see it.
fn describe(chart: &Chart) -> String {
    let summary = summary_of(chart);
    let parts = [clean_line(&chart.title), clean_line(&summary)];
    let said: Vec<&str> = parts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    let text = if said.is_empty() { "Chart".to_owned() } else { said.join(". ") };
    text.chars().take(SUMMARY).collect()
}

impl Composer<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) {
        let figure = self.node(Role::Figure { alt: describe(chart) });
        let caption = self.part(figure, Role::Caption);
        let compact = self.chart_fragment(chart, figure, caption, Density::Compact);
        let roomy = self.chart_fragment(chart, figure, caption, Density::Roomy);
        self.push(Fragment { compact: Some(Box::new(compact)), ..roomy });
    }

    fn chart_fragment(
        &mut self,
        chart: &Chart,
        figure: NodeId,
        caption: NodeId,
        density: Density,
    ) -> Fragment {
        let (title, summary) = (TextStyle::bold(9.5), TextStyle::muted(8.0));
        let line = self.fit(&clean_line(&chart.title), title, WIDTH);
        let mut items = vec![owned_by(caption), title.at(LEFT, 10.0, line), owned_by(figure)];
        let top = 20.0;
        let drawing = chart::lay_out(chart, WIDTH, density, &mut Ruler { shaper: self.shaper, slack: 1.0 });
        for mark in drawing.marks {
            self.paint(mark, LEFT, top, &mut items);
        }
        let mut y = top + drawing.height + 2.0;
        let text: String = clean_line(&summary_of(chart)).chars().take(SUMMARY).collect();
        items.push(owned_by(caption));
        for line in self.wrap(&text, summary, WIDTH) {
            items.push(summary.at(LEFT, y + 8.0, line));
            y += 11.5;
        }
        Fragment { height: y + 2.0, items, space_before: 12.0, ..Fragment::default() }
    }

    /// A mark of a drawing whose top left corner is at that point.
    pub(super) fn paint(&mut self, mark: Mark, left: f32, top: f32, items: &mut Vec<Item>) {
        let moved = |points: Vec<(f32, f32)>| points.into_iter().map(|(x, y)| (x + left, y + top)).collect();
        match mark {
            Mark::Bar { x, y, width, height, ink } => {
                items.push(Item::Rect { x: x + left, y: y + top, width, height, color: ink.light() });
            }
            Mark::Line { points, width, ink, dashed } => {
                items.push(Item::Stroke { points: moved(points), width, color: ink.light(), dashed });
            }
            Mark::Shape { points, ink } => {
                items.push(Item::Shape { points: moved(points), color: ink.light() });
            }
            Mark::Texture { texture, outlines, on } => {
                let (color, width) = (on.light().mixed_with(palette::WHITE, PALE), texture.stroke_width());
                let stroke = |points: [(f32, f32); 2]| Item::Stroke {
                    points: moved(points.into()),
                    width,
                    color,
                    dashed: false,
                };
                items.extend(texture.strokes(&outlines).into_iter().map(stroke));
            }
            Mark::Label { x, y, anchor, text, ink, face } => {
                let style = TextStyle { size: face.size(), weight: face.weight(), color: ink.light() };
                let line = self.shaper.line(&text, style.weight);
                let offset = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => line.width * style.size / 2.0,
                    Anchor::End => line.width * style.size,
                };
                items.push(style.at(x + left - offset, y + top, line));
            }
        }
    }
}
