//! JSON parts: the content in reading order, and the schema that every file is held against.

pub(crate) mod content;
pub(crate) mod schema;
