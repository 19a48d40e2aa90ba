//! Bytes that are checked where they are read.
//!
//! A checksum is stored for every block. The first time a process reads from a block, the block is compared with it, so
//! that a flipped byte is an error and never an answer, and opening touches nothing but the checksums.

use std::sync::atomic::{AtomicU64, Ordering};

use twox_hash::XxHash3_64;

use crate::Damaged;
use crate::bytes::numbers::ByteReader;

/// Bytes that share a checksum.
pub(crate) const BLOCK: usize = 16 << 10;

pub(crate) fn hash(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// Which blocks were found to be whole.
#[derive(Debug)]
pub(crate) struct Checks {
    seen: Vec<AtomicU64>,
}

impl Checks {
    /// None of `blocks` yet.
    pub(crate) fn new(blocks: usize) -> Self {
        Self { seen: (0..blocks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect() }
    }

    /// `bytes[start..end]`, its blocks being what they were when `sums` was made.
    pub(crate) fn part<'a>(
        &self,
        bytes: &'a [u8],
        sums: &[u8],
        [start, end]: [usize; 2],
    ) -> Result<&'a [u8], Damaged> {
        let part = bytes.get(start..end).ok_or_else(|| beyond(end, bytes.len()))?;
        if !part.is_empty() {
            (start / BLOCK..end.div_ceil(BLOCK)).try_for_each(|block| self.check(bytes, sums, block))?;
        }
        Ok(part)
    }

    fn check(&self, bytes: &[u8], sums: &[u8], block: usize) -> Result<(), Damaged> {
        let seen = self.seen.get(block / 64).ok_or_else(|| beyond(block, self.seen.len() * 64))?;
        let bit = 1 << (block % 64);
        // Nothing but the bit itself is published by it.
        if seen.load(Ordering::Relaxed) & bit == 0 {
            let whole = bytes.get(block * BLOCK..bytes.len().min((block + 1) * BLOCK)).unwrap_or_default();
            let wanted = ByteReader(sums.get(block * 8..).unwrap_or_default()).u64();
            if wanted != Some(hash(whole)) {
                return Err(Damaged::new("a block's checksum", sum(wanted), sum(Some(hash(whole)))));
            }
            seen.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn sum(sum: Option<u64>) -> String {
    sum.map_or_else(|| "one".to_owned(), |sum| format!("{sum:016x}"))
}

fn beyond(wanted: usize, len: usize) -> Damaged {
    Damaged::new("a segment's length", format!("at least {wanted}"), len)
}

/// Makes the checksums of bytes that come piece by piece.
#[derive(Default)]
pub(crate) struct BlockSums {
    sums: Vec<u8>,
    open: Vec<u8>,
}

impl BlockSums {
    pub(crate) fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - self.open.len()));
            self.open.extend(now);
            if self.open.len() == BLOCK {
                self.close();
            }
            bytes = rest;
        }
    }

    /// The checksums, 8 bytes a block.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if !self.open.is_empty() {
            self.close();
        }
        self.sums
    }

    fn close(&mut self) {
        self.sums.extend(hash(&self.open).to_le_bytes());
        self.open.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_flipped_byte_is_found_where_its_block_is_read_and_only_there(
            size in 1usize..4 * BLOCK,
            flip in any::<prop::sample::Index>(),
            ends in any::<[prop::sample::Index; 2]>(),
            cut in any::<prop::sample::Index>()
        ) {
            let mut bytes: Vec<u8> = (0..size).map(|place| (place * 7 % 251) as u8).collect();
            let mut sums = BlockSums::default();
            let (front, back) = bytes.split_at(cut.index(size));
            [front, back].iter().for_each(|part| sums.add(part));
            let sums = sums.finish();
            let flip = flip.index(size);
            bytes[flip] ^= 1;
            let mut ends = ends.map(|end| end.index(size));
            ends.sort_unstable();
            let [start, end] = ends;
            let touched = start < end && start / BLOCK <= flip / BLOCK && flip / BLOCK <= (end - 1) / BLOCK;
            let checks = Checks::new(size.div_ceil(BLOCK));
            for _ in 0..2 {
                prop_assert_eq!(checks.part(&bytes, &sums, ends).is_err(), touched);
            }
            prop_assert!(checks.part(&bytes, &sums, [0, size + 1]).is_err());
        }
    }
}
