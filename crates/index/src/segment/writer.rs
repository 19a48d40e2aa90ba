use std::collections::HashMap;
use std::io::{self, Seek, SeekFrom, Write};

use crate::bytes::blocks::{BlockSums, hash};
use crate::bytes::numbers::flat;
use crate::segment::group_end::GroupEnd;
use crate::segment::layout::{HEAD, Head, NO_DAY, NONE, Section};
use crate::segment::pools::Pools;
use crate::segment::row::KnownRow;
use crate::segment::sessions::RowSessions;
use crate::segment::source::put_row;
use crate::vectors::quantized::encode;
use crate::words::cues;
use crate::words::forms::FormsWriter;
use crate::{Analyzer, FacetsWriter, LexicalWriter, Row};

/// A segment of this many rows is closed.
pub(crate) const MOST_ROWS: usize = 1 << 16;
/// A segment of this many vectors is closed.
const MOST_VECTORS: usize = 1 << 16;
/// A segment whose words take this much memory is closed.
const MOST_WORDS: usize = 256 << 20;
/// A segment of more rows or vectors than this is never merged, so its source isn't kept.
const SMALL: usize = 1 << 14;
/// Nor is one whose source takes more bytes than this.
const SMALL_SOURCE: usize = 32 << 20;

/// Writes a segment: vectors as they come, everything else at the end.
pub(crate) struct SegmentWriter<W> {
    out: Out<W>,
    dimension: usize,
    first: usize,
    codes: Vec<u8>,
    worths: Vec<f32>,
    starts: Vec<u32>,
    windows: Vec<u32>,
    before: Vec<u32>,
    after: Vec<u32>,
    joins: Vec<[u32; 2]>,
    tails: HashMap<u64, u32>,
    sessions: RowSessions,
    days: Vec<i32>,
    cues: Vec<u8>,
    pools: Pools,
    words: LexicalWriter,
    /// Spellings of words that aren't in `words` as they are spelt.
    forms: FormsWriter,
    facets: FacetsWriter,
    source: Option<Vec<u8>>,
}

impl<W: Write + Seek> SegmentWriter<W> {
    /// Rows from `first` on are written into `to`, which is empty.
    pub(crate) fn new(mut to: W, first: usize, dimension: usize, analyzer: &Analyzer) -> io::Result<Self> {
        to.write_all(&[0; HEAD])?;
        Ok(Self {
            out: Out { to, sums: BlockSums::default(), written: 0 },
            dimension,
            first,
            codes: Vec::new(),
            worths: Vec::new(),
            starts: vec![0],
            windows: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            joins: Vec::new(),
            tails: HashMap::new(),
            sessions: RowSessions::default(),
            days: Vec::new(),
            cues: Vec::new(),
            pools: Pools::default(),
            words: LexicalWriter::new(analyzer),
            forms: FormsWriter::default(),
            facets: FacetsWriter::default(),
            source: Some(Vec::new()),
        })
    }

    pub(crate) fn rows(&self) -> usize {
        self.windows.len()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.rows() >= MOST_ROWS || self.worths.len() >= MOST_VECTORS || self.words.size() >= MOST_WORDS
    }

    /// Whether this row of the index is in an earlier segment.
    pub(crate) fn comes_after(&self, row: u32) -> bool {
        (row as usize) < self.first
    }

    /// Tells how a group ended in earlier segments, before its first row here is added.
    pub(crate) fn follow(&mut self, group: u64, end: &GroupEnd) {
        self.sessions.follow(group, end.session);
        self.pools.follow(group, &end.passages);
    }

    /// Adds spellings, each with how often it was met.
    pub(crate) fn add_forms<'f>(&mut self, forms: impl Iterator<Item = (&'f str, u32)>) {
        forms.for_each(|(form, times)| self.forms.add_form(form, times));
    }

    /// Adds the next row. `before` is the last row of the index of the same group, whose hash is `group`.
    pub(crate) fn add(&mut self, row: &Row<'_>, group: Option<u64>, before: Option<u32>) -> io::Result<()> {
        self.add_rest(row, group, before)?;
        self.cues.push(cues::of_text(row.text));
        self.words.add(row.text, row.names);
        self.keep_source(row);
        Ok(())
    }

    /// The same for a row whose words were found before; its text isn't looked at, and it can't be merged.
    pub(crate) fn add_known(
        &mut self,
        row: &Row<'_>,
        known: &KnownRow<'_>,
        before: Option<u32>,
    ) -> io::Result<()> {
        self.cues.push(known.cues);
        self.words.add_known(known.length, known.terms);
        self.source = None;
        self.add_rest(row, known.group, before)
    }

    /// Adds all of a row but its words.
    fn add_rest(&mut self, row: &Row<'_>, group: Option<u64>, before: Option<u32>) -> io::Result<()> {
        row.passages.iter().try_for_each(|vector| self.add_vector(vector))?;
        self.windows.push(self.worths.len() as u32);
        row.windows.iter().try_for_each(|vector| self.add_vector(vector))?;
        self.starts.push(self.worths.len() as u32);
        self.link(group, before);
        let here = (self.first + self.days.len()) as u32;
        self.sessions.add(here, group, row.day);
        self.days.push(row.day.unwrap_or(NO_DAY));
        self.pools.add(group, row.passages, row.windows.len());
        self.facets.add_row(row.facets);
        Ok(())
    }

    fn add_vector(&mut self, vector: &[f32]) -> io::Result<()> {
        self.worths.push(encode(vector, &mut self.codes));
        self.out.put(&flat(vector.iter().map(|value| value.to_le_bytes())))
    }

    fn link(&mut self, group: Option<u64>, before: Option<u32>) {
        let here = (self.first + self.before.len()) as u32;
        self.before.push(before.unwrap_or(NONE));
        self.after.push(NONE);
        if let Some(before) = before {
            match (before as usize).checked_sub(self.first).and_then(|place| self.after.get_mut(place)) {
                Some(after) => *after = here,
                None => self.joins.push([before, here]),
            }
        }
        self.tails.extend(group.map(|group| (group, here)));
    }

    fn keep_source(&mut self, row: &Row<'_>) {
        let small = self.rows().max(self.worths.len()) <= SMALL;
        self.source = self.source.take().filter(|source| small && source.len() <= SMALL_SOURCE);
        if let Some(source) = &mut self.source {
            put_row(row, source);
        }
    }

    /// Writes the rest. What comes back is what was written to, and the hash of the head.
    pub(crate) fn finish(self) -> io::Result<(W, u64)> {
        let mut out = self.out;
        let (rows, vectors) = (self.windows.len(), self.worths.len());
        let [letters, forms] = self.words.forms().and(self.forms).finish();
        let (pools, earlier_pools) = self.pools.finish();
        // In the order of `Section::ALL`; the vectors are written already.
        let parts = [
            Vec::new(),
            self.codes,
            flat(self.worths.iter().map(|value| value.to_le_bytes())),
            numbers(&self.starts),
            numbers(&self.windows),
            numbers(&self.before),
            numbers(&self.after),
            numbers(self.joins.as_flattened()),
            tails(self.tails),
            numbers(&self.sessions.finish()),
            flat(self.days.iter().map(|day| day.to_le_bytes())),
            self.cues,
            flat(pools.iter().map(|length| length.to_le_bytes())),
            flat(earlier_pools.iter().map(earlier_pool)),
            self.words.finish(),
            letters,
            forms,
            self.facets.finish(),
            self.source.unwrap_or_default(),
        ];
        let mut ends = [0; Section::ALL.len()];
        for (bytes, end) in parts.into_iter().zip(&mut ends) {
            out.put(&bytes)?;
            *end = out.written;
        }
        out.finish(|sums| Head { dimension: self.dimension, rows, vectors, ends, sums })
    }
}

/// Where a segment goes.
struct Out<W> {
    to: W,
    sums: BlockSums,
    written: usize,
}

impl<W: Write + Seek> Out<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sums.add(bytes);
        self.written += bytes.len();
        self.to.write_all(bytes)
    }

    fn finish(mut self, head: impl FnOnce(u64) -> Head) -> io::Result<(W, u64)> {
        let sums = self.sums.finish();
        self.to.write_all(&sums)?;
        let head = head(hash(&sums)).encode();
        self.to.seek(SeekFrom::Start(0))?;
        self.to.write_all(&head)?;
        Ok((self.to, hash(&head)))
    }
}

fn earlier_pool((row, passage, length): &(u32, u32, f32)) -> [u8; 12] {
    let mut bytes = [0; 12];
    let parts = [row.to_le_bytes(), passage.to_le_bytes(), length.to_le_bytes()];
    bytes.copy_from_slice(parts.as_flattened());
    bytes
}

fn tails(tails: HashMap<u64, u32>) -> Vec<u8> {
    let mut tails: Vec<(u64, u32)> = tails.into_iter().collect();
    tails.sort_unstable();
    let bytes = |(group, row): (u64, u32)| group.to_le_bytes().into_iter().chain(row.to_le_bytes());
    tails.into_iter().flat_map(bytes).collect()
}

fn numbers(values: &[u32]) -> Vec<u8> {
    flat(values.iter().map(|value| value.to_le_bytes()))
}
