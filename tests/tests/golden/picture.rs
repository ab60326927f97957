//! Pictures of pages: read from what `pdftoppm` writes, kept as small PNG files, compared.
//!
//! A channel has six steps instead of 256, which makes a file a third as large and levels out what does not matter. Only
//! PNG files that were written here are read.

use std::io::{Read as _, Write as _};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Steps of a channel, and how far they are apart.
const STEPS: u8 = 6;
const STEP: u8 = 51;
/// A pixel differs when a channel differs by this many steps.
const DIFFERS: u8 = 2;

/// A picture: one byte per pixel, which counts red, green and blue in steps.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Every picture of a stream of portable pixmaps.
    pub(crate) fn all_from_ppm(mut bytes: &[u8]) -> Vec<Self> {
        let mut pictures = Vec::new();
        while !bytes.is_empty() {
            let mut words = bytes.splitn(4, u8::is_ascii_whitespace);
            let mut word =
                || std::str::from_utf8(words.next().expect("a header")).expect("a header is ASCII");
            assert_eq!(word(), "P6");
            let [width, height]: [usize; 2] = [word(), word()].map(|number| number.parse().expect("a size"));
            let body = words.next().expect("a body").strip_prefix(b"255\n").expect("one byte per channel");
            let (own, rest) = body.split_at(width * height * 3);
            pictures.push(Self { width, height, pixels: own.chunks_exact(3).map(index_of).collect() });
            bytes = rest;
        }
        pictures
    }

    /// A picture that [`Picture::to_png`] wrote.
    pub(crate) fn from_png(bytes: &[u8]) -> Self {
        let number =
            |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
        let (width, height) = (number(16), number(20));
        let at = bytes.windows(4).position(|name| name == b"IDAT").expect("a PNG file has data");
        let mut rows = Vec::new();
        ZlibDecoder::new(&bytes[at + 4..]).read_to_end(&mut rows).expect("the data is whole");
        let pixels = rows.chunks_exact(width + 1).flat_map(|row| &row[1..]).copied().collect();
        Self { width, height, pixels }
    }

    /// The picture as a PNG file with a palette.
    pub(crate) fn to_png(&self) -> Vec<u8> {
        let size = |number: usize| u32::try_from(number).expect("a page is small").to_be_bytes();
        let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
        for row in self.pixels.chunks_exact(self.width) {
            rows.write_all(&[0]).and_then(|()| rows.write_all(row)).expect("memory takes it");
        }
        let palette: Vec<u8> =
            (0..STEPS.pow(3)).flat_map(|index| steps_of(index).map(|step| step * STEP)).collect();
        let mut png = SIGNATURE.to_vec();
        put_chunk(&mut png, b"IHDR", &[&size(self.width)[..], &size(self.height), &[8, 3, 0, 0, 0]].concat());
        put_chunk(&mut png, b"PLTE", &palette);
        put_chunk(&mut png, b"IDAT", &rows.finish().expect("memory takes it"));
        put_chunk(&mut png, b"IEND", &[]);
        png
    }

    /// How much two pictures differ: on average, where 255 lies between black and white, and in which share of pixels.
    /// Pictures of different sizes differ in everything.
    pub(crate) fn difference(&self, other: &Self) -> (f64, f64) {
        if (self.width, self.height) != (other.width, other.height) {
            return (255.0, 1.0);
        }
        let (mut sum, mut differing) = (0_u64, 0_u64);
        for (own, others) in self.pixels.iter().zip(&other.pixels).filter(|(own, others)| own != others) {
            let steps: Vec<u8> = steps_of(*own)
                .iter()
                .zip(steps_of(*others))
                .map(|(own, others)| own.abs_diff(others))
                .collect();
            sum += steps.iter().map(|step| u64::from(*step)).sum::<u64>();
            differing += u64::from(steps.iter().any(|step| *step >= DIFFERS));
        }
        let pixels = self.pixels.len().max(1) as f64;
        (sum as f64 * f64::from(STEP) / 3.0 / pixels, differing as f64 / pixels)
    }
}

fn index_of(pixel: &[u8]) -> u8 {
    pixel
        .iter()
        .fold(0, |index, channel| index * STEPS + (channel.saturating_add(STEP / 2) / STEP).min(STEPS - 1))
}

fn steps_of(index: u8) -> [u8; 3] {
    [index / STEPS / STEPS, index / STEPS % STEPS, index % STEPS]
}

fn put_chunk(png: &mut Vec<u8>, name: &[u8; 4], body: &[u8]) {
    png.extend(u32::try_from(body.len()).expect("a page is small").to_be_bytes());
    png.extend(name);
    png.extend(body);
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(body);
    png.extend(crc.sum().to_be_bytes());
}

#[test]
fn a_picture_comes_back_from_its_file_and_a_change_is_measured() {
    let mut ppm = b"P6\n10 10\n255\n".to_vec();
    ppm.extend([255; 300]);
    let white = Picture::all_from_ppm(&ppm).remove(0);
    assert_eq!(Picture::from_png(&white.to_png()), white);
    assert_eq!(white.difference(&white), (0.0, 0.0));
    // One pixel of a hundred turns from white to red, and one to a shade that counts as white.
    ppm[13..16].copy_from_slice(&[255, 0, 0]);
    ppm[16..19].copy_from_slice(&[240, 240, 240]);
    let dotted = Picture::all_from_ppm(&ppm).remove(0);
    assert_eq!(white.difference(&dotted), (1.7, 0.01));
}
