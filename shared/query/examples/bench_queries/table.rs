//! The printed tables, and the comparison of the two engines' numbers.

use serde_json::Value;

use crate::Outcome;

/// Prints the questions of a data set: ours and DuckDB's, cold and warm, the ratios, and whether the numbers are equal.
pub(crate) fn print_comparison(name: &str, mode: &str, ours: &Value, theirs: &Value) -> Outcome<()> {
    let version = theirs["version"].as_str().unwrap_or("?");
    println!(
        "{name}, DuckDB {version} ({mode}), milliseconds by the clock and the ratio, and of all processors"
    );
    let engine = format!("{:>8} {:>7} {:>6}", "ours", "DuckDB", "ratio");
    let processors = format!("{:>8} {:>7}", "ours", "DuckDB");
    println!("{:<30} {:^24}{:^25}| {:^16}{:^17}", "", "cold", "warm", "cold", "warm");
    println!("{:<30} {engine} {engine} | {processors} {processors}  equal", "question");
    let mut unequal = Vec::new();
    for (question, figure) in figures(ours) {
        let other = &theirs["figures"][question];
        let equal = equal_rows(&figure["rows"], &other["rows"]);
        if !equal {
            unequal.push(question.as_str());
        }
        let clock = ["cold", "warm"].map(|which| {
            let (ours, duck) = (ms(figure, which), ms(other, which));
            format!("{:>8} {duck:>7.1} {:>6}", number(ours, 1), number(ours / duck, 2))
        });
        let cpu = ["cold_cpu", "warm_cpu"]
            .map(|which| format!("{:>8} {:>7.1}", number(ms(figure, which), 1), ms(other, which)));
        let equal = if equal { "yes" } else { "NO" };
        println!("{question:<30} {} | {}  {equal}", clock.join(" "), cpu.join(" "));
    }
    if unequal.is_empty() { Ok(()) } else { Err(format!("other numbers than DuckDB's: {unequal:?}").into()) }
}

/// Prints a data set's times divided by another's.
pub(crate) fn print_ratios(title: &str, these: &Value, those: &Value, which: &str, bound: f64) {
    println!("\n{title}, {which}, ratio (bound {bound}) by the clock, and of all processors");
    for (question, figure) in figures(these) {
        let other = &those["figures"][question];
        let cpu = format!("{which}_cpu");
        let (ours, base) = (ms(figure, which), ms(other, which));
        let processors = ms(figure, &cpu) / ms(other, &cpu);
        println!("{question:<30} {ours:>7.1} {base:>7.1} {:>7.2}  | {processors:>7.2}", ours / base);
    }
}

/// Prints the one pass of the report beside the slowest of its queries, of their measures, and of its figures.
pub(crate) fn print_report(report: &Value) {
    for which in ["warm", "warm_cpu", "cold", "cold_cpu"] {
        let slowest = |kind: &str| {
            let of_kind = figures(report).filter(|(name, _)| name.starts_with(kind));
            let times = of_kind.map(|(name, figure)| (ms(figure, which), name.as_str()));
            times.fold((0.0, ""), |a, b| if b.0 > a.0 { b } else { a })
        };
        let pass = ms(&report["figures"]["pass"], which);
        println!("executive_monthly in one pass, {which}: {pass:.1} ms, bound 2 of the slowest single one");
        for kind in ["query", "measure", "figure"] {
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

/// A number as it is printed; a dash for what was not measured.
fn number(x: f64, decimals: usize) -> String {
    if x.is_nan() { "–".to_owned() } else { format!("{x:.decimals$}") }
}

/// Whether the rows are the same, in whatever order, numbers to nine digits.
fn equal_rows(ours: &Value, theirs: &Value) -> bool {
    let sorted = |rows: &Value| {
        let mut rows: Vec<Value> = rows.as_array().cloned().unwrap_or_default();
        rows.sort_by_key(|row| {
            row.as_array().map(|cells| Value::from(&cells[..2.min(cells.len())]).to_string())
        });
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
