//! Writes every system template over its real records in every format, and prints the sizes:
//! `cargo run -p sitrep-tests --example documents -- DIRECTORY [TEMPLATE…]`.
//!
//! The executive report comes for a month, a quarter and a year. `cargo xtask gallery` makes its pictures of these files.

use std::error::Error;
use std::fs;
use std::path::Path;

use sitrep::workbench::{Sheet, Workbench};
use sitrep_domain::document::Format;
use sitrep_domain::templates::{TEMPLATES, find_template};
use sitrep_render::{render, validate};
use sitrep_tests::workbenches::{days_of, real, sheet};

/// The executive report's periods: name of the file, first day, last day.
const EXECUTIVE: [(&str, &str, &str); 3] = [
    ("executive_monthly", "2016-03-01", "2016-03-31"),
    ("executive_quarterly", "2016-01-01", "2016-03-31"),
    ("executive_yearly", "2016-01-01", "2016-12-31"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (directory, wanted) = arguments.split_first().ok_or("name the directory to write to")?;
    fs::create_dir_all(directory)?;
    let mut bench = real();
    println!("{:<24}{}", "bytes", Format::ALL.map(|format| format!("{:>10}", format.as_str())).concat());
    let is_wanted = |id: &str| wanted.is_empty() || wanted.iter().any(|word| word == id);
    for template in TEMPLATES.iter().map(|template| template.id).filter(|id| is_wanted(id)) {
        if template != "executive_monthly" {
            let [first, last] = days_of(template);
            write(&mut bench, Path::new(directory), template, (template, first, last))?;
            continue;
        }
        for sheet in EXECUTIVE {
            write(&mut bench, Path::new(directory), template, sheet)?;
        }
    }
    Ok(())
}

/// Writes one report in every format, and its sizes.
fn write(
    bench: &mut Workbench,
    directory: &Path,
    template: &str,
    (name, first, last): (&str, &str, &str),
) -> Result<(), Box<dyn Error>> {
    let template = find_template(template).ok_or("the registry has it")?;
    let sheet = Sheet { name: template.title.to_owned(), ..sheet(first, last) };
    let document = bench.compose(&[template], &sheet)?;
    let mut sizes = String::new();
    for format in Format::ALL {
        let file = render(&document, format)?;
        validate(&file, format)?;
        fs::write(directory.join(format!("{name}.{}", file.extension)), &file.bytes)?;
        sizes.push_str(&format!("{:>10}", file.bytes.len()));
    }
    println!("{name:<24}{sizes}");
    Ok(())
}
