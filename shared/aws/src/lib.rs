//! The only crate that names an aws-sdk type: DynamoDB, S3, SQS, EventBridge Scheduler, SES and SSM.
//!
//! Every store method takes a [`sitrep_domain::scope::TenantScope`] first and builds its keys from it alone; what comes
//! back is checked against it again. There is no scan and no local mode: the endpoint is the only switch.

#![deny(missing_docs)]

pub mod channels;
pub mod clients;
pub mod cursor;
pub mod directory;
pub mod due;
pub mod entities;
pub mod entity;
pub mod error;
pub mod keys;
pub mod objects;
pub mod queues;
pub mod rate_limits;
pub mod scheduler;
pub mod secrets;
pub mod store;
pub mod transaction;
pub mod upload;

pub use aws_config::SdkConfig;
