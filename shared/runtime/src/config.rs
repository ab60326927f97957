//! Configuration: names and addresses from the environment, each variable checked before anything starts.

use sitrep_app::services::Resources;
use sitrep_aws::channels::email::MailIdentity;
use sitrep_aws::objects::Buckets;
use sitrep_aws::queues::QueueUrls;
use sitrep_aws::scheduler::WakeTarget;
use sitrep_aws::store::Tables;
use sitrep_domain::email::Email;
use sitrep_domain::rate_limit::RateLimits;

use crate::handler::Failure;

/// Reads a variable of the process.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
#[must_use]
pub fn read_env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What the variables name.
///
/// # Errors
///
/// [`Failure`] naming the variable that is missing, empty or wrong.
pub fn from_env(read: impl Fn(&str) -> Option<String>) -> Result<Resources, Failure> {
    let get = |name: &str| {
        let value = read(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Failure(format!("the environment variable {name} is missing")))
    };
    let from = get("MAIL_FROM")?;
    let from = Email::new(&from).map_err(|e| Failure(format!("MAIL_FROM: {e}")))?;
    Ok(Resources {
        tables: Tables { core: get("CORE_TABLE")?, global: get("GLOBAL_TABLE")? },
        buckets: Buckets { artifacts: get("ARTIFACTS_BUCKET")?, records: get("RECORDS_BUCKET")? },
        queues: QueueUrls {
            render: get("RENDER_QUEUE_URL")?,
            deliver: get("DELIVER_QUEUE_URL")?,
            ingest: get("INGEST_QUEUE_URL")?,
        },
        wake_target: WakeTarget {
            group: get("SCHEDULER_GROUP")?,
            function_arn: get("SCHEDULE_FUNCTION_ARN")?,
            role_arn: get("SCHEDULER_ROLE_ARN")?,
        },
        mail: MailIdentity { from, configuration_set: get("MAIL_CONFIGURATION_SET")? },
        public_url: get("PUBLIC_URL")?.trim_end_matches('/').to_owned(),
        presign_endpoint: None,
        key_prefix: get("KEY_PREFIX")?,
    })
}

/// What the deployment changes of the rate limits: for the api alone, so that a typo stops no worker.
///
/// # Errors
///
/// [`Failure`] naming the variable and the part of it that is not understood.
pub fn read_rate_limits(read: impl Fn(&str) -> Option<String>) -> Result<RateLimits, Failure> {
    let limits = read("RATE_LIMITS").unwrap_or_default();
    RateLimits::parse(&limits).map_err(|e| Failure(format!("RATE_LIMITS: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(missing: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| match name {
            name if name == missing => None,
            "MAIL_FROM" => Some("reports@sitrep.example".to_owned()),
            "PUBLIC_URL" => Some("https://reports.example/".to_owned()),
            "RATE_LIMITS" => Some("no limit at all".to_owned()),
            name => Some(name.to_lowercase()),
        }
    }

    #[test]
    fn a_missing_variable_is_named() {
        assert_eq!(from_env(read("")).unwrap().public_url, "https://reports.example");
        for name in ["CORE_TABLE", "MAIL_FROM", "PUBLIC_URL", "KEY_PREFIX"] {
            let Err(failure) = from_env(read(name)) else { panic!("{name} is not needed") };
            assert_eq!(failure.to_string(), format!("the environment variable {name} is missing"));
        }
    }

    #[test]
    fn rate_limits_are_read_where_they_are_asked_for_and_nowhere_else() {
        let requests = |_: &str| Some("requests=7".to_owned());
        assert_eq!(read_rate_limits(requests).unwrap(), RateLimits::parse("requests=7").unwrap());
        assert_eq!(read_rate_limits(|_| None).unwrap(), RateLimits::default());
        let Err(failure) = read_rate_limits(read("")) else { panic!("it is no limit") };
        assert!(failure.to_string().starts_with("RATE_LIMITS: "), "{failure}");
        assert!(from_env(read("")).is_ok(), "a worker starts all the same");
    }
}
