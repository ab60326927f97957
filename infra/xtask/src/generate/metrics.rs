//! The metric dictionary: every system metric with its formula and its meaning.

use sitrep_domain::metric::{Metric, Shape};
use sitrep_domain::metrics::{METRICS, list_uses};

/// The document.
pub(super) fn print() -> Result<String, String> {
    let index: String =
        METRICS.iter().map(|m| format!("- [{}](#{}): {}\n", m.title, m.id, m.description)).collect();
    let entries = METRICS.iter().map(|m| entry(m)).collect::<Result<String, _>>();
    let entries = entries.map_err(|e| e.to_string())?;
    Ok(format!(
        "# Metrics\n\nPrinted from `shared/domain/src/metrics` by `cargo xtask generate`. A formula is what \
         `POST /api/v1/query` takes as a measure, the word behind a population what it takes as one.\n\n{index}{entries}"
    ))
}

fn entry(metric: &Metric) -> Result<String, serde_json::Error> {
    let mut lines = vec![
        format!("**{}**, version {}. {}", metric.title, metric.version, metric.description),
        format!("Unit: {}. Better: {}.", word(&metric.unit)?, word(&metric.better)?),
        format!(
            "Dataset: {}. Population: {} (`{}`)",
            word(&metric.dataset)?,
            metric.population_note,
            word(&metric.population)?
        ),
        format!("Left out: {}", metric.null_handling),
        format!("Shape: {}.", shape(metric.shape)),
        format!("Formula: `{}`", serde_json::to_string(&metric.named_measure().measure)?),
        format!("Source: {} Owner: {}.", metric.source, metric.owner),
    ];
    if let Some(targets) = metric.targets {
        lines.push(format!("Target: green at {}, amber at {}.", targets.green, targets.amber));
    }
    let uses = list_uses(metric.id);
    if !uses.is_empty() {
        lines.push(format!("Used in: {}.", uses.join(", ")));
    }
    let items: String = lines.iter().map(|line| format!("- {line}\n")).collect();
    Ok(format!("\n## {}\n\n{items}", metric.id))
}

fn shape(shape: Shape) -> String {
    match shape {
        Shape::Figure => "one figure".to_owned(),
        Shape::Breakdown { by } => format!("one figure per `{by}`"),
        Shape::Top { by, limit } => format!("the {limit} largest by `{by}`"),
        Shape::Coverage { per_tactic: false } => "one figure, with the ids that count for nothing".to_owned(),
        Shape::Coverage { per_tactic: true } => {
            "one figure per tactic when asked for alone, with the ids that count for nothing; else their mean"
                .to_owned()
        }
    }
}

/// The word that a value has in JSON.
fn word(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_value(value)?;
    Ok(json.as_str().map_or_else(|| json.to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_an_entry_with_its_formula() {
        let document = print().unwrap();
        for metric in METRICS {
            assert!(document.contains(&format!("\n## {}\n", metric.id)), "{}", metric.id);
        }
        assert_eq!(document.matches("\n- Formula: `{").count(), METRICS.len());
    }
}
