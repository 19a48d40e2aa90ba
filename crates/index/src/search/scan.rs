//! Every row's cosine to a query, by all threads.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::bytes::numbers::f32s;
use crate::segment::{Segment, Spans};
use crate::vectors::dense::{length, stored_cosines};
use crate::vectors::quantized::Probe;
use crate::{Bits, Damaged, Index};

/// Rows that a thread takes at a time.
const CHUNK: usize = 1 << 11;
/// So many unwanted rows between wanted ones are scanned along.
const GAP: usize = 2;
/// Fewer rows than this aren't worth another thread.
const WORTH_A_THREAD: usize = 1 << 14;
/// So many times more, where little is done for each.
const LIGHT: usize = 8;

/// Which form of the stored vectors the query is compared with.
pub(crate) enum Scan<'a> {
    /// Half a byte for each value.
    Compact(Probe),
    /// As they were given; the query and its length.
    Exact(&'a [f32], f32),
}

/// What of an index is scanned, where the cosines go.
struct Chunk<'a> {
    segment: &'a Segment,
    /// Rows of the segment.
    rows: Range<usize>,
    /// The segment's first row.
    first: usize,
    cosines: &'a mut [f32],
    /// Where the cosines of the chunk's vectors go, if they are wanted too.
    vectors: &'a mut [f32],
}

/// Memory to work in.
#[derive(Default)]
struct Scratch {
    dots: Vec<i32>,
    cosines: Vec<f32>,
    vector: Vec<f32>,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(query: &'a [f32], exact: bool) -> Self {
        if exact { Self::Exact(query, length(query)) } else { Self::Compact(Probe::new(query)) }
    }

    /// The cosine to each row of the index, NaN for a row without vectors. Rows that aren't `wanted` may be left out: NaN
    /// too.
    pub(crate) fn all(&self, index: &Index, wanted: Option<&Bits>) -> Result<Vec<f32>, Damaged> {
        let mut cosines = room(index.rows(), wanted);
        self.fill(index, wanted, &mut cosines, &mut [], || ())?;
        Ok(cosines)
    }

    /// As [`Scan::all`], and the cosine of each vector of the index, as far as they are scanned. Does `beside` at the same
    /// time, if there are threads for it.
    pub(crate) fn with_vectors<T>(
        &self,
        index: &Index,
        wanted: Option<&Bits>,
        beside: impl FnOnce() -> T,
    ) -> Result<([Vec<f32>; 2], T), Damaged> {
        let vectors = index.segments.iter().map(|segment| segment.head().vectors).sum();
        let [mut cosines, mut vectors] = [index.rows(), vectors].map(|count| room(count, wanted));
        let found = self.fill(index, wanted, &mut cosines, &mut vectors, beside)?;
        Ok(([cosines, vectors], found))
    }

    fn fill<T>(
        &self,
        index: &Index,
        wanted: Option<&Bits>,
        cosines: &mut [f32],
        vectors: &mut [f32],
        beside: impl FnOnce() -> T,
    ) -> Result<T, Damaged> {
        let helpers = index.threads_for(wanted.map_or(index.rows(), Bits::count)) - 1;
        let chunks = Mutex::new(chunks(index, cosines, vectors)?.into_iter());
        let next = || chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let mut scratch = Scratch::default();
            std::iter::from_fn(next).try_for_each(|chunk| self.chunk(chunk, wanted, &mut scratch))
        };
        thread::scope(|scope| {
            let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
            let found = beside();
            let mine = work();
            let theirs = helpers.into_iter().map(|helper| helper.join().unwrap_or_else(|_| Err(lost())));
            theirs.fold(mine, Result::and).map(|()| found)
        })
    }

    fn chunk(&self, chunk: Chunk<'_>, wanted: Option<&Bits>, scratch: &mut Scratch) -> Result<(), Damaged> {
        let spans = chunk.segment.spans()?;
        let [first, ..] = spans.of(chunk.rows.start)?;
        for run in runs(&chunk, wanted) {
            let out = chunk.cosines.get_mut(run.start - chunk.rows.start..run.end - chunk.rows.start);
            let [start, ..] = spans.of(run.start)?;
            self.run(chunk.segment, spans, run, out.unwrap_or_default(), scratch)?;
            let place = start - first;
            if let Some(vectors) = chunk.vectors.get_mut(place..place + scratch.cosines.len()) {
                vectors.copy_from_slice(&scratch.cosines);
            }
        }
        Ok(())
    }

    /// The cosines of neighbouring rows.
    fn run(
        &self,
        segment: &Segment,
        spans: Spans<'_>,
        rows: Range<usize>,
        out: &mut [f32],
        scratch: &mut Scratch,
    ) -> Result<(), Damaged> {
        let [base, ..] = spans.of(rows.start)?;
        let [_, _, end] = spans.of(rows.end - 1)?;
        self.cosines(segment, base..end, scratch)?;
        let mut place = 0;
        for ([own, windows], out) in spans.counts(rows).zip(out) {
            let mut best = |count: usize| {
                let first = place;
                place += count;
                // Mostly there is one.
                match scratch.cosines.get(first..place).unwrap_or_default() {
                    [] => f32::NAN,
                    [only] => *only,
                    several => several.iter().copied().fold(f32::NAN, f32::max),
                }
            };
            *out = together(best(own), best(windows));
        }
        Ok(())
    }

    /// The cosine of each vector, into the scratch.
    fn cosines(
        &self,
        segment: &Segment,
        vectors: Range<usize>,
        scratch: &mut Scratch,
    ) -> Result<(), Damaged> {
        match self {
            Self::Compact(probe) => {
                let worths = segment.worths(vectors.clone())?;
                probe.cosines(segment.codes(vectors)?, f32s(worths), &mut scratch.dots, &mut scratch.cosines);
            }
            Self::Exact(query, length) => {
                let bytes = segment.vectors(vectors)?;
                scratch.cosines.clear();
                scratch.cosines.extend(stored_cosines(bytes, query, *length, &mut scratch.vector));
            }
        }
        Ok(())
    }
}

impl Index {
    /// How many threads work on so many rows.
    pub(crate) fn threads_for(&self, rows: usize) -> usize {
        self.settings.threads.get().min(1 + rows / WORTH_A_THREAD)
    }

    /// The same for work that takes a few nanoseconds a row.
    pub(crate) fn threads_for_light(&self, rows: usize) -> usize {
        self.threads_for(rows / LIGHT)
    }
}

/// A row's cosine: its best passage's, averaged with its best window's if there is one. NaN stands for none.
pub(crate) fn together(own: f32, window: f32) -> f32 {
    if own.is_nan() {
        window
    } else if window.is_nan() {
        own
    } else {
        (own + window) / 2.0
    }
}

/// Memory for so many cosines. Where only some are wanted, those of the others are NaN; else all will be written, and by the
/// threads that compute them: memory that nobody has written yet costs nothing.
fn room(count: usize, wanted: Option<&Bits>) -> Vec<f32> {
    vec![if wanted.is_some() { f32::NAN } else { 0.0 }; count]
}

fn lost() -> Damaged {
    Damaged::new("a search", "all threads to end", "one that did not")
}

fn chunks<'a>(
    index: &'a Index,
    mut cosines: &'a mut [f32],
    mut vectors: &'a mut [f32],
) -> Result<Vec<Chunk<'a>>, Damaged> {
    let mut chunks = Vec::new();
    for (segment, first) in index.segments.iter().zip(&index.firsts) {
        let spans = segment.spans()?;
        let (here, rest) = cosines.split_at_mut(segment.rows());
        cosines = rest;
        for (place, cosines) in here.chunks_mut(CHUNK).enumerate() {
            let start = place * CHUNK;
            let rows = start..start + cosines.len();
            let ([from, ..], [_, _, to]) = (spans.of(rows.start)?, spans.of(rows.end - 1)?);
            let vectors = vectors.split_off_mut(..to.saturating_sub(from)).unwrap_or_default();
            chunks.push(Chunk { segment, rows, first: *first, cosines, vectors });
        }
    }
    Ok(chunks)
}

/// The wanted rows of a chunk, in runs of neighbours.
fn runs(chunk: &Chunk<'_>, wanted: Option<&Bits>) -> Vec<Range<usize>> {
    let Some(wanted) = wanted else { return vec![chunk.rows.clone()] };
    let mut runs: Vec<Range<usize>> = Vec::new();
    for row in chunk.rows.clone().filter(|row| wanted.contains(chunk.first + row)) {
        match runs.last_mut() {
            Some(run) if row <= run.end + GAP => run.end = row + 1,
            _ => runs.push(row..row + 1),
        }
    }
    runs
}
