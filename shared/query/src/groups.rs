//! Groups of one segment: which rows belong to which combination of keys.
//!
//! Only rows that some measure looks at make groups. A row belongs to several groups when a key is a list, and to
//! the group "missing" when it has no element.

use hashbrown::HashMap;

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::key::Key;
use crate::key_column::KeyColumn;

/// Most rows times groups of a segment: a record counts once for each combination of its lists' elements.
const MAX_MEMBERS: usize = 16_000_000;
/// Most combinations that are looked up in a table instead of a hash map.
const DENSE: u128 = 1 << 20;

/// The groups of a segment, numbered by first appearance.
pub(crate) struct Groups {
    members: Members,
    /// The keys of each group.
    pub(crate) keys: Vec<Vec<Key>>,
}

enum Members {
    /// Every row in the one group there is.
    All,
    /// The group of each row.
    One(Vec<u32>),
    /// The groups of row `r`: `groups[ends[r - 1]..ends[r]]`.
    Many { ends: Vec<u32>, groups: Vec<u32> },
}

impl Groups {
    /// One group with every row.
    pub(crate) fn all() -> Self {
        Self { members: Members::All, keys: vec![Vec::new()] }
    }

    /// Groups the rows of `mask` by the columns; without the rows whose first key is missing when `drop_missing`.
    ///
    /// Stops where there are more than `most` groups, or more rows times groups than [`MAX_MEMBERS`].
    pub(crate) fn new(
        columns: &[&KeyColumn<'_>],
        mask: &Bitmap,
        rows: usize,
        drop_missing: bool,
        most: usize,
    ) -> Result<Self, QueryError> {
        let mut numbering = Numbering::new(columns);
        let mut members_left = MAX_MEMBERS;
        let members = match columns {
            [column] if column.one_per_row().is_some() && !drop_missing => {
                let codes = column.one_per_row().unwrap_or_default();
                let mut groups = vec![0; rows];
                mask.for_each(|row| {
                    if numbering.codes.len() <= most {
                        groups[row] = numbering.number(u128::from(codes[row]));
                    }
                });
                Members::One(groups)
            }
            _ => {
                let (mut ends, mut groups) = (vec![0; rows], Vec::new());
                let mut done = 0;
                let mut codes = Vec::new();
                mask.for_each(|row| {
                    let count = count_combinations(columns, row);
                    members_left = members_left.saturating_sub(count);
                    if members_left == 0 || numbering.codes.len() > most {
                        return;
                    }
                    ends[done..row].fill(end_of(&groups));
                    combine(columns, row, drop_missing, &mut codes);
                    groups.extend(codes.iter().map(|code| numbering.number(*code)));
                    (ends[row], done) = (end_of(&groups), row + 1);
                });
                ends[done..].fill(end_of(&groups));
                Members::Many { ends, groups }
            }
        };
        if members_left == 0 {
            return Err(QueryError::Limit { what: "records times groups", limit: MAX_MEMBERS as u64 });
        }
        check_groups(numbering.codes.len(), most)?;
        Ok(Self { members, keys: numbering.keys(columns) })
    }

    /// Calls `visit` for every row of the mask with each of its groups.
    pub(crate) fn for_each(&self, mask: &Bitmap, mut visit: impl FnMut(usize, usize)) {
        match &self.members {
            Members::All => mask.for_each(|row| visit(row, 0)),
            Members::One(groups) => mask.for_each(|row| visit(row, groups[row] as usize)),
            Members::Many { ends, groups } => mask.for_each(|row| {
                let start = if row == 0 { 0 } else { ends[row - 1] as usize };
                groups[start..ends[row] as usize].iter().for_each(|group| visit(row, *group as usize));
            }),
        }
    }

    /// Whether there is one group with every row, so that counting needs no row.
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

fn end_of(groups: &[u32]) -> u32 {
    u32::try_from(groups.len()).expect("a segment holds fewer than 2^32 cells")
}

/// The combined codes of a row: every combination of one code per column.
fn combine(columns: &[&KeyColumn<'_>], row: usize, drop_missing: bool, combined: &mut Vec<u128>) {
    combined.clear();
    combined.push(0);
    for (i, column) in columns.iter().enumerate() {
        let radix = u128::from(column.count) + 1;
        match column.codes(row) {
            [] if i == 0 && drop_missing => return combined.clear(),
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
    fn new(columns: &[&KeyColumn<'_>]) -> Self {
        let combinations: u128 = columns.iter().map(|c| u128::from(c.count) + 1).product();
        let size = if combinations <= DENSE { usize::try_from(combinations).unwrap_or(0) } else { 0 };
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

    fn keys(&self, columns: &[&KeyColumn<'_>]) -> Vec<Vec<Key>> {
        self.codes.iter().map(|code| split(*code, columns)).collect()
    }
}

fn split(mut code: u128, columns: &[&KeyColumn<'_>]) -> Vec<Key> {
    let mut keys = vec![Key::Missing; columns.len()];
    for (key, column) in keys.iter_mut().zip(columns).rev() {
        let radix = u128::from(column.count) + 1;
        *key = column.key(u32::try_from(code % radix).unwrap_or(u32::MAX));
        code /= radix;
    }
    keys
}
