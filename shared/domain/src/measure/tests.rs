//! What a measure survives, and what it refuses.

use super::*;
use crate::datasets::incidents::DATASET;
use serde_json::json;

#[test]
fn a_measure_survives_its_json() {
    for input in [
        json!({"op": "count"}),
        json!({"op": "percentile", "p": 0.95, "of": {"minutes_between": ["created_at", "resolved_at"]}}),
        json!({"op": "ratio", "num": {"op": "count", "where": {"field": "sla_met", "op": "eq", "value": true}},
               "den": {"op": "count"}}),
        json!({"op": "count_distinct", "of": "custom.site"}),
        json!({"op": "latest", "of": "hostname"}),
        json!({"op": "weighted_sum", "terms": [{"weight": 0.5, "measure": {"op": "count"}}]}),
        json!({"op": "per_day", "num": {"op": "count"}, "where": {"field": "sla_met", "op": "eq", "value": true}}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1"}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1", "per": "tactic", "rolled": true}),
        json!({"op": "coverage", "of": "custom.ids", "catalogue": "attack-18.1", "tactic": "impact"}),
    ] {
        let measure: Measure = serde_json::from_value(input.clone()).unwrap();
        measure.check(&DATASET).unwrap();
        assert_eq!(serde_json::to_value(&measure).unwrap(), input);
    }
}

#[test]
fn a_bad_measure_is_refused_and_says_what_would_be_right() {
    for input in [
        json!({"op": "median", "of": "confidence"}),
        json!({"op": "count", "of": "id"}),
        json!({"op": "percentile", "of": "confidence"}),
        json!({"op": "count", "extra": 1}),
        json!({"op": "ratio", "num": {"op": "count"}}),
        json!({"op": "weighted_sum", "terms": [{"weight": 1}]}),
        json!({"op": "weighted_sum", "terms": [], "of": "confidence"}),
        json!({"op": "coverage", "of": "techniques"}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-17.0"}),
        json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1", "per": "tactic", "tactic": "impact"}),
    ] {
        assert!(serde_json::from_value::<Measure>(input.clone()).is_err(), "{input}");
    }
    for (input, field) in [
        (json!({"op": "mean", "of": "title"}), "of"),
        (json!({"op": "mean", "of": "nope"}), "of"),
        (json!({"op": "latest", "of": "tags"}), "of"),
        (json!({"op": "latest", "of": "custom.site"}), "of"),
        (json!({"op": "weighted_sum", "terms": []}), "terms"),
        (
            json!({"op": "weighted_sum", "terms": [{"weight": 1e10, "measure": {"op": "count"}}]}),
            "terms[0].weight",
        ),
        (
            json!({"op": "weighted_sum", "terms": [{"weight": 1, "measure": {"op": "sum", "of": "user"}}]}),
            "terms[0].measure.of",
        ),
        (json!({"op": "per_day", "num": {"op": "mean", "of": "title"}}), "num.of"),
        (json!({"op": "per_day", "num": {"op": "min", "of": "created_at"}}), "num.of"),
        (json!({"op": "ratio", "num": {"op": "count"}, "den": {"op": "max", "of": "resolved_at"}}), "den.of"),
        (json!({"op": "coverage", "of": "confidence", "catalogue": "attack-18.1"}), "of"),
        (
            json!({"op": "coverage", "of": "techniques", "catalogue": "attack-18.1", "tactic": "Impact"}),
            "tactic",
        ),
        (json!({"op": "percentile", "p": 2, "of": "confidence"}), "p"),
        (json!({"op": "mean", "of": {"minutes_between": ["created_at", "title"]}}), "of.minutes_between[1]"),
        (json!({"op": "count", "where": {"field": "sla_met", "op": "eq", "value": "yes"}}), "where.value"),
        (
            json!({"op": "count", "where": {"field": "created_at", "op": "ge", "value": "soon"}}),
            "where.value",
        ),
    ] {
        let measure: Measure = serde_json::from_value(input.clone()).unwrap();
        assert_eq!(measure.check(&DATASET).unwrap_err().errors[0].field, field, "{input}");
    }
}

#[test]
fn a_measure_made_of_too_many_is_refused_before_it_is_looked_at_closer() {
    let sum_of = |terms: Vec<Measure>| Measure::weighted_sum(terms.into_iter().map(|m| (1.0, m)));
    let wide = |n: usize| sum_of(vec![Measure::count(); n]);
    let deep = |n: usize| (0..n).fold(Measure::count(), |inner, _| Measure::per_day(inner));
    for (measure, fits) in [
        (wide(Measure::MAX_PARTS - 1), true),
        (wide(Measure::MAX_PARTS), false),
        (sum_of(vec![wide(30), wide(30)]), true),
        (sum_of(vec![wide(31), wide(31)]), false),
        (deep(Measure::MAX_DEPTH), true),
        (deep(Measure::MAX_DEPTH + 1), false),
    ] {
        let checked = measure.check(&DATASET);
        assert_eq!(checked.is_ok(), fits);
        assert!(checked.err().is_none_or(|e| e.kind == crate::invalid::InvalidKind::LimitExceeded));
    }
}
