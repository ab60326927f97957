//! Textures: hatching, dots and grids over filled things, so that series are told apart in grey and without colour.
//!
//! A texture is made of short strokes clipped to the outline, which every painter can draw; no viewer needs to know
//! patterns.

use super::Mark;
use crate::palette::Ink;

/// Distance between strokes in points.
const SPACING: f32 = 3.4;
/// Width of a stroke in points.
const STROKE: f32 = 0.7;
/// Side of a dot in points.
const DOT: f32 = 1.1;
/// Things thinner than this show no texture that could be told from another.
const THINNEST: f32 = 3.0;
/// Most strokes on one thing: a bound on the size of files.
const MOST: usize = 900;

/// What lies over a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texture {
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
    pub(super) const ALL: [Self; 8] = [
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

/// A straight stroke.
pub(crate) type Stroke = [(f32, f32); 2];

/// The strokes over a rectangle.
pub(super) fn over_bar(texture: Texture, x: f32, y: f32, width: f32, height: f32) -> Vec<Stroke> {
    if width.min(height) < THINNEST {
        return Vec::new();
    }
    over_shape(texture, &[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
}

/// The strokes over an outline, which may be concave.
pub(super) fn over_shape(texture: Texture, outline: &[(f32, f32)]) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    for (sin, cos) in texture.directions() {
        // The outline turned, so that strokes run level.
        let turned: Vec<(f32, f32)> =
            outline.iter().map(|(x, y)| (x * cos + y * sin, y * cos - x * sin)).collect();
        let back = |u: f32, v: f32| (u * cos - v * sin, u * sin + v * cos);
        for (v, from, to) in level_cuts(&turned) {
            if texture == Texture::Dots {
                strokes.extend(dots(from, to, v).map(|u| [back(u, v), back(u + DOT, v)]));
            } else {
                strokes.push([back(from, v), back(to, v)]);
            }
            if strokes.len() >= MOST {
                strokes.truncate(MOST);
                return strokes;
            }
        }
    }
    strokes
}

/// The mark of those strokes.
pub(super) fn mark(texture: Texture, strokes: Vec<Stroke>) -> Option<Mark> {
    let width = if texture == Texture::Dots { DOT } else { STROKE };
    (!strokes.is_empty()).then_some(Mark::Texture { strokes, width, ink: Ink::Paper })
}

/// Where level lines at the spacing run inside the outline: height, start, end.
fn level_cuts(outline: &[(f32, f32)]) -> Vec<(f32, f32, f32)> {
    let (low, high) =
        outline.iter().fold((f32::MAX, f32::MIN), |(low, high), p| (low.min(p.1), high.max(p.1)));
    let mut cuts = Vec::new();
    let mut line = (low / SPACING).floor() + 0.5;
    while line * SPACING < high && cuts.len() < MOST {
        let v = line * SPACING;
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
fn dots(from: f32, to: f32, v: f32) -> impl Iterator<Item = f32> {
    let odd = (v / SPACING - 0.5).rem_euclid(2.0) > 0.5;
    let start = (from / SPACING).ceil() * SPACING + if odd { SPACING / 2.0 } else { 0.0 };
    let at = move |i: u16| start + f32::from(i) * SPACING;
    (0..600u16).map(at).take_while(move |u| u + DOT <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_texture_but_the_plain_one_has_strokes_and_each_its_own() {
        let of = |texture| over_bar(texture, 3.0, 5.0, 20.0, 30.0);
        for (i, texture) in Texture::ALL.into_iter().enumerate() {
            assert_eq!(of(texture).is_empty(), texture == Texture::Plain, "{texture:?}");
            for other in &Texture::ALL[i + 1..] {
                assert_ne!(of(texture), of(*other), "{texture:?} {other:?}");
            }
        }
        assert!(over_bar(Texture::Grid, 0.0, 0.0, 2.0, 90.0).is_empty(), "too thin");
    }

    #[test]
    fn a_notch_stays_free_of_strokes() {
        let u = [(0., 0.), (10., 0.), (10., 30.), (20., 30.), (20., 0.), (30., 0.), (30., 40.), (0., 40.)];
        for [a, b] in over_shape(Texture::Level, &u) {
            assert!(a.1 > 30.0 || b.0 <= 10.01 || a.0 >= 19.99, "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn strokes_never_leave_the_thing_they_lie_on(
            x in -50f32..500.0, y in -50f32..500.0, width in 0f32..300.0, height in 0f32..300.0, which in 0usize..8,
        ) {
            for stroke in over_bar(Texture::ALL[which], x, y, width, height) {
                for (px, py) in stroke {
                    prop_assert!(px >= x - 0.05 && px <= x + width + 0.05, "{px} outside {x}+{width}");
                    prop_assert!(py >= y - 0.05 && py <= y + height + 0.05, "{py} outside {y}+{height}");
                }
            }
        }
    }
}
