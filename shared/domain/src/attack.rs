//! ATT&CK: the pinned catalogue of techniques and tactics that detections are counted against.
//!
//! The catalogue is compiled in from `data/attack-18.1` (© 2025 The MITRE Corporation, see `LICENSE.txt` there), so a
//! coverage figure never changes because somebody published something. Which techniques a set of detections covers is
//! counted in [`coverage`].

pub mod coverage;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A pinned release of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CatalogueId {
    /// ATT&CK for enterprise, release 18.1.
    #[serde(rename = "attack-18.1")]
    Attack18_1,
}

/// A tactic: what an attacker wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tactic {
    /// Its short name, such as `initial-access`.
    pub short_name: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// Whether a technique still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Active,
    /// Withdrawn in favour of another.
    Revoked {
        /// Id of the active technique in its place, if there is one.
        replaced_by: Option<&'static str>,
    },
    /// Withdrawn without replacement.
    Deprecated,
}

/// A technique or sub-technique: how an attacker gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Technique {
    /// Its id, such as `T1059.001`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether it counts.
    pub standing: Standing,
    /// Positions of its tactics among those of the catalogue.
    pub tactics: Vec<usize>,
    /// Position of the technique that this is a sub-technique of.
    pub parent: Option<usize>,
}

impl Technique {
    /// Whether it counts: neither revoked nor deprecated.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }
}

/// Techniques and tactics of one release.
#[derive(Debug)]
pub struct Catalogue {
    tactics: Vec<Tactic>,
    techniques: Vec<Technique>,
}

impl Catalogue {
    /// The tactics, by id.
    #[must_use]
    pub fn tactics(&self) -> &[Tactic] {
        &self.tactics
    }

    /// The techniques and sub-techniques, by id; revoked and deprecated ones too.
    #[must_use]
    pub fn techniques(&self) -> &[Technique] {
        &self.techniques
    }

    /// Position of the technique with exactly that id.
    #[must_use]
    pub fn find_technique(&self, id: &str) -> Option<usize> {
        self.techniques.binary_search_by(|technique| technique.id.cmp(id)).ok()
    }

    /// Position of the tactic of that short name.
    #[must_use]
    pub fn find_tactic(&self, short_name: &str) -> Option<usize> {
        self.tactics.iter().position(|tactic| tactic.short_name == short_name)
    }

    /// Reads the two tables; `None` when they are not what their README says.
    fn read(tactics: &'static str, techniques: &'static str) -> Option<Self> {
        let tactics: Vec<Tactic> = tactics.lines().skip(1).map(read_tactic).collect::<Option<_>>()?;
        let rows: Vec<[&str; 5]> = techniques.lines().skip(1).map(cells).collect::<Option<_>>()?;
        let position = |id: &str| rows.binary_search_by(|row| row[0].cmp(id)).ok();
        let tactic = |name: &str| tactics.iter().position(|t| t.short_name == name);
        let read = |row: &[&'static str; 5]| {
            let [id, _, _, short_names, name] = *row;
            let parent = match id.split_once('.') {
                Some((parent, _)) => Some(position(parent)?),
                None => None,
            };
            let short_names = short_names.split(',').filter(|name| !name.is_empty());
            let tactics = short_names.map(tactic).collect::<Option<_>>()?;
            Some(Technique { id, name, standing: read_standing(&rows, row)?, tactics, parent })
        };
        Some(Self { techniques: rows.iter().map(read).collect::<Option<_>>()?, tactics })
    }
}

fn cells<const N: usize>(line: &'static str) -> Option<[&'static str; N]> {
    line.split('\t').collect::<Vec<_>>().try_into().ok()
}

fn read_tactic(line: &'static str) -> Option<Tactic> {
    let [_, short_name, name] = cells(line)?;
    Some(Tactic { short_name, name })
}

fn read_standing(rows: &[[&'static str; 5]], row: &[&'static str; 5]) -> Option<Standing> {
    match row[1] {
        "active" => Some(Standing::Active),
        "deprecated" => Some(Standing::Deprecated),
        "revoked" => Some(Standing::Revoked { replaced_by: follow(rows, row[2]) }),
        _ => None,
    }
}

/// The active technique at the end of a chain of replacements.
fn follow(rows: &[[&'static str; 5]], mut id: &'static str) -> Option<&'static str> {
    for _ in 0..rows.len() {
        let row = &rows[rows.binary_search_by(|row| row[0].cmp(id)).ok()?];
        match row[1] {
            "active" => return Some(id),
            "revoked" => id = row[2],
            _ => return None,
        }
    }
    None
}

static ATTACK_18_1: LazyLock<Catalogue> = LazyLock::new(|| {
    let tactics = include_str!("../data/attack-18.1/tactics.tsv");
    let techniques = include_str!("../data/attack-18.1/techniques.tsv");
    Catalogue::read(tactics, techniques).expect("the tables are in the repository, and a test reads them")
});

/// The catalogue of that release, read once.
#[must_use]
pub fn catalogue(id: CatalogueId) -> &'static Catalogue {
    match id {
        CatalogueId::Attack18_1 => &ATTACK_18_1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(id: &str) -> Standing {
        let catalogue = catalogue(CatalogueId::Attack18_1);
        catalogue.techniques()[catalogue.find_technique(id).expect(id)].standing
    }

    #[test]
    fn the_catalogue_has_the_techniques_and_tactics_of_its_release() {
        let catalogue = catalogue(CatalogueId::Attack18_1);
        let count =
            |admits: fn(&Technique) -> bool| catalogue.techniques().iter().filter(|t| admits(t)).count();
        assert_eq!(catalogue.tactics().len(), 14);
        assert_eq!(count(|_| true), 835);
        assert_eq!(count(Technique::is_active), 691);
        assert_eq!(count(|t| t.is_active() && t.parent.is_none()), 216);
        assert_eq!(count(|t| t.standing == Standing::Deprecated), 12);
        assert_eq!(count(|t| t.is_active() && t.tactics.is_empty()), 0);
        assert!(catalogue.techniques().is_sorted_by_key(|t| t.id), "ids are looked up by halving");
    }

    #[test]
    fn the_parent_of_an_active_sub_technique_is_active() {
        let catalogue = catalogue(CatalogueId::Attack18_1);
        for technique in catalogue.techniques().iter().filter(|t| t.is_active()) {
            let parent = technique.parent.map(|parent| &catalogue.techniques()[parent]);
            assert!(parent.is_none_or(|p| p.is_active() && p.parent.is_none()), "{}", technique.id);
        }
    }

    #[test]
    fn a_revoked_technique_names_the_active_one_at_the_end_of_the_chain() {
        for (id, expected) in [
            ("T1059.001", Standing::Active),
            ("T1086", Standing::Revoked { replaced_by: Some("T1059.001") }),
            ("T1073", Standing::Revoked { replaced_by: Some("T1574.001") }),
            ("T1043", Standing::Deprecated),
        ] {
            assert_eq!(standing(id), expected, "{id}");
        }
    }
}
