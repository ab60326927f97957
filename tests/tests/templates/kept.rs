//! Documents that are kept for checkers outside of the tests: `cargo xtask check` opens the HTML in a browser and reads
//! PDF back with another library once the tests have run.

use std::path::Path;

use sitrep_domain::document::Format;
use sitrep_render::RenderedFile;

/// Keeps a file of the formats that are checked, under the name of what it shows.
pub(crate) fn keep(name: &str, format: Format, file: &RenderedFile) {
    if !matches!(format, Format::Html | Format::Pdf | Format::PdfA) {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documents");
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    let path = folder.join(format!("{name}.{}", file.extension));
    std::fs::write(path, &file.bytes).expect("the target folder can be written to");
}
