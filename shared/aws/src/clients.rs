//! AWS clients, made once per process from one configuration.
//!
//! TLS is rustls with ring: no C library to build. Endpoints come from the environment (`AWS_ENDPOINT_URL*`); S3 is
//! addressed path-style whenever an endpoint is set, because a loopback host has no bucket subdomains.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// One client per service.
#[derive(Clone, Debug)]
pub struct Clients {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) presign: aws_sdk_s3::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) scheduler: aws_sdk_scheduler::Client,
    pub(crate) ses: aws_sdk_sesv2::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
}

impl Clients {
    /// Makes the clients. `presign_endpoint` is the S3 endpoint that browsers reach, where it is not AWS's own.
    #[must_use]
    pub fn new(config: &SdkConfig, presign_endpoint: Option<&str>) -> Self {
        let path_style = config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(path_style).build();
        let mut presign = s3.to_builder();
        if let Some(endpoint) = presign_endpoint {
            presign = presign.endpoint_url(endpoint).force_path_style(true);
        }
        // A lost answer must not be asked for again blindly: each attempt to send is one call.
        let ses = aws_sdk_sesv2::config::Builder::from(config).retry_config(RetryConfig::disabled()).build();
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            presign: aws_sdk_s3::Client::from_conf(presign.build()),
            sqs: aws_sdk_sqs::Client::new(config),
            scheduler: aws_sdk_scheduler::Client::new(config),
            ses: aws_sdk_sesv2::Client::from_conf(ses),
            ssm: aws_sdk_ssm::Client::new(config),
        }
    }
}

/// Loads the configuration of the process: region and credentials from the environment, retries and timeouts ours.
pub async fn load_config() -> SdkConfig {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(retries())
        .timeout_config(timeouts())
        .load()
        .await
}

/// Retries of every client but the one that sends mail.
#[must_use]
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(50))
}

/// How long one attempt and one operation may take.
#[must_use]
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_secs(25))
        .build()
}
