//! Analytics: every question against a naive evaluation, queries over every dataset, and what is refused before it costs.

mod datasets;
mod limits;
mod naive;
mod random;

use serde_json::Value;
use sitrep_tests::{Answer, TestApp, TestTenant, at};

use naive::{Asked, Parameters};
use random::Random;

const NOW: &str = "2026-11-18T09:30:00Z";
const ENDPOINTS: [&str; 6] =
    ["trends", "top-violators", "data-types", "policy-violations", "severity-distribution", "summary"];

fn encode(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

fn query_string(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// The parameters of one endpoint alone, at random.
fn own_parameters(random: &mut Random, endpoint: &str) -> Vec<(String, String)> {
    let mut own = Vec::new();
    let mut give = |name: &str, value: &str| own.push((name.to_owned(), value.to_owned()));
    match endpoint {
        "trends" => {
            if random.chance(80) {
                give("interval", random.pick(&["hour", "day", "week", "month"]));
            }
            if random.chance(70) {
                give(random.pick(&["group_by", "groupBy"]), random.pick(&["severity", "type", "policy_id"]));
            }
        }
        "top-violators" => {
            if random.chance(80) {
                give("by", random.pick(&["user", "agent", "ip_address"]));
            }
            if random.chance(50) {
                give("limit", random.pick(&["1", "2", "100"]));
            }
        }
        _ => {}
    }
    own
}

/// Compares JSON; numbers may differ in the last places.
fn differ(found: &Value, expected: &Value, path: &str) -> Option<String> {
    match (found, expected) {
        (Value::Object(a), Value::Object(b)) => {
            if let Some(name) =
                a.keys().chain(b.keys()).find(|name| !(a.contains_key(*name) && b.contains_key(*name)))
            {
                return Some(format!("{path}.{name} is on one side alone"));
            }
            a.iter().find_map(|(name, value)| differ(value, &b[name], &format!("{path}.{name}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| differ(a, b, &format!("{path}[{i}]")))
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            let close = (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
            (!close).then(|| format!("{path}: {a}, expected {b}"))
        }
        (a, b) => (a != b).then(|| format!("{path}: {a}, expected {b}")),
    }
}

fn check(answer: &Answer, expected: &(Value, Option<usize>)) -> Result<(), String> {
    if answer.status != 200 {
        return Err(format!("{}: {}", answer.status, answer.text()));
    }
    if let Some(without) = expected.1
        && answer.header("x-unassigned") != without.to_string()
    {
        return Err(format!("unassigned: {}, expected {without}", answer.header("x-unassigned")));
    }
    differ(&answer.json(), &expected.0, "").map_or(Ok(()), Err)
}

/// Sends records in batches, in their order.
async fn send(tenant: &TestTenant<'_>, random: &mut Random, records: &[Value]) {
    let mut rest = records;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at((1 + random.below(200)).min(rest.len()));
        tenant.ingest(batch).await;
        rest = after;
    }
}

#[tokio::test]
async fn every_question_answers_like_a_loop_over_the_records() {
    let app = TestApp::start_at(NOW).await;
    let (mut asked, mut counted) = (0, 0);
    for seed in 1..=3 {
        let mut random = Random(seed);
        let tenant = app.tenant(&format!("world-{seed}")).await;
        let sent = random::records(&mut random, 250);
        send(&tenant, &mut random, &sent).await;
        for i in 0..120 {
            let endpoint = ENDPOINTS[i % ENDPOINTS.len()];
            let mut pairs = random::parameters(&mut random);
            pairs.extend(own_parameters(&mut random, endpoint));
            random.shuffle(&mut pairs);
            let mut parameters = Parameters::new();
            for (name, value) in &pairs {
                let name = name.replace("startDate", "start_date").replace("groupBy", "group_by");
                parameters.entry(name).or_default().push(value.clone());
            }
            let expected =
                naive::answer(endpoint, &parameters, &Asked::new(&parameters, "UTC", at(NOW)), &sent);
            let path = format!("/api/v1/analytics/{endpoint}?{}", query_string(&pairs));
            let answer = tenant.get(&path).await;
            if let Err(why) = check(&answer, &expected) {
                panic!("seed {seed}, question {i}: {path}\n  {why}\n  {parameters:?}");
            }
            asked += 1;
            counted += usize::from(answer.json()["total_incidents"].as_u64().is_some_and(|total| total > 0));
        }
    }
    println!("{asked} questions answered alike; of {counted} the total is not 0");
    assert!(counted > 50, "most questions must be about something: {counted} of {asked}");
}
