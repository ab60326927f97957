//! What every main shares: configuration, tracing, and job outcomes as Lambda results.

#![deny(missing_docs)]
