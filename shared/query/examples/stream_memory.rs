//! Reads a made-up file of NDJSON as an upload is read, and prints rows a second and peak memory:
//! `stream_memory [MEGABYTES]`. The file is made while it is read, so that the memory is that of reading alone.

use std::error::Error;
use std::io::{self, Read, Write as _};
use std::time::Instant;

use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::upload::FilePosition;
use sitrep_query::{BodyFormat, RecordStream, StreamOptions};

/// Lines of incidents, up to so many bytes.
struct Lines {
    line: Vec<u8>,
    at: usize,
    next: u64,
    left: u64,
}

impl Lines {
    fn make_line(&mut self) -> io::Result<()> {
        const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];
        let n = self.next;
        self.next += 1;
        self.line.clear();
        self.at = 0;
        let (month, day, hour) = (n / 900_000 % 12 + 1, n / 30_000 % 28 + 1, n % 24);
        writeln!(
            self.line,
            "{{\"id\":\"INC{n:09}\",\"created_at\":\"2026-{month:02}-{day:02}T{hour:02}:00:00Z\",\
             \"severity\":\"{}\",\"status\":\"closed\",\"category\":\"category {}\",\"assignee\":\"analyst{}\",\
             \"team\":\"team {}\",\"title\":\"Sign-in from a new place was seen on host-{}\",\
             \"resolved_at\":\"2026-{month:02}-{day:02}T23:{:02}:00Z\",\"reopen_count\":{},\"sla_met\":{}}}",
            SEVERITIES[usize::try_from(n % 4).unwrap_or(0)],
            n % 60,
            n % 200,
            n % 12,
            n % 5_000,
            n % 60,
            n % 3,
            !n.is_multiple_of(5),
        )
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() {
            if self.left == 0 {
                return Ok(0);
            }
            self.make_line()?;
            self.left = self.left.saturating_sub(self.line.len() as u64);
        }
        let read = (self.line.len() - self.at).min(buffer.len());
        buffer[..read].copy_from_slice(&self.line[self.at..self.at + read]);
        self.at += read;
        Ok(read)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let megabytes: u64 = std::env::args().nth(1).map_or(Ok(1_024), |text| text.parse())?;
    let mapping = find_mapping(DatasetId::Incidents, "native").ok_or("no such mapping")?;
    let tenant = TenantId::new("acme")?;
    let file = Lines { line: Vec::new(), at: 0, next: 0, left: megabytes << 20 };
    let (format, from) = (BodyFormat::Ndjson, FilePosition::default());
    let mut stream = RecordStream::open(file, format, false, &mapping, from, StreamOptions::upload())?;
    let began = Instant::now();
    let (mut rows, mut chunks, mut bytes) = (0, 0, 0);
    while let Some(chunk) = stream.next_chunk(&tenant)? {
        rows += chunk.ingested.accepted;
        chunks += 1;
        bytes = chunk.end.offset;
        println!("{chunks} chunks, {} MB read, peak {} MB", bytes >> 20, peak_mb());
    }
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = rows as f64 / seconds;
    println!("{} MB, {rows} rows, {chunks} chunks: {rate:.0} rows/s, peak {} MB", bytes >> 20, peak_mb());
    Ok(())
}

/// The most memory the process has had, in MB; 0 where the system does not say.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|text| text.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_024
}
