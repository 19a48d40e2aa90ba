use std::marker::PhantomData;

use crate::{Analyzer, Bits, Damaged, WordQuery};

/// Makes the lexical part of a segment.
pub struct LexicalWriter<'a> {
    analyzer: &'a Analyzer,
}

impl<'a> LexicalWriter<'a> {
    /// No rows yet.
    pub fn new(analyzer: &'a Analyzer) -> Self {
        Self { analyzer }
    }

    /// Adds the next row.
    pub fn add(&mut self, text: &str, names: &[&str]) {
        let _ = (self.analyzer, text, names);
    }

    /// About how many bytes the rows so far hold in memory.
    pub fn size(&self) -> usize {
        0
    }

    /// The bytes to store.
    pub fn finish(self) -> Vec<u8> {
        Vec::new()
    }
}

/// The lexical part of a segment: which words are in which rows.
#[derive(Clone, Copy)]
pub struct Lexical<'a> {
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> Lexical<'a> {
    /// Looks at the header only: what is damaged further down is found when it is read.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let _ = bytes;
        Ok(Self { bytes: PhantomData })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        0
    }

    /// Reads everything.
    pub fn verify(&self) -> Result<(), Damaged> {
        Ok(())
    }
}

/// Adds what each row is worth to `scores`, one for each row of all segments in order, which should be 0.
///
/// Rows outside `keep` stay 0 (statistics are of all rows all the same). What comes back, if anything, are the rows
/// that phrases and exclusions allow. `threads` is how many may work.
pub fn score(
    query: &WordQuery,
    segments: &[Lexical],
    keep: Option<&Bits>,
    threads: usize,
    scores: &mut [f32],
) -> Result<Option<Bits>, Damaged> {
    let _ = (query, segments, keep, threads, scores);
    Ok(None)
}
