//! The cases: every system template over four kinds of rows, composed once for all tests.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use sitrep::workbench::{Sheet, Workbench};
use sitrep_domain::document::{Document, Format};
use sitrep_domain::template::Template;
use sitrep_domain::templates::TEMPLATES;
use sitrep_render::{RenderedFile, render, validate};
use sitrep_tests::data;
use sitrep_tests::workbenches::{days_of, filled, real, sheet};

/// What a template is rendered over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// No record at all.
    None,
    /// One plain record of each dataset.
    One,
    /// The real records of the repository.
    Real,
    /// Records with adversarial text in every place that takes text.
    Hostile,
}

impl Rows {
    const ALL: [Self; 4] = [Self::None, Self::One, Self::Real, Self::Hostile];

    /// As files are named.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::One => "one",
            Self::Real => "real",
            Self::Hostile => "hostile",
        }
    }

    fn load(self) -> Workbench {
        match self {
            Self::None => Workbench::new(),
            Self::One => filled(&["plain"]),
            Self::Real => real(),
            Self::Hostile => {
                let texts = hostile_texts();
                filled(&texts.iter().map(String::as_str).collect::<Vec<_>>())
            }
        }
    }

    /// The days of a template's report: those of the real records, and October 2026 where records are made up.
    fn days(self, template: &str) -> [&'static str; 2] {
        match self {
            Self::Real if template == "executive_monthly" => ["2016-03-01", "2016-03-31"],
            Self::Real => days_of(template),
            Self::None | Self::One | Self::Hostile => ["2026-10-01", "2026-10-31"],
        }
    }
}

/// One template over one kind of rows.
pub(crate) struct Case {
    pub(crate) template: &'static str,
    pub(crate) rows: Rows,
    pub(crate) document: Document,
}

impl Case {
    /// The report in a format, validated.
    pub(crate) fn render(&self, format: Format) -> RenderedFile {
        let what = || format!("{} over {} rows as {}", self.template, self.rows.as_str(), format.as_str());
        let file = render(&self.document, format).unwrap_or_else(|e| panic!("{}: {e}", what()));
        validate(&file, format).unwrap_or_else(|e| panic!("{}: {e}", what()));
        file
    }
}

/// Every case.
pub(crate) static CASES: LazyLock<Vec<Case>> =
    LazyLock::new(|| in_parallel(&Rows::ALL, |rows| compose_all(*rows)).into_iter().flatten().collect());

fn compose_all(rows: Rows) -> Vec<Case> {
    let mut bench = rows.load();
    TEMPLATES.iter().map(|template| compose(&mut bench, template, rows)).collect()
}

fn compose(bench: &mut Workbench, template: &'static Template, rows: Rows) -> Case {
    let [first, last] = rows.days(template.id);
    let sheet = Sheet { name: template.title.to_owned(), ..sheet(first, last) };
    let document = bench.compose(&[template], &sheet).unwrap_or_else(|e| panic!("{}: {e}", template.id));
    Case { template: template.id, rows, document }
}

/// How many texts of the corpus are taken, and how many bytes each may have: enough to wrap, not enough to bury the rest.
const HOSTILE: (usize, usize) = (36, 300);

/// Adversarial texts, evenly from the whole corpus, and some that layouts in particular stumble over.
fn hostile_texts() -> Vec<String> {
    let rows = data::read_ndjson("adversarial/adversarial.ndjson.gz");
    let decoded = rows.iter().filter_map(|row| data::from_base64(row["input_b64"].as_str()?));
    let fitting = |text: &String| !text.trim().is_empty() && text.len() <= HOSTILE.1;
    let all: BTreeSet<String> =
        decoded.filter_map(|bytes| String::from_utf8(bytes).ok()).filter(fitting).collect();
    let step = all.len() / HOSTILE.0;
    let mut texts: Vec<String> = all.into_iter().step_by(step).collect();
    texts.extend(
        [
            "=HYPERLINK(\"http://example.test\")",
            "<script>alert(1)</script>",
            "\u{202e}gnp.exe",
            "a\"b,c;d\r\ne\tf",
        ]
        .map(str::to_owned),
    );
    texts.push("العربية עברית हिन्दी 漢字 🚀 𝕬𝖗𝖙".to_owned());
    texts.push("x".repeat(2_000));
    texts
}

/// Does something with each of many, on every processor, and keeps the order.
pub(crate) fn in_parallel<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        while let Some((i, one)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, all.get(i)?)))
        {
            done.push((i, work(one)));
        }
        done
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(take)).collect();
        running.into_iter().flat_map(|worker| worker.join().expect("a worker says why it stops")).collect()
    });
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}
