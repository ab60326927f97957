//! Lists of expected results, each with the question whose answer it is.

use serde_json::{Value, json};
use sitrep_tests::TestTenant;

use crate::figures::{Figures, Row, list, rows};
use crate::sources::{Sent, Source};

/// Rows of an answer: the key, and the figures that there are.
type Found = Vec<(String, Vec<Option<f64>>)>;

/// A list of the expected results, and the question that gives it.
pub(crate) struct List {
    /// Its member in the expected results; a single object is a list of one.
    pub(crate) name: &'static str,
    /// Members of an expected row that tell which it is; in the order of the group keys.
    pub(crate) keys: &'static [&'static str],
    /// Members of an expected row that are figures.
    pub(crate) figures: Vec<Figure>,
    pub(crate) group_by: Value,
    pub(crate) filters: Value,
    /// Fields of the source that tell which expected row a rejected row would have counted in; its list elements each.
    pub(crate) rejected: &'static [&'static str],
    /// Whether places count: the first ten.
    pub(crate) top: bool,
    /// Whether only records without the last key count; it is no part of the key.
    pub(crate) without: bool,
}

/// A figure of an expected row: its member there, its measure here, and the form it has there.
pub(crate) struct Figure {
    pub(crate) member: &'static str,
    pub(crate) measure: Value,
    pub(crate) form: Form,
}

/// How the expected results write a figure.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    AsIs,
    /// In seconds, where ours is in minutes.
    Seconds,
    /// In percent with four decimals, where ours is a ratio.
    Percent,
    /// How many records had a value, where ours says how many had none.
    Population,
}

pub(crate) fn figure(member: &'static str, measure: Value) -> Figure {
    Figure { member, measure, form: Form::AsIs }
}

pub(crate) fn percent(member: &'static str, of: Value) -> Figure {
    let measure = json!({"op": "ratio", "num": counting(of), "den": {"op": "count"}});
    Figure { member, measure, form: Form::Percent }
}

/// The statistics of a duration, in the expected results in seconds.
pub(crate) fn durations(from: &str, to: &str) -> Vec<Figure> {
    let of = json!({"minutes_between": [from, to]});
    let seconds = |member, measure| Figure { member, measure, form: Form::Seconds };
    let percentile = |p: f64| json!({"op": "percentile", "p": p, "of": of});
    vec![
        Figure { member: "n", measure: json!({"op": "mean", "of": of}), form: Form::Population },
        seconds("mean_s", json!({"op": "mean", "of": of})),
        seconds("p50_s", percentile(0.5)),
        seconds("p90_s", percentile(0.9)),
        seconds("p95_s", percentile(0.95)),
        seconds("min_s", json!({"op": "min", "of": of})),
        seconds("max_s", json!({"op": "max", "of": of})),
    ]
}

pub(crate) fn counting(filter: Value) -> Value {
    json!({"op": "count", "where": filter})
}

pub(crate) fn is(field: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "op": "eq", "value": value.into()})
}

pub(crate) fn has(field: &str) -> Value {
    json!({"field": field, "op": "is_null", "value": false})
}

impl List {
    /// Counts by some keys.
    pub(crate) fn counts(name: &'static str, keys: &'static [&'static str], group_by: Value) -> Self {
        Self {
            name,
            keys,
            figures: vec![figure("n", json!({"op": "count"}))],
            group_by,
            filters: Value::Null,
            rejected: &[],
            top: false,
            without: false,
        }
    }

    /// The ten most frequent values of a field.
    pub(crate) fn top(name: &'static str, field: &str) -> Self {
        let filters = has(field);
        Self { filters, top: true, ..Self::counts(name, &["value"], json!([field])) }
    }

    /// Counts of records that lack the last key.
    pub(crate) fn without(name: &'static str, keys: &'static [&'static str], group_by: Value) -> Self {
        Self { without: true, ..Self::counts(name, keys, group_by) }
    }

    pub(crate) fn filtered(mut self, filter: Value) -> Self {
        self.filters = if self.filters.is_null() { filter } else { json!({"and": [self.filters, filter]}) };
        self
    }

    pub(crate) fn with(mut self, figures: Vec<Figure>) -> Self {
        self.figures = figures;
        self
    }

    pub(crate) fn and_rejected(mut self, fields: &'static [&'static str]) -> Self {
        self.rejected = fields;
        self
    }

    pub(crate) fn expected(&self, expected: &Value, figures: &mut Figures) {
        let one = [expected[self.name].clone()];
        let rows = if one[0].is_object() { &one } else { list(expected, self.name) };
        for (i, row) in rows.iter().enumerate() {
            let keys = self.keys.iter().map(|key| word(&row[*key]));
            let key = self.key_of(i, keys.collect());
            for figure in &self.figures {
                if let Some(value) = row[figure.member].as_f64() {
                    figures.insert((self.name, format!("{key} {}", figure.member)), value);
                }
            }
        }
    }

    /// Asks, and puts the answer's figures among the others. Rows that were rejected are counted in.
    pub(crate) async fn ask(
        &self,
        tenant: &TestTenant<'_>,
        source: &Source,
        sent: &Sent,
        figures: &mut Figures,
    ) {
        let mut found: Found = Vec::new();
        for window in source.windows {
            let part = self.ask_part(tenant, source, Some(*window)).await;
            self.add(part, &mut found);
        }
        if source.windows.is_empty() {
            found = self.ask_part(tenant, source, None).await;
        }
        self.count_rejected(sent, &mut found);
        if self.top {
            found.truncate(10);
        }
        for (i, (key, values)) in found.into_iter().enumerate() {
            let key = if self.top { format!("{:02} {key}", i + 1) } else { key };
            for (figure, value) in self.figures.iter().zip(values) {
                if let Some(value) = value {
                    figures.insert((self.name, format!("{key} {}", figure.member)), value);
                }
            }
        }
    }

    async fn ask_part(&self, tenant: &TestTenant<'_>, source: &Source, window: Option<[&str; 2]>) -> Found {
        let metrics: Vec<Value> = (self.figures.iter().enumerate())
            .map(|(i, figure)| json!({"as": format!("f{i}"), "measure": figure.measure}))
            .chain([json!({"as": "all", "measure": {"op": "count"}})])
            .collect();
        let mut body = json!({"dataset": source.dataset, "group_by": self.group_by, "metrics": metrics,
            "order_by": ["-all"], "limit": 10_000});
        if let Some([start, end]) = window {
            body["start"] = json!(start);
            body["end"] = json!(end);
        }
        if !self.filters.is_null() {
            body["filters"] = self.filters.clone();
        }
        let answer = tenant.post("/api/v1/query", body).await.expect(200);
        assert_eq!(answer["truncated"], false, "{}", self.name);
        let mut found = Vec::new();
        for (row, excluded) in rows(&answer).iter().zip(list(&answer, "excluded")) {
            let Some(key) = self.found_key(row) else { continue };
            let values = self.figures.iter().enumerate().map(|(i, figure)| {
                let excluded = excluded[i].as_f64().unwrap_or_default();
                in_form(figure.form, row[&format!("f{i}")].as_f64(), row["all"].as_f64(), excluded)
            });
            found.push((key, values.collect()));
        }
        found
    }

    /// Adds the counts of one window to those of others.
    fn add(&self, part: Found, found: &mut Found) {
        if found.is_empty() {
            *found = part;
            return;
        }
        let counts = self.figures.iter().all(|figure| figure.measure["op"] == "count");
        assert!(counts, "{}: only counts of several windows add up", self.name);
        for (key, values) in part {
            match found.iter_mut().find(|(k, _)| *k == key) {
                Some((_, sums)) => {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = sum.zip(value).map(|(a, b)| a + b);
                    }
                }
                None => found.push((key, values)),
            }
        }
        rank(found);
    }

    fn key_of(&self, index: usize, keys: Vec<String>) -> String {
        let key = keys.join(" ");
        if self.top { format!("{:02} {key}", index + 1) } else { key }
    }

    /// The group keys of a found row; of a time as much as its bucket says. None for a row that is not asked for: in a
    /// top list one without a value.
    fn found_key(&self, row: &Row) -> Option<String> {
        let mut group_by: Vec<&Value> = self.group_by.as_array().into_iter().flatten().collect();
        let last = group_by.last().and_then(|key| key.as_str()).map(|key| row[key].is_null());
        if (self.top && last == Some(true)) || (self.without && last != Some(true)) {
            return None;
        }
        if self.without {
            group_by.pop();
        }
        let keys = group_by.into_iter().map(|key| match key["time"].as_str() {
            None => word(&row[key.as_str().expect("a field")]),
            Some(bucket) => {
                let length = match bucket {
                    "year" => 4,
                    "month" => 7,
                    "day" => 10,
                    _ => 13,
                };
                word(&row[bucket])[..length].to_owned()
            }
        });
        Some(keys.collect::<Vec<_>>().join(" "))
    }

    fn count_rejected(&self, sent: &Sent, found: &mut Found) {
        if self.rejected.is_empty() {
            return;
        }
        for (row, ..) in &sent.rejected {
            let parts: Vec<Vec<String>> = self.rejected.iter().map(|path| words_at(row, path)).collect();
            for last in &parts[parts.len() - 1] {
                let mut keys: Vec<&str> =
                    parts[..parts.len() - 1].iter().map(|part| part[0].as_str()).collect();
                keys.push(last);
                let key = keys.join(" ");
                match found.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, values)) => values[0] = values[0].map(|n| n + 1.0),
                    None => found.push((key, vec![Some(1.0)])),
                }
            }
        }
        rank(found);
    }
}

/// Most frequent first, then by key.
fn rank(found: &mut Found) {
    let by_count = |a: &Option<f64>, b: &Option<f64>| b.partial_cmp(a).expect("counts compare");
    found.sort_by(|a, b| by_count(&a.1[0], &b.1[0]).then_with(|| a.0.cmp(&b.0)));
}

fn in_form(form: Form, value: Option<f64>, all: Option<f64>, excluded: f64) -> Option<f64> {
    match form {
        Form::AsIs => value,
        Form::Seconds => value.map(|minutes| minutes * 60.0),
        Form::Percent => value.map(|ratio| (ratio * 1e6).round() / 1e4),
        Form::Population => all.map(|all| all - excluded),
    }
}

/// A key as text; null is the word that answers have for it.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "unrated".to_owned(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |x| x.to_string()),
        other => other.to_string(),
    }
}

fn words_at(row: &Value, path: &str) -> Vec<String> {
    let value = path.split('.').fold(row, |value, part| &value[part]);
    match value {
        Value::Array(items) => items.iter().map(word).collect(),
        one => vec![word(one)],
    }
}
