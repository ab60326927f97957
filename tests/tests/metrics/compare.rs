//! Comparing figures: one list of expected and found ones, a table of what was compared, every difference told.

use std::collections::BTreeMap;

use serde_json::Value;

/// A figure's name and key, what it should be, what it is. `None` is no value.
pub(crate) struct Compared {
    pub(crate) name: &'static str,
    pub(crate) key: String,
    pub(crate) expected: Option<f64>,
    pub(crate) found: Option<f64>,
}

/// Figures under comparison.
#[derive(Default)]
pub(crate) struct Comparison(Vec<Compared>);

impl Comparison {
    /// Adds a figure that has a value.
    ///
    /// # Panics
    ///
    /// When what is expected is no number: a misspelt key gives null, and would be equal to no value.
    pub(crate) fn add(
        &mut self,
        name: &'static str,
        key: impl Into<String>,
        expected: &Value,
        found: &Value,
    ) {
        let key = key.into();
        let number = expected.as_f64();
        assert!(number.is_some(), "{name}, {key}: what is expected is {expected}, which is no number");
        self.0.push(Compared { name, key, expected: number, found: found.as_f64() });
    }

    /// Adds a figure that has no value.
    pub(crate) fn add_without_value(&mut self, name: &'static str, key: impl Into<String>, found: &Value) {
        self.0.push(Compared { name, key: key.into(), expected: None, found: found.as_f64() });
    }

    /// Prints file, figure, compared, equal; fails with every difference, and when there was nothing to compare.
    pub(crate) fn finish(self, file: &str) {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut differences = Vec::new();
        for Compared { name, key, expected, found } in self.0 {
            let equal = is_equal(expected, found);
            let count = counts.entry(name).or_default();
            *count = (count.0 + 1, count.1 + usize::from(equal));
            if !equal {
                differences.push(format!("{name}, {key}: expected {expected:?}, found {found:?}"));
            }
        }
        println!("{file}: figure, compared, equal");
        for (name, (compared, equal)) in &counts {
            println!("  {name:<40} {compared:>5} {equal:>5}");
        }
        assert!(!counts.is_empty(), "{file}: nothing was compared");
        assert!(differences.is_empty(), "{file}\n{}", differences.join("\n"));
    }
}

/// Equal to a millionth: expected seconds were rounded to six decimals. Counts are far below a million.
fn is_equal(expected: Option<f64>, found: Option<f64>) -> bool {
    match (expected, found) {
        (Some(expected), Some(found)) => (expected - found).abs() <= expected.abs() * 1e-6,
        (expected, found) => expected == found,
    }
}

/// A part of a whole as a percentage with two decimals, halves away from zero.
pub(crate) fn percent(part: &Value, whole: &Value) -> Value {
    let (part, whole) = (part.as_u64().expect("a count"), whole.as_u64().expect("a count"));
    // In whole numbers, so that nothing is rounded twice.
    let hundredths = (part * 20_000 + whole) / (whole * 2);
    Value::from(hundredths as f64 / 100.0)
}

#[test]
fn a_figure_that_differs_or_has_no_value_on_one_side_is_a_difference() {
    for (expected, found, same) in [
        (Some(691.0), Some(691.0), true),
        (Some(13_407.359_543_55), Some(13_407.359_543_6), true),
        (Some(44.72), Some(44.71), false),
        (Some(0.0), None, false),
        (None, Some(0.0), false),
        (None, None, true),
    ] {
        assert_eq!(is_equal(expected, found), same, "{expected:?} and {found:?}");
    }
    assert_eq!(percent(&Value::from(309), &Value::from(691)), 44.72);
    assert_eq!(percent(&Value::from(1), &Value::from(800)), 0.13, "a half goes away from zero");
}

#[test]
fn a_misspelt_key_of_what_is_expected_is_no_figure_without_a_value() {
    let file = serde_json::json!({"seconds": 1.5, "nothing": null, "text": "1"});
    for (key, is_number) in [("seconds", true), ("secnods", false), ("nothing", false), ("text", false)] {
        let add = || Comparison::default().add("mttr", "all", &file[key], &Value::Null);
        assert_eq!(std::panic::catch_unwind(add).is_ok(), is_number, "{key}");
    }
}
