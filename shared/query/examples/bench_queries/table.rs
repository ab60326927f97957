//! The printed tables, and the comparison of the two engines' numbers.

use serde_json::Value;

use crate::Outcome;

/// Prints the questions of a data set: ours cold and warm, DuckDB's, the ratios, and whether the numbers are equal.
pub(crate) fn print_comparison(name: &str, mode: &str, ours: &Value, theirs: &Value) -> Outcome<()> {
    let version = theirs["version"].as_str().unwrap_or("?");
    println!("{name}, DuckDB {version} ({mode}), milliseconds");
    println!(
        "{:<34} {:>8} {:>8} {:>8} {:>11} {:>11}  equal",
        "question", "cold", "warm", "DuckDB", "cold/DuckDB", "warm/DuckDB"
    );
    let mut unequal = Vec::new();
    for (question, figure) in figures(ours) {
        let other = &theirs["figures"][question];
        let (cold, warm, duck) = (ms(figure, "cold"), ms(figure, "warm"), ms(other, "ms"));
        let equal = equal_rows(&figure["rows"], &other["rows"]);
        if !equal {
            unequal.push(question.as_str());
        }
        let (to_cold, to_warm) = (cold / duck, warm / duck);
        let sign = if equal { "yes" } else { "NO" };
        println!("{question:<34} {cold:>8.1} {warm:>8.1} {duck:>8.1} {to_cold:>11.2} {to_warm:>11.2}  {sign}");
    }
    if unequal.is_empty() { Ok(()) } else { Err(format!("other numbers than DuckDB's: {unequal:?}").into()) }
}

/// Prints a data set's times divided by another's.
pub(crate) fn print_ratios(title: &str, these: &Value, those: &Value, which: &str, bound: f64) {
    println!("\n{title}, {which}, bound {bound}");
    for (question, figure) in figures(these) {
        let (ours, base) = (ms(figure, which), ms(&those["figures"][question], which));
        println!("{question:<34} {ours:>8.1} {base:>8.1} {:>8.2}", ours / base);
    }
}

/// Prints the one pass of the report beside the slowest of its queries and of its measures.
pub(crate) fn print_report(report: &Value) {
    for which in ["warm", "cold"] {
        let slowest = |kind: &str| {
            let of_kind = figures(report).filter(|(name, _)| name.starts_with(kind));
            of_kind.map(|(name, figure)| (ms(figure, which), name.as_str())).fold((0.0, ""), |a, b| {
                if b.0 > a.0 { b } else { a }
            })
        };
        let pass = ms(&report["figures"]["pass"], which);
        println!("executive_monthly, one {which} pass: {pass:.1} ms, bound 2 of the slowest single one");
        for kind in ["query", "measure"] {
            let (single, name) = slowest(kind);
            println!("  slowest {name}: {single:.1} ms, ratio {:.2}", pass / single);
        }
    }
}

fn figures(timed: &Value) -> impl Iterator<Item = (&String, &Value)> {
    timed["figures"].as_object().into_iter().flatten()
}

fn ms(figure: &Value, name: &str) -> f64 {
    figure[name].as_f64().unwrap_or(f64::NAN)
}

/// Whether the rows are the same, in whatever order, numbers to nine digits.
fn equal_rows(ours: &Value, theirs: &Value) -> bool {
    let sorted = |rows: &Value| {
        let mut rows: Vec<Value> = rows.as_array().cloned().unwrap_or_default();
        rows.sort_by_key(|row| row.as_array().map(|cells| Value::from(&cells[..2.min(cells.len())]).to_string()));
        rows
    };
    let (ours, theirs) = (sorted(ours), sorted(theirs));
    let same = |(a, b): (&Value, &Value)| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0),
        _ => a == b,
    };
    let cells = |row: &Value| row.as_array().cloned().unwrap_or_default();
    let same_row = |(a, b): (&Value, &Value)| {
        let (a, b) = (cells(a), cells(b));
        a.len() == b.len() && a.iter().zip(&b).all(same)
    };
    !ours.is_empty() && ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same_row)
}
