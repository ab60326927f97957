//! The command line: which commands there are, and how their words are read.

pub mod arguments;
