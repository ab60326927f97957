//! PNG to pixels (PNG 3rd edition): every colour type and depth, interlaced or not.
//!
//! Sizes are bounded before anything is allocated, and no more is inflated than the header asks for.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use sitrep_domain::document::Png;

use super::rows::{PASSES, Pass, WHOLE, get_sample, undo_filter};

const SIGNATURE: usize = 8;
const OPAQUE: u8 = 255;

/// Width, height, and red, green, blue and alpha of each pixel.
pub(super) fn decode(png: &Png) -> Option<(usize, usize, Vec<u8>)> {
    let file = File::read(png.bytes())?;
    let (width, height) = png.size();
    let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
    let passes: &[Pass] = if file.interlaced { &PASSES } else { &WHOLE };
    let bytes = passes.iter().map(|pass| pass.bytes(width, height, file.bits())).sum();
    let mut rows = inflate(&file.data, bytes)?;
    let mut pixels = vec![0; width * height * 4];
    let mut rest = rows.as_mut_slice();
    for pass in passes {
        let (rows, after) = rest.split_at_mut(pass.bytes(width, height, file.bits()));
        file.draw(pass, rows, width, &mut pixels)?;
        rest = after;
    }
    Some((width, height, pixels))
}

fn inflate(data: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let mut rows = vec![0; bytes];
    ZlibDecoder::new(data).read_exact(&mut rows).ok()?;
    Some(rows)
}

/// What the chunks say.
struct File {
    depth: usize,
    color: u8,
    interlaced: bool,
    palette: Vec<u8>,
    transparency: Vec<u8>,
    data: Vec<u8>,
}

impl File {
    /// Reads the chunks up to the end mark; `None` for a form that PNG does not have.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (mut palette, mut transparency, mut data) = (Vec::new(), Vec::new(), Vec::new());
        let mut header = None;
        let mut rest = &bytes[SIGNATURE..];
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (kind, body) = after.split_first_chunk::<4>()?;
            let content = body.get(..length)?;
            match kind {
                b"IHDR" => header = Some(<[u8; 13]>::try_from(content).ok()?),
                b"PLTE" => palette = content.to_vec(),
                b"tRNS" => transparency = content.to_vec(),
                b"IDAT" => data.extend_from_slice(content),
                b"IEND" => break,
                _ => {}
            }
            // A check sum follows; the data have their own, and the rest is bounded whatever it says.
            rest = body.get(length + 4..)?;
        }
        let [.., depth, color, compression, filter, interlaced] = header?;
        let known =
            matches!((color, depth), (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16));
        let plain = compression == 0 && filter == 0 && interlaced <= 1;
        let interlaced = interlaced == 1;
        (known && plain).then(|| Self {
            depth: usize::from(depth),
            color,
            interlaced,
            palette,
            transparency,
            data,
        })
    }

    const fn channels(&self) -> usize {
        match self.color {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        }
    }

    /// Bits of a pixel.
    const fn bits(&self) -> usize {
        self.channels() * self.depth
    }

    /// Draws the rows of a pass, each behind its kind of filter.
    fn draw(&self, pass: &Pass, rows: &mut [u8], width: usize, pixels: &mut [u8]) -> Option<()> {
        let columns = pass.columns(width);
        if columns == 0 {
            return Some(());
        }
        let length = 1 + (columns * self.bits()).div_ceil(8);
        let mut above = vec![0; length - 1];
        for (line, row) in rows.chunks_exact_mut(length).enumerate() {
            let (filter, row) = row.split_first_mut()?;
            undo_filter(*filter, row, &above, self.bits().div_ceil(8))?;
            for column in 0..columns {
                let at = (pass.y(line) * width + pass.x(column)) * 4;
                pixels[at..at + 4].copy_from_slice(&self.pixel(row, column)?);
            }
            above.copy_from_slice(row);
        }
        Some(())
    }

    fn pixel(&self, row: &[u8], column: usize) -> Option<[u8; 4]> {
        let channels = self.channels();
        let sample = |channel: usize| get_sample(row, column * channels + channel, self.depth);
        let level = |channel: usize| self.level(sample(channel));
        match self.color {
            0 => Some(self.keyed([level(0); 3], &[sample(0)])),
            2 => Some(self.keyed([level(0), level(1), level(2)], &[sample(0), sample(1), sample(2)])),
            3 => {
                let index = usize::from(sample(0));
                let color = self.palette.get(index * 3..index * 3 + 3)?;
                let alpha = self.transparency.get(index).copied().unwrap_or(OPAQUE);
                Some([color[0], color[1], color[2], alpha])
            }
            4 => Some([level(0), level(0), level(0), level(1)]),
            _ => Some([level(0), level(1), level(2), level(3)]),
        }
    }

    /// A sample as 8 bits.
    fn level(&self, sample: u16) -> u8 {
        let most = if self.depth == 16 { u32::from(u16::MAX) } else { (1 << self.depth) - 1 };
        u8::try_from((u32::from(sample) * 255 + most / 2) / most).unwrap_or(OPAQUE)
    }

    /// A colour that is wholly transparent if it is the one that the file names.
    fn keyed(&self, color: [u8; 3], samples: &[u16]) -> [u8; 4] {
        let key = self.transparency.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        let is_key = !self.transparency.is_empty() && key.eq(samples.iter().copied());
        [color[0], color[1], color[2], if is_key { 0 } else { OPAQUE }]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    /// A file of those rows, each behind its kind of filter.
    fn png(header: [u8; 13], chunks: &[(&[u8], &[u8])], rows: &[u8]) -> Png {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(rows).unwrap();
        let data = encoder.finish().unwrap();
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, content) in [(b"IHDR".as_slice(), header.as_slice())]
            .iter()
            .chain(chunks)
            .chain(&[(b"IDAT".as_slice(), data.as_slice())])
        {
            file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            file.extend_from_slice(kind);
            file.extend_from_slice(content);
            file.extend([0; 4]);
        }
        Png::new(file).unwrap()
    }

    const fn header(width: u8, height: u8, depth: u8, color: u8, interlaced: u8) -> [u8; 13] {
        [0, 0, 0, width, 0, 0, 0, height, depth, color, 0, 0, interlaced]
    }

    #[test]
    fn every_colour_type_becomes_red_green_blue_and_alpha() {
        let palette: (&[u8], &[u8]) = (b"PLTE", &[1, 2, 3, 4, 5, 6]);
        for (header, chunks, rows, expected) in [
            (header(2, 1, 1, 0, 0), vec![], vec![0, 0b0100_0000], vec![0, 0, 0, 255, 255, 255, 255, 255]),
            (header(1, 1, 2, 0, 0), vec![], vec![0, 0b1000_0000], vec![170, 170, 170, 255]),
            (header(1, 1, 16, 0, 0), vec![], vec![0, 0x80, 0x00], vec![128, 128, 128, 255]),
            (header(1, 1, 8, 2, 0), vec![], vec![0, 7, 8, 9], vec![7, 8, 9, 255]),
            (
                header(1, 1, 8, 2, 0),
                vec![(b"tRNS".as_slice(), [0u8, 7, 0, 8, 0, 9].as_slice())],
                vec![0, 7, 8, 9],
                vec![7, 8, 9, 0],
            ),
            (
                header(2, 1, 4, 3, 0),
                vec![palette, (b"tRNS", &[9])],
                vec![0, 0x01],
                vec![1, 2, 3, 9, 4, 5, 6, 255],
            ),
            (header(1, 1, 8, 4, 0), vec![], vec![0, 50, 60], vec![50, 50, 50, 60]),
            (header(1, 1, 16, 6, 0), vec![], vec![0, 255, 255, 0, 0, 1, 1, 255, 255], vec![255, 0, 1, 255]),
        ] {
            let decoded = decode(&png(header, &chunks, &rows)).map(|(_, _, pixels)| pixels);
            assert_eq!(decoded, Some(expected), "{header:?}");
        }
    }

    #[test]
    fn the_rows_of_an_interlaced_file_fall_into_place() {
        // Of 2 × 2 pixels, pass 1 has the first, pass 6 the second and pass 7 the lower row.
        let file = png(header(2, 2, 8, 0, 1), &[], &[0, 10, 0, 20, 0, 30, 40]);
        let levels: Vec<u8> = decode(&file).unwrap().2.chunks(4).map(|pixel| pixel[0]).collect();
        assert_eq!(levels, [10, 20, 30, 40]);
    }

    #[test]
    fn files_that_lie_about_their_pixels_do_not_decode() {
        for (header, rows) in [
            (header(9, 9, 8, 6, 0), vec![0, 1, 2]),
            (header(1, 1, 3, 0, 0), vec![0, 1]),
            (header(1, 1, 8, 5, 0), vec![0, 1]),
            (header(1, 1, 8, 3, 0), vec![0, 1]),
            (header(1, 1, 8, 0, 2), vec![0, 1]),
            (header(1, 1, 8, 0, 0), vec![9, 1]),
        ] {
            assert_eq!(decode(&png(header, &[], &rows)), None, "{header:?}");
        }
    }
}
