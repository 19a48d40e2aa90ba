//! The pieces of a Unigram tokenizer in the form they are looked up in, which a file can hold.
//!
//! ```text
//! header  128 bytes: the magic, the key, the bytes that follow, their checksum, and the lengths of the parts, 8 bytes each
//! scores  f64 for each piece
//! first, values, labels  see trie.rs
//! tables  the bytes of each
//! rules   JSON
//! ```
//! A tokenizer of a quarter of a million pieces is 17 MB of JSON, which takes a fifth of a second to read; a file of this form
//! is open in some milliseconds.

use std::io;
use std::ops::Range;
use std::path::Path;

use memmap2::Mmap;

use super::lattice::UnigramPieces;
use super::rules::Rules;
use super::trie::{Trie, TrieWriter};
use crate::kept;
use crate::weights::checksum;

/// Pieces, tables and rules in one block.
pub(super) struct Pack {
    block: Block,
    parts: Parts,
    pub(super) rules: Rules,
}

enum Block {
    /// Of words, so that floats in it lie where floats may.
    Memory(Vec<u64>),
    /// A file of the cache, whole.
    File(Mmap),
}

/// Where the parts lie in the block, in bytes.
struct Parts {
    scores: Range<usize>,
    first: Range<usize>,
    values: Range<usize>,
    labels: Range<usize>,
    tables: Range<usize>,
    rules: Range<usize>,
}

/// Two files with different numbers here are never taken for one another.
const VERSION: u64 = 1;
const MAGIC: u64 = u64::from_le_bytes(*b"NARAGTOK");
const HEADER: usize = 128;

impl Pack {
    /// Puts together what was read; `tables` are those of the rules, in their order.
    pub(super) fn new(scores: &[f64], trie: &TrieWriter, tables: &[u8], rules: Rules) -> Option<Self> {
        let json = serde_json::to_vec(&rules).ok()?;
        let parts = Parts::of([scores.len(), trie.labels.len(), tables.len(), json.len()])?;
        let mut words = vec![0u64; parts.rules.end.div_ceil(8)];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
        for (part, from) in [
            (&parts.scores, bytemuck::cast_slice(scores)),
            (&parts.first, bytemuck::cast_slice(&trie.first)),
            (&parts.values, bytemuck::cast_slice(&trie.values)),
            (&parts.labels, trie.labels.as_slice()),
            (&parts.tables, tables),
            (&parts.rules, json.as_slice()),
        ] {
            bytes[part.clone()].copy_from_slice(from);
        }
        Some(Self { block: Block::Memory(words), parts, rules })
    }

    /// The file at `path`, if it is whole and has that key; that it was used is noted.
    pub(super) fn open(path: &Path, key: u64) -> Option<Self> {
        let bytes = kept::open(path)?;
        let (header, block) = bytes.split_at_checked(HEADER)?;
        let mut numbers = header.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let known = [next(), next(), next(), next()];
        let lengths = [(); 4].map(|()| usize::try_from(next()).unwrap_or(usize::MAX));
        let parts = Parts::of(lengths)?;
        let whole = block.len() == parts.rules.end && known == self::known(key, block);
        let rules = serde_json::from_slice(block.get(parts.rules.clone()).filter(|_| whole)?).ok()?;
        kept::used(path);
        Some(Self { block: Block::File(bytes), parts, rules })
    }

    pub(super) fn write(&self, path: &Path, key: u64) -> io::Result<()> {
        let block = &self.block()[..self.parts.rules.end];
        let numbers = known(key, block).into_iter().chain(self.parts.lengths());
        let mut header: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
        header.resize(HEADER, 0);
        kept::write(path, &header, block)
    }

    fn block(&self) -> &[u8] {
        match &self.block {
            Block::Memory(words) => bytemuck::cast_slice(words),
            Block::File(bytes) => &bytes[HEADER..],
        }
    }

    pub(super) fn tables(&self) -> &[u8] {
        &self.block()[self.parts.tables.clone()]
    }

    pub(super) fn pieces(&self) -> UnigramPieces<'_> {
        let (block, Rules { unknown, by_bytes, least, .. }) = (self.block(), &self.rules);
        let part = |part: &Range<usize>| &block[part.clone()];
        let trie = Trie {
            first: bytemuck::cast_slice(part(&self.parts.first)),
            values: bytemuck::cast_slice(part(&self.parts.values)),
            labels: part(&self.parts.labels),
        };
        let scores = bytemuck::cast_slice(part(&self.parts.scores));
        UnigramPieces { trie, scores, least: *least, unknown: *unknown, by_bytes: *by_bytes }
    }
}

impl Parts {
    /// Of so many pieces, nodes, and bytes of tables and rules; none of more than a file can have.
    fn of([pieces, nodes, tables, rules]: [usize; 4]) -> Option<Self> {
        let mut end = 0usize;
        let mut part = |count: usize, size: usize| {
            let start = end;
            end = count.checked_mul(size).and_then(|bytes| start.checked_add(bytes))?;
            Some(start..end)
        };
        Some(Self {
            scores: part(pieces, 8)?,
            first: part(nodes.checked_add(1)?, 4)?,
            values: part(nodes, 4)?,
            labels: part(nodes, 1)?,
            tables: part(tables, 1)?,
            rules: part(rules, 1)?,
        })
    }

    fn lengths(&self) -> [u64; 4] {
        let lengths = [self.scores.len() / 8, self.labels.len(), self.tables.len(), self.rules.len()];
        lengths.map(|length| length as u64)
    }
}

/// What the header of a whole file says of a block.
fn known(key: u64, block: &[u8]) -> [u64; 4] {
    [MAGIC, key, block.len() as u64, checksum(block)]
}

/// One number for the tokenizer whose file has this sum.
pub(super) fn key(sum: &str) -> u64 {
    let mut bytes = Vec::from(VERSION.to_le_bytes());
    bytes.extend(sum.bytes());
    checksum(&bytes)
}
