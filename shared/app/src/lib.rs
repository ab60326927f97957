//! Use cases of Sitrep, over domain, query, aws and (behind a feature) render.

#![deny(missing_docs)]
