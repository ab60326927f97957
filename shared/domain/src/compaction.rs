//! Which segments are made one: those of a month that are about equally small, as soon as there are several.
//!
//! Segments are ranked by the power of eight of their rows. Eight of a rank become one of a higher rank, so a row is
//! rewritten once per rank and a month never keeps more than seven segments of each. A segment that is large enough is
//! never touched again.

use std::collections::BTreeMap;

use crate::snapshot::SegmentMeta;

/// Least segments that are worth being made one.
pub const MIN_INPUTS: usize = 8;
/// Most segments that are made one: what a transaction takes.
pub const MAX_INPUTS: usize = 95;
/// Most rows of the segments that are made one.
pub const MAX_ROWS: u64 = 131_072;
/// A segment of that many rows is large enough.
const FULL_ROWS: u64 = 65_536;

/// Groups of segments to be made one, by index into `living`; each of one month, in the order of `seq`. The segments
/// given are those that are read now.
#[must_use]
pub fn choose_inputs(living: &[SegmentMeta]) -> Vec<Vec<usize>> {
    let mut ranks: BTreeMap<(&str, u32), Vec<usize>> = BTreeMap::new();
    for (index, meta) in living.iter().enumerate() {
        if meta.rows < FULL_ROWS {
            ranks.entry((&meta.month, rank(meta.rows))).or_default().push(index);
        }
    }
    let mut chosen = Vec::new();
    for mut indexes in ranks.into_values() {
        indexes.sort_by_key(|index| living[*index].seq);
        let mut rest = indexes.as_slice();
        while let Some((group, others)) = split_group(living, rest) {
            chosen.push(group.to_vec());
            rest = others;
        }
    }
    chosen
}

fn rank(rows: u64) -> u32 {
    rows.max(1).ilog(8)
}

/// The first segments that fit into one, and the others; `None` when they are not worth it.
fn split_group<'a>(living: &[SegmentMeta], indexes: &'a [usize]) -> Option<(&'a [usize], &'a [usize])> {
    let (mut rows, mut count) = (0, 0);
    for index in indexes.iter().take(MAX_INPUTS) {
        if rows + living[*index].rows > MAX_ROWS {
            break;
        }
        rows += living[*index].rows;
        count += 1;
    }
    let is_worth_it = count >= MIN_INPUTS || rows >= FULL_ROWS;
    is_worth_it.then(|| indexes.split_at(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::DatasetId;

    fn segment(month: &str, seq: u64, rows: u64) -> SegmentMeta {
        SegmentMeta {
            dataset: DatasetId::Incidents,
            month: month.to_owned(),
            seq,
            key: String::new(),
            sha256: String::new(),
            bytes: 0,
            rows,
            event_range: None,
            resolved_range: None,
            has_unresolved: false,
            id_filter: String::new(),
            gen_from: seq,
            gen_to: None,
            compacted: false,
        }
    }

    /// So many segments of each of these sizes in one month.
    fn month(sizes: &[(usize, u64)]) -> Vec<SegmentMeta> {
        let rows = sizes.iter().flat_map(|(count, rows)| vec![*rows; *count]);
        (1..).zip(rows).map(|(seq, rows)| segment("202601", seq, rows)).collect()
    }

    #[test]
    fn equally_small_segments_become_one_and_large_ones_stay() {
        for (sizes, expected) in [
            (vec![(7, 100)], vec![]),
            (vec![(8, 100)], vec![8]),
            (vec![(4, 100), (4, 10)], vec![]),
            (vec![(8, 0)], vec![8]),
            (vec![(100, 111)], vec![95]),
            (vec![(200, 111)], vec![95, 95, 10]),
            (vec![(30, 10_000)], vec![13, 13]),
            (vec![(8, 40_000)], vec![3, 3, 2]),
            (vec![(50, 65_536)], vec![]),
            (vec![(9, 65_535)], vec![2, 2, 2, 2]),
        ] {
            let chosen = choose_inputs(&month(&sizes));
            assert_eq!(chosen.iter().map(Vec::len).collect::<Vec<_>>(), expected, "{sizes:?}");
        }
    }

    #[test]
    fn months_are_kept_apart_and_the_oldest_commits_come_first() {
        let mut living = month(&[(8, 5)]);
        living.extend((0..8).map(|n| segment("202602", 20 - n, 5)));
        let chosen = choose_inputs(&living);
        let of = |group: &Vec<usize>| group.iter().map(|i| living[*i].seq).collect::<Vec<_>>();
        assert_eq!(
            chosen.iter().map(of).collect::<Vec<_>>(),
            [(1..=8).collect::<Vec<_>>(), (13..=20).collect()]
        );
    }

    #[test]
    fn a_month_that_grows_by_one_row_at_a_time_stays_few_and_each_row_is_rewritten_seldom() {
        let (mut living, mut seq, mut rewritten) = (Vec::new(), 0, 0);
        for _ in 0..20_000_u64 {
            seq += 1;
            living.push(segment("202601", seq, 1));
            while let Some(group) = choose_inputs(&living).into_iter().next() {
                let rows: u64 = group.iter().map(|i| living[*i].rows).sum();
                rewritten += rows;
                let mut index = 0;
                living.retain(|_| {
                    index += 1;
                    !group.contains(&(index - 1))
                });
                seq += 1;
                living.push(segment("202601", seq, rows));
            }
        }
        assert!(living.len() <= 35, "{}", living.len());
        assert!(rewritten <= 5 * 20_000, "{rewritten}");
    }
}
