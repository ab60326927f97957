//! `sitrep render`: one report from record files, as a file, without a stack.
//!
//! With `--watch` it renders again whenever the template or a record file changes, so that a template can be worked on
//! beside an open viewer. It says what it read, what it wrote and how long that took.

mod template_file;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;
use jiff::civil::Date;
use sitrep_app::mappings::MappingBody;
use sitrep_domain::calendar::{find_zone, local_of};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::datasets::DATASETS;
use sitrep_domain::document::{Format, Rgb};
use sitrep_domain::mapping::Mapping;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::period::{ReportPeriod, parse_period};
use sitrep_domain::report_options::ReportOptions;
use sitrep_domain::template::Template;
use sitrep_domain::templates::{TEMPLATES, find_template};
use sitrep_query::BodyFormat;

use super::CommandError;
use super::arguments::{Arguments, Flag, Usage};
use super::up::print_line;
use crate::workbench::{Sheet, Workbench};

/// How often files are looked at for changes.
const LOOK_EVERY: Duration = Duration::from_millis(150);

const TEMPLATE: Flag = Flag {
    name: "template",
    value: Some("ID|FILE"),
    about: "a system template, or a template as a JSON file",
};
const RECORDS: Flag = Flag {
    name: "records",
    value: Some("FILE,…"),
    about: "NDJSON, JSON or CSV, also .gz; [DATASET=]FILE, several with commas",
};
const MAPPING: Flag = Flag {
    name: "mapping",
    value: Some("NAME|FILE,…"),
    about: "how they are read (native); [DATASET=]NAME, or rules in a .json file",
};
const FORMAT: Flag =
    Flag { name: "format", value: Some("F"), about: "pdf, pdfa, html, csv, json or txt (pdf)" };
const FROM: Flag =
    Flag { name: "from", value: Some("DAY"), about: "first day (of the last month with records)" };
const TO: Flag = Flag { name: "to", value: Some("DAY"), about: "last day" };
const TIMEZONE: Flag = Flag { name: "timezone", value: Some("ZONE"), about: "IANA zone of the days (UTC)" };
const OUT: Flag = Flag { name: "out", value: Some("FILE"), about: "where to write (<template>.<ext>)" };
const WATCH: Flag = Flag { name: "watch", value: None, about: "render again whenever a file changes" };

/// The command.
pub(super) const USAGE: Usage = Usage {
    name: "render",
    about: "Renders a template with records from files; nothing is started and nothing is stored.",
    positional: &[],
    flags: &[TEMPLATE, RECORDS, MAPPING, FORMAT, FROM, TO, TIMEZONE, OUT, WATCH],
};

/// Renders once, or again and again until Ctrl-C.
pub(super) fn render(arguments: &Arguments) -> Result<(), CommandError> {
    let order = Order::read(arguments)?;
    if !arguments.has("watch") {
        return order.render(&mut None);
    }
    let (mut seen, mut kept) = (None, None);
    loop {
        let now = (order.records_changed_at(), changed_at(Path::new(&order.template)));
        if seen.replace(now.clone()) != Some(now)
            && let Err(error) = order.render(&mut kept)
        {
            print_line(&format!("{error}"));
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Records that were read, and when their files had been changed last: they are read again only after the next change.
struct Kept {
    changed_at: Vec<Option<SystemTime>>,
    workbench: Workbench,
}

/// What is to be rendered.
struct Order {
    template: String,
    records: Vec<(DatasetId, PathBuf)>,
    mappings: Vec<(Option<DatasetId>, String)>,
    format: Format,
    days: Option<(String, String)>,
    timezone: String,
    out: Option<PathBuf>,
}

impl Order {
    fn read(arguments: &Arguments) -> Result<Self, CommandError> {
        let word = |name: &str, default: &str| arguments.find(name).unwrap_or(default).to_owned();
        let missing = || CommandError(format!("--template is missing; one of {}", template_ids()));
        let list = |name| arguments.find(name).unwrap_or_default().split(',').filter(|word| !word.is_empty());
        Ok(Self {
            template: arguments.find("template").ok_or_else(missing)?.to_owned(),
            records: list("records").map(read_source).collect::<Result<_, _>>()?,
            mappings: list("mapping").map(read_dataset).collect::<Result<_, _>>()?,
            format: read_format(&word("format", "pdf"))?,
            days: match (arguments.find("from"), arguments.find("to")) {
                (None, None) => None,
                (Some(from), to) => Some((from.to_owned(), to.unwrap_or(from).to_owned())),
                (None, Some(_)) => return Err(CommandError("--to needs --from".to_owned())),
            },
            timezone: word("timezone", "UTC"),
            out: arguments.find("out").map(PathBuf::from),
        })
    }

    /// When each record file, and the mapping, was changed last.
    fn records_changed_at(&self) -> Vec<Option<SystemTime>> {
        let records = self.records.iter().map(|(_, file)| file.as_path());
        let mappings = self.mappings.iter().map(|(_, word)| Path::new(word));
        records.chain(mappings).map(changed_at).collect()
    }

    fn render(&self, kept: &mut Option<Kept>) -> Result<(), CommandError> {
        let template = self.find_template()?;
        let began = Instant::now();
        let changed_at = self.records_changed_at();
        let kept = match kept {
            Some(kept) if kept.changed_at == changed_at => kept,
            _ => kept.insert(Kept { changed_at, workbench: self.read_records()? }),
        };
        let read = began.elapsed();
        let sheet = self.sheet(template, &kept.workbench)?;
        let document = kept.workbench.compose(&[template], &sheet).map_err(CommandError::new)?;
        let file = sitrep_render::render(&document, self.format).map_err(CommandError::new)?;
        sitrep_render::validate(&file, self.format).map_err(CommandError::new)?;
        let out = self.out.clone().unwrap_or_else(|| format!("{}.{}", template.id, file.extension).into());
        fs::write(&out, &file.bytes).map_err(|e| CommandError(format!("{}: {e}", out.display())))?;
        print_line(&format!(
            "{}: {} KB, {} to {}; records read in {} ms, measured and drawn in {} ms",
            out.display(),
            file.bytes.len().div_ceil(1_024),
            sheet.period.start(),
            sheet.period.end().yesterday().unwrap_or(sheet.period.start()),
            read.as_millis(),
            (began.elapsed() - read).as_millis(),
        ));
        Ok(())
    }

    fn read_records(&self) -> Result<Workbench, CommandError> {
        let mut workbench = Workbench::new();
        self.records.iter().try_for_each(|(dataset, file)| self.load(&mut workbench, *dataset, file))?;
        Ok(workbench)
    }

    fn find_template(&self) -> Result<&'static Template, CommandError> {
        if !self.template.ends_with(".json") {
            let unknown = || {
                CommandError(format!("there is no template '{}'; one of {}", self.template, template_ids()))
            };
            return find_template(&self.template).ok_or_else(unknown);
        }
        let failed = |what: String| CommandError(format!("{}: {what}", self.template));
        let text = fs::read_to_string(&self.template).map_err(|e| failed(e.to_string()))?;
        template_file::parse_template(&text).map_err(failed)
    }

    fn load(&self, workbench: &mut Workbench, dataset: DatasetId, file: &Path) -> Result<(), CommandError> {
        let failed = |what: String| CommandError(format!("{}: {what}", file.display()));
        let body = fs::read(file).map_err(|e| failed(e.to_string()))?;
        let (format, gzip) = format_of(file).map_err(failed)?;
        let mapping = self.find_mapping(dataset)?;
        let ingested = workbench.load(&body, format, gzip, &mapping).map_err(|e| failed(e.to_string()))?;
        print_line(&format!(
            "{}: {} records, {} rejected",
            file.display(),
            ingested.accepted,
            ingested.rejected
        ));
        for error in ingested.errors.iter().take(3) {
            print_line(&format!("  line {}, {}: {}", error.line, error.field, error.detail));
        }
        Ok(())
    }

    /// The mapping that is named for the dataset, or for all; `native` when none is.
    fn find_mapping(&self, dataset: DatasetId) -> Result<Mapping, CommandError> {
        let own = self.mappings.iter().find(|(of, _)| *of == Some(dataset));
        let named = own.or_else(|| self.mappings.iter().find(|(of, _)| of.is_none()));
        let word = named.map_or("native", |(_, word)| word.as_str());
        if !word.ends_with(".json") {
            let unknown = || CommandError(format!("there is no mapping '{word}' of {dataset}"));
            return find_mapping(dataset, word).ok_or_else(unknown);
        }
        let failed = |what: String| CommandError(format!("{word}: {what}"));
        let text = fs::read_to_string(word).map_err(|e| failed(e.to_string()))?;
        let MappingBody { fields, refuse_unknown } =
            serde_json::from_str(&text).map_err(|e| failed(e.to_string()))?;
        let mapping = Mapping { name: "file".to_owned(), dataset, fields, refuse_unknown, own_names: false };
        mapping.check().map_err(|e| failed(e.to_string()))?;
        Ok(mapping)
    }

    fn sheet(&self, template: &Template, workbench: &Workbench) -> Result<Sheet, CommandError> {
        let zone = find_zone(&self.timezone).map_err(CommandError::new)?;
        let period = match &self.days {
            Some((from, to)) => parse_period(from, to, &zone),
            None => {
                let day = local_of(newest_event(workbench), &zone).date();
                ReportPeriod::from_days(day.first_of_month(), month_after(day), &zone)
            }
        };
        Ok(Sheet {
            name: template.title.to_owned(),
            period: period.map_err(CommandError::new)?,
            timezone: self.timezone.clone(),
            options: ReportOptions::default(),
            tenant_name: "Example organization".to_owned(),
            accent: Rgb(0x1f, 0x4e, 0x79),
            logo: None,
            generated_at: newest_event(workbench),
        })
    }
}

/// When a file was changed last; nothing when there is none.
fn changed_at(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|about| about.modified()).ok()
}

/// The first day of the month after.
fn month_after(day: Date) -> Date {
    day.last_of_month().tomorrow().unwrap_or(day)
}

/// The newest event, so that the same records give the same bytes.
fn newest_event(workbench: &Workbench) -> Timestamp {
    workbench.event_range().map_or(Timestamp::UNIX_EPOCH, |(_, last)| last)
}

/// A record file, with its dataset before it unless it is of incidents.
fn read_source(word: &str) -> Result<(DatasetId, PathBuf), CommandError> {
    let (dataset, file) = read_dataset(word)?;
    Ok((dataset.unwrap_or(DatasetId::Incidents), PathBuf::from(file)))
}

/// What stands behind a dataset's name and `=`, or a word without them.
fn read_dataset(word: &str) -> Result<(Option<DatasetId>, String), CommandError> {
    let Some((name, rest)) = word.split_once('=') else { return Ok((None, word.to_owned())) };
    let known: Vec<&str> = DATASETS.iter().map(|dataset| dataset.id.as_str()).collect();
    let dataset = DATASETS.iter().find(|dataset| dataset.id.as_str() == name);
    let unknown = || CommandError(format!("there is no dataset '{name}'; one of {}", known.join(", ")));
    Ok((Some(dataset.ok_or_else(unknown)?.id), rest.to_owned()))
}

fn read_format(word: &str) -> Result<Format, CommandError> {
    let known = Format::ALL.map(Format::as_str).join(", ");
    let unknown = || CommandError(format!("--format: '{word}' is none of {known}"));
    Format::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(unknown)
}

/// What a file holds, by its extension.
fn format_of(file: &Path) -> Result<(BodyFormat, bool), String> {
    let name = file.to_string_lossy().to_lowercase();
    let (name, gzip) = name.strip_suffix(".gz").map_or((name.as_str(), false), |name| (name, true));
    let format = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("ndjson" | "jsonl") => BodyFormat::Ndjson,
        Some("json") => BodyFormat::Json,
        Some("csv") => BodyFormat::Csv,
        _ => {
            return Err("the name must end in .ndjson, .jsonl, .json or .csv, with .gz or without".to_owned());
        }
    };
    Ok((format, gzip))
}

fn template_ids() -> String {
    TEMPLATES.iter().map(|template| template.id).collect::<Vec<_>>().join(", ")
}
