//! The only crate that names an aws-sdk type: DynamoDB, S3, SQS, Scheduler and SES.

#![deny(missing_docs)]
