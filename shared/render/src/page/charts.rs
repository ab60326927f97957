//! Charts on a page: title, drawing, and the sentence that says what it shows.

use sitrep_domain::document::Chart;

use super::compose::{Composer, TextStyle, owned_by};
use super::flow::Fragment;
use super::structure::{NodeId, Role};
use super::{Item, LEFT, WIDTH};
use crate::chart::{self, Anchor, Density, LABEL_SIZE, Mark, Ruler};
use crate::clean::clean_line;

/// Longest summary in characters; a chart with it must stay on one page.
const SUMMARY: usize = 900;

/// What a chart says, for those who cannot see it.
fn describe(chart: &Chart) -> String {
    let parts = [&chart.title, &chart.summary].map(|text| clean_line(text));
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
            items.push(self.mark(mark, top));
        }
        let mut y = top + drawing.height + 2.0;
        let text: String = clean_line(&chart.summary).chars().take(SUMMARY).collect();
        items.push(owned_by(caption));
        for line in self.wrap(&text, summary, WIDTH) {
            items.push(summary.at(LEFT, y + 8.0, line));
            y += 11.5;
        }
        Fragment { height: y + 2.0, items, space_before: 12.0, ..Fragment::default() }
    }

    fn mark(&mut self, mark: Mark, top: f32) -> Item {
        let moved = |points: Vec<(f32, f32)>| points.into_iter().map(|(x, y)| (x + LEFT, y + top)).collect();
        match mark {
            Mark::Bar { x, y, width, height, ink } => {
                Item::Rect { x: x + LEFT, y: y + top, width, height, color: ink.light() }
            }
            Mark::Line { points, width, ink, dashed } => {
                Item::Stroke { points: moved(points), width, color: ink.light(), dashed }
            }
            Mark::Shape { points, ink } => Item::Shape { points: moved(points), color: ink.light() },
            Mark::Label { x, y, anchor, text, ink } => {
                let style = TextStyle::regular(LABEL_SIZE).in_color(ink.light());
                let line = self.shaper.line(&text, style.weight);
                let offset = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => line.width * style.size / 2.0,
                    Anchor::End => line.width * style.size,
                };
                style.at(x + LEFT - offset, y + top, line)
            }
        }
    }
}
