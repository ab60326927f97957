//! Previews: what a mapping makes of the first rows of a body, before anything is sent in for good.

use serde_json::Value as Json;
use sitrep_domain::mapping::{Mapping, SourceKind};
use sitrep_domain::upload::{BodyFormat, FilePosition};

use crate::blocks::Blocks;
use crate::error::IngestError;
use crate::ingest::{Ingested, LineError, MAX_BODY_BYTES, MAX_UNPACKED_BYTES};
use crate::rows::{Row, for_each_row};
use crate::source::{Source, UnpackLimits};

/// What became of the first rows of a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// Rows that fit.
    pub accepted: u64,
    /// Rows that do not.
    pub rejected: u64,
    /// Line and record, by column name, of each row that fits.
    pub rows: Vec<(u64, Json)>,
    /// The first [`Ingested::MAX_ERRORS`] errors, by line.
    pub errors: Vec<LineError>,
    /// Whether there are more rows than were mapped.
    pub truncated: bool,
}

/// Maps the first `limit` rows of a body.
///
/// # Errors
///
/// [`IngestError`] when the body as a whole cannot be read.
pub fn preview(
    body: &[u8],
    format: BodyFormat,
    gzip: bool,
    mapping: &Mapping,
    limit: usize,
) -> Result<Preview, IngestError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(IngestError::TooLarge { what: "body as sent", limit: MAX_BODY_BYTES });
    }
    let mapping = mapping.compile()?;
    let kind = if format == BodyFormat::Csv { SourceKind::Csv } else { SourceKind::Json };
    let limits = UnpackLimits { bytes: MAX_UNPACKED_BYTES as u64, ratio: u64::MAX };
    let mut blocks = Blocks::new(Source::new(body, gzip, limits), format, FilePosition::default())?;
    let (mut preview, mut seen) = (Preview::default(), 0);
    let mut visit = |line, row: Row| {
        seen += 1;
        if seen > limit {
            preview.truncated = true;
            return;
        }
        let mapped = row.map_err(|e| vec![e]).and_then(|row| {
            let record = mapping.map_row(&row, kind);
            record.map_err(|errors| errors.into_iter().map(|e| LineError::of_field(line, e)).collect())
        });
        match mapped {
            Ok(record) => {
                preview.accepted += 1;
                preview.rows.push((line, record.to_json(mapping.dataset())));
            }
            Err(errors) => {
                preview.rejected += 1;
                let room = Ingested::MAX_ERRORS - preview.errors.len();
                preview.errors.extend(errors.into_iter().take(room));
            }
        }
    };
    while let Some(block) = blocks.next()? {
        for_each_row(&block, &mut visit)?;
    }
    Ok(preview)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sitrep_domain::dataset::DatasetId;
    use sitrep_domain::mappings::find_mapping;

    #[test]
    fn only_the_first_rows_are_mapped_and_each_tells_its_line() {
        let body = b"{\"id\":\"a\",\"created_at\":\"2026-01-01\"}\n\n{\"id\":\"b\"}\n{oops\n{\"id\":\"d\"}\n";
        let native = find_mapping(DatasetId::Incidents, "native").unwrap();
        let preview = preview(body, BodyFormat::Ndjson, false, &native, 3).unwrap();
        assert_eq!(preview.rows, [(1, json!({"id": "a", "created_at": "2026-01-01T00:00:00Z"}))]);
        assert_eq!((preview.accepted, preview.rejected, preview.truncated), (1, 2, true));
        let errors: Vec<_> = preview.errors.iter().map(|e| (e.line, e.code)).collect();
        assert_eq!(errors, [(3, "missing"), (4, "bad_json")]);
    }
}
