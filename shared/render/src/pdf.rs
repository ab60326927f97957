//! The painter of everyday PDF: a display list as PDF operations, fonts as subsets, a file that is always the same.
//!
//! `printpdf` builds pages and content streams. Its own way to embed fonts needs a layout engine that would be most of
//! the program, so the fonts are embedded here, through its `lopdf` layer; so are trailer, metadata and outline, which
//! it would fill from a counter and a clock.

pub(crate) mod embed;
pub(crate) mod file;
mod outline;
pub(crate) mod paint;
mod pictures;
