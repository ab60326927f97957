//! Configuration: names and addresses from the environment, each variable checked before anything starts.

use sitrep_app::services::Resources;
use sitrep_aws::channels::email::MailIdentity;
use sitrep_aws::objects::Buckets;
use sitrep_aws::queues::QueueUrls;
use sitrep_aws::scheduler::WakeTarget;
use sitrep_aws::store::Tables;
use sitrep_domain::email::Email;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(missing: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| match name {
            name if name == missing => None,
            "MAIL_FROM" => Some("reports@sitrep.example".to_owned()),
            "PUBLIC_URL" => Some("https://reports.example/".to_owned()),
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
}
