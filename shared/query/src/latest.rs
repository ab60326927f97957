//! Latest: per group the value of the newest record that has one.
//!
//! Newest goes by event time; of equally new records the smallest value wins, so the order of rows and segments does not
//! matter.

use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::groups::Groups;
use crate::key::Key;
use crate::key_column::KeyColumn;
use crate::state::Tally;

/// A value, and the event time of its record.
pub(crate) type Dated = (i64, Key);

/// Finds the newest value of each group; `times` is the column of the event time, if the segment has one.
pub(crate) fn find_latest(
    groups: &Groups,
    mask: &Bitmap,
    times: Option<&Column>,
    column: &KeyColumn<'_>,
) -> (Vec<Tally>, Vec<Option<Dated>>) {
    let mut tallies = vec![Tally::default(); groups.keys.len()];
    let mut newest: Vec<Option<(i64, u32)>> = vec![None; groups.keys.len()];
    let time_of = |row: usize| match times {
        Some(Column::Integer { cells, .. }) if cells[row] != i64::MIN => Some(cells[row]),
        _ => None,
    };
    groups.for_each(mask, |row, group| {
        let dated = time_of(row).zip(column.codes(row).first().copied());
        tallies[group].count_in(dated.is_some());
        if let Some((at, code)) = dated {
            let best = &mut newest[group];
            let replaces = best.is_none_or(|(seen_at, seen)| {
                at > seen_at || (at == seen_at && code != seen && column.key(code) < column.key(seen))
            });
            if replaces {
                *best = Some((at, code));
            }
        }
    });
    let key = |dated: Option<(i64, u32)>| dated.map(|(at, code)| (at, column.key(code)));
    (tallies, newest.into_iter().map(key).collect())
}

/// Replaces a value by a newer one.
pub(crate) fn keep_newer(kept: &mut Option<Dated>, other: Option<Dated>) {
    let Some((at, key)) = other else { return };
    let replaces =
        kept.as_ref().is_none_or(|(seen_at, seen)| at > *seen_at || (at == *seen_at && key < *seen));
    if replaces {
        *kept = Some((at, key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_value_replaces_an_older_and_of_equally_new_ones_the_smallest_stays() {
        let dated = |at, text: &str| Some((at, Key::Text(text.into())));
        for (first, second, expected) in [
            (None, None, None),
            (dated(1, "b"), None, dated(1, "b")),
            (None, dated(1, "b"), dated(1, "b")),
            (dated(1, "a"), dated(2, "b"), dated(2, "b")),
            (dated(2, "b"), dated(2, "a"), dated(2, "a")),
        ] {
            for (mut kept, other) in [(first.clone(), second.clone()), (second, first)] {
                keep_newer(&mut kept, other);
                assert_eq!(kept, expected);
            }
        }
    }
}
