//! Pixels to PNG, for formats that show files: nothing but header, data and end.

use std::io::Write as _;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::Picture;

/// The picture as a PNG file of 8 bits a channel.
pub(crate) fn encode_png(picture: &Picture) -> Vec<u8> {
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX).to_be_bytes();
    let color = if picture.alpha.is_some() { 6 } else { 2 };
    let header = [&side(picture.width)[..], &side(picture.height), &[8, color, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    add_chunk(b"IHDR", &header, &mut file);
    add_chunk(b"IDAT", &deflate(&rows(picture)), &mut file);
    add_chunk(b"IEND", &[], &mut file);
    file
}

/// The rows without filters: logos have few colours, which deflate finds by itself.
fn rows(picture: &Picture) -> Vec<u8> {
    let mut rows = Vec::with_capacity((picture.width * 4 + 1) * picture.height);
    for y in 0..picture.height {
        rows.push(0);
        for at in y * picture.width..(y + 1) * picture.width {
            rows.extend_from_slice(&picture.colors[at * 3..at * 3 + 3]);
            rows.extend(picture.alpha.as_ref().map(|alpha| alpha[at]));
        }
    }
    rows
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(9));
    encoder.write_all(content).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}

fn add_chunk(kind: &[u8; 4], content: &[u8], file: &mut Vec<u8>) {
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(content);
    file.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
    file.extend_from_slice(kind);
    file.extend_from_slice(content);
    file.extend(sum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use sitrep_domain::document::Png;

    use super::*;

    #[test]
    fn a_picture_comes_back_from_its_file() {
        let opaque = Picture { width: 2, height: 1, colors: vec![1, 2, 3, 4, 5, 6], alpha: None };
        let glassy = Picture { alpha: Some(vec![7, 255]), ..opaque.clone() };
        for picture in [opaque, glassy] {
            let file = Png::new(encode_png(&picture)).unwrap();
            assert_eq!(Picture::decode(&file), Some(picture));
        }
    }
}
