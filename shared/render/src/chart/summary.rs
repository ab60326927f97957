//! What a chart shows in words, where its section has not said so: highest, lowest, and the change from first to last.

use std::borrow::Cow;

use sitrep_domain::document::{Chart, ChartKind, Series, SeriesRole, Unit};

use super::scale::is_scale;
use super::{figure, value};
use crate::clean::clean_line;
use crate::figures::format_decimal;

/// Most series that are described one by one.
const MOST: usize = 6;
/// Longest name in characters.
const NAME: usize = 60;

/// The chart's own summary, or one made from its numbers.
pub(crate) fn summary_of(chart: &Chart) -> Cow<'_, str> {
    if chart.summary.trim().is_empty() { Cow::Owned(describe(chart)) } else { Cow::Borrowed(&chart.summary) }
}

/// The run of a card's sparkline in words.
pub(crate) fn describe_trend(trend: &[Option<f64>], unit: Unit) -> String {
    let series = Series { name: String::new(), values: trend.to_vec(), role: SeriesRole::Plain };
    describe(&Chart {
        title: String::new(),
        summary: String::new(),
        kind: ChartKind::Sparkline,
        categories: vec![String::new(); trend.len()],
        series: vec![series],
        unit,
    })
}

fn describe(chart: &Chart) -> String {
    let told: Vec<String> = chart
        .series
        .iter()
        .filter_map(|series| {
            let text = describe_series(chart, series)?;
            let named = chart.series.len() > 1;
            Some(if named { format!("{}: {text}", shorten(&series.name)) } else { text })
        })
        .collect();
    if told.is_empty() {
        return no_values();
    }
    let left_out = told.len().saturating_sub(MOST);
    let mut text = told[..told.len() - left_out].join(". ");
    if left_out > 0 {
        text.push_str(&format!(". And {left_out} more series"));
    }
    text.push('.');
    text
}

fn no_values() -> String {
    "There are no values.".to_owned()
}

/// Highest and lowest with their categories; then how the last differs from the first, where there is an order.
fn describe_series(chart: &Chart, series: &Series) -> Option<String> {
    let known: Vec<(usize, f64)> =
        (0..chart.categories.len()).filter_map(|i| Some((i, value(series, i)?))).collect();
    let (first, last) = (known.first()?, known.last()?);
    let say = |(i, x): &(usize, f64)| {
        let name = shorten(&chart.categories[*i]);
        let figure = figure(*x, chart.unit);
        if name.is_empty() { figure } else { format!("{figure} ({name})") }
    };
    if known.len() == 1 {
        return Some(say(first));
    }
    let highest = known.iter().fold(first, |best, point| if point.1 > best.1 { point } else { best });
    let lowest = known.iter().fold(first, |best, point| if point.1 < best.1 { point } else { best });
    if highest.1 == lowest.1 {
        return Some(format!("{} throughout", figure(highest.1, chart.unit)));
    }
    let mut text = format!("highest {}, lowest {}", say(highest), say(lowest));
    if has_order(chart) {
        text.push_str(&format!("; from {} to {}{}", say(first), say(last), change(first.1, last.1)));
    }
    Some(text)
}

/// Whether the categories have a first and a last.
fn has_order(chart: &Chart) -> bool {
    matches!(chart.kind, ChartKind::Line | ChartKind::Area | ChartKind::Sparkline)
        || is_scale(&chart.categories)
}

/// The size of a change in per cent, where it can be told.
fn change(first: f64, last: f64) -> String {
    let percent = (last - first) / first * 100.0;
    if first <= 0.0 || last < 0.0 || !percent.is_finite() || percent == 0.0 || percent >= 1_000.0 {
        return String::new();
    }
    let word = if percent > 0.0 { "up" } else { "down" };
    format!(", {word} {}%", format_decimal(percent.abs(), 1))
}

fn shorten(name: &str) -> String {
    let name = clean_line(name);
    if name.chars().nth(NAME).is_none() {
        return name.into_owned();
    }
    let short: String = name.chars().take(NAME).collect();
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(kind: ChartKind, categories: &[&str], series: &[(&str, &[Option<f64>])]) -> Chart {
        let series = series.iter().map(|(name, values)| Series {
            name: (*name).to_owned(),
            values: values.to_vec(),
            role: SeriesRole::Plain,
        });
        Chart {
            title: String::new(),
            summary: String::new(),
            kind,
            categories: categories.iter().map(|name| (*name).to_owned()).collect(),
            series: series.collect(),
            unit: Unit::Count,
        }
    }

    #[test]
    fn a_missing_summary_says_highest_lowest_and_the_change() {
        let (line, bar) = (ChartKind::Line, ChartKind::Bar);
        let v = |x: f64| Some(x);
        for (chart, expected) in [
            (
                chart(line, &["Jan 2026", "Feb 2026", "Mar 2026"], &[("n", &[v(10.0), v(4.0), v(12.0)])]),
                "highest 12 (Mar 2026), lowest 4 (Feb 2026); from 10 (Jan 2026) to 12 (Mar 2026), up 20%.",
            ),
            (
                chart(bar, &["SOC", "NOC"], &[("a", &[v(1.0), v(3.0)]), ("b", &[None, v(2.0)])]),
                "a: highest 3 (NOC), lowest 1 (SOC). b: 2 (NOC).",
            ),
            (chart(bar, &["SOC", "NOC"], &[("a", &[v(0.0), v(0.0)])]), "0 throughout."),
            (chart(bar, &["SOC"], &[("a", &[v(f64::NAN)])]), "There are no values."),
            (chart(bar, &[], &[]), "There are no values."),
        ] {
            assert_eq!(summary_of(&chart), expected);
        }
    }

    #[test]
    fn a_summary_that_the_section_wrote_stays() {
        let mut told = chart(ChartKind::Bar, &["a"], &[]);
        told.summary = "All is well.".to_owned();
        assert_eq!(summary_of(&told), "All is well.");
    }

    #[test]
    fn twenty_series_with_long_names_still_make_a_short_summary() {
        let name = "x".repeat(5_000);
        let many: Vec<(&str, &[Option<f64>])> = vec![(&name, &[Some(1.0), Some(2.0)]); 20];
        let text = summary_of(&chart(ChartKind::Line, &[&name, &name], &many)).into_owned();
        assert!(text.ends_with(". And 14 more series."), "{text}");
        assert!(text.len() < 3_000, "{}", text.len());
    }

    #[test]
    fn the_trend_of_a_card_is_told_without_names() {
        let trend = [Some(3.0), None, Some(9.0), Some(7.0)];
        assert_eq!(describe_trend(&trend, Unit::Percent), "highest 9%, lowest 3%; from 3% to 7%, up 133.3%.");
    }
}
