//! Segments' files: the bytes, and where in them the columns lie.
//!
//! Columns are read directly where the file is as our writer makes it, and by the general reader otherwise, whose picture
//! of the file is made when it is first needed: it takes several times the room of a small file.

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use arrow::array::StringArray;
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};

use crate::decode::{Builder, for_each_array, typed};
use crate::direct::{read_column, read_ids};
use crate::footer::Footer;
use crate::ids::Ids;

/// A file that is a segment, or a part of one.
pub(crate) struct SegmentFile {
    bytes: Bytes,
    footer: Footer,
    /// With the memory it holds, in bytes.
    general: OnceLock<Result<(ArrowReaderMetadata, usize), String>>,
}

/// Facts that a footer states: where keys and values lie in the file.
pub(crate) struct Facts(Vec<(Range<usize>, Range<usize>)>);

impl SegmentFile {
    /// Reads the footer.
    pub(crate) fn open(bytes: Bytes) -> Result<(Self, Facts), String> {
        let (footer, facts) = Footer::parse(&bytes).ok_or("it has no readable footer")?;
        Ok((Self { bytes, footer, general: OnceLock::new() }, Facts(facts)))
    }

    /// Its bytes.
    pub(crate) const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Rows in it.
    pub(crate) const fn rows(&self) -> usize {
        self.footer.rows()
    }

    /// What its footer says of a key.
    pub(crate) fn fact(&self, facts: &Facts, key: &str) -> Option<&str> {
        let found =
            facts.0.iter().find(|(known, _)| self.bytes.get(known.clone()) == Some(key.as_bytes()))?;
        std::str::from_utf8(self.bytes.get(found.1.clone())?).ok()
    }

    /// Names of its columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.footer.columns().iter().filter_map(|column| std::str::from_utf8(column.name(&self.bytes)).ok())
    }

    /// Position of a column in the file's schema.
    pub(crate) fn root_of(&self, name: &str) -> Option<usize> {
        self.footer.find(&self.bytes, name, 0).map(|(root, _)| root)
    }

    /// Adds the cells of a column to those of the files before: missing ones, when it has none of that name. Gives the
    /// column's position, which is looked for at `guess` first.
    pub(crate) fn append_column(
        &self,
        builder: &mut Builder,
        name: &str,
        guess: usize,
    ) -> Result<Option<usize>, String> {
        let before = builder.rows();
        let Some((root, place)) = self.footer.find(&self.bytes, name, guess) else {
            builder.resize(before + self.rows());
            return Ok(None);
        };
        if read_column(builder, &self.bytes, &self.footer, place).is_none() {
            builder.resize(before);
            guard(|| for_each_array(&self.bytes, self.general()?, root, |array| builder.append(array)))?;
        }
        let added = builder.rows() - before;
        if added != self.rows() {
            return Err(format!("a column has {added} of {} rows", self.rows()));
        }
        Ok(Some(root))
    }

    /// The ids, from the column of that name.
    pub(crate) fn read_ids(&self, name: &str) -> Result<Ids, String> {
        let Some((root, place)) = self.footer.find(&self.bytes, name, 0) else {
            return if self.rows() == 0 { Ok(Ids::default()) } else { Err("it has no ids".to_owned()) };
        };
        let mut ids = Ids::with_capacity(self.rows());
        if read_ids(&mut ids, &self.bytes, &self.footer, place).is_none() {
            ids = Ids::with_capacity(self.rows());
            guard(|| {
                for_each_array(&self.bytes, self.general()?, root, |array| {
                    let array: &StringArray = typed(array)?;
                    array.iter().try_for_each(|id| {
                        ids.push(id.ok_or("a record has no id")?).ok_or("the ids are too long")
                    })?;
                    Ok(())
                })
            })?;
        }
        let as_many = ids.hashes().len() == self.rows();
        if as_many { Ok(ids) } else { Err("the ids are not as many as the rows".to_owned()) }
    }

    /// The general reader's picture of it.
    pub(crate) fn general(&self) -> Result<&ArrowReaderMetadata, String> {
        let load = || {
            let loaded = guard(|| load_metadata(&self.bytes).map_err(|e| e.to_string()))?;
            let bytes = loaded.metadata().memory_size();
            Ok((loaded, bytes))
        };
        self.general.get_or_init(load).as_ref().map(|(metadata, _)| metadata).map_err(Clone::clone)
    }

    /// Memory it holds, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        let general = match self.general.get() {
            Some(Ok((_, bytes))) => *bytes,
            _ => 0,
        };
        self.bytes.len() + self.footer.memory_bytes() + general
    }
}

/// Reads foreign bytes: the Parquet reader panics on some of those that no writer makes, and that must not take the
/// process down.
pub(crate) fn guard<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("it is not readable".to_owned()))
}

/// Reads the footer, and asks for texts by dictionary (but ids, which are distinct).
fn load_metadata(file: &Bytes) -> Result<ArrowReaderMetadata, parquet::errors::ParquetError> {
    let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::new())?;
    let by_dictionary = |(index, field): (usize, &Arc<Field>)| {
        if index > 0 && *field.data_type() == DataType::Utf8 {
            let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Field::new(field.name(), dictionary, field.is_nullable())
        } else {
            field.as_ref().clone()
        }
    };
    let fields: Vec<Field> = metadata.schema().fields().iter().enumerate().map(by_dictionary).collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)
}
