//! Joining: small segments are counted as one, so that a pass costs by rows and not by files.
//!
//! Which neighbours are joined depends on their hashes and rows alone: a block ends behind a segment whose hash says so.
//! A newer commit, or a window that begins later, so changes the blocks at the ends and no other, and what is decoded
//! stays of use. Answers do not depend on it, as they do not on how records lie in segments.

use std::sync::Arc;

use jiff::Timestamp;
use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::resolve::{Live, Source};
use crate::segment::Segment;

/// Segments of fewer rows than this are joined.
const SMALL: usize = 8_192;
/// Rows that a block has on average, when segments are much smaller.
const USUAL: u64 = 16_384;
/// Most rows of a block of several segments.
const MAX_ROWS: usize = 32_768;

/// A segment with its newest rows.
pub(crate) type Counted<'s> = (Source<'s>, Live);

/// What is counted at once.
pub(crate) enum Block<'s> {
    /// A segment.
    One(&'s Counted<'s>),
    /// Some small ones.
    Several {
        parts: Vec<&'s Counted<'s>>,
        segment: Arc<Segment>,
        meta: Box<SegmentMeta>,
        live: Option<Bitmap>,
    },
}

/// Puts neighbours together.
pub(crate) fn join_small<'s>(sources: &'s [Counted<'s>]) -> Vec<Block<'s>> {
    let (mut blocks, mut parts, mut rows) = (Vec::new(), Vec::new(), 0);
    for counted in sources {
        let segment = counted.0.segment;
        if segment.rows() >= SMALL {
            blocks.push(Block::One(counted));
            continue;
        }
        if rows + segment.rows() > MAX_ROWS {
            blocks.extend(Block::of(std::mem::take(&mut parts)));
            rows = 0;
        }
        parts.push(counted);
        rows += segment.rows();
        if ends_block(segment) {
            blocks.extend(Block::of(std::mem::take(&mut parts)));
            rows = 0;
        }
    }
    blocks.extend(Block::of(parts));
    blocks
}

/// Whether a block ends behind it: as likely as it has rows of the usual block.
fn ends_block(segment: &Segment) -> bool {
    u64::from(segment.hash_prefix()) * USUAL < (segment.rows() as u64) << 32
}

impl<'s> Block<'s> {
    fn of(parts: Vec<&'s Counted<'s>>) -> Option<Self> {
        match parts[..] {
            [] => None,
            [one] => Some(Self::One(one)),
            _ => {
                let segments: Vec<&Segment> = parts.iter().map(|(source, _)| source.segment).collect();
                let segment = Segment::join(&segments);
                Some(Self::Several {
                    segment,
                    meta: Box::new(join_metas(&parts)),
                    live: join_live(&parts),
                    parts,
                })
            }
        }
    }
}

/// The times that hold for all of them.
fn join_metas(parts: &[&Counted<'_>]) -> SegmentMeta {
    let mut joined = parts[0].0.meta.clone();
    for (Source { meta, .. }, _) in &parts[1..] {
        joined.event_range = widen(joined.event_range, meta.event_range);
        joined.resolved_range = widen(joined.resolved_range, meta.resolved_range);
        joined.has_unresolved |= meta.has_unresolved;
        joined.rows += meta.rows;
    }
    joined
}

type Range = Option<(Timestamp, Timestamp)>;

fn widen(one: Range, other: Range) -> Range {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

/// Their newest rows, one behind the other; `None` when all are.
fn join_live(parts: &[&Counted<'_>]) -> Option<Bitmap> {
    parts.iter().any(|(_, live)| live.is_some()).then(|| {
        let mut joined = Bitmap::zeros(0);
        for (source, live) in parts {
            match live {
                Some(rows) => joined.append(rows),
                None => joined.append(&Bitmap::ones(source.segment.rows())),
            }
        }
        joined
    })
}
