//! Random records and questions from a seed: small pools of values, many missing ones, and times that crowd around
//! changes of clock.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

/// A generator of numbers (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// True so many times out of a hundred.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of some things.
    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    /// Another order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for i in (1..things.len()).rev() {
            let other = self.below(i + 1);
            things.swap(i, other);
        }
    }
}

/// Zones, some with a change of clock in the autumn of 2026, one of half an hour.
pub(crate) const ZONES: [&str; 6] =
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"];
/// Instants that records and windows crowd around: changes of clock, ends of months and weeks, now.
const CROWDED: [&str; 8] = [
    "2026-10-25T01:00:00Z",
    "2026-11-01T06:00:00Z",
    "2026-10-03T15:30:00Z",
    "2026-09-06T04:00:00Z",
    "2026-10-31T23:00:00Z",
    "2026-11-16T00:00:00Z",
    "2026-11-18T00:00:00Z",
    "2026-08-20T12:00:00Z",
];

/// Columns with pools of values; a record lacks each in a quarter of the cases.
pub(crate) const POOLS: [(&str, &[&str]); 15] = [
    ("severity", &["critical", "high", "medium", "low", "informational"]),
    ("status", &["open", "closed"]),
    ("type", &["malware", "phishing", "unassigned", "Datenabfluß & more"]),
    ("policy_id", &["p-a", "p-b", "p-c"]),
    ("policy_name", &["Cards", "Cards, new", "Secrets"]),
    ("user", &["ann", "bob", "cy", "dee", "Eve", "éva"]),
    ("agent_id", &["agent-a", "agent-b", "agent-c"]),
    ("agent_name", &["laptop", "server", "robot"]),
    ("hostname", &["h-a", "h-b"]),
    ("ip_address", &["192.0.2.a", "192.0.2.b", "2001:db8::c"]),
    ("data_type", &["pii", "pci", "source code"]),
    ("action", &["blocked", "allowed", "quarantined", "alerted"]),
    ("assignee", &["ann", "bob"]),
    ("team", &["blue", "red"]),
    ("workspace_id", &["w-a", "w-b"]),
];
const TAGS: [&str; 3] = ["x", "y", "z"];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn instant(random: &mut Random) -> Timestamp {
    let spread = *random.pick(&[7_200, 90_000, 2_000_000]);
    let offset = i64::try_from(random.below(2 * spread)).unwrap() - i64::try_from(spread).unwrap();
    // Whole quarters of an hour are often the very start of a bucket.
    let offset = if random.chance(40) { offset / 900 * 900 } else { offset };
    at(random.pick(&CROWDED)) + SignedDuration::from_secs(offset)
}

/// Versions of records, in the order in which they are sent.
pub(crate) fn records(random: &mut Random, count: usize) -> Vec<Value> {
    let mut records = Vec::new();
    for id in 0..count {
        for version in 0..=random.below(3) {
            records.push(record(random, id, version));
        }
    }
    random.shuffle(&mut records);
    records
}

fn record(random: &mut Random, id: usize, version: usize) -> Value {
    let created = instant(random);
    let mut record = Map::from_iter([
        ("id".to_owned(), json!(format!("i-{id}"))),
        ("created_at".to_owned(), json!(created.to_string())),
    ]);
    if random.chance(70) {
        // Some versions tie: then the one that is sent later wins.
        let updated = created + SignedDuration::from_secs(i64::try_from(version / 2 * 60).unwrap());
        record.insert("updated_at".to_owned(), json!(updated.to_string()));
    }
    for (column, pool) in POOLS {
        if random.chance(75) {
            record.insert(column.to_owned(), json!(random.pick(pool)));
        }
    }
    for column in ["acknowledged_at", "resolved_at"] {
        if random.chance(60) {
            // One in six ends before it began.
            let minutes = i64::try_from(random.below(60_000)).unwrap() - 10_000;
            let end = created + SignedDuration::from_secs(minutes * 37);
            record.insert(column.to_owned(), json!(end.to_string()));
        }
    }
    for column in ["auto_resolved", "sla_met"] {
        if random.chance(60) {
            record.insert(column.to_owned(), json!(random.chance(50)));
        }
    }
    if random.chance(60) {
        record.insert("confidence".to_owned(), json!(random.below(101) as f64 / 100.0));
    }
    if random.chance(60) {
        let tags: Vec<&str> = TAGS.into_iter().filter(|_| random.chance(50)).collect();
        record.insert("tags".to_owned(), json!(tags));
    }
    Value::Object(record)
}

/// Parameters that every question takes: names and values, as in a query string.
pub(crate) fn parameters(random: &mut Random) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut give = |name: &str, value: String| parameters.push((name.to_owned(), value));
    if random.chance(85) {
        give("timezone", (*random.pick(&ZONES)).to_owned());
    }
    if random.chance(85) {
        let (start, end) = dates(random);
        give(if random.chance(50) { "start_date" } else { "startDate" }, start);
        give("end_date", end);
    }
    for _ in 0..random.below(3) {
        let (column, pool) = *random.pick(&FILTERED);
        if parameters.iter().any(|(name, _)| name == column) {
            continue;
        }
        for value in pool.iter().filter(|_| random.chance(60)) {
            parameters.push((column.to_owned(), (*value).to_owned()));
        }
    }
    parameters
}

/// What can be filtered by, and by which values.
const FILTERED: [(&str, &[&str]); 12] = [
    ("severity", &["critical", "high", "low", "unrated"]),
    ("type", &["malware", "Datenabfluß & more"]),
    ("policy_id", &["p-a", "p-b", "nobody's"]),
    ("status", &["open"]),
    ("user", &["ann", "Eve", "éva"]),
    ("agent_id", &["agent-a", "agent-c"]),
    ("assignee", &["ann"]),
    ("team", &["blue", "red"]),
    ("data_type", &["pii", "source code"]),
    ("action", &["blocked", "alerted"]),
    ("tags", &["x", "z"]),
    ("workspace_id", &["w-a"]),
];

/// Two bounds of at most 89 days, each a day or an instant.
fn dates(random: &mut Random) -> (String, String) {
    let start = instant(random);
    let length = *random.pick(&[3_600, 86_400, 5 * 86_400, 40 * 86_400, 88 * 86_400]);
    let end = start + SignedDuration::from_secs(1 + i64::try_from(random.below(length)).unwrap());
    let bound =
        |at: Timestamp, as_day: bool| if as_day { at.to_string()[..10].to_owned() } else { at.to_string() };
    // A day that ends after the instant before it begins is the one mix that is always in order.
    let (start_as_day, end_as_day) =
        *random.pick(&[(true, true), (false, false), (true, true), (false, false)]);
    (bound(start, start_as_day), bound(end, end_as_day))
}
