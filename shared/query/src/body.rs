//! Bodies: unpacking what was sent, within its limits.
//!
//! A gzip bomb is stopped while it unpacks; the buffer never grows past the limit.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

use crate::error::IngestError;

/// Most bytes of a body as sent.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes of a body unpacked.
pub const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;

/// The body's text, unpacked when it is gzip-encoded, without a byte order mark.
pub(crate) fn unpack(body: &[u8], gzip: bool) -> Result<Cow<'_, [u8]>, IngestError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(IngestError::TooLarge { what: "body as sent", limit: MAX_BODY_BYTES });
    }
    if !gzip {
        return Ok(Cow::Borrowed(without_mark(body)));
    }
    let mut text = inflate(body, MAX_UNPACKED_BYTES)?;
    let mark = text.len() - without_mark(&text).len();
    text.drain(..mark);
    Ok(Cow::Owned(text))
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

fn inflate(body: &[u8], limit: usize) -> Result<Vec<u8>, IngestError> {
    let mut reader = MultiGzDecoder::new(body);
    let mut text = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = reader.read(&mut chunk).map_err(|_| IngestError::NotGzip)?;
        if read == 0 {
            return Ok(text);
        }
        if text.len() + read > limit {
            return Err(IngestError::TooLarge { what: "unpacked body", limit });
        }
        if text.capacity() < text.len() + read {
            // Doubling, but never past the limit.
            let room = (text.capacity() * 2).max(256 * 1024).min(limit);
            text.reserve_exact(room - text.len());
        }
        text.extend_from_slice(&chunk[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_unpacks_to_its_text_without_a_byte_order_mark() {
        for (body, gzipped, expected) in [
            (b"abc".to_vec(), false, "abc"),
            (b"\xEF\xBB\xBFabc".to_vec(), false, "abc"),
            (gzip(b"\xEF\xBB\xBFabc"), true, "abc"),
            ([gzip(b"ab"), gzip(b"c")].concat(), true, "abc"),
            (gzip(b""), true, ""),
        ] {
            assert_eq!(unpack(&body, gzipped).unwrap().as_ref(), expected.as_bytes());
        }
    }

    #[test]
    fn what_is_too_large_or_not_gzip_is_refused() {
        let bomb = gzip(&vec![0; MAX_UNPACKED_BYTES + 1]);
        assert!(bomb.len() < 100_000);
        let too_large = |what, limit| IngestError::TooLarge { what, limit };
        let good = gzip(b"some text");
        for (body, gzipped, expected) in [
            (bomb, true, too_large("unpacked body", MAX_UNPACKED_BYTES)),
            (vec![b' '; MAX_BODY_BYTES + 1], false, too_large("body as sent", MAX_BODY_BYTES)),
            (b"not gzip".to_vec(), true, IngestError::NotGzip),
            (good[..good.len() - 4].to_vec(), true, IngestError::NotGzip),
        ] {
            assert_eq!(unpack(&body, gzipped).unwrap_err(), expected);
        }
    }

    #[test]
    fn the_buffer_never_grows_past_the_limit() {
        let text = inflate(&gzip(&vec![7; 1_000_000]), 1_000_000).unwrap();
        assert!(text.capacity() <= 1_000_000);
        assert!(inflate(&gzip(&vec![7; 1_000_001]), 1_000_000).is_err());
    }
}
