//! A second engine, as plain as can be: records in a list, one loop per figure. It shares no code with the real one
//! but the domain's values, so what the two agree on is the documented meaning.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value as Json;
use sitrep_domain::attack::coverage::CoverageScope;
use sitrep_domain::attack::{Technique, catalogue};
use sitrep_domain::calendar::{bucket_start, find_zone};
use sitrep_domain::datasets::incidents::DATASET;
use sitrep_domain::filter::{Compare, Filter};
use sitrep_domain::measure::{Coverage, Measure, MeasureOp, Value};
use sitrep_domain::query::{GroupKey, NamedMeasure, Population, Query};
use sitrep_domain::record::{CustomValue, Record, Scalar, parse_time};
use sitrep_domain::window::Window;

/// One value of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Time(i64),
    Number(f64),
    Boolean(bool),
    List(Vec<String>),
}

/// A figure: its value (times in microseconds, booleans never), and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    pub(crate) value: Option<f64>,
    pub(crate) population: u64,
    pub(crate) excluded: u64,
}

/// Rows by the text form of their keys, and the unassigned records.
pub(crate) struct Answer {
    pub(crate) rows: BTreeMap<Vec<String>, Vec<Figure>>,
    pub(crate) unassigned: u64,
}

/// The newest version of each id of records in order of arrival.
pub(crate) fn newest(records: &[Record]) -> Vec<Record> {
    let mut newest: BTreeMap<String, &Record> = BTreeMap::new();
    let version = |r: &Record| time(r, "updated_at").or(time(r, "created_at"));
    for record in records {
        let Some(Cell::Text(id)) = field(record, "id") else { panic!("a record has an id") };
        match newest.get(&id) {
            Some(old) if version(old) > version(record) => {}
            _ => drop(newest.insert(id, record)),
        }
    }
    newest.into_values().cloned().collect()
}

fn field(record: &Record, name: &str) -> Option<Cell> {
    if let Some(custom) = name.strip_prefix("custom.") {
        return record.custom().get(custom).map(|value| match value {
            CustomValue::Boolean(b) => Cell::Boolean(*b),
            CustomValue::Number(x) => Cell::Number(*x),
            CustomValue::Text(text) => Cell::Text(text.clone()),
            CustomValue::List(items) => Cell::List(items.clone()),
        });
    }
    let (index, _) = DATASET.find_column(name)?;
    record.values()[index].as_ref().map(|value| match value {
        Scalar::Text(text) => Cell::Text(text.clone()),
        Scalar::Time(micros) => Cell::Time(*micros),
        Scalar::Number(x) => Cell::Number(*x),
        Scalar::Integer(n) => Cell::Number(*n as f64),
        Scalar::Boolean(b) => Cell::Boolean(*b),
        Scalar::List(items) => Cell::List(items.clone()),
    })
}

fn time(record: &Record, name: &str) -> Option<i64> {
    match field(record, name) {
        Some(Cell::Time(micros)) => Some(micros),
        _ => None,
    }
}

fn in_population(record: &Record, population: Population, window: Option<Window>) -> bool {
    let created = time(record, "created_at").unwrap();
    let resolved = time(record, "resolved_at");
    let inside = |at: i64| window.is_none_or(|w| w.contains(Timestamp::from_microsecond(at).unwrap()));
    let open_at = |t: Timestamp| {
        let t = t.as_microsecond();
        resolved.is_none_or(|r| r >= t)
    };
    match population {
        Population::Created => inside(created),
        Population::Resolved => resolved.is_some_and(inside),
        Population::CreatedAndOpenAtEnd => {
            inside(created) && window.map_or(resolved.is_none(), |w| open_at(w.end()))
        }
        Population::OpenAtEnd => match window {
            Some(w) => created < w.end().as_microsecond() && open_at(w.end()),
            None => resolved.is_none(),
        },
        Population::OpenAt(t) => created < t.as_microsecond() && open_at(t),
        Population::CreatedByEnd => window.is_none_or(|w| created < w.end().as_microsecond()),
    }
}

fn admits(record: &Record, filter: &Filter) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|p| admits(record, p)),
        Filter::Or(parts) => parts.iter().any(|p| admits(record, p)),
        Filter::Not(part) => !admits(record, part),
        Filter::Compare { field: name, op: Compare::IsNull, value } => {
            field(record, name).is_none() == value.as_bool().unwrap()
        }
        Filter::Compare { field: name, op, value } => match field(record, name) {
            None => false,
            Some(Cell::List(items)) if *op == Compare::Ne => {
                !items.iter().any(|i| fits(&Cell::Text(i.clone()), Compare::Eq, value))
            }
            Some(Cell::List(items)) => {
                let op = if *op == Compare::Contains { Compare::Eq } else { *op };
                items.iter().any(|i| fits(&Cell::Text(i.clone()), op, value))
            }
            Some(cell) => fits(&cell, *op, value),
        },
    }
}

fn fits(cell: &Cell, op: Compare, operand: &Json) -> bool {
    if let Json::Array(items) = operand {
        return items.iter().any(|item| fits(cell, Compare::Eq, item));
    }
    let order = match (cell, operand) {
        (Cell::Text(a), Json::String(b)) => Some(a.as_str().cmp(b)),
        (Cell::Time(a), Json::String(b)) => Some(a.cmp(&parse_time(b).unwrap().as_microsecond())),
        (Cell::Number(a), Json::Number(b)) => a.partial_cmp(&b.as_f64().unwrap()),
        (Cell::Boolean(a), Json::Bool(b)) if a == b => Some(std::cmp::Ordering::Equal),
        _ => None,
    };
    let ordered = !matches!(cell, Cell::Boolean(_));
    match op {
        Compare::Eq | Compare::In => order.is_some_and(std::cmp::Ordering::is_eq),
        Compare::Ne => !order.is_some_and(std::cmp::Ordering::is_eq),
        Compare::Lt => ordered && order.is_some_and(std::cmp::Ordering::is_lt),
        Compare::Le => ordered && order.is_some_and(std::cmp::Ordering::is_le),
        Compare::Gt => ordered && order.is_some_and(std::cmp::Ordering::is_gt),
        Compare::Ge => ordered && order.is_some_and(std::cmp::Ordering::is_ge),
        Compare::Contains => match (cell, operand) {
            (Cell::Text(text), Json::String(part)) => text.contains(part.as_str()),
            _ => false,
        },
        Compare::IsNull => unreachable!("dealt with before"),
    }
}

fn distinct_texts(cell: Option<Cell>) -> BTreeSet<String> {
    match cell {
        None => BTreeSet::new(),
        Some(Cell::List(items)) => items.into_iter().map(|i| format!("t:{i}")).collect(),
        Some(Cell::Text(text)) => BTreeSet::from([format!("t:{text}")]),
        Some(Cell::Number(x)) => BTreeSet::from([format!("n:{:?}", x + 0.0)]),
        Some(Cell::Time(at)) => BTreeSet::from([format!("at:{at}")]),
        Some(Cell::Boolean(b)) => BTreeSet::from([format!("b:{b}")]),
    }
}

fn keys_of(record: &Record, key: &GroupKey) -> BTreeSet<String> {
    let mut keys = match key {
        GroupKey::Field(name) => distinct_texts(field(record, name)),
        GroupKey::Time { time: bucket, of, timezone } => {
            let zone = find_zone(timezone).unwrap();
            let start = |at| bucket_start(Timestamp::from_microsecond(at).unwrap(), *bucket, &zone);
            time(record, of).map(|at| format!("at:{}", start(at).as_microsecond())).into_iter().collect()
        }
    };
    if keys.is_empty() {
        keys.insert("missing".to_owned());
    }
    keys
}

/// Answers a query over the newest versions; rows are not ordered or limited.
pub(crate) fn answer(records: &[Record], query: &Query) -> Answer {
    let counted: Vec<&Record> =
        records.iter().filter(|r| query.filter.as_ref().is_none_or(|f| admits(r, f))).collect();
    let mut groups: BTreeMap<Vec<String>, Vec<&Record>> = BTreeMap::new();
    if query.group_by.is_empty() {
        groups.insert(Vec::new(), counted.clone());
    } else {
        let in_any = |r: &Record| query.measures.iter().any(|m| in_population(r, m.population, query.window));
        for record in counted.iter().filter(|r| in_any(r)) {
            for keys in combinations(record, query) {
                groups.entry(keys).or_default().push(record);
            }
        }
    }
    let first = &query.measures[0];
    let unassigned = |r: &&&Record| {
        keys_of(r, &query.group_by[0]).contains("missing")
            && in_population(r, first.population, query.window)
            && first.measure.filter.as_ref().is_none_or(|f| admits(r, f))
    };
    let mut dropped = 0;
    if query.drop_null_keys && !query.group_by.is_empty() {
        dropped = counted.iter().filter(unassigned).count() as u64;
        groups.retain(|keys, _| keys[0] != "missing");
    }
    let rows = groups.into_iter().map(|(keys, records)| (keys, figures(&records, query))).collect();
    Answer { rows, unassigned: dropped }
}

fn combinations(record: &Record, query: &Query) -> Vec<Vec<String>> {
    query.group_by.iter().fold(vec![Vec::new()], |heads, key| {
        let keys = keys_of(record, key);
        let with = |head: &Vec<String>| {
            keys.iter().map(|k| [head.clone(), vec![k.clone()]].concat()).collect::<Vec<_>>()
        };
        heads.iter().flat_map(with).collect()
    })
}

fn figures(records: &[&Record], query: &Query) -> Vec<Figure> {
    let of = |named: &NamedMeasure| {
        let inside: Vec<&Record> =
            records.iter().copied().filter(|r| in_population(r, named.population, query.window)).collect();
        figure(&inside, &named.measure, query.window)
    };
    query.measures.iter().map(of).collect()
}

fn figure(records: &[&Record], measure: &Measure, window: Option<Window>) -> Figure {
    let records: Vec<&Record> =
        records.iter().copied().filter(|r| measure.filter.as_ref().is_none_or(|f| admits(r, f))).collect();
    let of_values = |of: &Value, compute: &dyn Fn(Vec<f64>) -> f64| {
        let values: Vec<f64> = records.iter().filter_map(|r| number(r, of)).collect();
        let (used, all) = (values.len() as u64, records.len() as u64);
        Figure { value: (used > 0).then(|| compute(values)), population: used, excluded: all - used }
    };
    match &measure.op {
        MeasureOp::Count => {
            let count = records.len() as u64;
            Figure { value: Some(count as f64), population: count, excluded: 0 }
        }
        MeasureOp::CountDistinct(of) => {
            let sets: Vec<BTreeSet<String>> = records.iter().map(|r| distinct(r, of)).collect();
            let used = sets.iter().filter(|s| !s.is_empty()).count() as u64;
            let all: BTreeSet<String> = sets.into_iter().flatten().collect();
            let excluded = records.len() as u64 - used;
            Figure { value: Some(all.len() as f64), population: used, excluded }
        }
        MeasureOp::Sum(of) => of_values(of, &|v| v.iter().sum()),
        MeasureOp::Mean(of) => of_values(of, &|v| v.iter().sum::<f64>() / v.len() as f64),
        MeasureOp::Min(of) => of_values(of, &|v| v.into_iter().fold(f64::INFINITY, f64::min)),
        MeasureOp::Max(of) => of_values(of, &|v| v.into_iter().fold(f64::NEG_INFINITY, f64::max)),
        MeasureOp::Latest(of) => {
            let dated = |r: &&Record| Some((time(r, "created_at")?, number(r, of)?));
            let dated: Vec<(i64, f64)> = records.iter().filter_map(dated).collect();
            let newest = dated.iter().map(|(at, _)| *at).max();
            let among = dated.iter().filter(|(at, _)| Some(*at) == newest).map(|(_, value)| *value);
            let (used, all) = (dated.len() as u64, records.len() as u64);
            Figure { value: among.min_by(f64::total_cmp), population: used, excluded: all - used }
        }
        MeasureOp::Percentile { p, of } => of_values(of, &|mut v| {
            v.sort_by(f64::total_cmp);
            let rank = p * (v.len() - 1) as f64;
            let (low, high) = (v[rank.floor() as usize], v[rank.ceil() as usize]);
            low + (high - low) * rank.fract()
        }),
        MeasureOp::Ratio { num, den } => {
            let (num, den) = (figure(&records, num, window), figure(&records, den, window));
            let value = match (num.value, den.value) {
                (Some(n), Some(d)) if d != 0.0 => Some(n / d),
                _ => None,
            };
            Figure { value, ..den }
        }
        MeasureOp::WeightedSum(terms) => {
            let mut value = Some(0.0);
            for term in terms {
                let part = figure(&records, &term.measure, window).value;
                value = value.zip(part).map(|(sum, part)| sum + term.weight * part);
            }
            Figure { value, population: records.len() as u64, excluded: 0 }
        }
        MeasureOp::PerDay { num } => {
            let num = figure(&records, num, window);
            let seconds = window.map(|w| (w.end() - w.start()).total(jiff::Unit::Second).unwrap());
            let value = num.value.zip(seconds).map(|(n, seconds)| n / (seconds / 86_400.0));
            Figure { value, ..num }
        }
        MeasureOp::Coverage(asked) => {
            let sets: Vec<BTreeSet<String>> = records.iter().map(|r| distinct(r, &asked.of)).collect();
            let used = sets.iter().filter(|s| !s.is_empty()).count() as u64;
            let ids: BTreeSet<String> = sets.into_iter().flatten().collect();
            let value = (!records.is_empty()).then(|| coverage(&ids, asked));
            Figure { value, population: used, excluded: records.len() as u64 - used }
        }
    }
}

/// The share of the catalogue's active techniques that are among ids (in the form of [`distinct_texts`]).
fn coverage(ids: &BTreeSet<String>, asked: &Coverage) -> f64 {
    let catalogue = catalogue(asked.catalogue);
    let active: BTreeSet<&str> =
        catalogue.techniques().iter().filter(|t| t.is_active()).map(|t| t.id).collect();
    let carried: Vec<&str> =
        ids.iter().filter_map(|id| id.strip_prefix("t:")).filter(|id| active.contains(id)).collect();
    let covers = |technique: &Technique| {
        let is_below = |id: &str| id.strip_prefix(technique.id).is_some_and(|rest| rest.starts_with('.'));
        carried.iter().any(|id| *id == technique.id || (asked.rolled && is_below(id)))
    };
    let share = |admits: &dyn Fn(&Technique) -> bool| {
        let asked: Vec<&Technique> =
            catalogue.techniques().iter().filter(|t| t.is_active() && admits(t)).collect();
        asked.iter().filter(|t| covers(t)).count() as f64 / asked.len() as f64
    };
    let of_tactic = |name: &str| {
        share(&|t: &Technique| t.tactics.iter().any(|i| catalogue.tactics()[*i].short_name == name))
    };
    match &asked.scope {
        CoverageScope::Techniques => share(&|_| true),
        CoverageScope::Tactic(name) => of_tactic(name),
        CoverageScope::MeanOfTactics => {
            let tactics = catalogue.tactics();
            tactics.iter().map(|t| of_tactic(t.short_name)).sum::<f64>() / tactics.len() as f64
        }
    }
}

fn number(record: &Record, of: &Value) -> Option<f64> {
    match of {
        Value::Column(name) => match field(record, name) {
            Some(Cell::Number(x)) => Some(x),
            Some(Cell::Time(at)) => Some(at as f64),
            _ => None,
        },
        Value::MinutesBetween { minutes_between: [from, to] } => {
            let micros = time(record, to)? - time(record, from)?;
            (micros >= 0).then_some(micros as f64 / 60e6)
        }
    }
}

fn distinct(record: &Record, of: &Value) -> BTreeSet<String> {
    match of {
        Value::Column(name) => distinct_texts(field(record, name)),
        Value::MinutesBetween { .. } => number(record, of).map(|x| format!("{x:?}")).into_iter().collect(),
    }
}
