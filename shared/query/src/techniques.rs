//! Techniques: which entries of the pinned catalogue the records of each group carry.
//!
//! Ids are looked up once for all groups. An id that the catalogue does not know is in no group; whether a known one
//! counts is for [`sitrep_domain::attack::coverage`] to say.

use sitrep_domain::attack::{CatalogueId, catalogue};

use crate::key::Key;
use crate::state::State;

/// Pairs of group and position in the catalogue, ascending.
pub(crate) struct Techniques(Vec<(u32, usize)>);

impl Techniques {
    /// Looks the keys of a finished state up.
    pub(crate) fn new(id: CatalogueId, state: Option<&State>) -> Self {
        let Some(State::Distinct { seen, keys, .. }) = state else { return Self(Vec::new()) };
        let find = |key: &Key| match key {
            Key::Text(id_of_key) => catalogue(id).find_technique(id_of_key),
            _ => None,
        };
        let positions: Vec<Option<usize>> = keys.iter().map(find).collect();
        let mut pairs = Vec::new();
        seen.for_each(|group, key| pairs.extend(positions[key as usize].map(|position| (group, position))));
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Positions in the catalogue that a group's records carry.
    pub(crate) fn of_group(&self, group: usize) -> impl Iterator<Item = usize> {
        let start = self.0.partition_point(|(of, _)| (*of as usize) < group);
        self.0[start..].iter().take_while(move |(of, _)| *of as usize == group).map(|(_, position)| *position)
    }
}
