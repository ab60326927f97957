//! Pictures: PNG files that are checked before they get into a document.
//!
//! A [`Png`] that exists has a header with sizes within bounds; whether its pixels decode is known when it is drawn.

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
}

impl Png {
    /// Most bytes of a file.
    pub const MAX_BYTES: usize = 256 * 1_024;
    /// Most pixels of a side: a decoded picture stays below 17 MB.
    pub const MAX_SIDE: u32 = 2_048;

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
}
