//! Numbers of seven bits a byte, the low ones first; the last byte's high bit is 0.

/// Writes `number` at the end of `bytes`.
pub(crate) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number off the front of `bytes`. None if they end in its midst or it has more than 64 bits.
#[inline]
pub(crate) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    if *first < 0x80 { Some(u64::from(*first)) } else { take_long(u64::from(first & 0x7f), bytes) }
}

fn take_long(mut number: u64, bytes: &mut &[u8]) -> Option<u64> {
    for shift in (7..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if part << shift >> shift != part {
            return None;
        }
        number |= part << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Takes `count` numbers off the front of `bytes` unread. None if there are fewer.
pub(crate) fn skip(bytes: &mut &[u8], count: usize) -> Option<()> {
    let mut left = count;
    // Eight bytes end eight numbers at most.
    while let Some((eight, rest)) = bytes.split_first_chunk().filter(|_| left >= 8) {
        left -= (!u64::from_le_bytes(*eight) & HIGH_BITS).count_ones() as usize;
        *bytes = rest;
    }
    while left > 0 {
        let (byte, rest) = bytes.split_first()?;
        left -= usize::from(*byte < 0x80);
        *bytes = rest;
    }
    Some(())
}

const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back_as_they_were_put(
            numbers in prop::collection::vec((any::<u64>(), 0u32..64).prop_map(|(n, shift)| n >> shift), 0..20)
        ) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|number| put(&mut bytes, *number));
            let (mut taken, mut skipped) = (&bytes[..], &bytes[..]);
            for number in &numbers {
                prop_assert_eq!(take(&mut taken), Some(*number));
                prop_assert_eq!(skip(&mut skipped, 1), Some(()));
                prop_assert_eq!(skipped, taken);
            }
            prop_assert_eq!((take(&mut taken), skip(&mut skipped, 1)), (None, None));
            prop_assert_eq!(skip(&mut &bytes[..], numbers.len()), Some(()));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            let mut rest = &bytes[..];
            while take(&mut rest).is_some() {}
            prop_assert!(rest.len() < bytes.len().max(1));
        }
    }
}
