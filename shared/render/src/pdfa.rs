//! The painter of archival PDF: PDF/A-2b for keeping, PDF/UA-1 for reading aloud, over the same layout as everyday PDF.
//!
//! `krilla` writes the file and refuses one that breaks a rule it can see; what it cannot see (that the tags say what the
//! page shows) follows from the layout's structure. Fonts are parsed once per process and embedded as subsets.

mod file;
mod fonts;
mod paint;
mod pictures;
mod tags;
mod text;

pub(crate) use file::write_pdfa;
