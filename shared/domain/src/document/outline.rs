//! Outline: the headings of a document with their numbers, the same in every format.

use super::block::Block;

/// A heading with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineEntry {
    /// Index of its block.
    pub block: usize,
    /// Level, 1 to 3.
    pub level: u8,
    /// Number as printed, such as `2.1`.
    pub number: String,
    /// Its text.
    pub text: String,
}

/// The headings among the blocks, numbered in reading order. A level that was left out counts as its first.
#[must_use]
pub fn outline(blocks: &[Block]) -> Vec<OutlineEntry> {
    let mut counts = [0u32; 3];
    let headings = blocks.iter().enumerate().filter_map(|(block, content)| match content {
        Block::Heading { level, text } => Some((block, (*level).clamp(1, 3), text)),
        _ => None,
    });
    headings
        .map(|(block, level, text)| {
            let depth = usize::from(level);
            counts[..depth - 1].iter_mut().for_each(|above| *above = (*above).max(1));
            counts[depth - 1] += 1;
            counts[depth..].fill(0);
            let number: Vec<String> = counts[..depth].iter().map(u32::to_string).collect();
            OutlineEntry { block, level, number: number.join("."), text: text.clone() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_count_within_the_one_above() {
        let levels = [1, 2, 2, 3, 1, 3, 2, 9];
        let blocks: Vec<Block> =
            levels.into_iter().map(|level| Block::Heading { level, text: String::new() }).collect();
        let numbers: Vec<String> = outline(&blocks).into_iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, ["1", "1.1", "1.2", "1.2.1", "2", "2.1.1", "2.2", "2.2.1"]);
    }
}
