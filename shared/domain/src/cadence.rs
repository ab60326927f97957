//! Cadences: how often a schedule is due, as a named preset or as a cron expression.
//!
//! A preset is nothing but a name for a cron expression; everything downstream sees the expression alone.

use serde::{Deserialize, Serialize};

use crate::cron::CronExpression;
use crate::invalid::Invalid;

/// The named presets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Every day at 08:00.
    Daily,
    /// Every Monday at 09:00.
    Weekly,
    /// The first of every month at 10:00.
    Monthly,
    /// The first of January, April, July and October at 10:00.
    Quarterly,
    /// The first of January at 10:00.
    Yearly,
}

impl Frequency {
    /// Every preset, most frequent first.
    pub const ALL: [Self; 5] = [Self::Daily, Self::Weekly, Self::Monthly, Self::Quarterly, Self::Yearly];

    /// The expression that the preset stands for.
    #[must_use]
    pub const fn as_cron(self) -> &'static str {
        match self {
            Self::Daily => "0 8 * * *",
            Self::Weekly => "0 9 * * 1",
            Self::Monthly => "0 10 1 * *",
            Self::Quarterly => "0 10 1 1,4,7,10 *",
            Self::Yearly => "0 10 1 1 *",
        }
    }
}

/// How often a schedule is due. In JSON `{"frequency": "weekly"}` or `{"cron": "0 9 * * 1"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawCadence", into = "RawCadence")]
pub struct Cadence {
    frequency: Option<Frequency>,
    cron: CronExpression,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCadence {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    frequency: Option<Frequency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cron: Option<String>,
}

impl Cadence {
    /// Makes a cadence from the two fields of a schedule; neither is no cadence.
    ///
    /// # Errors
    ///
    /// [`Invalid`] on `cron` when both are given (`cadence_twice`), or as [`CronExpression::parse`] says.
    pub fn from_parts(frequency: Option<Frequency>, cron: Option<&str>) -> Result<Option<Self>, Invalid> {
        match (frequency, cron) {
            (None, None) => Ok(None),
            (Some(frequency), None) => Ok(Some(Self::from(frequency))),
            (None, Some(text)) => CronExpression::parse(text).map(|cron| Some(Self::from(cron))),
            (Some(_), Some(_)) => {
                let detail =
                    "give frequency or cron, not both; leave both out for a report that is only run by hand";
                Err(Invalid::field("cron", "cadence_twice", detail))
            }
        }
    }

    /// The preset, if the cadence is one.
    #[must_use]
    pub const fn frequency(&self) -> Option<Frequency> {
        self.frequency
    }

    /// The expression that says when the cadence is due.
    #[must_use]
    pub const fn cron(&self) -> &CronExpression {
        &self.cron
    }
}

impl From<Frequency> for Cadence {
    fn from(frequency: Frequency) -> Self {
        let cron = CronExpression::parse(frequency.as_cron()).expect("every preset is a valid expression");
        Self { frequency: Some(frequency), cron }
    }
}

impl From<CronExpression> for Cadence {
    fn from(cron: CronExpression) -> Self {
        Self { frequency: None, cron }
    }
}

impl TryFrom<RawCadence> for Cadence {
    type Error = Invalid;

    fn try_from(raw: RawCadence) -> Result<Self, Invalid> {
        Self::from_parts(raw.frequency, raw.cron.as_deref())?
            .ok_or_else(|| Invalid::field("cron", "cadence_missing", "give frequency or cron"))
    }
}

impl From<Cadence> for RawCadence {
    fn from(cadence: Cadence) -> Self {
        match cadence.frequency {
            Some(frequency) => Self { frequency: Some(frequency), cron: None },
            None => Self { frequency: None, cron: Some(cadence.cron.into()) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_compiles_and_keeps_its_name_in_json() {
        for frequency in Frequency::ALL {
            let cadence = Cadence::from(frequency);
            assert_eq!(cadence.cron().as_str(), frequency.as_cron());
            let json = serde_json::to_string(&cadence).unwrap();
            assert_eq!(serde_json::from_str::<Cadence>(&json).unwrap(), cadence, "{json}");
        }
        assert_eq!(
            serde_json::to_string(&Cadence::from(Frequency::Weekly)).unwrap(),
            r#"{"frequency":"weekly"}"#
        );
    }

    #[test]
    fn a_schedule_names_a_frequency_or_a_cron_or_neither() {
        assert_eq!(Cadence::from_parts(None, None), Ok(None));
        let both = Cadence::from_parts(Some(Frequency::Daily), Some("0 9 * * 1")).unwrap_err();
        assert_eq!((both.errors[0].field.as_str(), both.errors[0].code), ("cron", "cadence_twice"));
        for (json, accepted) in [
            (r#"{"cron":"0 9 * * 1"}"#, true),
            (r#"{"frequency":"yearly"}"#, true),
            (r#"{"frequency":"hourly"}"#, false),
            (r#"{"cron":"0 9 * * 1","frequency":"daily"}"#, false),
            (r#"{"cron":"@daily"}"#, false),
            (r#"{"every":"day"}"#, false),
            ("{}", false),
        ] {
            assert_eq!(serde_json::from_str::<Cadence>(json).is_ok(), accepted, "{json}");
        }
    }
}
