//! How a segment is laid out: a head, the parts one after the other, the checksums of the parts' blocks.

use crate::Damaged;
use crate::bytes::blocks::{BLOCK, hash};
use crate::bytes::numbers::ByteReader;

/// A part of a segment. Rows of the segment count from 0, unless it says of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// f32 values of every vector: for each row its passages, then its windows.
    Vectors,
    /// The same vectors in half a byte for each value.
    Codes,
    /// f32: what a code of each vector is worth to a cosine.
    Worths,
    /// u32: each row's first vector, and the number of vectors.
    Starts,
    /// u32: each row's first vector that is a window.
    Windows,
    /// u32: the row of the index before each row in its group, or [`NONE`].
    Before,
    /// u32: the row of the index after each row in its group, or [`NONE`] also if that is in a later segment.
    After,
    /// Two u32 each: a row of the index in an earlier segment, and the row of the index after it, which is here.
    Joins,
    /// The hash of each group, a u64 in ascending order, and the group's last row, a u32 of the index.
    Tails,
    /// u32: the first row of the index of each row's session.
    Sessions,
    /// i32: each row's day, counted from 1970-01-01, or [`NO_DAY`].
    Days,
    /// u8: the signs in each row's text, see [`crate::words::cues`].
    Cues,
    /// f32: how long the pool of each vector is, see [`crate::segment::pools`]; 0 for a window.
    Pools,
    /// u32 row of the index, u32 passage, f32: how long the pools of passages in earlier segments are now.
    EarlierPools,
    /// See [`crate::Lexical`].
    Words,
    /// See [`crate::words::forms`].
    FormLetters,
    /// See [`crate::words::forms`].
    Forms,
    /// See [`crate::Facets`].
    Facets,
    /// The rows as they were given, without vectors, while the segment is small enough to be merged.
    Source,
}

impl Section {
    pub(crate) const ALL: [Self; 19] = [
        Self::Vectors,
        Self::Codes,
        Self::Worths,
        Self::Starts,
        Self::Windows,
        Self::Before,
        Self::After,
        Self::Joins,
        Self::Tails,
        Self::Sessions,
        Self::Days,
        Self::Cues,
        Self::Pools,
        Self::EarlierPools,
        Self::Words,
        Self::FormLetters,
        Self::Forms,
        Self::Facets,
        Self::Source,
    ];
}

/// No row.
pub(crate) const NONE: u32 = u32::MAX;
/// No day.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// Changes whenever what is stored, or what it means, does.
pub(crate) const VERSION: u32 = 5;

const MAGIC: [u8; 8] = *b"NRGVSEG\0";

/// Bytes of the head, all there is before the parts.
pub(crate) const HEAD: usize = 256;

/// What a segment says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) dimension: usize,
    pub(crate) rows: usize,
    pub(crate) vectors: usize,
    /// Where each part ends, counted from the end of the head; the next one starts there.
    pub(crate) ends: [usize; Section::ALL.len()],
    /// The hash of the checksums.
    pub(crate) sums: u64,
}

impl Head {
    /// Where a part is, counted from the end of the head.
    pub(crate) fn place(&self, part: Section) -> [usize; 2] {
        let at = part as usize;
        let end = |at: usize| self.ends.get(at).copied().unwrap_or(0);
        [at.checked_sub(1).map_or(0, end), end(at)]
    }

    /// Bytes of all parts.
    pub(crate) fn body(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Bytes of the checksums.
    pub(crate) fn sums_len(&self) -> usize {
        self.body().div_ceil(BLOCK) * 8
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        let sizes = [self.dimension, self.rows, self.vectors];
        sizes.iter().chain(&self.ends).for_each(|size| bytes.extend((*size as u64).to_le_bytes()));
        bytes.extend(self.sums.to_le_bytes());
        bytes.resize(HEAD, 0);
        bytes
    }

    /// Reads a head that is known by its hash.
    pub(crate) fn decode(bytes: &[u8], name: u64) -> Result<Self, Damaged> {
        if hash(bytes) != name {
            return Err(Damaged::new(
                "a segment's head",
                format!("{name:016x}"),
                format!("{:016x}", hash(bytes)),
            ));
        }
        let mut reader = ByteReader(bytes);
        let known = reader.array() == Some(MAGIC) && reader.u32() == Some(VERSION);
        let head = if known { Self::fields(&mut reader) } else { None };
        head.ok_or_else(|| Damaged::new("a segment's head", "one of this version", "something else"))
    }

    fn fields(reader: &mut ByteReader<'_>) -> Option<Self> {
        let [dimension, rows, vectors] = [reader.size()?, reader.size()?, reader.size()?];
        let mut ends = [0; Section::ALL.len()];
        for end in &mut ends {
            *end = reader.size()?;
        }
        Some(Self { dimension, rows, vectors, ends, sums: reader.u64()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_was_written_and_only_then() {
        let ends = std::array::from_fn(|place| 10 * (place + 1));
        let head = Head { dimension: 3, rows: 4, vectors: 5, ends, sums: 6 };
        let mut bytes = head.encode();
        assert_eq!(bytes.len(), HEAD);
        let name = hash(&bytes);
        assert_eq!(Head::decode(&bytes, name), Ok(head));
        assert_eq!(head.place(Section::Vectors), [0, 10]);
        assert_eq!(head.place(Section::Source), [180, 190]);
        bytes[8] += 1;
        assert!(Head::decode(&bytes, name).is_err());
        assert!(Head::decode(&bytes, hash(&bytes)).is_err());
    }
}
