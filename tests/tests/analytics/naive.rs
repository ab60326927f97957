//! The same answers once more, straight from the contract: records in a list, one loop per figure, days found by looking
//! at a clock every quarter of an hour. Shares no code with the product.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde_json::{Map, Value, json};

/// Parameters of a question by name.
pub(crate) type Parameters = BTreeMap<String, Vec<String>>;

/// A window in a zone, with how many civil days it was asked for, if it was asked for in days.
pub(crate) struct Asked {
    start: Timestamp,
    end: Timestamp,
    zone: TimeZone,
    timezone: String,
    days: Option<i64>,
}

const STEP: SignedDuration = SignedDuration::from_mins(15);

/// First quarter of an hour at which the local date is `day` or later.
fn day_start(day: Date, zone: &TimeZone) -> Timestamp {
    let mut at = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap() - SignedDuration::from_hours(26);
    while zone.to_datetime(at).date() < day {
        at += STEP;
    }
    at
}

impl Asked {
    pub(crate) fn new(parameters: &Parameters, tenant_zone: &str, now: Timestamp) -> Self {
        let one = |name: &str| parameters.get(name).map(|values| values[0].clone());
        let timezone = one("timezone").unwrap_or_else(|| tenant_zone.to_owned());
        let zone = TimeZone::get(&timezone).unwrap();
        let (start, end) = (one("start_date"), one("end_date"));
        let (Some(start), Some(end)) = (start, end) else {
            let today = zone.to_datetime(now).date();
            let first = today.checked_sub(Span::new().days(29)).unwrap();
            let (start, end) = (day_start(first, &zone), day_start(today.tomorrow().unwrap(), &zone));
            return Self { start, end, zone, timezone, days: Some(30) };
        };
        if start.len() > 10 {
            let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
            return Self { start, end, zone, timezone, days: None };
        }
        let (first, last): (Date, Date) = (start.parse().unwrap(), end.parse().unwrap());
        let days = i64::from(first.until(last).unwrap().get_days()) + 1;
        let (start, end) = (day_start(first, &zone), day_start(last.tomorrow().unwrap(), &zone));
        Self { start, end, zone, timezone, days: Some(days) }
    }

    fn previous(&self) -> (Timestamp, Timestamp) {
        let start = match self.days {
            None => self.start - self.end.duration_since(self.start),
            Some(days) => {
                let first = self.zone.to_datetime(self.start).date();
                day_start(first.checked_sub(Span::new().days(days)).unwrap(), &self.zone)
            }
        };
        (start, self.start)
    }

    /// What a bucket is called: two instants are in one exactly when it is the same.
    fn label(&self, at: Timestamp, interval: &str) -> String {
        let local = self.zone.to_datetime(at);
        let day = local.date();
        match interval {
            "hour" => format!("{day} {} {}", local.hour(), self.zone.to_offset(at)),
            "day" => day.to_string(),
            "week" => {
                let back = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(Span::new().days(back)).unwrap().to_string()
            }
            _ => format!("{}-{}", day.year(), day.month()),
        }
    }

    /// Starts of the buckets that touch the window, by their labels' first instants.
    fn buckets(&self, interval: &str) -> Vec<(String, Timestamp)> {
        let quarter = |at: Timestamp| Timestamp::from_second(at.as_second().div_euclid(900) * 900).unwrap();
        let mut first = quarter(self.start);
        let label = self.label(first, interval);
        while self.label(first - STEP, interval) == label {
            first -= STEP;
        }
        let mut buckets = vec![(label, first)];
        let mut at = first;
        while at < self.end {
            let label = self.label(at, interval);
            if buckets.last().is_none_or(|(last, _)| *last != label) {
                buckets.push((label, at));
            }
            at += STEP;
        }
        buckets
    }
}

/// The newest version of every id, as they were sent one after the other.
pub(crate) fn newest(sent: &[Value]) -> Vec<&Value> {
    let version = |record: &Value| time(record, "updated_at").or(time(record, "created_at")).unwrap();
    let mut newest: BTreeMap<&str, &Value> = BTreeMap::new();
    for record in sent {
        let id = record["id"].as_str().unwrap();
        if newest.get(id).is_none_or(|old| version(record) >= version(old)) {
            newest.insert(id, record);
        }
    }
    newest.into_values().collect()
}

fn time(record: &Value, column: &str) -> Option<Timestamp> {
    record[column].as_str().map(|text| text.parse().unwrap())
}

fn text<'a>(record: &'a Value, column: &str) -> Option<&'a str> {
    record[column].as_str()
}

fn admits(parameters: &Parameters, record: &Value) -> bool {
    let own = ["timezone", "start_date", "end_date", "interval", "group_by", "by", "limit"];
    parameters.iter().filter(|(name, _)| !own.contains(&name.as_str())).all(|(column, values)| {
        let has = |value: &String| match &record[column.as_str()] {
            Value::Array(items) => items.iter().any(|item| item == value),
            Value::Null => column == "severity" && value == "unrated",
            other => other == value,
        };
        values.iter().any(has)
    })
}

fn within<'a>(records: &[&'a Value], start: Timestamp, end: Timestamp) -> Vec<&'a Value> {
    let created = |record: &Value| time(record, "created_at").unwrap();
    records.iter().copied().filter(|record| start <= created(record) && created(record) < end).collect()
}

/// A percentage with two decimals, halves away from zero, in whole numbers throughout.
fn percent(part: usize, whole: usize) -> Value {
    if whole == 0 {
        return Value::Null;
    }
    let hundredths = (part * 20_000 + whole) / (2 * whole);
    json!(hundredths as f64 / 100.0)
}

fn mean(values: &[f64]) -> Value {
    if values.is_empty() { Value::Null } else { json!(values.iter().sum::<f64>() / values.len() as f64) }
}

fn median(mut values: Vec<f64>) -> Value {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => Value::Null,
        n if n % 2 == 1 => json!(values[half]),
        _ => json!((values[half - 1] + values[half]) / 2.0),
    }
}

fn group<'a>(records: &[&'a Value], column: &str) -> BTreeMap<Option<&'a str>, Vec<&'a Value>> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Value>> = BTreeMap::new();
    for record in records {
        groups.entry(text(record, column)).or_default().push(record);
    }
    groups
}

/// Groups with a key, most records first, then by key.
fn ranked<'a>(records: &[&'a Value], column: &str) -> Vec<(&'a str, Vec<&'a Value>)> {
    let groups = group(records, column);
    let mut ranked: Vec<_> = groups.into_iter().filter_map(|(key, records)| Some((key?, records))).collect();
    ranked.sort_by_key(|(key, records)| (std::cmp::Reverse(records.len()), *key));
    ranked
}

/// The value in the newest record that has one; of equally new ones the smallest.
fn latest(records: &[&Value], column: &str) -> Value {
    let dated =
        records.iter().filter_map(|record| Some((time(record, "created_at")?, text(record, column)?)));
    let newest = dated.min_by_key(|(at, value)| (std::cmp::Reverse(*at), value.to_owned()));
    newest.map_or(Value::Null, |(_, value)| json!(value))
}

fn count(records: &[&Value], column: &str, value: &str) -> usize {
    records.iter().filter(|record| text(record, column) == Some(value)).count()
}

/// Answers a question: its JSON, and the number of incidents without a key where there is one.
pub(crate) fn answer(
    endpoint: &str,
    parameters: &Parameters,
    asked: &Asked,
    sent: &[Value],
) -> (Value, Option<usize>) {
    let all: Vec<&Value> = newest(sent).into_iter().filter(|record| admits(parameters, record)).collect();
    let records = within(&all, asked.start, asked.end);
    let one = |name: &str, default: &str| {
        parameters.get(name).map_or(default.to_owned(), |values| values[0].clone())
    };
    match endpoint {
        "trends" => {
            let group_by = parameters.get("group_by").map(|values| values[0].as_str());
            (trends(asked, &records, &one("interval", "day"), group_by), None)
        }
        "top-violators" => {
            let limit: usize = one("limit", "10").parse().unwrap();
            let (list, without) = top_violators(&records, &one("by", "user"), limit);
            (list, Some(without))
        }
        "data-types" => {
            let without = records.iter().filter(|record| record["data_type"].is_null()).count();
            (data_types(&records), Some(without))
        }
        "policy-violations" => {
            let without = records.iter().filter(|record| record["policy_id"].is_null()).count();
            (ranked(&records, "policy_id").iter().map(|(id, own)| policy(id, own)).collect(), Some(without))
        }
        "severity-distribution" => (severity_distribution(&records), None),
        "summary" => {
            let mut summary = summarize(&all, asked.start, asked.end);
            let (start, end) = asked.previous();
            summary.insert("previous".to_owned(), Value::Object(summarize(&all, start, end)));
            (Value::Object(summary), None)
        }
        other => panic!("there is no question {other}"),
    }
}

fn trends(asked: &Asked, records: &[&Value], interval: &str, group_by: Option<&str>) -> Value {
    let missing = if group_by == Some("severity") { "unrated" } else { "unassigned" };
    let mut series: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    if group_by.is_none() {
        series.insert("total", Vec::new());
    }
    for record in records {
        let key = group_by.map_or("total", |column| text(record, column).unwrap_or(missing));
        series.entry(key).or_default().push(record);
    }
    let buckets = asked.buckets(interval);
    let points = |own: &Vec<&Value>| -> Value {
        let labels: Vec<String> =
            own.iter().map(|record| asked.label(time(record, "created_at").unwrap(), interval)).collect();
        let point = |(label, start): &(String, Timestamp)| json!({"timestamp": start.to_string(), "count": labels.iter().filter(|own| *own == label).count()});
        buckets.iter().map(point).collect()
    };
    let series: Map<String, Value> =
        series.iter().map(|(key, own)| ((*key).to_owned(), points(own))).collect();
    json!({
        "interval": interval,
        "start_date": asked.start.to_string(),
        "end_date": asked.end.to_string(),
        "timezone": asked.timezone,
        "group_by": group_by,
        "series": series,
        "total_incidents": records.len(),
    })
}

fn top_violators(records: &[&Value], by: &str, limit: usize) -> (Value, usize) {
    let column = if by == "agent" { "agent_id" } else { by };
    let row = |(key, own): &(&str, Vec<&Value>)| {
        let mut row =
            json!({"incident_count": own.len(), "critical_count": count(own, "severity", "critical")});
        row[column] = json!(key);
        if by == "agent" {
            row["agent_name"] = latest(own, "agent_name");
            row["hostname"] = latest(own, "hostname");
        }
        row
    };
    let list = ranked(records, column).iter().take(limit).map(row).collect();
    (list, records.iter().filter(|record| record[column].is_null()).count())
}

fn data_types(records: &[&Value]) -> Value {
    let row = |key: Option<&str>, own: &[&Value]| {
        let confidences: Vec<f64> = own.iter().filter_map(|record| record["confidence"].as_f64()).collect();
        json!({
            "data_type": key,
            "count": own.len(),
            "percentage": percent(own.len(), records.len()),
            "avg_confidence": mean(&confidences),
            "confidence_excluded": own.len() - confidences.len(),
        })
    };
    let mut rows: Vec<Value> =
        ranked(records, "data_type").iter().map(|(key, own)| row(Some(key), own)).collect();
    if let Some(without) = group(records, "data_type").get(&None) {
        rows.push(row(None, without));
    }
    Value::Array(rows)
}

fn policy(id: &str, own: &[&Value]) -> Value {
    let with_action = own.iter().filter(|record| !record["action"].is_null()).count();
    let last = own.iter().filter_map(|record| time(record, "created_at")).max();
    json!({
        "policy_id": id,
        "policy_name": latest(own, "policy_name"),
        "total": own.len(),
        "blocked": count(own, "action", "blocked"),
        "allowed": count(own, "action", "allowed"),
        "quarantined": count(own, "action", "quarantined"),
        "alerted": count(own, "action", "alerted"),
        "block_rate": percent(count(own, "action", "blocked"), with_action),
        "critical": count(own, "severity", "critical"),
        "last_violation_at": last.map(|at| at.to_string()),
    })
}

fn severity_distribution(records: &[&Value]) -> Value {
    let groups = group(records, "severity");
    let names = ["critical", "high", "medium", "low", "informational"];
    let row = |name: &str, key: Option<&str>| {
        let count = groups.get(&key).map_or(0, Vec::len);
        json!({"severity": name, "count": count, "percentage": percent(count, records.len())})
    };
    let mut rows: Vec<Value> = names.iter().map(|name| row(name, Some(name))).collect();
    rows.push(row("unrated", None));
    json!({"total": records.len(), "distribution": rows})
}

fn summarize(all: &[&Value], start: Timestamp, end: Timestamp) -> Map<String, Value> {
    let records = within(all, start, end);
    let open = |record: &&&Value| time(record, "resolved_at").is_none_or(|at| at >= end);
    let rate = |column: &str, value: Value| {
        let with = records.iter().filter(|record| !record[column].is_null()).count();
        percent(records.iter().filter(|record| record[column] == value).count(), with)
    };
    let durations = |column: &str| {
        let minutes: Vec<f64> = records
            .iter()
            .filter_map(|record| Some(time(record, column)?.duration_since(time(record, "created_at")?)))
            .filter(|duration| !duration.is_negative())
            .map(|duration| duration.as_secs_f64() / 60.0)
            .collect();
        json!({"mean": mean(&minutes), "median": median(minutes.clone()), "population": minutes.len(),
            "excluded": records.len() - minutes.len()})
    };
    let different = |column| group(&records, column).keys().flatten().count();
    let summary = json!({
        "start_date": start.to_string(),
        "end_date": end.to_string(),
        "total_incidents": records.len(),
        "critical_incidents": count(&records, "severity", "critical"),
        "high_incidents": count(&records, "severity", "high"),
        "open_incidents": records.iter().filter(open).count(),
        "blocked": count(&records, "action", "blocked"),
        "block_rate": rate("action", json!("blocked")),
        "mtta_minutes": durations("acknowledged_at"),
        "mttr_minutes": durations("resolved_at"),
        "auto_resolution_rate": rate("auto_resolved", json!(true)),
        "sla_compliance": rate("sla_met", json!(true)),
        "unique_users": different("user"),
        "unique_agents": different("agent_id"),
        "risk_score": null,
    });
    summary.as_object().unwrap().clone()
}
