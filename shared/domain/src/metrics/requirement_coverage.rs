//! Share of compliance requirements that checks answer for.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "requirement_coverage",
    version: 1,
    title: "Requirement coverage",
    description: "Requirements that checks answer for without a person, divided by requirements that say whether they do.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Requirements,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("automated", Compare::Eq, true)),
            Measure::count().filtered(Filter::is_present("automated")),
        )
    },
    population: Population::Created,
    population_note: "Requirements as they stand that have automated.",
    null_handling: "Requirements without automated are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a ratio of counts; see also NIST SP 800-137 on automated monitoring of controls.",
    targets: None,
};
