//! Mapped blocks: a block's rows as records of their dataset, and what became of each row.
//!
//! Blocks are mapped side by side and put together in order, so that the result is that of one reader from beginning to
//! end, whatever the number of workers.

use sitrep_domain::mapping::{CompiledMapping, SourceKind};

use crate::blocks::{Block, BlockRows};
use crate::error::IngestError;
use crate::ingest::{Ingested, LineError};
use crate::rows::for_each_row;
use crate::table::Table;

/// Rows that were counted, and the table of those that were accepted.
pub(crate) struct Mapped {
    pub(crate) table: Table,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) errors: Vec<LineError>,
}

impl Mapped {
    pub(crate) fn new(mapping: &CompiledMapping<'_>) -> Self {
        Self { table: Table::new(mapping.dataset()), accepted: 0, rejected: 0, errors: Vec::new() }
    }

    /// Maps the rows of a block behind those that are there.
    pub(crate) fn read(&mut self, block: &Block, mapping: &CompiledMapping<'_>) -> Result<(), IngestError> {
        let kind = match block.rows {
            BlockRows::Records { .. } => SourceKind::Csv,
            BlockRows::Lines { .. } | BlockRows::Elements { .. } => SourceKind::Json,
        };
        for_each_row(block, &mut |line, row| {
            let read = row.map_err(|error| vec![error]).and_then(|row| {
                let pushed = mapping
                    .map_row(&row, kind)
                    .and_then(|record| self.table.push(line, record).map_err(|error| vec![error]));
                pushed.map_err(|errors| errors.into_iter().map(|e| LineError::of_field(line, e)).collect())
            });
            self.count(read);
        })
    }

    fn count(&mut self, row: Result<(), Vec<LineError>>) {
        match row {
            Ok(()) => self.accepted += 1,
            Err(errors) => {
                self.rejected += 1;
                self.add_errors(errors);
            }
        }
    }

    /// Adds what the next block was mapped to. The block itself is read again where the two together have more custom
    /// fields than there may be: which rows are one too many depends on all before them.
    pub(crate) fn append(
        &mut self,
        next: Self,
        block: &Block,
        mapping: &CompiledMapping<'_>,
    ) -> Result<(), IngestError> {
        if !self.table.has_room_for(&next.table) {
            return self.read(block, mapping);
        }
        self.accepted += next.accepted;
        self.rejected += next.rejected;
        self.add_errors(next.errors);
        self.table.append(next.table);
        Ok(())
    }

    fn add_errors(&mut self, errors: Vec<LineError>) {
        let room = Ingested::MAX_ERRORS - self.errors.len();
        self.errors.extend(errors.into_iter().take(room));
    }
}
