//! Parquet's runs: small numbers of a fixed width, repeated or packed eight at a time.
//!
//! Reads foreign bytes: what does not fit is `None`, never a panic, and never more numbers than were asked for.

/// Widest numbers, in bits, whose groups of eight fit in one wide integer.
const WIDE: u32 = 16;

/// Adds `count` numbers of `width` bits to `numbers`.
pub(crate) fn read_runs(mut bytes: &[u8], width: u32, count: usize, numbers: &mut Vec<u32>) -> Option<()> {
    if width > u32::BITS {
        return None;
    }
    let end = numbers.len().checked_add(count)?;
    numbers.reserve(count);
    while numbers.len() < end {
        let left = end - numbers.len();
        let header = read_varint(&mut bytes)?;
        let length = usize::try_from(header >> 1).ok()?;
        if header & 1 == 0 {
            let value = read_value(&mut bytes, width)?;
            numbers.extend(std::iter::repeat_n(value, length.min(left)));
        } else {
            let packed = length.checked_mul(width as usize)?;
            // The last group may be cut short.
            let (packed, rest) = bytes.split_at(packed.min(bytes.len()));
            bytes = rest;
            unpack(packed, width, length.checked_mul(8)?.min(left), numbers)?;
        }
        if length == 0 {
            return None;
        }
    }
    Some(())
}

/// The first run, when it alone covers `count` numbers: its number.
pub(crate) fn whole_run(mut bytes: &[u8], width: u32, count: usize) -> Option<u32> {
    let header = read_varint(&mut bytes)?;
    let covers = header & 1 == 0 && usize::try_from(header >> 1).ok()? >= count;
    if covers { read_value(&mut bytes, width) } else { None }
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if *byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// A repeated number, in whole bytes.
fn read_value(bytes: &mut &[u8], width: u32) -> Option<u32> {
    let (value, rest) = bytes.split_at_checked(width.div_ceil(8) as usize)?;
    *bytes = rest;
    let mut whole = [0; 4];
    whole[..value.len()].copy_from_slice(value);
    Some(u32::from_le_bytes(whole))
}

fn unpack(packed: &[u8], width: u32, count: usize, numbers: &mut Vec<u32>) -> Option<()> {
    let bits = count.checked_mul(width as usize)?;
    if packed.len() < bits.div_ceil(8) {
        return None;
    }
    if width == 0 {
        numbers.extend(std::iter::repeat_n(0, count));
        return Some(());
    }
    let end = numbers.len() + count;
    for group in packed.chunks(width as usize) {
        if numbers.len() >= end {
            break;
        }
        if width <= WIDE {
            unpack_narrow(group, width, numbers);
        } else {
            unpack_wide(group, width, numbers);
        }
    }
    numbers.truncate(end);
    Some(())
}

/// Eight numbers whose bits fit in one integer; those that are missing at the end are 0.
fn unpack_narrow(group: &[u8], width: u32, numbers: &mut Vec<u32>) {
    let mut whole = [0; 16];
    whole[..group.len()].copy_from_slice(group);
    let (whole, mask) = (u128::from_le_bytes(whole), (1_u64 << width) - 1);
    #[expect(clippy::cast_possible_truncation, reason = "all but the lowest bits are masked away")]
    let number = |place: u32| ((whole >> (place * width)) as u64 & mask) as u32;
    numbers.extend((0..8).map(number));
}

fn unpack_wide(group: &[u8], width: u32, numbers: &mut Vec<u32>) {
    let (mut buffer, mut bits) = (0_u64, 0);
    let mut bytes = group.iter();
    for _ in 0..8 {
        while bits < width {
            buffer |= u64::from(bytes.next().copied().unwrap_or(0)) << bits;
            bits += 8;
        }
        #[expect(clippy::cast_possible_truncation, reason = "all but the lowest bits are masked away")]
        numbers.push((buffer & ((1_u64 << width) - 1)) as u32);
        buffer >>= width;
        bits -= width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers packed eight at a time, in one run.
    fn pack(numbers: &[u32], width: u32) -> Vec<u8> {
        let groups = numbers.len().div_ceil(8);
        let mut bytes = vec![u8::try_from(groups << 1 | 1).unwrap()];
        let start = bytes.len();
        bytes.resize(start + groups * width as usize, 0);
        for (place, number) in numbers.iter().enumerate() {
            for bit in 0..width as usize {
                let at = place * width as usize + bit;
                bytes[start + at / 8] |= u8::try_from(number >> bit & 1).unwrap() << (at % 8);
            }
        }
        bytes
    }

    proptest::proptest! {
        #[test]
        fn packed_numbers_of_any_width_read_back(
            width in 0..=32_u32,
            seeds in proptest::collection::vec(proptest::num::u32::ANY, 1..200),
        ) {
            let numbers: Vec<u32> =
                seeds.iter().map(|n| if width == 0 { 0 } else { n >> (32 - width) }).collect();
            let mut read = vec![7];
            read_runs(&pack(&numbers, width), width, numbers.len(), &mut read).unwrap();
            proptest::prop_assert_eq!(&read[1..], &numbers);
        }

        #[test]
        fn no_bytes_make_it_panic_or_give_more_than_was_asked_for(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
            width in 0..40_u32,
            count in 0..500_usize,
        ) {
            let mut read = Vec::new();
            let whole = read_runs(&bytes, width, count, &mut read);
            proptest::prop_assert!(read.len() <= count && (whole.is_none() || read.len() == count));
            let _ = whole_run(&bytes, width.min(32), count);
        }
    }

    #[test]
    fn a_run_that_repeats_one_number_is_told_apart() {
        let repeated = [20, 1];
        let mut read = Vec::new();
        read_runs(&repeated, 1, 10, &mut read).unwrap();
        assert_eq!(read, [1; 10]);
        assert_eq!(whole_run(&repeated, 1, 10), Some(1));
        assert_eq!(whole_run(&repeated, 1, 11), None, "it is too short");
        assert_eq!(whole_run(&pack(&[1; 8], 1), 1, 8), None, "it is packed");
    }
}
