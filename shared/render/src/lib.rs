//! Documents to bytes: pdf, html, csv, json and txt. Pure and deterministic.

#![deny(missing_docs)]
