//! Textures: hatching, dots and grids over filled things, so that series are told apart in grey and without colour.
//!
//! A painter that knows no patterns gets a texture as short strokes clipped to the outlines; one that does repeats a
//! tile. Both look alike.

use super::Mark;
use crate::palette::Ink;

/// Distance between strokes in points, and side of a tile.
pub(crate) const SPACING: f32 = 4.0;
/// Width of a stroke in points.
const STROKE: f32 = 0.55;
/// Side of a dot in points.
const DOT: f32 = 1.0;
/// Things thinner than this show no texture that could be told from another.
const THINNEST: f32 = 3.0;
/// About as many strokes as lie on one thing at most: on larger ones they lie further apart.
const MOST: f32 = 3_000.0;

/// An outline, closed by itself.
pub(crate) type Outline = Vec<(f32, f32)>;

/// What lies over a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texture {
    Plain,
    Rising,
    Dots,
    Falling,
    Level,
    Crossed,
    Upright,
    Grid,
}

impl Texture {
    /// All of them, in the order in which series take them: neighbours differ the most.
    pub(crate) const ALL: [Self; 8] = [
        Self::Plain,
        Self::Rising,
        Self::Dots,
        Self::Level,
        Self::Falling,
        Self::Crossed,
        Self::Upright,
        Self::Grid,
    ];

    /// Directions of its strokes, as sine and cosine of their angle.
    const fn directions(self) -> &'static [(f32, f32)] {
        const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
        match self {
            Self::Plain => &[],
            Self::Rising => &[(-HALF, HALF)],
            Self::Falling => &[(HALF, HALF)],
            Self::Level | Self::Dots => &[(0.0, 1.0)],
            Self::Upright => &[(1.0, 0.0)],
            Self::Crossed => &[(-HALF, HALF), (HALF, HALF)],
            Self::Grid => &[(0.0, 1.0), (1.0, 0.0)],
        }
    }
}

impl Texture {
    /// Its place among all of them.
    pub(crate) fn index(self) -> usize {
        Self::ALL.iter().position(|texture| *texture == self).unwrap_or(0)
    }

    /// Width of its strokes in points.
    pub(crate) const fn stroke_width(self) -> f32 {
        if matches!(self, Self::Dots) { DOT } else { STROKE }
    }

    /// Its strokes over those outlines.
    pub(crate) fn strokes(self, outlines: &[Outline]) -> Vec<Stroke> {
        outlines.iter().flat_map(|outline| over_shape(self, outline)).collect()
    }
}

/// A straight stroke.
pub(crate) type Stroke = [(f32, f32); 2];

/// The outline of a rectangle, unless it is too thin for a texture.
pub(super) fn outline_of_bar(x: f32, y: f32, width: f32, height: f32) -> Option<Outline> {
    let corners = || vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
    (width.min(height) >= THINNEST).then(corners)
}

/// The strokes over an outline, which may be concave.
fn over_shape(texture: Texture, outline: &[(f32, f32)]) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    let spacing = spacing_on(outline);
    for (sin, cos) in texture.directions() {
        // The outline turned, so that strokes run level.
        let turned: Outline = outline.iter().map(|(x, y)| (x * cos + y * sin, y * cos - x * sin)).collect();
        let back = |u: f32, v: f32| (u * cos - v * sin, u * sin + v * cos);
        for (v, from, to) in level_cuts(&turned, spacing) {
            if texture == Texture::Dots {
                strokes.extend(dots(from, to, v, spacing).map(|u| [back(u, v), back(u + DOT, v)]));
            } else {
                strokes.push([back(from, v), back(to, v)]);
            }
        }
    }
    strokes
}

/// The mark of a texture over those outlines, filled with that ink; none where there is nothing to tell apart.
pub(super) fn mark(texture: Texture, outlines: Vec<Outline>, on: Ink) -> Option<Mark> {
    let some = texture != Texture::Plain && !outlines.is_empty();
    some.then_some(Mark::Texture { texture, outlines, on })
}

/// The smallest and largest of some lengths.
fn span(lengths: impl Iterator<Item = f32>) -> (f32, f32) {
    lengths.fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(x), high.max(x)))
}

fn spacing_on(outline: &[(f32, f32)]) -> f32 {
    let ((left, right), (top, bottom)) =
        (span(outline.iter().map(|p| p.0)), span(outline.iter().map(|p| p.1)));
    SPACING.max(((right - left) * (bottom - top) / MOST).sqrt())
}

/// Where level lines at the spacing run inside the outline: height, start, end.
fn level_cuts(outline: &[(f32, f32)], spacing: f32) -> Vec<(f32, f32, f32)> {
    let (low, high) = span(outline.iter().map(|p| p.1));
    let mut cuts = Vec::new();
    let mut line = (low / spacing).floor() + 0.5;
    while line * spacing < high {
        let v = line * spacing;
        let mut crossings: Vec<f32> = edges(outline).filter_map(|(a, b)| crossing(a, b, v)).collect();
        crossings.sort_by(f32::total_cmp);
        cuts.extend(crossings.chunks_exact(2).filter(|c| c[1] - c[0] > DOT).map(|c| (v, c[0], c[1])));
        line += 1.0;
    }
    cuts
}

fn edges(outline: &[(f32, f32)]) -> impl Iterator<Item = ((f32, f32), (f32, f32))> + '_ {
    outline.iter().copied().zip(outline.iter().copied().cycle().skip(1))
}

/// Where an edge crosses a level line.
fn crossing(a: (f32, f32), b: (f32, f32), v: f32) -> Option<f32> {
    ((a.1 <= v) != (b.1 <= v)).then(|| a.0 + (v - a.1) / (b.1 - a.1) * (b.0 - a.0))
}

/// Left ends of the dots of a line; every second line is shifted by half a step.
fn dots(from: f32, to: f32, v: f32, spacing: f32) -> impl Iterator<Item = f32> {
    let odd = (v / spacing - 0.5).rem_euclid(2.0) > 0.5;
    let start = (from / spacing).ceil() * spacing + if odd { spacing / 2.0 } else { 0.0 };
    let at = move |i: u16| start + f32::from(i) * spacing;
    (0..600u16).map(at).take_while(move |u| u + DOT <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_texture_but_the_plain_one_has_strokes_and_each_its_own() {
        let bar = [outline_of_bar(3.0, 5.0, 20.0, 30.0).unwrap()];
        let of = |texture: Texture| texture.strokes(&bar);
        for (i, texture) in Texture::ALL.into_iter().enumerate() {
            assert_eq!(of(texture).is_empty(), texture == Texture::Plain, "{texture:?}");
            for other in &Texture::ALL[i + 1..] {
                assert_ne!(of(texture), of(*other), "{texture:?} {other:?}");
            }
        }
        assert_eq!(outline_of_bar(0.0, 0.0, 2.0, 90.0), None, "too thin");
    }

    #[test]
    fn a_notch_stays_free_of_strokes() {
        let u = [(0., 0.), (10., 0.), (10., 30.), (20., 30.), (20., 0.), (30., 0.), (30., 40.), (0., 40.)];
        for [a, b] in over_shape(Texture::Level, &u) {
            assert!(a.1 >= 30.0 || b.0 <= 10.01 || a.0 >= 19.99, "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn strokes_never_leave_the_thing_they_lie_on(
            x in -50f32..500.0, y in -50f32..500.0, width in 0f32..300.0, height in 0f32..300.0, which in 0usize..8,
        ) {
            let outlines: Vec<Outline> = outline_of_bar(x, y, width, height).into_iter().collect();
            let strokes = Texture::ALL[which].strokes(&outlines);
            prop_assert!(strokes.len() < 7_000);
            for stroke in strokes {
                for (px, py) in stroke {
                    prop_assert!(px >= x - 0.05 && px <= x + width + 0.05, "{px} outside {x}+{width}");
                    prop_assert!(py >= y - 0.05 && py <= y + height + 0.05, "{py} outside {y}+{height}");
                }
            }
        }
    }
}
