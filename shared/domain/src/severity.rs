//! Severities as reports list them: worst first, unrated last, each present even when nothing has it.

use crate::datasets::incidents::SEVERITIES;
use crate::result::Cell;

/// What records without a severity are called.
pub(crate) const UNRATED: &str = "unrated";
/// How many rows a list by severity has.
pub(crate) const COUNT: usize = SEVERITIES.len() + 1;

/// The severities, worst first, then [`UNRATED`].
pub(crate) fn list() -> impl Iterator<Item = &'static str> {
    SEVERITIES.iter().copied().chain([UNRATED])
}

/// Place of a group key in [`list`]: what is missing, or no severity that we know, is unrated.
pub(crate) fn place(key: &Cell) -> usize {
    let known = key.as_str().and_then(|name| SEVERITIES.iter().position(|s| *s == name));
    known.unwrap_or(SEVERITIES.len())
}

/// A severity for headings and legends: `Critical`.
pub(crate) fn title(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_severity_has_its_place_and_the_rest_is_unrated() {
        for (i, name) in list().enumerate() {
            assert_eq!(place(&Cell::Text(name.to_owned())), i, "{name}");
        }
        assert_eq!(list().count(), COUNT);
        for key in [Cell::Null, Cell::Text("CRITICAL\n".to_owned()), Cell::Integer(1)] {
            assert_eq!(place(&key), COUNT - 1, "{key:?}");
        }
        assert_eq!(title("critical"), "Critical");
    }
}
