//! Times documents of 10 and of 100 pages and more (5,000 rows) in every format, and the same documents by WeasyPrint,
//! ReportLab and Typst in the same run.
//!
//! `bench_documents SCRATCH PYTHON`: a folder for the documents, and a Python that has the three. Every program gets
//! the document as data and makes its own PDF of it, with the same blocks in the same order and A4 pages; CPU time is
//! compared, after a first round that loads fonts and modules. Each figure is the best of several rounds.

mod document;

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sitrep_domain::document::{Document, Format};
use sitrep_render::render;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A size of document, and the figures it must not pass.
struct Size {
    name: &'static str,
    chapters: usize,
    rows_per_chapter: usize,
    rounds: usize,
    most_ms: f64,
}

const SIZES: [Size; 2] = [
    Size { name: "10-pages", chapters: 7, rows_per_chapter: 24, rounds: 20, most_ms: 20.0 },
    Size { name: "100-pages", chapters: 5, rows_per_chapter: 1_000, rounds: 5, most_ms: 250.0 },
];

/// Least time of a round: ten steps of the kernel's clock.
const LEAST_MS: f64 = 40.0;

/// How much faster the everyday PDF of ten pages must be.
const PEERS: [(&str, f64); 3] = [("WeasyPrint", 60.0), ("ReportLab", 5.0), ("Typst", 5.0)];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["measure", size, format] => measure(size, format),
        [scratch, python] => SIZES.iter().try_for_each(|size| bench(size, Path::new(scratch), python)),
        _ => Err("usage: bench_documents SCRATCH PYTHON".into()),
    }
}

fn bench(size: &Size, scratch: &Path, python: &str) -> Outcome<()> {
    println!("\n{:<44} {:>10} {:>8} {:>8} {:>8}  bound", size.name, "CPU ms", "MB", "KB", "pages");
    let mut everyday = 0.0;
    for format in Format::ALL {
        let mut own = Command::new(std::env::current_exe()?);
        let figures = run(own.args(["measure", size.name, format.as_str()]))?;
        let cpu = figures["cpu_ms"].as_f64().unwrap_or(f64::NAN);
        if format == Format::Pdf {
            everyday = cpu;
        }
        let bound = match format {
            Format::Pdf => format!("<= {} ms, <= 128 MB", size.most_ms),
            Format::PdfA => format!("{:.2} of pdf, <= 2", cpu / everyday),
            _ => String::new(),
        };
        print_row(&format!("sitrep, {}", format.as_str()), &figures, &bound);
    }
    let data = scratch.join(format!("{}.json", size.name));
    std::fs::create_dir_all(scratch)?;
    std::fs::write(&data, serde_json::to_vec(&make(size))?)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_documents/peers.py");
    for (peer, at_least) in PEERS {
        let figures = run(Command::new(python).arg(&script).arg(&data).arg(peer).arg(scratch))?;
        let ratio = figures["cpu_ms"].as_f64().unwrap_or(f64::NAN) / everyday;
        print_row(peer, &figures, &format!("{ratio:.1} times ours, >= {at_least} at 10 pages"));
    }
    Ok(())
}

fn print_row(what: &str, figures: &Value, bound: &str) {
    let number = |name: &str| figures[name].as_f64().unwrap_or(f64::NAN);
    println!(
        "{what:<44} {:>10.1} {:>8.0} {:>8.0} {:>8}  {bound}",
        number("cpu_ms"),
        number("peak_mb"),
        number("kb"),
        figures["pages"].as_u64().map_or_else(|| "–".to_owned(), |pages| pages.to_string()),
    );
}

fn run(command: &mut Command) -> Outcome<Value> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed ({})", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn make(size: &Size) -> Document {
    document::make(size.chapters, size.rows_per_chapter)
}

/// In a process of its own, so that memory is that of one format alone.
fn measure(size: &str, format: &str) -> Outcome<()> {
    let size = SIZES.iter().find(|known| known.name == size).ok_or("an unknown size")?;
    let format = Format::ALL.into_iter().find(|known| known.as_str() == format).ok_or("an unknown format")?;
    let document = make(size);
    let mut file = render(&document, format)?;
    let mut best = f64::INFINITY;
    for _ in 0..size.rounds {
        let (before, mut times) = (cpu_ms(), 0.0);
        // The kernel tells the time in steps: quick formats are drawn again until there are enough of them.
        while cpu_ms() - before < LEAST_MS {
            file = render(&document, format)?;
            times += 1.0;
        }
        best = best.min((cpu_ms() - before) / times);
    }
    let pages = format.as_str().starts_with("pdf").then(|| count_pages(&file.bytes));
    let figures = json!({"cpu_ms": best, "peak_mb": peak_mb(), "kb": file.bytes.len() as f64 / 1_024.0, "pages": pages});
    println!("{figures}");
    Ok(())
}

fn count_pages(bytes: &[u8]) -> usize {
    lopdf::Document::load_mem(bytes).map_or(0, |pdf| pdf.page_iter().count())
}

/// Time that this thread has been on a core, in milliseconds: the renderer has no other.
fn cpu_ms() -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let on_core = schedule.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
    on_core.unwrap_or(f64::NAN) / 1_000_000.0
}

/// Most memory that this process has had, in mebibytes.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
}
