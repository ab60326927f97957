//! Groups of one segment: which rows belong to which combination of keys.
//!
//! Only rows that some measure looks at make groups. A row belongs to several groups when a key is a list, and to
//! the group "missing" when it has no element. A group's number is its combination of codes where there are few, so
//! that rows need no look-up; then there are numbers that no row has.

use std::borrow::Cow;

use hashbrown::HashMap;

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::key_column::KeyColumn;

/// Most rows times groups of a segment: a record counts once for each combination of its lists' elements.
const MAX_MEMBERS: usize = 16_000_000;
/// Most combinations, per row, that are looked up in a table instead of a hash map.
const DENSE: u128 = 8;
/// Combinations that are always few enough to be numbers themselves; else there are at most as many as rows.
const FEW: u128 = 1 << 9;
/// Most groups whose rows are kept as bitmaps, for each time that they are gone through: counting then looks at no row.
const MOST_BITMAPS: usize = 4;

/// The groups of a segment.
pub(crate) struct Groups<'k> {
    members: Members<'k>,
    /// One more than the largest number of a group.
    pub(crate) size: usize,
    /// The numbers that count, in the order of `codes`.
    pub(crate) present: Vec<u32>,
    /// The codes of each present group, one per key; the code past a column's last one means "missing".
    pub(crate) codes: Vec<u32>,
}

/// What groups are for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    /// How often they are gone through.
    pub(crate) times: usize,
    pub(crate) most_groups: usize,
}

enum Members<'k> {
    /// Every row in the one group there is.
    All,
    /// The rows of each group, which are few; every row is in one.
    Few(Vec<Bitmap>),
    /// The group of each row.
    One(Cow<'k, [u32]>),
    /// The groups of row `r`: `groups[ends[r - 1]..ends[r]]`.
    Many { ends: Vec<u32>, groups: Vec<u32> },
}

impl<'k> Groups<'k> {
    /// One group with every row.
    pub(crate) fn all() -> Self {
        Self { members: Members::All, size: 1, present: vec![0], codes: Vec::new() }
    }

    /// Groups the rows of `mask` by the columns; without the rows whose first key is missing when `drop_missing`.
    ///
    /// Stops where there are more than the most groups, or more rows times groups than [`MAX_MEMBERS`].
    pub(crate) fn new(
        columns: &[&'k KeyColumn<'_>],
        mask: &Bitmap,
        rows: usize,
        drop_missing: bool,
        use_of: Use,
    ) -> Result<Self, QueryError> {
        let most = use_of.most_groups;
        let combinations: u128 = columns.iter().map(|c| u128::from(c.count) + 1).product();
        let single: Option<Vec<&'k [u32]>> = columns.iter().map(|c| c.one_per_row()).collect();
        let groups = match single {
            Some(single) if combinations <= FEW.max(rows as u128) => {
                Self::by_code(columns, &single, usize::try_from(combinations).unwrap_or(0), mask, use_of)
            }
            _ => Self::by_number(columns, mask, rows, combinations, most)?,
        };
        let groups = if drop_missing { groups.without_missing(columns) } else { groups };
        check_groups(groups.present.len(), most)?;
        Ok(groups)
    }

    /// Groups that are numbered by their combined codes.
    fn by_code(
        columns: &[&'k KeyColumn<'_>],
        single: &[&'k [u32]],
        size: usize,
        mask: &Bitmap,
        use_of: Use,
    ) -> Self {
        let members = combine_single(columns, single);
        let (members, seen) = if size <= use_of.times * MOST_BITMAPS {
            let rows_of = |group| Bitmap::of_cells(&members, |member| member == group);
            let rows: Vec<Bitmap> = (0..to_u32(size)).map(rows_of).collect();
            let seen = rows.iter().map(|rows| rows.meets(mask)).collect();
            (Members::Few(rows), seen)
        } else {
            let mut seen = vec![false; size];
            mask.for_each(|row| seen[members[row] as usize] = true);
            (Members::One(members), seen)
        };
        let numbers = (0..to_u32(size)).zip(seen);
        let present: Vec<u32> = numbers.filter(|(_, seen)| *seen).map(|(number, _)| number).collect();
        let codes = match columns {
            [_] => present.clone(),
            _ => present.iter().flat_map(|number| split(u128::from(*number), columns)).collect(),
        };
        Self { members, size, present, codes }
    }

    /// Groups that are numbered by first appearance.
    fn by_number(
        columns: &[&'k KeyColumn<'_>],
        mask: &Bitmap,
        rows: usize,
        combinations: u128,
        most: usize,
    ) -> Result<Self, QueryError> {
        let mut members_left = MAX_MEMBERS;
        let mut numbering = Numbering::new(combinations, rows);
        let (mut ends, mut groups) = (vec![0; rows], Vec::new());
        let (mut done, mut codes) = (0, Vec::new());
        mask.for_each(|row| {
            members_left = members_left.saturating_sub(count_combinations(columns, row));
            if members_left == 0 || numbering.codes.len() > most {
                return;
            }
            ends[done..row].fill(to_u32(groups.len()));
            combine(columns, row, &mut codes);
            groups.extend(codes.iter().map(|code| numbering.number(*code)));
            (ends[row], done) = (to_u32(groups.len()), row + 1);
        });
        if members_left == 0 {
            return Err(QueryError::Limit { what: "records times groups", limit: MAX_MEMBERS as u64 });
        }
        check_groups(numbering.codes.len(), most)?;
        ends[done..].fill(to_u32(groups.len()));
        let size = numbering.codes.len();
        let codes = numbering.codes.iter().flat_map(|code| split(*code, columns)).collect();
        let present = (0..to_u32(size)).collect();
        Ok(Self { members: Members::Many { ends, groups }, size, present, codes })
    }

    /// The same without the groups whose first key is missing.
    fn without_missing(mut self, columns: &[&KeyColumn<'_>]) -> Self {
        let has_first = |codes: &[u32]| codes[0] < columns[0].count;
        let kept: Vec<bool> = self.codes.chunks(columns.len()).map(has_first).collect();
        self.codes =
            self.codes.chunks(columns.len()).filter(|codes| has_first(codes)).flatten().copied().collect();
        let mut kept = kept.into_iter();
        self.present.retain(|_| kept.next().unwrap_or(false));
        self
    }

    /// Calls `visit` for every row of the mask with each of its groups, in no particular order.
    pub(crate) fn for_each(&self, mask: &Bitmap, mut visit: impl FnMut(usize, usize)) {
        match &self.members {
            Members::All => mask.for_each(|row| visit(row, 0)),
            Members::Few(rows) => {
                for (group, rows) in rows.iter().enumerate() {
                    rows.both(mask).for_each(|row| visit(row, group));
                }
            }
            Members::One(groups) => mask.for_each(|row| visit(row, groups[row] as usize)),
            Members::Many { ends, groups } => mask.for_each(|row| {
                let start = if row == 0 { 0 } else { ends[row - 1] as usize };
                groups[start..ends[row] as usize].iter().for_each(|group| visit(row, *group as usize));
            }),
        }
    }

    /// How many rows of the mask each group has.
    pub(crate) fn count(&self, mask: &Bitmap) -> Vec<u64> {
        match &self.members {
            Members::All => vec![mask.count()],
            Members::Few(rows) => rows.iter().map(|rows| rows.count_both(mask)).collect(),
            Members::One(_) | Members::Many { .. } => {
                let mut counts = vec![0; self.size];
                self.for_each(mask, |_, group| counts[group] += 1);
                counts
            }
        }
    }

    /// Calls `visit` with each group and cells of its rows among those of the mask, some at a time.
    pub(crate) fn for_each_run<T: Copy + Default>(
        &self,
        mask: &Bitmap,
        cells: &[T],
        mut visit: impl FnMut(usize, &[T]),
    ) {
        match &self.members {
            Members::All => mask.for_each_run(cells, |run| visit(0, run)),
            Members::Few(rows) => {
                for (group, rows) in rows.iter().enumerate() {
                    rows.both(mask).for_each_run(cells, |run| visit(group, run));
                }
            }
            Members::One(_) | Members::Many { .. } => {
                self.for_each(mask, |row, group| visit(group, &cells[row..=row]));
            }
        }
    }

    /// What `add` makes of each group's cells, from `start`.
    pub(crate) fn fold_runs<T: Copy + Default, A: Clone>(
        &self,
        mask: &Bitmap,
        cells: &[T],
        start: A,
        mut add: impl FnMut(&mut A, &[T]),
    ) -> Vec<A> {
        let mut folded = vec![start; self.size];
        self.for_each_run(mask, cells, |group, run| add(&mut folded[group], run));
        folded
    }

    /// Whether there is one group with every row.
    pub(crate) const fn is_all(&self) -> bool {
        matches!(self.members, Members::All)
    }
}

/// Refuses more than `most` groups.
pub(crate) const fn check_groups(count: usize, most: usize) -> Result<(), QueryError> {
    if count > most { Err(QueryError::Limit { what: "groups", limit: most as u64 }) } else { Ok(()) }
}

/// Number of groups that a row is in.
fn count_combinations(columns: &[&KeyColumn<'_>], row: usize) -> usize {
    let counts = columns.iter().map(|column| column.codes(row).len().max(1));
    counts.fold(1, usize::saturating_mul)
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a segment holds fewer than 2^32 cells")
}

/// The combined codes of all rows, where no row has several keys of one column and all combinations fit.
fn combine_single<'k>(columns: &[&'k KeyColumn<'_>], single: &[&'k [u32]]) -> Cow<'k, [u32]> {
    let mut combined = Cow::Borrowed(single[0]);
    for (column, codes) in columns.iter().zip(single).skip(1) {
        let radix = column.count + 1;
        combined.to_mut().iter_mut().zip(*codes).for_each(|(all, code)| *all = *all * radix + code);
    }
    combined
}

/// The combined codes of a row: every combination of one code per column.
fn combine(columns: &[&KeyColumn<'_>], row: usize, combined: &mut Vec<u128>) {
    combined.clear();
    combined.push(0);
    for column in columns {
        let radix = u128::from(column.count) + 1;
        match column.codes(row) {
            [] => combined.iter_mut().for_each(|c| *c = *c * radix + u128::from(column.count)),
            [code] => combined.iter_mut().for_each(|c| *c = *c * radix + u128::from(*code)),
            codes => {
                let each = |c: &u128| {
                    codes.iter().map(move |code| *c * radix + u128::from(*code)).collect::<Vec<_>>()
                };
                *combined = combined.iter().flat_map(each).collect();
            }
        }
    }
}

/// Numbers combined codes by first appearance.
struct Numbering {
    codes: Vec<u128>,
    dense: Vec<u32>,
    sparse: HashMap<u128, u32>,
}

impl Numbering {
    fn new(combinations: u128, rows: usize) -> Self {
        let size =
            if combinations <= DENSE * rows as u128 { usize::try_from(combinations).unwrap_or(0) } else { 0 };
        Self { codes: Vec::new(), dense: vec![u32::MAX; size], sparse: HashMap::new() }
    }

    fn number(&mut self, code: u128) -> u32 {
        let next = u32::try_from(self.codes.len()).unwrap_or(u32::MAX);
        let number = match usize::try_from(code).ok().and_then(|c| self.dense.get_mut(c)) {
            Some(slot) => {
                if *slot == u32::MAX {
                    *slot = next;
                }
                *slot
            }
            None => *self.sparse.entry(code).or_insert(next),
        };
        if number == next {
            self.codes.push(code);
        }
        number
    }
}

/// The code of each column in a combined one.
fn split(mut code: u128, columns: &[&KeyColumn<'_>]) -> Vec<u32> {
    let mut codes = vec![0; columns.len()];
    for (own, column) in codes.iter_mut().zip(columns).rev() {
        let radix = u128::from(column.count) + 1;
        *own = u32::try_from(code % radix).expect("a code is at most the count");
        code /= radix;
    }
    codes
}
