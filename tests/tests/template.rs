//! What `template.yaml` deploys, compared with what the local stack makes and what the functions read: a name, an
//! index or a variable that one of them has alone would work here and fail there, or the other way round.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sitrep::resources;
use sitrep_app::time_limits::TimeLimits;

/// The stack that the local names are those of.
const STACK: &str = "sitrep";

#[test]
fn names_of_the_local_stack_are_those_of_the_template() {
    let template = read("template.yaml");
    let named = [
        ("TableName", resources::CORE_TABLE),
        ("TableName", resources::GLOBAL_TABLE),
        ("QueueName", resources::RENDER_QUEUE),
        ("QueueName", resources::DELIVER_QUEUE),
        ("QueueName", resources::INGEST_QUEUE),
        ("Name", resources::SWEEP_SCHEDULE),
    ];
    for (property, name) in named {
        let suffix = name.strip_prefix(STACK).expect("names begin with the stack's");
        let line = format!("\n      {property}: !Sub ${{AWS::StackName}}{suffix}\n");
        assert!(template.contains(&line), "{property} of {name} is not in the template");
    }
    for function in ["api", "render", "deliver", "schedule", "ingest"] {
        assert!(resources::function_arn(function).ends_with(&format!(":function:{STACK}-{function}")));
        assert!(
            template.contains(&format!("\n      FunctionName: !Sub ${{AWS::StackName}}-{function}\n")),
            "{function}"
        );
    }
    // The configuration set and the schedule group bear the stack's own name.
    assert_eq!([resources::CONFIGURATION_SET, resources::SCHEDULE_GROUP], [STACK; 2]);
    assert_eq!(template.matches("\n      Name: !Ref AWS::StackName\n").count(), 2);
}

#[test]
fn uploads_are_told_of_by_the_same_end_of_their_keys() {
    let suffix = resources::UPLOAD_SUFFIX;
    assert!(read("template.yaml").contains(&format!("- {{ Name: suffix, Value: {suffix} }}\n")), "{suffix}");
}

#[test]
fn messages_go_to_the_dead_letters_after_as_many_tries() {
    let template = read("template.yaml");
    let tries: BTreeSet<&str> =
        template.lines().filter_map(|line| line.trim().strip_prefix("maxReceiveCount: ")).collect();
    assert_eq!(tries, BTreeSet::from([resources::MAX_RECEIVE_COUNT.to_string().as_str()]));
}

#[test]
fn work_ends_by_itself_before_its_function_is_cut() {
    let template = read("template.yaml");
    let limits = TimeLimits::default();
    let upload = Duration::try_from(limits.upload).expect("it is not negative");
    for (function, limit) in
        [("api", limits.wait_for_run), ("api", limits.export), ("render", limits.run), ("ingest", upload)]
    {
        let name = format!("\n      FunctionName: !Sub ${{AWS::StackName}}-{function}\n");
        let (before, after) = template.split_once(&name).expect("the function is there");
        let resource = before.rsplit("\n\n").next().into_iter().chain(after.split("\n\n").next());
        let cut: Vec<u64> = resource
            .flat_map(str::lines)
            .filter_map(|line| line.strip_prefix("      Timeout: ")?.parse().ok())
            .collect();
        assert_eq!(cut.len(), 1, "{function}");
        assert!(limit < Duration::from_secs(cut[0]), "{function}: {limit:?} of {} s", cut[0]);
    }
}

#[test]
fn each_index_has_keys_named_after_it_and_only_the_due_index_holds_keys_alone() {
    let template = read("template.yaml");
    let (_, indexes) = template.split_once("GlobalSecondaryIndexes:\n").expect("the core table has indexes");
    let (indexes, _) = indexes.split_once("\n\n").expect("a blank line ends a resource");
    let names: Vec<&str> =
        indexes.lines().filter_map(|line| line.trim().strip_prefix("- IndexName: ")).collect();
    assert_eq!(names, ["gsi1", "gsi2", "gsi3", resources::DUE_INDEX]);
    for (name, index) in names.iter().zip(indexes.split("- IndexName: ").skip(1)) {
        assert!(index.contains(&format!("AttributeName: {name}pk, KeyType: HASH")), "{index}");
        assert!(index.contains(&format!("AttributeName: {name}sk, KeyType: RANGE")), "{index}");
        let keys_only = index.contains("ProjectionType: KEYS_ONLY");
        assert_eq!(keys_only, *name == resources::DUE_INDEX, "{index}");
    }
}

#[test]
fn functions_read_the_variables_that_the_template_sets() {
    let template = read("template.yaml");
    // What all functions read, and what single ones read besides; a blank line ends a resource.
    let blocks = template.split(" Variables:\n").skip(1).filter_map(|rest| rest.split("\n\n").next());
    let set: BTreeSet<&str> = blocks.flat_map(str::lines).filter_map(variable).collect();
    assert!(set.len() > 10, "functions have an environment: {set:?}");

    let local = read("infra/local/functions.env");
    let local: BTreeSet<&str> = local.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    let ours: BTreeSet<&str> = local.iter().copied().filter(|name| !name.starts_with("AWS_")).collect();
    assert_eq!(ours, set, "infra/local/functions.env and template.yaml set different variables");

    let runtime = runtime_sources();
    let unread: Vec<_> = set.iter().filter(|name| !runtime.contains(&format!("\"{name}\""))).collect();
    assert!(unread.is_empty(), "set and never read: {unread:?}");
}

#[test]
fn no_variable_holds_a_secret() {
    let template = read("template.yaml");
    for (name, line) in template.lines().filter_map(|line| Some((variable(line)?, line))) {
        let value = line.split_once(": ").map_or("", |(_, value)| value);
        // Keys are named, never given: the prefix says where they lie.
        let secret = ["SECRET", "PASSWORD", "TOKEN"].iter().any(|word| name.contains(word));
        assert!(!secret && !value.contains("resolve:"), "{line}");
    }
}

/// The name that a line of an environment block sets.
fn variable(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("        ")?.trim_start().split_once(':')?;
    let upper = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    upper.then_some(name)
}

fn runtime_sources() -> String {
    let folder = root().join("shared/runtime/src");
    let entries = std::fs::read_dir(folder).expect("the runtime's sources can be listed");
    let files = entries.map(|entry| entry.expect("the runtime's sources can be listed").path());
    files
        .filter(|path| path.is_file())
        .map(|path| std::fs::read_to_string(path).expect("sources are text"))
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository's root")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}
