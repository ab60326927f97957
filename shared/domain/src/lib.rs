//! Values and rules of Sitrep: no async, no I/O, no clock, no AWS, no HTTP.
//!
//! Everything here is either a validated value (private fields, one fallible constructor) or a pure function over such
//! values. Time, ids and randomness come in as arguments, so that the same input gives the same output.

#![deny(missing_docs)]

pub mod access;
pub mod analytics;
pub mod attack;
pub mod audit;
pub mod cadence;
pub mod calendar;
pub mod canonical;
pub mod choices;
pub mod compaction;
pub mod cron;
pub mod csv;
pub mod dataset;
pub mod datasets;
pub mod delivery;
pub mod document;
pub mod email;
pub mod eventbridge;
pub mod failure;
pub mod filter;
pub mod filter_words;
pub mod gate;
pub mod idempotency;
pub mod ids;
pub mod invalid;
pub mod listing;
pub mod manifest;
pub mod mapping;
pub mod mappings;
pub mod measure;
pub mod metric;
pub mod metrics;
pub mod period;
pub mod planner;
pub mod query;
pub mod rate_limit;
pub mod read_span;
pub mod record;
pub mod renderer;
pub mod report_data;
pub mod report_input;
pub mod report_options;
pub mod report_plan;
pub mod report_request;
pub mod result;
pub mod run;
mod run_input;
pub mod schedule;
pub mod scope;
pub mod section;
pub mod sections;
pub mod settings;
mod severity;
pub mod share;
pub mod snapshot;
pub mod template;
pub mod templates;
pub mod tenant;
pub mod text;
mod top_list;
pub mod upload;
pub mod upload_failure;
mod upload_progress;
pub mod user;
pub mod window;
pub mod words;
