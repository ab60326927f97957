//! One file, read in different ways: by one thread or several, in one chunk or many, from the beginning or from where a
//! chunk has ended. The answers are the same, and so are the bytes wherever the chunks are.

#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::io::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::measure::Measure;
use sitrep_domain::query::Query;
use sitrep_domain::snapshot::Snapshot;
use sitrep_domain::upload::FilePosition;
use sitrep_query::{
    BodyFormat, Chunk, IngestError, LineError, RecordStream, Scan, Segment, StreamOptions, ingest,
};

fn tenant() -> TenantId {
    TenantId::new("acme").unwrap()
}

fn options(workers: usize, chunk_rows: u64) -> StreamOptions {
    StreamOptions { workers, chunk_rows, chunk_bytes: u64::MAX, ..StreamOptions::upload() }
}

/// Reads a file from a position on.
fn read(
    file: &[u8],
    format: BodyFormat,
    gzip: bool,
    from: FilePosition,
    options: StreamOptions,
) -> Result<Vec<Chunk>, IngestError> {
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    let mut stream = RecordStream::open(file, format, gzip, &mapping, from, options)?;
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.next_chunk(&tenant())? {
        chunks.push(chunk);
    }
    Ok(chunks)
}

/// What a caller sees of chunks: counts, the first errors, and where each has ended.
fn seen(chunks: &[Chunk]) -> (u64, u64, Vec<LineError>, Vec<FilePosition>) {
    let accepted = chunks.iter().map(|c| c.ingested.accepted).sum();
    let rejected = chunks.iter().map(|c| c.ingested.rejected).sum();
    let errors = chunks.iter().flat_map(|c| c.ingested.errors.clone()).take(100).collect();
    (accepted, rejected, errors, chunks.iter().map(|c| c.end).collect())
}

fn bytes_of(chunks: &[Chunk]) -> Vec<String> {
    chunks.iter().flat_map(|c| c.ingested.segments.iter().map(|s| s.sha256.clone())).collect()
}

/// Records by title and severity, newest versions alone, as a query of all commits answers them.
fn answer(commits: Vec<Vec<sitrep_query::NewSegment>>) -> String {
    let (mut metas, mut segments) = (Vec::new(), Vec::new());
    for (seq, commit) in (1..).zip(commits) {
        for new in commit {
            let (file, key) = (new.bytes.clone(), format!("{seq}/{}", new.month));
            let meta = new.into_meta(key, seq, seq);
            segments.push(Arc::new(Segment::open(file, &meta, &tenant()).unwrap()));
            metas.push(meta);
        }
    }
    let snapshot = Arc::new(Snapshot {
        tenant: tenant(),
        dataset: DatasetId::Incidents,
        generation: 99,
        segments: metas,
    });
    let query = Query::new(DatasetId::Incidents, None).measure("n", Measure::count()).by_field("severity");
    let mut scan = Scan::new(&snapshot, std::slice::from_ref(&query)).unwrap();
    while let Some(i) = scan.wanted().first().copied() {
        scan.provide(i, Arc::clone(&segments[i])).unwrap();
    }
    format!("{:?}", scan.run().unwrap().results)
}

/// A row of a file: its id, its version, whether it is wrong, and how long its title is.
type Row = (u16, u8, bool, u16);

fn text_of(rows: &[Row], format: BodyFormat) -> String {
    let severities = ["critical", "high", "medium", "low"];
    let row = |(i, (id, version, wrong, length)): (usize, &Row)| {
        let severity = if *wrong { "none" } else { severities[i % 4] };
        let month = id % 5 + 1;
        let title = "t".repeat(usize::from(*length % 3_000));
        let day = version % 28 + 1;
        match format {
            BodyFormat::Csv => {
                format!("i{id},2026-{month:02}-03,2026-08-{day:02},{severity},\"{title},\n\"\n")
            }
            _ => format!(
                "{{\"id\":\"i{id}\",\"created_at\":\"2026-{month:02}-03\",\"updated_at\":\"2026-08-{day:02}\",\
                 \"severity\":\"{severity}\",\"title\":\"{title}\",\"custom\":{{\"c{}\":\"x\"}}}}\n",
                id % 7
            ),
        }
    };
    let text: String = rows.iter().enumerate().map(row).collect();
    match format {
        BodyFormat::Ndjson => text,
        BodyFormat::Json => format!(" [{}] ", text.trim_end().replace('\n', " ,\n ")),
        BodyFormat::Csv => format!("id,created_at,updated_at,severity,title\n{text}"),
    }
}

fn gzip_of(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_file_answers_the_same_however_it_is_read(
        rows in prop::collection::vec((0_u16..900, any::<u8>(), prop::bool::weighted(0.02), any::<u16>()), 1..2_500),
        format in prop::sample::select(vec![BodyFormat::Ndjson, BodyFormat::Json, BodyFormat::Csv]),
        chunk_rows in 200_u64..1_500,
        workers in 2_usize..5,
    ) {
        let text = text_of(&rows, format);
        let (file, start) = (text.as_bytes(), FilePosition::default());
        let whole = read(file, format, false, start, options(1, u64::MAX)).unwrap();
        prop_assert_eq!(whole.iter().map(|c| c.ingested.accepted + c.ingested.rejected).sum::<u64>(), rows.len() as u64);

        // Side by side.
        let beside = read(file, format, false, start, options(workers, u64::MAX)).unwrap();
        prop_assert_eq!(seen(&whole), seen(&beside));
        prop_assert_eq!(bytes_of(&whole), bytes_of(&beside));

        // Chunk by chunk, packed, and side by side.
        let chunks = read(file, format, false, start, options(1, chunk_rows)).unwrap();
        let packed = read(&gzip_of(&text), format, true, start, options(workers, chunk_rows)).unwrap();
        prop_assert_eq!(seen(&chunks), seen(&packed));
        prop_assert_eq!(bytes_of(&chunks), bytes_of(&packed));
        let (one, many) = (seen(&whole), seen(&chunks));
        prop_assert_eq!((one.0, one.1, one.2), (many.0, many.1, many.2));

        // From where any chunk has ended.
        for (i, chunk) in chunks.iter().enumerate() {
            let rest = read(file, format, false, chunk.end, options(workers, chunk_rows)).unwrap();
            prop_assert_eq!(seen(&rest), seen(&chunks[i + 1..]), "after chunk {}", i);
            prop_assert_eq!(bytes_of(&rest), bytes_of(&chunks[i + 1..]));
        }

        // The records themselves.
        let commits = |chunks: Vec<Chunk>| chunks.into_iter().map(|c| c.ingested.segments).collect::<Vec<_>>();
        prop_assert_eq!(answer(commits(whole)), answer(commits(chunks)));
    }
}

#[test]
fn a_body_is_a_stream_of_one_chunk() {
    let rows: Vec<Row> = (0..900).map(|n| (n, 0, n % 50 == 0, n)).collect();
    let text = text_of(&rows, BodyFormat::Ndjson);
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    let body = ingest(text.as_bytes(), BodyFormat::Ndjson, false, &mapping, &tenant()).unwrap();
    let chunks =
        read(text.as_bytes(), BodyFormat::Ndjson, false, FilePosition::default(), options(3, u64::MAX))
            .unwrap();
    assert_eq!((body.accepted, body.rejected), (882, 18));
    assert_eq!(bytes_of(&chunks), body.segments.iter().map(|s| s.sha256.clone()).collect::<Vec<_>>());
}

#[test]
fn custom_fields_beyond_the_limit_are_refused_in_the_rows_that_bring_them_whatever_the_number_of_workers() {
    let row = |n: usize| {
        let title = "t".repeat(4_000);
        format!(
            "{{\"id\":\"i{n}\",\"created_at\":\"2026-01-01\",\"title\":\"{title}\",\"custom\":{{\"f{}\":1}}}}\n",
            n / 3
        )
    };
    let text: String = (0..1_200).map(row).collect();
    let start = FilePosition::default();
    let one = read(text.as_bytes(), BodyFormat::Ndjson, false, start, options(1, u64::MAX)).unwrap();
    let many = read(text.as_bytes(), BodyFormat::Ndjson, false, start, options(4, u64::MAX)).unwrap();
    assert_eq!(seen(&one), seen(&many));
    assert_eq!(one[0].ingested.accepted, 768);
    assert_eq!(bytes_of(&one), bytes_of(&many));
}

#[test]
fn a_break_in_the_middle_leaves_the_chunks_before_it() {
    let good = text_of(&(0..3_000).map(|n| (n, 0, false, n)).collect::<Vec<_>>(), BodyFormat::Json);
    let broken = good.replacen("\"id\":\"i2500\"", "\"id\":i2500", 1);
    let mapping = find_mapping(DatasetId::Incidents, "native").unwrap();
    for workers in [1, 3] {
        let start = FilePosition::default();
        let file = broken.as_bytes();
        let mut stream =
            RecordStream::open(file, BodyFormat::Json, false, &mapping, start, options(workers, 500))
                .unwrap();
        let (mut accepted, mut error) = (0, None);
        while error.is_none() {
            match stream.next_chunk(&tenant()) {
                Ok(Some(chunk)) => accepted += chunk.ingested.accepted,
                Ok(None) => panic!("the break was passed over"),
                Err(e) => error = Some(e),
            }
        }
        assert!((500..2_500).contains(&accepted), "{accepted}");
        assert!(matches!(error, Some(IngestError::Malformed { line: 2_501, .. })), "{workers}: {error:?}");
    }
}
