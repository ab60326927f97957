//! Id filters: whether a segment may hold a version of an id, without opening it.
//!
//! A filter is the range of the ids plus a Bloom filter of them. It may say "perhaps" wrongly, never "no" wrongly.
//! Ranges settle most cases alone: sources number their records in the order of time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Bytes of an id's beginning that ranges compare. Cutting keeps the order, so the comparison stays safe.
const PREFIX: usize = 32;
/// Bits tried per id. With 16 bits an id, one lookup in 1,700 says "perhaps" wrongly.
const PROBES: u64 = 8;
/// Largest filter of one segment in bytes, so that its row stays below DynamoDB's 400 KB.
const MAX_BYTES: usize = 192 * 1024;
/// Largest sum of the filters of one commit in bytes, so that its transaction stays below 4 MB.
pub(crate) const MAX_COMMIT_BYTES: usize = 1_500 * 1024;

/// Characters of a filter's text that hold both ends of the range: the longest ends with their lengths, in groups of
/// four characters for three bytes.
const RANGE_TEXT: usize = (2 * (PREFIX + 1)).div_ceil(3) * 4;

/// The beginning of an id, in the order of ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Prefix {
    /// Zeros behind the end. Of two that differ only in their length the shorter one is a beginning of the other.
    bytes: [u8; PREFIX],
    length: u8,
}

impl Prefix {
    /// The prefix of an id.
    pub(crate) fn of(id: &[u8]) -> Self {
        let mut prefix = Self::default();
        let cut = &id[..id.len().min(PREFIX)];
        prefix.bytes[..cut.len()].copy_from_slice(cut);
        prefix.length = u8::try_from(cut.len()).expect("a prefix has at most 32 bytes");
        prefix
    }
}

/// First and last id of a segment, or their beginnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct IdRange {
    pub(crate) first: Prefix,
    pub(crate) last: Prefix,
}

impl IdRange {
    /// Reads the range of a stored filter and leaves the rest of it alone; `None` when it is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let start = text.as_bytes().get(..RANGE_TEXT).unwrap_or(text.as_bytes());
        let mut bytes = [0; RANGE_TEXT];
        let length = STANDARD_NO_PAD.decode_slice(start, &mut bytes).ok()?;
        let (first, rest) = take_prefixed(bytes.get(..length)?)?;
        let (last, _) = take_prefixed(rest)?;
        Some(Self { first: Prefix::of(first), last: Prefix::of(last) })
    }
}

/// Which ids a segment may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdFilter {
    first: Vec<u8>,
    last: Vec<u8>,
    bits: Vec<u8>,
}

impl IdFilter {
    /// A filter for ids with their hashes; `of_commit` is how many ids the whole commit has.
    pub(crate) fn new<'a>(ids: impl Iterator<Item = (&'a str, u64)> + Clone, of_commit: usize) -> Self {
        let count = ids.clone().count();
        let share = MAX_COMMIT_BYTES / of_commit.max(1) * count;
        let bytes = (count * 2).min(MAX_BYTES).min(share.max(count / 4)).max(8);
        let mut filter = Self { first: Vec::new(), last: Vec::new(), bits: vec![0; bytes] };
        let names = ids.clone().map(|(id, _)| id);
        filter.first = names.clone().min().map(prefix).unwrap_or_default();
        filter.last = names.max().map(prefix).unwrap_or_default();
        for (_, hash) in ids {
            for bit in positions(hash, filter.bits.len()) {
                filter.bits[bit / 8] |= 1 << (bit % 8);
            }
        }
        filter
    }

    /// Reads a stored filter; `None` when it is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD_NO_PAD.decode(text).ok()?;
        let (first, rest) = take_prefixed(&bytes)?;
        let (last, bits) = take_prefixed(rest)?;
        (!bits.is_empty()).then(|| Self { first: first.to_vec(), last: last.to_vec(), bits: bits.to_vec() })
    }

    /// Its text, as stored.
    pub(crate) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(self.first.len() + self.last.len() + self.bits.len() + 2);
        for end in [&self.first, &self.last] {
            bytes.push(u8::try_from(end.len()).expect("a prefix has at most 32 bytes"));
            bytes.extend_from_slice(end);
        }
        bytes.extend_from_slice(&self.bits);
        STANDARD_NO_PAD.encode(bytes)
    }

    /// Whether some id may lie in both ranges.
    pub(crate) fn may_overlap(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Whether the id of that hash is in it, perhaps.
    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        positions(hash, self.bits.len()).all(|bit| self.bits[bit / 8] >> (bit % 8) & 1 == 1)
    }
}

fn prefix(id: &str) -> Vec<u8> {
    id.as_bytes()[..id.len().min(PREFIX)].to_vec()
}

fn take_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*len))
}

/// The bits of an id: double hashing, scaled to the size without a division.
fn positions(hash: u64, bytes: usize) -> impl Iterator<Item = usize> {
    let (low, high) = (hash & 0xFFFF_FFFF, hash >> 32 | 1);
    let bits = bytes as u64 * 8;
    (0..PROBES).map(move |i| {
        let mixed = low.wrapping_add(i.wrapping_mul(high)) & 0xFFFF_FFFF;
        usize::try_from((mixed * bits) >> 32).expect("a filter has fewer than 2^32 bits")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::hash_text;

    fn filter(ids: &[String]) -> IdFilter {
        IdFilter::new(ids.iter().map(|id| (id.as_str(), hash_text(id))), ids.len())
    }

    #[test]
    fn a_filter_never_denies_an_id_it_holds_and_rarely_admits_others() {
        let ids: Vec<String> = (0..5_000).map(|n| format!("INC{n:07}")).collect();
        let filter = IdFilter::parse(&filter(&ids).encode()).unwrap();
        assert!(ids.iter().all(|id| filter.may_hold(hash_text(id))));
        let wrong = (0..50_000).filter(|n| filter.may_hold(hash_text(&format!("OTHER{n}")))).count();
        assert!(wrong < 100, "{wrong} of 50000");
    }

    #[test]
    fn a_range_is_read_without_the_rest_and_cut_ends_keep_their_order() {
        let long = "x".repeat(40);
        for ids in [vec!["INC1"], vec!["", "b"], vec!["INC1", "INC5", "INC3"], vec!["a", &long]] {
            let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
            let whole = filter(&ids);
            let range = IdRange::parse(&whole.encode()).unwrap();
            assert_eq!((range.first, range.last), (Prefix::of(&whole.first), Prefix::of(&whole.last)));
            let within = |id: &String| {
                range.first <= Prefix::of(id.as_bytes()) && Prefix::of(id.as_bytes()) <= range.last
            };
            assert!(ids.iter().all(within), "{ids:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn prefixes_have_the_order_of_the_beginnings_of_ids(
            one in proptest::collection::vec(0..3_u8, 0..40),
            other in proptest::collection::vec(0..3_u8, 0..40),
        ) {
            let cut = |id: &[u8]| id[..id.len().min(PREFIX)].to_vec();
            proptest::prop_assert_eq!(Prefix::of(&one).cmp(&Prefix::of(&other)), cut(&one).cmp(&cut(&other)));
        }
    }

    #[test]
    fn text_that_is_not_a_filter_is_none_and_never_a_panic() {
        for text in ["", "!", "AA", "/w", "AQ", "AAA"] {
            assert_eq!(IdFilter::parse(text), None, "{text}");
            assert!(IdRange::parse(text).is_none() || text == "AAA", "{text}");
        }
    }
}
