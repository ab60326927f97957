//! Use cases of Sitrep, over domain, query, aws and (behind a feature) render.
//!
//! Each use case is one public function in a file of its name. It takes [`services::Services`] and the caller's scope
//! first, checks the caller's right before anything else, and answers [`error::AppError`]; it knows nothing of HTTP or
//! Lambda.

#![deny(missing_docs)]

pub mod access;
pub mod bounded_cache;
mod claimed;
pub mod clock;
pub mod data;
pub mod deliveries;
pub mod error;
pub mod exports;
pub mod idempotency;
pub mod jobs;
pub mod limits;
pub mod mappings;
pub mod reports;
pub mod schedules;
pub mod segment_cache;
pub mod services;
pub mod shares;
pub mod steps;
pub mod time_limits;
pub mod uploads;
