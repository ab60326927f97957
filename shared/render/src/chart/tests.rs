//! What holds for every chart: labels stay apart and inside, nothing is drawn elsewhere, same input, same marks.

use std::cell::RefCell;

use proptest::prelude::*;
use sitrep_domain::document::{Chart, ChartKind, Series, SeriesRole, Unit};

use super::*;

const KINDS: [ChartKind; 8] = [
    ChartKind::Line,
    ChartKind::Area,
    ChartKind::Bar,
    ChartKind::StackedBar,
    ChartKind::HorizontalBar,
    ChartKind::Donut,
    ChartKind::HeatMap,
    ChartKind::Sparkline,
];
const UNITS: [Unit; 6] =
    [Unit::Count, Unit::Minutes, Unit::Percent, Unit::Number, Unit::Milliseconds, Unit::PerDay];
/// Widths of a page, of wide and of narrow screens.
const WIDTHS: [f32; 3] = [507.28, 560.0, 262.0];
/// How far rounding may carry a mark.
const TOLERANCE: f32 = 0.15;

fn chart(kind: ChartKind, categories: usize, series: usize) -> Chart {
    let values = |s: usize| {
        (0..categories).map(|i| Some(f64::from(u32::try_from(i * (s + 1) % 17).unwrap()))).collect()
    };
    Chart {
        title: "t".into(),
        summary: "s".into(),
        kind,
        categories: (0..categories).map(|i| format!("category {i}")).collect(),
        series: (0..series)
            .map(|s| Series { name: format!("series {s}"), values: values(s), role: SeriesRole::Plain })
            .collect(),
        unit: Unit::Count,
    }
}

thread_local! {
    /// Shaping anew for every drawing would take most of the tests' time.
    static SHAPER: RefCell<Shaper> = RefCell::new(Shaper::new());
}

fn draw(chart: &Chart, width: f32, density: Density) -> Drawing {
    SHAPER.with_borrow_mut(|shaper| lay_out(chart, width, density, &mut Ruler { shaper, slack: 1.0 }))
}

/// Left, top, right, bottom and text of every label.
fn boxes(drawing: &Drawing) -> Vec<(f32, f32, f32, f32, String)> {
    let of = |mark: &Mark| match mark {
        Mark::Label { x, y, anchor, text, face, .. } => {
            let width = SHAPER.with_borrow_mut(|shaper| shaper.width(text, face.weight())) * face.size();
            let left = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - width / 2.0,
                Anchor::End => x - width,
            };
            Some((left, y - face.size() * 0.73, left + width, *y, text.clone()))
        }
        _ => None,
    };
    drawing.marks.iter().filter_map(of).collect()
}

/// Every corner of everything but labels.
fn corners(drawing: &Drawing) -> Vec<(f32, f32)> {
    let of = |mark: &Mark| match mark {
        Mark::Bar { x, y, width, height, .. } => {
            assert!(*width >= 0.0 && *height >= 0.0, "{mark:?}");
            vec![(*x, *y), (x + width, y + height)]
        }
        Mark::Line { points, .. } | Mark::Shape { points, .. } => points.clone(),
        Mark::Texture { texture, outlines, .. } => texture
            .strokes(outlines)
            .into_iter()
            .flatten()
            .chain(outlines.iter().flatten().copied())
            .collect(),
        Mark::Label { x, y, .. } => vec![(*x, *y)],
    };
    drawing.marks.iter().flat_map(of).collect()
}

fn assert_sound(drawing: &Drawing, what: &str) {
    let (width, height) = (drawing.width, drawing.height);
    assert!(height.is_finite() && (0.0..=TALLEST + 60.0).contains(&height), "{what}: {height} points tall");
    for (x, y) in corners(drawing) {
        let inside =
            (-TOLERANCE..=width + TOLERANCE).contains(&x) && (-TOLERANCE..=height + TOLERANCE).contains(&y);
        assert!(inside, "{what}: {x} {y} is outside {width} x {height}");
    }
    let boxes = boxes(drawing);
    for (i, a) in boxes.iter().enumerate() {
        assert!(
            a.0 >= -TOLERANCE && a.2 <= width + TOLERANCE && a.1 >= -TOLERANCE && a.3 <= height,
            "{what}: {a:?}"
        );
        for b in &boxes[i + 1..] {
            let apart = a.2 <= b.0 + 0.1 || b.2 <= a.0 + 0.1 || a.3 <= b.1 + 0.1 || b.3 <= a.1 + 0.1;
            assert!(apart, "{what}: {a:?} on {b:?}");
        }
    }
}

#[test]
fn labels_never_overlap_and_nothing_leaves_the_drawing() {
    for kind in KINDS {
        for (categories, series) in
            [1, 2, 5, 14, 31, 92, 400].into_iter().flat_map(|c| [(c, 1), (c, 2), (c, 6), (c, 20)])
        {
            for (width, density) in WIDTHS.iter().zip([Density::Roomy, Density::Compact, Density::Roomy]) {
                let drawing = draw(&chart(kind, categories, series), *width, density);
                assert_sound(&drawing, &format!("{kind:?} {categories}x{series} {width}"));
            }
        }
    }
}

#[test]
fn a_chart_without_values_says_so() {
    for kind in KINDS {
        let mut empty = chart(kind, 3, 1);
        empty.series[0].values = vec![None, Some(f64::NAN), None];
        for chart in [empty, chart(kind, 0, 1), chart(kind, 3, 0)] {
            let drawing = draw(&chart, 300.0, Density::Roomy);
            assert!(boxes(&drawing).iter().any(|b| b.4 == "No data in this period"), "{kind:?}");
        }
    }
}

#[test]
fn one_point_and_nothing_but_zeros_are_drawn_as_such() {
    for kind in KINDS {
        for values in [vec![Some(7.0)], vec![Some(0.0); 5], vec![Some(-3.0); 2]] {
            let mut odd = chart(kind, values.len(), 1);
            odd.series[0].values = values;
            let drawing = draw(&odd, 300.0, Density::Roomy);
            assert_sound(&drawing, &format!("{kind:?}"));
            assert!(drawing.marks.len() > 1, "{kind:?}");
        }
    }
}

#[test]
fn a_donut_gathers_what_is_tiny_and_keeps_the_total() {
    let mut shares = chart(ChartKind::Donut, 12, 1);
    shares.series[0].values = (0..12).map(|i| Some(if i < 3 { 100.0 } else { 1.0 })).collect();
    let texts: Vec<String> = boxes(&draw(&shares, 500.0, Density::Roomy)).into_iter().map(|b| b.4).collect();
    assert_eq!(texts[..2], ["309", "total"]);
    assert_eq!(texts[2..5], ["category 0", "100", "32.4%"]);
    assert_eq!(texts[11..], ["Other (9)", "9", "2.9%"]);
    shares.series[0].values[0] = Some(-1.0);
    let texts = boxes(&draw(&shares, 500.0, Density::Roomy));
    assert!(texts.iter().any(|b| b.4 == "−1"), "a negative share is drawn as a bar");
}

#[test]
fn a_donut_of_severities_names_the_rare_ones() {
    let mut shares = chart(ChartKind::Donut, 3, 1);
    shares.categories = ["Critical", "High", "Medium"].map(str::to_owned).to_vec();
    shares.series[0].values = vec![Some(1.0), Some(2.0), Some(997.0)];
    let texts: Vec<String> = boxes(&draw(&shares, 500.0, Density::Roomy)).into_iter().map(|b| b.4).collect();
    assert_eq!(texts[2..8], ["Critical", "1", "0.1%", "High", "2", "0.2%"]);
}

#[test]
fn a_matrix_of_fourteen_tactics_and_a_week_of_hours_keep_every_name() {
    const TACTICS: [&str; 14] = [
        "Reconnaissance",
        "Resource Development",
        "Initial Access",
        "Execution",
        "Persistence",
        "Privilege Escalation",
        "Defense Evasion",
        "Credential Access",
        "Discovery",
        "Lateral Movement",
        "Collection",
        "Command and Control",
        "Exfiltration",
        "Impact",
    ];
    let mut matrix = chart(ChartKind::HeatMap, 14, 5);
    matrix.categories = TACTICS.map(str::to_owned).into();
    let mut week = chart(ChartKind::HeatMap, 24, 7);
    week.categories = (0..24).map(|hour| format!("{hour:02}:00")).collect();
    for width in WIDTHS {
        let drawing = draw(&matrix, width, Density::Roomy);
        assert_sound(&drawing, "matrix");
        let texts: Vec<String> = boxes(&drawing).into_iter().map(|b| b.4).collect();
        let all = texts.join(" ");
        for tactic in TACTICS {
            assert!(all.contains(tactic), "{tactic} is missing in {width}: {all}");
        }
        assert_sound(&draw(&week, width, Density::Roomy), "week");
        let figures = |drawing: &Drawing| {
            let on_shade = |mark: &&Mark| matches!(mark, Mark::Label { ink: Ink::OnHeat(_), .. });
            drawing.marks.iter().filter(on_shade).count()
        };
        assert_eq!(figures(&drawing), 14 * 5, "{width}");
        assert_eq!(figures(&draw(&week, width, Density::Roomy)), 7 * 24, "{width}");
    }
}

#[test]
fn cells_without_data_are_crossed_and_the_legend_says_so() {
    let mut gaps = chart(ChartKind::HeatMap, 4, 2);
    gaps.series[1].values[2] = None;
    let drawing = draw(&gaps, 300.0, Density::Roomy);
    assert!(boxes(&drawing).iter().any(|b| b.4 == "no data"));
    let shaded = |mark: &&Mark| matches!(mark, Mark::Bar { ink: Ink::Heat(_), height, .. } if *height > 10.0);
    assert_eq!(drawing.marks.iter().filter(shaded).count(), 7);
}

#[test]
fn stacks_stand_on_both_sides_of_zero() {
    let mut mixed = chart(ChartKind::StackedBar, 1, 3);
    for (series, value) in mixed.series.iter_mut().zip([4.0, -3.0, 2.0]) {
        series.values = vec![Some(value)];
    }
    let stacked = upright::stack(&mixed);
    assert_eq!(stacked, [vec![Some((0.0, 4.0))], vec![Some((0.0, -3.0))], vec![Some((4.0, 6.0))]]);
}

#[test]
fn series_of_filled_charts_have_textures_and_a_single_one_has_none() {
    let textures = |chart: &Chart| {
        let drawing = draw(chart, 500.0, Density::Roomy);
        drawing.marks.iter().filter(|mark| matches!(mark, Mark::Texture { .. })).count()
    };
    for kind in [ChartKind::Bar, ChartKind::StackedBar, ChartKind::HorizontalBar, ChartKind::Area] {
        assert_eq!(textures(&chart(kind, 3, 1)), 0, "{kind:?}");
        assert!(textures(&chart(kind, 3, 3)) >= 4, "{kind:?}: two textures and their keys");
    }
}

#[test]
fn drawings_of_each_kind_are_made_of_these_marks() {
    let outline = |kind| {
        let drawing = draw(&chart(kind, 3, 2), 300.0, Density::Compact);
        let count = |of: fn(&Mark) -> bool| drawing.marks.iter().filter(|mark| of(mark)).count();
        format!(
            "{kind:?} {:.0} bars {} lines {} shapes {} textures {} labels {}",
            drawing.height,
            count(|m| matches!(m, Mark::Bar { .. })),
            count(|m| matches!(m, Mark::Line { .. })),
            count(|m| matches!(m, Mark::Shape { .. })),
            count(|m| matches!(m, Mark::Texture { .. })),
            count(|m| matches!(m, Mark::Label { .. })),
        )
    };
    assert_eq!(
        KINDS.map(outline),
        [
            "Line 124 bars 0 lines 9 shapes 8 textures 0 labels 10",
            "Area 124 bars 2 lines 9 shapes 2 textures 2 labels 12",
            "Bar 124 bars 8 lines 5 shapes 0 textures 2 labels 10",
            "StackedBar 124 bars 9 lines 7 shapes 0 textures 2 labels 15",
            "HorizontalBar 88 bars 8 lines 1 shapes 0 textures 3 labels 11",
            "Donut 88 bars 8 lines 1 shapes 0 textures 3 labels 11",
            "HeatMap 68 bars 11 lines 1 shapes 0 textures 0 labels 17",
            "Sparkline 52 bars 0 lines 2 shapes 4 textures 0 labels 4",
        ]
    );
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z ]{0,24}",
        "(\\PC|\\pC){0,30}",
        "[a-z]{200,400}",
        (1u8..29, 1u8..13).prop_map(|(day, month)| format!("2026-{month:02}-{day:02}")),
        (2000u16..2030).prop_map(|year| year.to_string()),
    ]
}

fn number() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        4 => (-500i32..5_000).prop_map(|n| Some(f64::from(n))),
        2 => (0f64..100.0).prop_map(Some),
        1 => Just(None),
        1 => Just(Some(0.0)),
        1 => prop::num::f64::ANY.prop_map(Some),
    ]
}

fn any_chart() -> impl Strategy<Value = Chart> {
    let severity = prop_oneof![Just(SeriesRole::Plain), "[a-z]{0,9}".prop_map(SeriesRole::Severity)];
    let series = (label(), prop::collection::vec(number(), 0..40), severity)
        .prop_map(|(name, values, role)| Series { name, values, role });
    (
        prop::sample::select(&KINDS[..]),
        prop::sample::select(&UNITS[..]),
        prop::collection::vec(label(), 0..40),
        prop::collection::vec(series, 0..9),
    )
        .prop_map(|(kind, unit, categories, series)| Chart {
            title: String::new(),
            summary: String::new(),
            kind,
            categories,
            series,
            unit,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_chart_is_sound_and_drawn_alike_again(chart in any_chart(), width in prop::sample::select(&WIDTHS[..])) {
        for density in [Density::Roomy, Density::Compact] {
            let drawing = draw(&chart, width, density);
            assert_sound(&drawing, &format!("{:?}", chart.kind));
            let anew = lay_out(&chart, width, density, &mut Ruler { shaper: &mut Shaper::new(), slack: 1.0 });
            prop_assert_eq!(&drawing, &anew);
        }
        prop_assert!(summary::summary_of(&chart).len() < 4_000);
        for mark in sparkline(chart.series.first().map_or(&[][..], |s| &s.values), 120.0, 20.0) {
            let is_label = matches!(mark, Mark::Label { .. });
            prop_assert!(!is_label);
        }
    }
}
