//! Text in columns of characters: display width, wrapping and tables for mail readers.

pub(crate) mod columns;
pub(crate) mod lines;
