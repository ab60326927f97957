//! Text in columns of characters: display width, wrapping and tables for mail readers.

mod blocks;
mod columns;
pub(crate) mod lines;
pub(crate) mod page;
