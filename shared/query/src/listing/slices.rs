//! Slices: rows of all segments in one order, a stretch of time at a time.
//!
//! A slice is what all segments have between two instants, as many rows as there is room for. Each segment is read for
//! it by itself and let go again, so that memory is that of a slice, however many segments overlap in time. Rows of one
//! instant are never parted, because their ids order them: as many as have one time are held at once.

use std::sync::Arc;

use super::chunk::Chunk;
use super::part::Part;
use crate::error::QueryError;
use crate::scan::Admitted;
use crate::threads::{count_cores, share_out};

/// One row of a chunk.
pub(super) struct Place {
    pub(super) chunk: Arc<Chunk>,
    pub(super) row: usize,
}

/// Rows of several segments in one order.
pub(super) struct Slices {
    /// Most rows of a slice.
    room: usize,
    /// Segments with rows that no slice had yet.
    parts: Vec<Part>,
    /// The rest of the slice that was read last.
    ready: std::vec::IntoIter<Place>,
}

impl Slices {
    /// Most rows of a slice, about 15 MB of incidents: what overlaps is decompressed once for each slice it lies in, so
    /// smaller ones cost time.
    pub(super) const ROOM: usize = 49_152;

    /// The rows of all segments in these columns of the listing.
    pub(super) fn new(admitted: Vec<Admitted>, columns: &[String], room: usize) -> Result<Self, QueryError> {
        let mut parts = Vec::with_capacity(admitted.len());
        for from in admitted {
            if !from.rows.is_empty() {
                parts.push(Part::new(&from, columns)?);
            }
        }
        Ok(Self { room, parts, ready: Vec::new().into_iter() })
    }

    /// The next rows, at most so many; none when there are no more.
    pub(super) fn next(&mut self, most: usize) -> Result<Vec<Place>, QueryError> {
        if self.ready.len() == 0 && !self.parts.is_empty() {
            // What is left of the last slice goes before the next one comes.
            self.ready = Vec::new().into_iter();
            self.ready = self.read_slice()?.into_iter();
        }
        Ok(self.ready.by_ref().take(most).collect())
    }

    fn read_slice(&mut self) -> Result<Vec<Place>, QueryError> {
        let end = self.find_end();
        let mut taken = Vec::new();
        for (index, part) in self.parts.iter_mut().enumerate() {
            let count = end.map_or(part.left(), |end| part.left_before(end));
            if count > 0 {
                taken.push((index, part.take(count)));
            }
        }
        let mut workers = vec![Vec::new(); count_cores()];
        share_out(&taken, &mut workers, |chunks, (index, rows)| {
            self.parts[*index].read(rows.clone()).map(|read| chunks.extend(read))
        })?;
        self.parts.retain(|part| part.left() > 0);
        Ok(in_order(&workers.concat()))
    }

    /// The instant before which there are as many rows as there is room for; none when all that is left fits.
    fn find_end(&self) -> Option<i64> {
        let before = |instant| self.parts.iter().map(|part| part.left_before(instant)).sum::<usize>();
        if self.parts.iter().map(Part::left).sum::<usize>() <= self.room {
            return None;
        }
        let spans = || self.parts.iter().filter_map(Part::span);
        let first = spans().map(|(first, _)| first).min()?;
        // Rows before `fits` are few enough, those before `past` too many.
        let (mut fits, mut past) = (first, spans().map(|(_, last)| last).max()?.saturating_add(1));
        while fits.saturating_add(1) < past {
            let middle = i64::midpoint(fits, past);
            if before(middle) <= self.room { fits = middle } else { past = middle }
        }
        // Where the first instant alone has too many, it is taken whole.
        Some(if fits > first { fits } else { past })
    }
}

/// All rows of some chunks by event time, then id.
fn in_order(chunks: &[Arc<Chunk>]) -> Vec<Place> {
    let rows = |chunk: &Arc<Chunk>| {
        let chunk = Arc::clone(chunk);
        (0..chunk.rows()).map(move |row| Place { chunk: Arc::clone(&chunk), row })
    };
    let mut places: Vec<Place> = chunks.iter().flat_map(rows).collect();
    places.sort_unstable_by(|a, b| {
        let by_time = a.chunk.time(a.row).cmp(&b.chunk.time(b.row));
        by_time.then_with(|| a.chunk.id(a.row).cmp(b.chunk.id(b.row)))
    });
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bitmap::Bitmap;
    use crate::segment::Segment;
    use crate::{BodyFormat, ingest};
    use sitrep_domain::dataset::DatasetId;
    use sitrep_domain::ids::TenantId;
    use sitrep_domain::mappings::find_mapping;

    /// Three segments over the same seconds; of every fourth record only each second one is admitted.
    fn admitted() -> Vec<Admitted> {
        let (tenant, mapping) =
            (TenantId::new("acme").unwrap(), find_mapping(DatasetId::Incidents, "native").unwrap());
        let segment = |part: u64| {
            let line = |n: u64| {
                let second = n * 7 % 5;
                format!(r#"{{"id":"i{:03}","created_at":"2026-03-01T00:00:0{second}Z"}}"#, n * 3 + part)
            };
            let body = (0..20).map(line).collect::<Vec<_>>().join("\n");
            let done = ingest(body.as_bytes(), BodyFormat::Ndjson, false, &mapping, &tenant).unwrap();
            let new = done.segments.into_iter().next().unwrap();
            let file = new.bytes.clone();
            let meta = new.into_meta("k".to_owned(), part + 1, 1);
            let segment = Arc::new(Segment::open(file, &meta, &tenant).unwrap());
            let rows = Bitmap::from_fn(segment.rows(), |row| row % 4 > 0 || row % 8 == 0);
            Admitted { segment, key: meta.key, rows }
        };
        (0..3).map(segment).collect()
    }

    fn read(room: usize, most: usize) -> Vec<(i64, String)> {
        let mut slices = Slices::new(admitted(), &["id".to_owned()], room).unwrap();
        let mut rows = Vec::new();
        loop {
            let places = slices.next(most).unwrap();
            if places.is_empty() {
                return rows;
            }
            assert!(places.len() <= most);
            rows.extend(places.iter().map(|p| (p.chunk.time(p.row), p.chunk.id(p.row).to_owned())));
        }
    }

    #[test]
    fn however_little_room_there_is_the_rows_and_their_order_are_the_same() {
        let whole = read(1_000, 1_000);
        assert_eq!(whole.len(), 3 * 18);
        assert!(whole.is_sorted());
        for room in [1, 5, 12, 17, 53, 54] {
            for most in [1, 7, 1_000] {
                assert_eq!(read(room, most), whole, "{room} {most}");
            }
        }
    }

    #[test]
    fn a_slice_has_no_more_rows_than_there_is_room_for_unless_one_instant_has_them() {
        for room in [1, 5, 12, 17, 53, 54] {
            let mut slices = Slices::new(admitted(), &[], room).unwrap();
            let mut last = i64::MIN;
            while !slices.parts.is_empty() {
                let rows = slices.read_slice().unwrap();
                let times: Vec<i64> = rows.iter().map(|p| p.chunk.time(p.row)).collect();
                assert!(times.len() <= room || times.first() == times.last(), "{room}: {times:?}");
                assert!(times[0] > last, "{room}: an instant was parted");
                last = times[times.len() - 1];
            }
        }
    }
}
