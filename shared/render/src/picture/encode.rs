//! Pixels to PNG, for formats that show files: nothing but header, data and end.

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use super::Picture;

/// The picture as a PNG file of 8 bits a channel.
pub(crate) fn encode_png(picture: &Picture) -> Vec<u8> {
    let side = |pixels: usize| u32::try_from(pixels).expect("a side has at most 2,048 pixels");
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(picture.width), side(picture.height));
    encoder.set_color(if picture.alpha.is_some() { ColorType::Rgba } else { ColorType::Rgb });
    encoder.set_depth(BitDepth::Eight);
    // Logos have few colours, which deflate finds by itself.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    let mut writer = encoder.write_header().expect("a vector takes every byte");
    writer.write_image_data(&samples(picture)).expect("the data are as many as the header says");
    writer.finish().expect("a vector takes every byte");
    file
}

/// Colours with the opacity behind each, if there is one.
fn samples(picture: &Picture) -> Vec<u8> {
    let Some(alpha) = &picture.alpha else { return picture.colors.clone() };
    let pixels = picture.colors.chunks_exact(3).zip(alpha);
    pixels.flat_map(|(color, alpha)| [color[0], color[1], color[2], *alpha]).collect()
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

    #[test]
    fn a_file_of_ours_has_no_chunk_besides_those_of_its_pixels() {
        let file = encode_png(&Picture { width: 1, height: 1, colors: vec![1, 2, 3], alpha: None });
        let (mut kinds, mut rest) = (Vec::new(), &file[8..]);
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            kinds.push(after[..4].to_vec());
            rest = &after[4 + u32::from_be_bytes(*length) as usize + 4..];
        }
        assert_eq!(kinds.concat(), b"IHDRIDATIEND");
    }
}
