//! Checks of rules: what a rule says must fit its target, and no mapping is larger than its limits.
//!
//! Each refusal names the path of what is wrong below the rule (`enum.low`) and what would be right.

use serde_json::Value as Json;

use super::SourceKind;
use super::compiled::{CompiledRule, Source, Target, Words};
use super::path::Path;
use super::rule::{Rule, ValueType};
use super::template::Template;
use super::time::TimeRule;
use super::values::Reading;
use crate::dataset::{ColumnType, Dataset};
use crate::invalid::Invalid;
use crate::record::{Scalar, check_value, parse_time};

/// Most paths of a rule.
pub(super) const MAX_PATHS: usize = 8;
/// Most words of a rule.
pub(super) const MAX_WORDS: usize = 256;
/// Longest text that lists are split at, in bytes.
const MAX_SPLIT_BYTES: usize = 16;

/// Makes a rule ready for a target.
///
/// # Errors
///
/// [`Invalid`] naming what cannot work, below the rule.
pub(super) fn compile_rule<'a>(
    target: &'a str,
    rule: &'a Rule,
    dataset: &'static Dataset,
) -> Result<CompiledRule<'a>, Invalid> {
    crate::measure::find_field(target, dataset)?;
    let target = match dataset.find_column(target) {
        Some((_, column)) => Target::Column(column),
        None => Target::Custom(target, custom_kind(rule)),
    };
    check_options(&target, rule)?;
    let source = read_source(&target, rule)?;
    let missing = rule.missing.as_ref().map(|value| read_given(&target, value)).transpose();
    Ok(CompiledRule {
        source,
        words: read_words(&target, rule)?,
        missing: missing.map_err(|e| e.below("missing"))?,
        time: if target.kind() == Some(ColumnType::Time) { Some(TimeRule::new(rule)?) } else { None },
        scale: rule.scale,
        split: rule.split.as_deref(),
        turn_into: rule.turn_into,
        target,
    })
}

fn custom_kind(rule: &Rule) -> Option<ColumnType> {
    match rule.turn_into {
        Some(ValueType::Text) => Some(ColumnType::Text),
        Some(ValueType::Number) => Some(ColumnType::Number),
        Some(ValueType::Boolean) => Some(ColumnType::Boolean),
        Some(ValueType::List) => Some(ColumnType::List),
        None if rule.split.is_some() => Some(ColumnType::List),
        None if rule.scale.is_some() => Some(ColumnType::Number),
        None => None,
    }
}

/// Which options go together with which target.
fn check_options(target: &Target<'_>, rule: &Rule) -> Result<(), Invalid> {
    use ColumnType as C;
    let kind = target.kind();
    let is_time = kind == Some(C::Time);
    let is_number = matches!(kind, Some(C::Number | C::Integer));
    let has_words = !rule.words.is_empty() || rule.otherwise.is_some();
    let says_time = rule.format.is_some() || rule.timezone.is_some() || rule.epoch.is_some();
    let says_more = has_words || says_time || rule.scale.is_some() || rule.split.is_some();
    let turns = rule.turn_into.is_some();
    let turns_well = match (rule.turn_into, kind) {
        (None, _) | (_, None) => true,
        (Some(ValueType::Text), Some(kind)) => kind == C::Text,
        (Some(ValueType::Number), Some(_)) => is_number,
        (Some(ValueType::Boolean), Some(kind)) => kind == C::Boolean,
        (Some(ValueType::List), Some(kind)) => kind == C::List,
    };
    let constant = rule.constant.is_some();
    for (wrong, field, detail) in [
        (constant && (says_more || turns || rule.missing.is_some()), "constant", "a constant stands alone"),
        (has_words && is_time, "enum", "a time has no enum; say format, timezone or epoch"),
        (
            has_words && rule.scale.is_some(),
            "scale",
            "what an enum gives is not scaled; give the scaled numbers",
        ),
        (says_time && !is_time, "format", "format, timezone and epoch are for times"),
        (rule.scale.is_some() && !is_number, "scale", "scale is for numbers"),
        (rule.scale.is_some_and(|x| !x.is_finite() || x == 0.0), "scale", "scale is a number other than 0"),
        (rule.split.is_some() && kind != Some(C::List), "split", "split is for lists"),
        (rule.split.as_deref() == Some(""), "split", "a text is split at one character or more"),
        (
            !turns_well,
            "as",
            "as on a column is the column's own type: text, number, boolean or list; times have none",
        ),
    ] {
        if wrong {
            return Err(Invalid::field(field, "bad_rule", detail));
        }
    }
    if rule.split.as_ref().is_some_and(|split| split.len() > MAX_SPLIT_BYTES) {
        return Err(Invalid::limit("split", format!("a text is split at {MAX_SPLIT_BYTES} bytes at most")));
    }
    Ok(())
}

fn read_source(target: &Target<'_>, rule: &Rule) -> Result<Source, Invalid> {
    if rule.from.len() > MAX_PATHS {
        return Err(Invalid::limit("from", format!("a rule has at most {MAX_PATHS} paths")));
    }
    match (rule.from.as_slice(), &rule.constant, &rule.template) {
        ([], Some(constant), None) => {
            read_given(target, constant).map(Source::Constant).map_err(|e| e.below("constant"))
        }
        ([], None, Some(template)) => {
            Template::parse(template).map(Source::Template).map_err(|e| e.below("template"))
        }
        (paths @ [_, ..], None, None) => {
            let paths = paths.iter().map(|path| Path::parse(path)).collect::<Result<_, _>>();
            paths.map(Source::Paths).map_err(|e| e.below("from"))
        }
        _ => Err(Invalid::field("", "bad_rule", "a rule has exactly one of from, constant and template")),
    }
}

fn read_words<'a>(target: &Target<'_>, rule: &'a Rule) -> Result<Option<Words<'a>>, Invalid> {
    if rule.words.is_empty() && rule.otherwise.is_none() {
        return Ok(None);
    }
    if rule.words.len() > MAX_WORDS {
        return Err(Invalid::limit("enum", format!("an enum has at most {MAX_WORDS} words")));
    }
    let read = |value: &Json| match value {
        Json::Null => Ok(None),
        value => read_word(target, value).map(Some),
    };
    let mut listed = std::collections::BTreeMap::new();
    for (word, value) in &rule.words {
        let ours = read(value).map_err(|e| e.below(word).below("enum"))?;
        listed.insert(word.as_str(), ours);
    }
    let otherwise = rule.otherwise.as_ref().map(read).transpose().map_err(|e| e.below("otherwise"))?;
    Ok(Some(Words { listed, otherwise }))
}

/// What a word becomes: a value of the target; for a list, one of its texts.
fn read_word(target: &Target<'_>, value: &Json) -> Result<Scalar, Invalid> {
    match (target.kind(), value) {
        (Some(ColumnType::List), Json::String(text)) => Ok(Scalar::Text(text.clone())),
        (Some(ColumnType::List), _) => {
            Err(Invalid::field("", "wrong_type", "an element of a list is a text"))
        }
        _ => read_given(target, value),
    }
}

/// A value that stands in the mapping itself: read strictly, and checked as the value of a record is.
fn read_given(target: &Target<'_>, value: &Json) -> Result<Scalar, Invalid> {
    let reading = Reading::new(SourceKind::Json, None);
    let name = target.name();
    let read = match (target.kind(), value) {
        (Some(ColumnType::Time), Json::String(text)) => {
            parse_time(text).map(|at| Scalar::Time(at.as_microsecond())).ok_or_else(|| {
                Invalid::field(
                    "",
                    "bad_time",
                    format!("{name} is an RFC 3339 time such as 2026-11-20T09:00:00Z"),
                )
            })
        }
        (Some(kind), value) => reading
            .plain(value, kind, None)
            .map_err(|r| (r.code, r.wanted))
            .map_err(|(code, wanted)| Invalid::field("", code, format!("{name} is {wanted}"))),
        (None, value) => {
            reading.as_it_is(value).map_err(|r| Invalid::field("", r.code, format!("{name} is {}", r.wanted)))
        }
    }?;
    if let Target::Column(column) = target {
        check_value(column, Some(&read)).map_err(|e| Invalid::field("", e.code, e.detail))?;
    }
    Ok(read)
}
