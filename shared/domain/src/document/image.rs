//! Pictures: PNG files that are checked before they get into a document.
//!
//! A [`Png`] that exists has a header with sizes within bounds. Whether its pixels decode is known when they are asked
//! for: where a picture is uploaded, to refuse it there, and where it is drawn.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DeflateCompression, Encoder, Filter, Limits, Transformations};
use serde::{Deserialize, Serialize};

/// A picture in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The picture.
    pub png: Png,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Width in points as printed; cut to the width of the text.
    pub width: u16,
}

/// A PNG file of bounded size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Png {
    bytes: Vec<u8>,
}

/// Why bytes are no picture of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// It is no PNG file.
    #[error("it must be a PNG file")]
    NotPng,
    /// It has too many bytes.
    #[error("it must have at most {} KB", Png::MAX_BYTES / 1_024)]
    TooLarge,
    /// A side has no pixel, or too many.
    #[error("it must have 1 to {} pixels a side", Png::MAX_SIDE)]
    BadSize,
    /// Its pixels do not decode.
    #[error("it must be a whole PNG file: its pixels cannot be read")]
    Damaged,
}

/// What a picture shows: rows from the top, each pixel as red, green, blue and opacity of 8 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

impl Png {
    /// Most bytes of a file.
    pub const MAX_BYTES: usize = 256 * 1_024;
    /// Most pixels of a side: a decoded picture stays below 17 MB.
    pub const MAX_SIDE: u32 = 2_048;

    /// Most bytes that the decoder keeps besides the pixels: two rows, and what it buffers to inflate.
    const WORKING_BYTES: usize = 1_024 * 1_024;

    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    /// Takes a file whose header is in order.
    ///
    /// # Errors
    ///
    /// [`ImageError`] says which bound it breaks.
    pub fn new(bytes: Vec<u8>) -> Result<Self, ImageError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(ImageError::TooLarge);
        }
        let (width, height) = read_size(&bytes).ok_or(ImageError::NotPng)?;
        let in_bounds = |side: u32| (1..=Self::MAX_SIDE).contains(&side);
        if in_bounds(width) && in_bounds(height) { Ok(Self { bytes }) } else { Err(ImageError::BadSize) }
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Width and height in pixels.
    ///
    /// # Panics
    ///
    /// Never: the header was read when the value was made.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        read_size(&self.bytes).expect("the header was read when the value was made")
    }

    /// What it shows. Nothing but header, palette, transparency and data is read, and of an animation the first frame.
    ///
    /// # Errors
    ///
    /// [`ImageError::Damaged`] when the file does not hold the pixels that its header promises.
    pub fn pixels(&self) -> Result<Pixels, ImageError> {
        let mut decoder =
            Decoder::new_with_limits(Cursor::new(&self.bytes), Limits { bytes: Self::WORKING_BYTES });
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
        let damaged = |_| ImageError::Damaged;
        let mut reader = decoder.read_info().map_err(damaged)?;
        let (width, height) = self.size();
        let (width, height) = (width as usize, height as usize);
        // A side has at most `MAX_SIDE` pixels and a pixel four bytes, whatever else the file says.
        let mut samples = vec![0; width * height * 4];
        let frame = reader.next_frame(&mut samples).map_err(damaged)?;
        if (frame.width as usize, frame.height as usize) != (width, height) {
            return Err(ImageError::Damaged);
        }
        let rgba = match frame.color_type {
            ColorType::Rgba => samples,
            ColorType::GrayscaleAlpha => {
                let pairs = samples[..width * height * 2].chunks_exact(2);
                pairs.flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect()
            }
            _ => return Err(ImageError::Damaged),
        };
        Ok(Pixels { width, height, rgba })
    }
}

impl Pixels {
    /// These pixels as a PNG file of 8 bits a channel, without opacity where all are wholly opaque: nothing but header,
    /// data and end.
    ///
    /// # Panics
    ///
    /// When a side has more pixels than 32 bits count, or there are fewer of them than the sides say.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        let side = |pixels: usize| u32::try_from(pixels).expect("a side has a number of pixels of 32 bits");
        let opaque = self.rgba.chunks_exact(4).all(|pixel| pixel[3] == 255);
        let channels = if opaque { 3 } else { 4 };
        let samples: Vec<u8> =
            self.rgba.chunks_exact(4).flat_map(|pixel| &pixel[..channels]).copied().collect();
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, side(self.width), side(self.height));
        encoder.set_color(if opaque { ColorType::Rgb } else { ColorType::Rgba });
        encoder.set_depth(BitDepth::Eight);
        // Logos have few colours, which deflate finds by itself.
        encoder.set_filter(Filter::NoFilter);
        encoder.set_deflate_compression(DeflateCompression::Level(9));
        let mut writer = encoder.write_header().expect("a vector takes every byte");
        writer.write_image_data(&samples).expect("the data are as many as the header says");
        writer.finish().expect("a vector takes every byte");
        file
    }
}

/// Width and height of the first chunk, which must be `IHDR` (PNG 3rd edition, 11.2.1).
fn read_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let chunk = bytes.strip_prefix(Png::SIGNATURE)?;
    let header = chunk.get(..16)?;
    let number = |at: usize| header[at..at + 4].iter().fold(0, |n, b| n << 8 | u32::from(*b));
    (number(0) == 13 && &header[4..8] == b"IHDR").then(|| (number(8), number(12)))
}

impl TryFrom<Vec<u8>> for Png {
    type Error = ImageError;

    fn try_from(bytes: Vec<u8>) -> Result<Self, ImageError> {
        Self::new(bytes)
    }
}

impl From<Png> for Vec<u8> {
    fn from(png: Png) -> Self {
        png.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Png::SIGNATURE.to_vec();
        bytes.extend(13u32.to_be_bytes());
        bytes.extend(b"IHDR");
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn a_picture_is_a_png_file_within_bounds() {
        for (bytes, expected) in [
            (header(1, 2_048), Ok((1, 2_048))),
            (header(0, 5), Err(ImageError::BadSize)),
            (header(5, 2_049), Err(ImageError::BadSize)),
            (b"<svg/>".to_vec(), Err(ImageError::NotPng)),
            (header(5, 5)[..20].to_vec(), Err(ImageError::NotPng)),
            (vec![0; Png::MAX_BYTES + 1], Err(ImageError::TooLarge)),
        ] {
            assert_eq!(Png::new(bytes).map(|png| png.size()), expected);
        }
    }

    /// A file of 1 × 1 pixels, as the library writes it.
    fn file(color: ColorType, depth: BitDepth, samples: &[u8], transparency: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 1, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
        if !transparency.is_empty() {
            encoder.set_trns(transparency.to_vec());
        }
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        bytes
    }

    #[test]
    fn every_colour_type_becomes_red_green_blue_and_opacity() {
        use BitDepth::{Eight, One, Sixteen, Two};
        use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
        for (color, depth, samples, transparency, expected) in [
            (Grayscale, One, vec![0x80], vec![], [255, 255, 255, 255]),
            (Grayscale, Two, vec![0x80], vec![], [170, 170, 170, 255]),
            (Grayscale, Sixteen, vec![0x80, 0], vec![], [128, 128, 128, 255]),
            (Rgb, Eight, vec![7, 8, 9], vec![], [7, 8, 9, 255]),
            (Rgb, Eight, vec![7, 8, 9], vec![0, 7, 0, 8, 0, 9], [7, 8, 9, 0]),
            (Indexed, Eight, vec![1], vec![255, 9], [4, 5, 6, 9]),
            (GrayscaleAlpha, Eight, vec![50, 60], vec![], [50, 50, 50, 60]),
            (Rgba, Sixteen, vec![255, 255, 0, 0, 1, 1, 255, 255], vec![], [255, 0, 1, 255]),
        ] {
            let png = Png::new(file(color, depth, &samples, &transparency)).unwrap();
            assert_eq!(png.pixels().map(|shown| shown.rgba), Ok(expected.to_vec()), "{color:?} {depth:?}");
        }
    }

    #[test]
    fn the_rows_of_an_interlaced_file_fall_into_place() {
        let png = Png::new(include_bytes!("image/interlaced.png").to_vec()).unwrap();
        let Pixels { width, height, rgba } = png.pixels().unwrap();
        let levels: Vec<u8> = rgba.chunks(4).map(|pixel| pixel[0]).collect();
        assert_eq!((width, height, levels), (2, 2, vec![10, 20, 30, 40]));
    }

    #[test]
    fn pixels_come_back_from_their_file_which_has_no_chunk_besides_them() {
        for opacity in [7, 255] {
            let pixels = Pixels { width: 2, height: 1, rgba: vec![1, 2, 3, opacity, 4, 5, 6, 255] };
            let file = pixels.to_png();
            assert_eq!(Png::new(file.clone()).unwrap().pixels(), Ok(pixels));
            let (mut kinds, mut rest) = (Vec::new(), &file[8..]);
            while let Some((length, after)) = rest.split_first_chunk::<4>() {
                kinds.push(after[..4].to_vec());
                rest = &after[4 + u32::from_be_bytes(*length) as usize + 4..];
            }
            assert_eq!(kinds.concat(), b"IHDRIDATIEND");
        }
    }

    #[test]
    fn a_file_that_lies_about_its_pixels_does_not_decode() {
        let whole = file(ColorType::Rgb, BitDepth::Eight, &[7, 8, 9], &[]);
        let (mut taller, mut rotten, mut unknown) = (whole.clone(), whole.clone(), whole.clone());
        taller[23] = 9;
        let data = whole.len() - 20;
        rotten[data] ^= 1;
        unknown[25] = 5;
        let only_header = header(5, 5);
        for bytes in [taller, rotten, unknown, whole[..whole.len() - 24].to_vec(), only_header] {
            assert_eq!(Png::new(bytes.clone()).unwrap().pixels(), Err(ImageError::Damaged), "{bytes:?}");
        }
    }
}
