//! Policies and code, compared both ways: every operation of AWS that the code calls is granted to some function, and
//! nothing is granted that no code calls.
//!
//! Which function needs what is the policy files' own statement in `infra/iam`; each of them names its actions one by
//! one, never by a wildcard.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Operations of the SDK, and the actions that allow them. The parts of a transaction are allowed one by one.
const OPERATIONS: &[(&str, &[&str])] = &[
    (".get_item()", &["dynamodb:GetItem"]),
    (".query()", &["dynamodb:Query"]),
    (".put_item()", &["dynamodb:PutItem"]),
    (".update_item()", &["dynamodb:UpdateItem"]),
    ("Put::builder()", &["dynamodb:PutItem"]),
    ("Update::builder()", &["dynamodb:UpdateItem"]),
    ("Delete::builder()", &["dynamodb:DeleteItem"]),
    ("ConditionCheck::builder()", &["dynamodb:ConditionCheckItem"]),
    // Reading a key that is not there answers 404 only to those who may list.
    (".get_object()", &["s3:GetObject", "s3:ListBucket"]),
    (".head_object()", &["s3:GetObject", "s3:ListBucket"]),
    (".put_object()", &["s3:PutObject"]),
    (".delete_object()", &["s3:DeleteObject"]),
    // Tagged as it is begun.
    (".create_multipart_upload()", &["s3:PutObject", "s3:PutObjectTagging"]),
    (".upload_part()", &["s3:PutObject"]),
    (".complete_multipart_upload()", &["s3:PutObject"]),
    (".abort_multipart_upload()", &["s3:AbortMultipartUpload"]),
    (".send_message()", &["sqs:SendMessage"]),
    (".change_message_visibility()", &["sqs:ChangeMessageVisibility"]),
    (".create_schedule()", &["scheduler:CreateSchedule", "iam:PassRole"]),
    (".update_schedule()", &["scheduler:UpdateSchedule", "iam:PassRole"]),
    (".delete_schedule()", &["scheduler:DeleteSchedule"]),
    (".get_parameter()", &["ssm:GetParameter"]),
    // A message in Raw form is checked against both.
    (".send_email()", &["ses:SendEmail", "ses:SendRawEmail"]),
];

/// What AWS does in a function's name, without a call in the code: taking messages, writing logs, using the key,
/// calling the schedule function.
const BY_THE_PLATFORM: &[&str] = &[
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "lambda:InvokeFunction",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
];

#[test]
fn what_the_code_calls_is_granted_and_what_is_granted_is_called() {
    let called: BTreeSet<&str> = actions_called();
    let granted = policies().iter().flat_map(|(_, text)| actions_of(text)).collect::<BTreeSet<String>>();
    let granted: BTreeSet<&str> = granted.iter().map(String::as_str).collect();
    let missing: Vec<_> = called.difference(&granted).collect();
    assert!(missing.is_empty(), "called and granted to nobody: {missing:?}");
    let platform: BTreeSet<&str> = BY_THE_PLATFORM.iter().copied().collect();
    let idle: Vec<_> = granted.difference(&called).filter(|action| !platform.contains(**action)).collect();
    assert!(idle.is_empty(), "granted and never called: {idle:?}");
}

#[test]
fn no_policy_grants_by_a_wildcard() {
    for (path, text) in policies() {
        let actions = actions_of(&text);
        assert!(!actions.is_empty(), "{path} grants nothing");
        assert!(actions.iter().all(|action| !action.contains('*')), "{path}: {actions:?}");
        // Of resources, only what lies below a named bucket, group or log group.
        let anything =
            text.lines().any(|line| line.trim_start().starts_with("Resource:") && line.contains("\"*\""));
        assert!(!anything, "{path} names every resource");
    }
}

#[test]
fn only_the_sweep_sees_across_tenants() {
    for (path, text) in policies() {
        assert_eq!(text.contains("/index/due"), path == "schedule.yaml", "{path}");
    }
}

#[test]
fn each_function_has_a_policy_of_its_own() {
    let template = read(&root().join("template.yaml"));
    for entry in std::fs::read_dir(root().join("functions")).expect("functions can be listed") {
        let name = entry.expect("functions can be listed").file_name().to_string_lossy().into_owned();
        assert!(policies().iter().any(|(path, _)| *path == format!("{name}.yaml")), "{name} has no policy");
        assert_eq!(template.matches(&format!("Location: infra/iam/{name}.yaml ")).count(), 1, "{name}");
        assert_eq!(template.matches(&format!("CodeUri: functions/{name}/\n")).count(), 1, "{name}");
    }
}

fn actions_called() -> BTreeSet<&'static str> {
    let code: String =
        rust_files(&root().join("shared/aws/src")).iter().map(|path| without_tests(&read(path))).collect();
    let squeezed: String = code.split_whitespace().collect();
    let squeezed = squeezed.as_str();
    OPERATIONS
        .iter()
        .filter(|(call, _)| squeezed.contains(call))
        .flat_map(|(_, actions)| actions.iter().copied())
        .collect()
}

fn without_tests(text: &str) -> String {
    text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned()
}

/// The actions that a policy's `Action: [...]` lines name.
fn actions_of(policy: &str) -> Vec<String> {
    let lists = policy.lines().filter_map(|line| line.trim_start().strip_prefix("Action: ["));
    lists.flat_map(|list| list.trim_end_matches(']').split(", ").map(str::to_owned)).collect()
}

/// Names and texts of the policy files.
fn policies() -> Vec<(String, String)> {
    let folder = root().join("infra/iam");
    let entries = std::fs::read_dir(folder).expect("the policies can be listed");
    let paths = entries.map(|entry| entry.expect("the policies can be listed").path());
    paths
        .map(|path| (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), read(&path)))
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository's root")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
