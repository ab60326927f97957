//! Rows in batches: shuffled, of any size, the same every time.

use serde_json::Value;
use sitrep_tests::TestTenant;
use sitrep_tests::data::gzip;

/// Numbers that look random and are the same every time (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % most as u64).expect("smaller than most")
    }
}

/// Rows in another order, but those of one tie in the order that they had.
pub(crate) fn shuffle_but_ties<T: Ord>(
    dice: &mut Dice,
    rows: Vec<Value>,
    tie: impl Fn(&Value) -> T,
) -> Vec<Value> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    for i in (1..places.len()).rev() {
        places.swap(i, dice.below(i + 1));
    }
    let mut tied: std::collections::BTreeMap<T, Vec<usize>> = std::collections::BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        tied.entry(tie(row)).or_default().push(i);
    }
    let mut placed: Vec<(usize, usize)> = Vec::with_capacity(rows.len());
    for indexes in tied.into_values() {
        let mut own: Vec<usize> = indexes.iter().map(|i| places[*i]).collect();
        own.sort_unstable();
        placed.extend(own.into_iter().zip(indexes));
    }
    placed.sort_unstable();
    placed.into_iter().map(|(_, i)| rows[i].clone()).collect()
}

/// Sends rows in another order, in batches of 1 to 4,000.
pub(crate) async fn send_in_batches(tenant: &TestTenant<'_>, dice: &mut Dice, mut rows: Vec<Value>) {
    for i in (1..rows.len()).rev() {
        rows.swap(i, dice.below(i + 1));
    }
    tenant.put_mapping("incidents", "itsm_incidents", "uci-itsm/mapping.itsm_incidents.json").await;
    let (mut rest, mut sent) = (rows.as_slice(), 0);
    while !rest.is_empty() {
        let (batch, later) = rest.split_at((1 + dice.below(4_000)).min(rest.len()));
        let lines: Vec<String> = batch.iter().map(Value::to_string).collect();
        let answer = tenant.ingest_gzip("itsm_incidents", gzip(lines.join("\n").as_bytes())).await;
        assert_eq!(answer["rejected"], 0, "{answer}");
        (rest, sent) = (later, sent + batch.len());
    }
    assert_eq!(sent, rows.len());
}

pub(crate) fn as_open(resolved: &Value) -> Value {
    let unknown = |name| (name, Value::Null);
    let opened = ("updated_at", resolved["opened_at"].clone());
    with(resolved.clone(), &[opened, unknown("resolved_at"), unknown("closed_at"), unknown("resolved_by")])
}

pub(crate) fn with(mut row: Value, fields: &[(&str, Value)]) -> Value {
    for (name, value) in fields {
        row[*name] = value.clone();
    }
    row
}
