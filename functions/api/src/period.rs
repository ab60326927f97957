//! Parameters of a period that may be left out: which days somebody wants to look at.

use sitrep_domain::period_choice::PeriodChoice;

use crate::operation::{Kind, Parameter};
use crate::query_string::QueryString;

/// The parameters.
pub(crate) const PERIOD: &[Parameter] = &[
    Parameter::query(
        "start_date",
        Kind::Text,
        "First day in the zone, or an instant; needs end_date. The last 30 days when both are missing.",
    ),
    Parameter::query(
        "end_date",
        Kind::Text,
        "Last day, included whole, or the instant after the last. At most 3,660 days.",
    ),
    Parameter::query("timezone", Kind::Text, "IANA zone of the days; the tenant's when missing."),
];

/// Reads what was chosen.
pub(crate) fn read_period(query: &QueryString) -> PeriodChoice {
    let text = |name: &str| query.text(name).map(str::to_owned);
    PeriodChoice { start_date: text("start_date"), end_date: text("end_date"), timezone: text("timezone") }
}
