//! Reports: asked for, read, downloaded, repeated.

pub(crate) mod cancel;
pub(crate) mod compliance;
pub(crate) mod dashboard;
pub(crate) mod delete;
pub(crate) mod download;
pub(crate) mod get;
pub(crate) mod get_manifest;
pub(crate) mod kpis;
pub(crate) mod list;
pub(crate) mod list_mine;
pub(crate) mod reproduce;
pub(crate) mod request;
pub(crate) mod rerun;
pub(crate) mod show;
pub(crate) mod view;
