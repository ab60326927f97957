//! The text of a file: unpacked while it is read, within its limits, without a byte order mark.
//!
//! A gzip bomb is stopped while it unpacks: by how much comes out, and by how much more that is than what went in.

use std::io::{self, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use crate::error::IngestError;

/// Most bytes that come out of a file, and how many times what went in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnpackLimits {
    /// Most bytes of the unpacked file.
    pub bytes: u64,
    /// Most bytes out per byte in, once more than [`Self::FREE_BYTES`] came out.
    pub ratio: u64,
}

impl UnpackLimits {
    /// Below this no ratio is looked at: short files of one repeated line are no bombs.
    pub const FREE_BYTES: u64 = 64 * 1024 * 1024;
}

/// Bytes in, counted.
struct Packed<R> {
    reader: R,
    bytes: u64,
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

enum Coding<R> {
    Plain(Packed<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Packed<R>>>>),
}

/// A file's text. Errors of the reader below are [`IngestError::Interrupted`].
pub(crate) struct Source<R> {
    coding: Coding<R>,
    limits: UnpackLimits,
    /// Read ahead to look for a byte order mark.
    ahead: Vec<u8>,
    started: bool,
    unpacked: u64,
    delivered: u64,
    /// Bytes that may still be delivered before somebody says that they make sense.
    leash: u64,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(reader: R, gzip: bool, limits: UnpackLimits) -> Self {
        let packed = Packed { reader, bytes: 0 };
        let coding = if gzip {
            let buffered = BufReader::with_capacity(64 * 1024, packed);
            Coding::Gzip(Box::new(MultiGzDecoder::new(buffered)))
        } else {
            Coding::Plain(packed)
        };
        let (ahead, leash) = (Vec::new(), u64::MAX);
        Self { coding, limits, ahead, started: false, unpacked: 0, delivered: 0, leash }
    }

    /// Bytes of the file as it was sent that were read so far.
    pub(crate) fn packed_bytes(&self) -> u64 {
        match &self.coding {
            Coding::Plain(packed) => packed.bytes,
            Coding::Gzip(decoder) => decoder.get_ref().get_ref().bytes,
        }
    }

    /// Bytes of text that were delivered so far.
    pub(crate) const fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Lets at most so many more bytes be delivered, until it is called again.
    pub(crate) fn allow(&mut self, bytes: u64) {
        self.leash = bytes;
    }

    /// Reads until the text has `length` bytes, or the file ends; tells whether it has ended.
    pub(crate) fn fill(&mut self, text: &mut Vec<u8>, length: usize) -> Result<bool, IngestError> {
        let mut filled = text.len();
        text.resize(length.max(filled), 0);
        let ended = loop {
            if filled >= length {
                break false;
            }
            match self.next(&mut text[filled..]) {
                Ok(0) => break true,
                Ok(read) => filled += read,
                Err(error) => return Err(error),
            }
        };
        text.truncate(filled);
        Ok(ended)
    }

    /// Reads and forgets so many bytes, or up to the end.
    pub(crate) fn skip(&mut self, bytes: u64) -> Result<(), IngestError> {
        let end = self.delivered + bytes;
        let mut buffer = vec![0; 64 * 1024];
        while self.delivered < end {
            let most = usize::try_from(end - self.delivered).unwrap_or(usize::MAX).min(buffer.len());
            if self.next(&mut buffer[..most])? == 0 {
                break;
            }
        }
        Ok(())
    }

    fn next(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        if !self.started {
            self.started = true;
            self.look_for_mark()?;
        }
        if self.leash == 0 {
            return Err(IngestError::Endless);
        }
        let most = usize::try_from(self.leash).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..most];
        let read = if self.ahead.is_empty() {
            self.unpack(buffer)?
        } else {
            let read = self.ahead.len().min(buffer.len());
            buffer[..read].copy_from_slice(&self.ahead[..read]);
            self.ahead.drain(..read);
            read
        };
        self.delivered += read as u64;
        self.leash -= if self.leash == u64::MAX { 0 } else { read as u64 };
        Ok(read)
    }

    fn look_for_mark(&mut self) -> Result<(), IngestError> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        let mut first = [0; MARK.len()];
        let mut filled = 0;
        while filled < first.len() {
            match self.unpack(&mut first[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        if first != MARK {
            self.ahead = first[..filled].to_vec();
        }
        Ok(())
    }

    fn unpack(&mut self, buffer: &mut [u8]) -> Result<usize, IngestError> {
        let read = match &mut self.coding {
            Coding::Plain(packed) => packed.read(buffer),
            Coding::Gzip(decoder) => decoder.read(buffer),
        };
        let read = read.map_err(|error| self.error_of(&error))?;
        self.unpacked += read as u64;
        self.check_limits()?;
        Ok(read)
    }

    fn check_limits(&self) -> Result<(), IngestError> {
        let UnpackLimits { bytes, ratio } = self.limits;
        if self.unpacked > bytes {
            let limit = usize::try_from(bytes).unwrap_or(usize::MAX);
            return Err(IngestError::TooLarge { what: "unpacked body", limit });
        }
        if self.unpacked > UnpackLimits::FREE_BYTES && self.unpacked / ratio.max(1) > self.packed_bytes() {
            return Err(IngestError::Bomb { ratio });
        }
        Ok(())
    }

    /// What the decoder finds wrong is the file's fault; everything else is the fault of whoever reads it.
    fn error_of(&self, error: &io::Error) -> IngestError {
        let at_fault = matches!(
            error.kind(),
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof
        );
        if at_fault && matches!(self.coding, Coding::Gzip(_)) {
            return IngestError::NotGzip;
        }
        IngestError::Interrupted { detail: error.to_string() }
    }
}

/// For readers that know nothing of our errors; [`take_error`] finds them again.
impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.next(buffer).map_err(io::Error::other)
    }
}

/// Our error inside one of the standard library.
pub(crate) fn take_error(error: &io::Error) -> IngestError {
    let ours = error.get_ref().and_then(|inner| inner.downcast_ref::<IngestError>());
    ours.cloned().unwrap_or_else(|| IngestError::Interrupted { detail: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const LIMITS: UnpackLimits = UnpackLimits { bytes: 1_000_000, ratio: u64::MAX };

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(file: &[u8], gzip: bool, limits: UnpackLimits) -> Result<Vec<u8>, IngestError> {
        let mut source = Source::new(file, gzip, limits);
        let mut text = Vec::new();
        loop {
            let length = text.len() + 65_536;
            if source.fill(&mut text, length)? {
                break;
            }
        }
        assert_eq!(source.packed_bytes(), file.len() as u64);
        Ok(text)
    }

    #[test]
    fn a_file_is_its_text_without_a_byte_order_mark() {
        for (file, gzipped, expected) in [
            (b"abc".to_vec(), false, "abc"),
            (b"\xEF\xBB\xBFabc".to_vec(), false, "abc"),
            (b"\xEF\xBB".to_vec(), false, "\u{fffd}"),
            (gzip(b"\xEF\xBB\xBFabc"), true, "abc"),
            ([gzip(b"ab"), gzip(b"c")].concat(), true, "abc"),
            (gzip(b""), true, ""),
            (vec![], false, ""),
        ] {
            let text = read(&file, gzipped, LIMITS).unwrap();
            assert_eq!(String::from_utf8_lossy(&text), expected);
        }
    }

    #[test]
    fn what_is_too_large_or_not_gzip_is_refused() {
        let good = gzip(b"some text");
        let large = gzip(&vec![0; 1_000_001]);
        for (file, expected) in [
            (large, IngestError::TooLarge { what: "unpacked body", limit: 1_000_000 }),
            (b"not gzip".to_vec(), IngestError::NotGzip),
            (vec![], IngestError::NotGzip),
            (good[..good.len() - 4].to_vec(), IngestError::NotGzip),
        ] {
            assert_eq!(read(&file, true, LIMITS).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_bomb_is_told_by_how_much_comes_out_of_how_little() {
        let bomb = gzip(&vec![b' '; 70_000_000]);
        assert!(bomb.len() < 100_000);
        let limits = UnpackLimits { bytes: u64::MAX, ratio: 250 };
        assert_eq!(read(&bomb, true, limits).unwrap_err(), IngestError::Bomb { ratio: 250 });
        assert!(read(&bomb, true, UnpackLimits { ratio: 1_500, ..limits }).is_ok());
    }

    #[test]
    fn a_broken_reader_is_not_the_files_fault() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the line is cut"))
            }
        }
        for gzip in [false, true] {
            let error = Source::new(Broken, gzip, LIMITS).skip(1).unwrap_err();
            assert_eq!(error, IngestError::Interrupted { detail: "the line is cut".into() });
        }
    }
}
