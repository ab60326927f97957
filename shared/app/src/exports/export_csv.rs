//! Exports as CSV: an answer's table, or every record, written as it is read.

use sitrep_domain::access::Permission;
use sitrep_domain::analytics::{Analysis, AnswerTable, Tabular};
use sitrep_domain::csv::CsvWriter;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::listing::Listing;
use sitrep_domain::result::QueryResult;
use sitrep_domain::scope::TenantScope;
use sitrep_query::{QueryError, RowBatch, RowCell, RowScan};

use super::Export;
use super::write_file::{NewFile, PIECE_BYTES, Pieces, write_file};
use crate::data::{AnalyticsDefaults, gather_rows, measure, read_snapshot};
use crate::error::AppError;
use crate::reports::Download;
use crate::services::{Services, require};

/// Writes an export as CSV. `input` also says whether the file begins with a byte order mark.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::Invalid`] naming the parameter, of kind `DateRangeTooLarge` for a window that is
/// too long and `LimitExceeded` past a limit or when it takes too long; [`AppError::Unavailable`].
pub async fn export_csv(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce(&AnalyticsDefaults) -> Result<(Export, bool), AppError>,
) -> Result<Download, AppError> {
    require(scope, Permission::Download)?;
    let timezone = services.tenant(scope).await?.settings.reports_timezone;
    let (export, byte_order_mark) = input(&AnalyticsDefaults { timezone, now: services.now() })?;
    let file = NewFile {
        file_name: export.file_name(services.now(), "csv"),
        content_type: "text/csv; charset=utf-8",
    };
    let start = async {
        match &export {
            Export::Incidents(about) => {
                let listing = Listing::new(DatasetId::Incidents, Some(about.window()))
                    .filtered(about.filter().cloned());
                let snapshot = read_snapshot(services, scope, listing.dataset).await?;
                let rows = gather_rows(services, scope, &snapshot.snapshot, &listing).await?;
                Ok::<Pieces, AppError>(Box::new(move |send| write_rows(rows, byte_order_mark, send)))
            }
            question => {
                let measured = measure(services, scope, &question.queries(), None).await?;
                let table = tabulate(question, &measured.results)?;
                Ok::<Pieces, AppError>(Box::new(move |send| Ok(write_table(&table, byte_order_mark, send))))
            }
        }
    };
    let written = write_file(services, scope, file, start).await?;
    let audit = services
        .audit(scope, "analytics.exported", format!("export/{}", export.name()))
        .with("format", "csv")
        .with("rows", written.rows)
        .with("bytes", written.bytes)
        .with("user", scope.actor_name());
    services.record(scope, audit).await?;
    Ok(written.download)
}

fn tabulate(question: &Export, results: &[QueryResult]) -> Result<AnswerTable, Invalid> {
    Ok(match question {
        Export::Trends(question) => question.answer(results)?.table(),
        Export::Violators(question) => question.answer(results)?.table_of(question.by),
        Export::DataTypes(question) => question.answer(results)?.table(),
        Export::PolicyViolations(question) => question.answer(results)?.table(),
        Export::Summary(question) => question.answer(results)?.table(),
        Export::Severity(question) => question.answer(results)?.table(),
        Export::Incidents(_) => AnswerTable { columns: Vec::new(), rows: Vec::new() },
    })
}

/// Writes a table; gives the number of its rows.
fn write_table(table: &AnswerTable, byte_order_mark: bool, send: &mut dyn FnMut(Vec<u8>) -> bool) -> u64 {
    let mut csv = CsvWriter::new(byte_order_mark);
    csv.header(table.columns.iter().map(String::as_str));
    for row in &table.rows {
        row.iter().for_each(|cell| csv.cell(cell));
        csv.end_row();
        if csv.len() >= PIECE_BYTES && !send(csv.take()) {
            break;
        }
    }
    send(csv.take());
    table.rows.len() as u64
}

/// Writes the records of a listing; gives their number. Stops when nobody takes the pieces any more.
fn write_rows(
    rows: RowScan,
    byte_order_mark: bool,
    send: &mut dyn FnMut(Vec<u8>) -> bool,
) -> Result<u64, QueryError> {
    let stream = rows.open()?;
    let (columns, total) = (stream.columns().len(), stream.total_rows());
    let mut csv = CsvWriter::new(byte_order_mark);
    csv.header(stream.columns().iter().map(String::as_str));
    for batch in stream {
        write_batch(&batch?, columns, &mut csv);
        if csv.len() >= PIECE_BYTES && !send(csv.take()) {
            return Ok(total);
        }
    }
    send(csv.take());
    Ok(total)
}

fn write_batch(batch: &RowBatch, columns: usize, csv: &mut CsvWriter) {
    for row in 0..batch.len() {
        for column in 0..columns {
            match batch.cell(row, column) {
                RowCell::Missing => csv.missing(),
                RowCell::Text(text) => csv.text(&text),
                RowCell::Time(micros) => csv.time(micros),
                RowCell::Integer(n) => csv.integer(n),
                RowCell::Number(x) => csv.number(x),
                RowCell::Boolean(yes) => csv.boolean(yes),
                RowCell::List(items) => csv.list(items.iter().map(AsRef::as_ref)),
            }
        }
        csv.end_row();
    }
}
