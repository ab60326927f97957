//! Pictures as pixels: decoded once, made no larger than they are drawn, ready for any painter.
//!
//! A file is read as data of ours and never handed on: what leaves is pixels alone, without its comments, profiles and
//! whatever else it carried.

use sitrep_domain::document::{Pixels, Png};

/// Rows of pixels from the top, 8 bits a channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Picture {
    /// Pixels in a row.
    pub(crate) width: usize,
    /// Rows.
    pub(crate) height: usize,
    /// Red, green and blue of each pixel.
    pub(crate) colors: Vec<u8>,
    /// How opaque each pixel is; `None` when all are wholly.
    pub(crate) alpha: Option<Vec<u8>>,
}

impl Picture {
    /// The pixels of a file; `None` when they do not decode.
    pub(crate) fn decode(png: &Png) -> Option<Self> {
        let Pixels { width, height, rgba } = png.pixels().ok()?;
        Some(Self::from_rgba(width, height, &rgba))
    }

    /// The picture as a PNG file.
    pub(crate) fn to_png(&self) -> Vec<u8> {
        let opacity = |at: usize| self.alpha.as_ref().map_or(255, |alpha| alpha[at]);
        let pixels = self.colors.chunks_exact(3).enumerate();
        let rgba = pixels.flat_map(|(at, color)| [color[0], color[1], color[2], opacity(at)]).collect();
        Pixels { width: self.width, height: self.height, rgba }.to_png()
    }

    /// The picture as a mean of blocks of pixels, so that it is no wider than `most` pixels.
    pub(crate) fn shrunk(self, most: usize) -> Self {
        let factor = self.width.div_ceil(most.max(1));
        if factor <= 1 {
            return self;
        }
        let (width, height) = (self.width.div_ceil(factor), self.height.div_ceil(factor));
        let mut pixels = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            for x in 0..width {
                pixels.extend(self.mean(x * factor, y * factor, factor));
            }
        }
        Self::from_rgba(width, height, &pixels)
    }

    /// Height over width.
    #[expect(clippy::cast_precision_loss, reason = "a side has at most 2,048 pixels")]
    pub(crate) fn aspect(&self) -> f32 {
        self.height as f32 / self.width as f32
    }

    fn from_rgba(width: usize, height: usize, pixels: &[u8]) -> Self {
        let colors = pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let alpha: Vec<u8> = pixels.chunks_exact(4).map(|pixel| pixel[3]).collect();
        let opaque = alpha.iter().all(|a| *a == 255);
        Self { width, height, colors, alpha: (!opaque).then_some(alpha) }
    }

    /// Mean of a square block, the colours weighted by how opaque they are.
    fn mean(&self, left: usize, top: usize, side: usize) -> [u8; 4] {
        let (mut sums, mut opacity, mut count) = ([0u64; 3], 0u64, 0u64);
        for y in top..(top + side).min(self.height) {
            for x in left..(left + side).min(self.width) {
                let at = y * self.width + x;
                let alpha = self.alpha.as_ref().map_or(255, |alpha| u64::from(alpha[at]));
                for (sum, channel) in sums.iter_mut().zip(&self.colors[at * 3..at * 3 + 3]) {
                    *sum += u64::from(*channel) * alpha;
                }
                opacity += alpha;
                count += 1;
            }
        }
        let part = |sum: u64, of: u64| u8::try_from((sum + of / 2) / of.max(1)).unwrap_or(255);
        [part(sums[0], opacity), part(sums[1], opacity), part(sums[2], opacity), part(opacity, count)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_back_from_its_file() {
        let opaque = Picture { width: 2, height: 1, colors: vec![1, 2, 3, 4, 5, 6], alpha: None };
        let glassy = Picture { alpha: Some(vec![7, 255]), ..opaque.clone() };
        for picture in [opaque, glassy] {
            assert_eq!(Picture::decode(&Png::new(picture.to_png()).unwrap()), Some(picture));
        }
    }

    #[test]
    fn a_shrunk_picture_is_the_mean_of_its_blocks() {
        let pixels = [[255, 0, 0, 255], [0, 0, 255, 255], [255, 0, 0, 255], [0, 0, 255, 0]].concat();
        let picture = Picture::from_rgba(2, 2, &pixels);
        let small = picture.clone().shrunk(1);
        assert_eq!((small.width, small.height), (1, 1));
        assert_eq!((small.colors, small.alpha), (vec![170, 0, 85], Some(vec![191])));
        assert_eq!(picture.clone().shrunk(2), picture);
    }

    #[test]
    fn a_picture_without_transparent_pixels_has_no_alpha() {
        assert_eq!(Picture::from_rgba(1, 1, &[1, 2, 3, 255]).alpha, None);
    }
}
