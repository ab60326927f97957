//! Predicates: filters applied to whole columns.
//!
//! A comparison with a missing value is false, `ne` included; `not` turns any false into true, that one too (there is
//! no third truth value). Lists compare by element: every operation but `ne` is true when any element fits, `ne` when
//! none is equal. Texts compare by bytes. A custom field compares by the type of each record's own value: an operand
//! of another type is not equal to it, and is neither less nor greater.

use std::cmp::Ordering;

use serde_json::Value as Json;
use sitrep_domain::filter::{Compare, Filter};
use sitrep_domain::record::{CustomValue, parse_time};

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::segment::Segment;
use crate::words::Words;

/// The rows of a segment that a filter admits.
pub(crate) fn filter_rows(segment: &Segment, filter: &Filter) -> Result<Bitmap, String> {
    match filter {
        Filter::And(parts) => {
            let mut rows = Bitmap::ones(segment.rows());
            for part in parts {
                rows.and(&filter_rows(segment, part)?);
            }
            Ok(rows)
        }
        Filter::Or(parts) => {
            let mut rows = Bitmap::zeros(segment.rows());
            for part in parts {
                rows.or(&filter_rows(segment, part)?);
            }
            Ok(rows)
        }
        Filter::Not(part) => {
            let mut rows = filter_rows(segment, part)?;
            rows.not();
            Ok(rows)
        }
        Filter::Compare { field, op, value } => {
            let column = segment.column(field)?;
            Ok(compare_column(column, segment.rows(), *op, value))
        }
    }
}

fn compare_column(column: Option<&Column>, rows: usize, op: Compare, operand: &Json) -> Bitmap {
    let Some(column) = column else {
        let missing_fits = op == Compare::IsNull && *operand == Json::Bool(true);
        return if missing_fits { Bitmap::ones(rows) } else { Bitmap::zeros(rows) };
    };
    if op == Compare::IsNull {
        let wanted = *operand == Json::Bool(false);
        let mut fitting = column.present_rows();
        if !wanted {
            fitting.not();
        }
        return fitting;
    }
    match column {
        Column::Text { codes, words } => by_code(codes, &fitting_words(words, op, operand)),
        Column::Custom { codes, values } => {
            by_code(codes, &values.iter().map(|v| custom_fits(v, op, operand)).collect::<Vec<_>>())
        }
        Column::List { present, ends, codes, words } => {
            // `ne` asks whether no element is equal; a list contains an element, not a part of one.
            let (asked, wanted) = match op {
                Compare::Ne => (Compare::Eq, false),
                Compare::Contains => (Compare::Eq, true),
                op => (op, true),
            };
            let fits = fitting_words(words, asked, operand);
            let any = |row| Column::elements(ends, codes, row).iter().any(|c| fits[*c as usize]);
            Bitmap::from_fn(rows, |row| present[row] && any(row) == wanted)
        }
        Column::Integer { cells, is_time } => {
            let operands: Vec<Operand> =
                list(operand).iter().filter_map(|o| Operand::new(o, *is_time)).collect();
            match (op, operands.as_slice()) {
                // "Missing" is greater than nothing.
                (Compare::Gt, [Operand::Whole(bound)]) => Bitmap::of_cells(cells, |cell| cell > *bound),
                _ => Bitmap::of_cells(cells, |cell| {
                    cell != i64::MIN && fits(op, &operands, |o| o.order_of(cell))
                }),
            }
        }
        Column::Number(cells) => {
            let operands: Vec<f64> = list(operand).iter().filter_map(Json::as_f64).collect();
            Bitmap::from_fn(rows, |row| {
                !cells[row].is_nan() && fits(op, &operands, |o| cells[row].partial_cmp(o))
            })
        }
        Column::Boolean(cells) => {
            let operands: Vec<u8> = list(operand).iter().filter_map(Json::as_bool).map(u8::from).collect();
            let fitting = [0, 1].map(|cell: u8| fits(op, &operands, |o| Some(cell.cmp(o))));
            Bitmap::of_cells(cells, |cell| (cell == 0) & fitting[0] | (cell == 1) & fitting[1])
        }
    }
}

/// The operands: the elements of a list, or the one value.
fn list(operand: &Json) -> &[Json] {
    match operand {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

fn by_code(codes: &[u32], fits: &[bool]) -> Bitmap {
    let mut fitting = (0_u32..).zip(fits).filter(|(_, fits)| **fits).map(|(code, _)| code);
    match (fitting.next(), fitting.next()) {
        (None, _) => return Bitmap::zeros(codes.len()),
        // Comparing with one code is several times as fast as looking each up.
        (Some(only), None) => return Bitmap::of_cells(codes, |code| code == only),
        _ => {}
    }
    // "Missing" is past the end of any list of words.
    Bitmap::of_cells(codes, |code| fits.get(code as usize).copied().unwrap_or(false))
}

fn fitting_words(words: &Words, op: Compare, operand: &Json) -> Vec<bool> {
    let operands: Vec<&str> = list(operand).iter().filter_map(Json::as_str).collect();
    words.iter().map(|word| text_fits(word, op, &operands)).collect()
}

fn text_fits(word: &str, op: Compare, operands: &[&str]) -> bool {
    if op == Compare::Contains {
        return operands.iter().any(|part| word.contains(part));
    }
    fits(op, operands, |operand| Some(word.cmp(operand)))
}

/// Whether a present value fits: `order` compares it with an operand, `None` where they cannot be compared.
fn fits<O>(op: Compare, operands: &[O], order: impl Fn(&O) -> Option<Ordering>) -> bool {
    let any = |wanted: fn(Ordering) -> bool| operands.iter().any(|o| order(o).is_some_and(wanted));
    match op {
        Compare::Eq | Compare::In => any(Ordering::is_eq),
        Compare::Ne => !any(Ordering::is_eq),
        Compare::Lt => any(Ordering::is_lt),
        Compare::Le => any(Ordering::is_le),
        Compare::Gt => any(Ordering::is_gt),
        Compare::Ge => any(Ordering::is_ge),
        // A number, a time or a boolean contains nothing; missing was dealt with before.
        Compare::Contains | Compare::IsNull => false,
    }
}

/// What an integer or a time compares with.
enum Operand {
    Whole(i64),
    Fraction(f64),
}

impl Operand {
    fn new(operand: &Json, is_time: bool) -> Option<Self> {
        if is_time {
            return operand.as_str().and_then(parse_time).map(|at| Self::Whole(at.as_microsecond()));
        }
        operand.as_i64().map(Self::Whole).or_else(|| operand.as_f64().map(Self::Fraction))
    }

    #[expect(clippy::cast_precision_loss, reason = "a fraction separates neighbours far below 2^53 only")]
    fn order_of(&self, cell: i64) -> Option<Ordering> {
        match self {
            Self::Whole(n) => Some(cell.cmp(n)),
            Self::Fraction(x) => (cell as f64).partial_cmp(x),
        }
    }
}

fn custom_fits(value: &CustomValue, op: Compare, operand: &Json) -> bool {
    let operands = list(operand);
    let texts = || operands.iter().filter_map(Json::as_str).collect::<Vec<_>>();
    match value {
        CustomValue::Text(text) => text_fits(text, op, &texts()),
        CustomValue::Number(x) => fits(op, operands, |o| o.as_f64().and_then(|o| x.partial_cmp(&o))),
        // Booleans have no order.
        CustomValue::Boolean(b) => {
            let equal = |o: &Json| o.as_bool().filter(|o| o == b).map(|_| Ordering::Equal);
            !matches!(op, Compare::Le | Compare::Ge) && fits(op, operands, equal)
        }
        CustomValue::List(items) if op == Compare::Ne => {
            !items.iter().any(|item| text_fits(item, Compare::Eq, &texts()))
        }
        // A list contains an element, not a part of one.
        CustomValue::List(items) => {
            let op = if op == Compare::Contains { Compare::Eq } else { op };
            items.iter().any(|item| text_fits(item, op, &texts()))
        }
    }
}
