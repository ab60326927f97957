//! The shipped faces as `krilla` wants them, each parsed when it is first used.

use std::sync::OnceLock;

use krilla::text::Font;

use crate::text::fonts::faces;

/// The font of a face, by its index in [`faces`].
pub(super) fn font(face: usize) -> Font {
    static FONTS: OnceLock<Vec<OnceLock<Font>>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| faces().iter().map(|_| OnceLock::new()).collect());
    let load = || Font::new(faces()[face].bytes.into(), 0).expect("the shipped font files are well formed");
    fonts[face].get_or_init(load).clone()
}
