//! A segment: a run of rows in one file.

pub(crate) mod facets;
pub(crate) mod group_end;
pub(crate) mod layout;
pub(crate) mod pools;
pub(crate) mod row;
pub(crate) mod sessions;
pub(crate) mod sink;
pub(crate) mod source;
pub(crate) mod writer;

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use memmap2::Mmap;
use naragtive_disk::{map_file, will_read};

use crate::bytes::blocks::{Checks, hash};
use crate::bytes::numbers::{ByteReader, F32s, U32s, f32s};
use crate::segment::layout::{HEAD, Head, NO_DAY, NONE, Section};
use crate::vectors::quantized::stride;
use crate::words::forms::Forms;
use crate::{Damaged, Facets, Lexical};

/// A run of rows that is never changed, only replaced.
#[derive(Debug)]
pub(crate) struct Segment {
    bytes: Bytes,
    head: Head,
    checks: Checks,
    /// A bit for each part that was checked as a whole.
    whole: AtomicU32,
    /// How many rows of other stores come before those of this segment's store. Rows are stored without it.
    base: usize,
}

#[derive(Debug)]
enum Bytes {
    Mapped(Mmap),
    Memory(Vec<u8>),
}

impl Bytes {
    fn all(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Memory(bytes) => bytes,
        }
    }
}

/// Which vectors are a row's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spans<'a> {
    starts: U32s<'a>,
    windows: U32s<'a>,
}

impl<'a> Spans<'a> {
    /// The first of the row's passages, the first of its windows, and the end of these.
    pub(crate) fn of(&self, row: usize) -> Result<[usize; 3], Damaged> {
        let places = [self.starts.get(row), self.windows.get(row), self.starts.get(row + 1)];
        match places.map(|place| place.map(|place| place as usize)) {
            [Some(start), Some(windows), Some(end)] if start <= windows && windows <= end => {
                Ok([start, windows, end])
            }
            _ => Err(Damaged::new("a segment's rows", "where their vectors are", "nonsense")),
        }
    }

    /// The first of a row's passages and the end of these.
    #[inline]
    pub(crate) fn passages(&self, row: usize) -> Option<[usize; 2]> {
        let [start, end] = [self.starts.get(row)?, self.windows.get(row)?];
        Some([start as usize, end.max(start) as usize])
    }

    /// How many passages and windows each of these rows has.
    pub(crate) fn counts(&self, rows: Range<usize>) -> impl Iterator<Item = [usize; 2]> {
        let from = |numbers: U32s<'a>, start| numbers.from(start).iter();
        let (starts, windows) = (from(self.starts, rows.start), from(self.windows, rows.start));
        let ends = from(self.starts, rows.start + 1);
        starts.zip(windows).zip(ends).take(rows.len()).map(|((start, windows), end)| {
            [windows.saturating_sub(start) as usize, end.saturating_sub(windows) as usize]
        })
    }
}

impl Segment {
    /// Maps the file; `name` is the hash of its head and `len` its length.
    ///
    /// # Errors
    /// The outer one is the system's, the inner one tells what is not as it was written.
    pub(crate) fn map(path: &Path, name: u64, len: u64) -> io::Result<Result<Self, Damaged>> {
        let file = File::open(path)?;
        let found = file.metadata()?.len();
        if found != len {
            return Ok(Err(Damaged::new("a segment's length", len, found)));
        }
        let opened = Self::open(Bytes::Mapped(map_file(&file)?), name);
        if let Ok(Self { bytes: Bytes::Mapped(map), head, .. }) = &opened {
            // What a search by meaning reads of every row: all parts from one to the other.
            let [[start, _], [_, end]] = [Section::Codes, Section::EarlierPools].map(|part| head.place(part));
            will_read(map, HEAD + start..HEAD + end);
        }
        Ok(opened)
    }

    pub(crate) fn in_memory(bytes: Vec<u8>, name: u64) -> Result<Self, Damaged> {
        Self::open(Bytes::Memory(bytes), name)
    }

    fn open(bytes: Bytes, name: u64) -> Result<Self, Damaged> {
        let all = bytes.all();
        let head = Head::decode(all.get(..HEAD).unwrap_or_default(), name)?;
        let sums = all.get(HEAD + head.body()..).unwrap_or_default();
        if sums.len() != head.sums_len() || hash(sums) != head.sums {
            return Err(Damaged::new("a segment's checksums", head.sums, hash(sums)));
        }
        let checks = Checks::new(head.sums_len() / 8);
        Ok(Self { bytes, head, checks, whole: AtomicU32::new(0), base: 0 })
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    pub(crate) fn rows(&self) -> usize {
        self.head.rows
    }

    /// The same behind `rows` rows of other stores.
    pub(crate) fn moved(self, rows: usize) -> Self {
        Self { base: self.base + rows, ..self }
    }

    /// The row of the index that is stored as `row`; no row is a row past the end.
    pub(crate) fn row_of(&self, row: u32) -> usize {
        (row as usize).saturating_add(self.base)
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.all().len()
    }

    /// Whether it can be merged with others.
    pub(crate) fn has_source(&self) -> bool {
        let [start, end] = self.head.place(Section::Source);
        start < end
    }

    /// A part, or some bytes of it, checked.
    fn some(&self, part: Section, range: Range<usize>) -> Result<&[u8], Damaged> {
        let [start, end] = self.head.place(part);
        let [from, to] = [start.saturating_add(range.start), start.saturating_add(range.end).min(end)];
        let (body, sums) = self.body().split_at_checked(self.head.body()).unwrap_or_default();
        self.checks.part(body, sums, [from, to])
    }

    fn part(&self, part: Section) -> Result<&[u8], Damaged> {
        let bit = 1 << part as u32;
        // Nothing but the bit itself is published by it.
        if self.whole.load(Ordering::Relaxed) & bit == 0 {
            self.some(part, 0..usize::MAX)?;
            self.whole.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(self.unchecked(part))
    }

    /// A part that was checked, or holds checksums of its own.
    fn unchecked(&self, part: Section) -> &[u8] {
        let [start, end] = self.head.place(part);
        self.body().get(start..end).unwrap_or_default()
    }

    fn body(&self) -> &[u8] {
        self.bytes.all().get(HEAD..).unwrap_or_default()
    }

    pub(crate) fn words(&self) -> Result<Lexical<'_>, Damaged> {
        Lexical::open(self.unchecked(Section::Words))
    }

    /// The words of the texts as they are spelt.
    pub(crate) fn forms(&self) -> Result<Forms<'_>, Damaged> {
        Ok(Forms::new(self.part(Section::FormLetters)?, self.part(Section::Forms)?))
    }

    pub(crate) fn facets(&self) -> Result<Facets<'_>, Damaged> {
        Facets::open(self.unchecked(Section::Facets))
    }

    pub(crate) fn source(&self) -> Result<&[u8], Damaged> {
        self.part(Section::Source)
    }

    pub(crate) fn spans(&self) -> Result<Spans<'_>, Damaged> {
        let [starts, windows] = [self.part(Section::Starts)?, self.part(Section::Windows)?].map(U32s::new);
        Ok(Spans { starts, windows })
    }

    pub(crate) fn worths(&self, vectors: Range<usize>) -> Result<&[u8], Damaged> {
        let worths = self.part(Section::Worths)?.get(vectors.start * 4..vectors.end * 4);
        worths.ok_or_else(|| Damaged::new("a segment's vectors", self.head.vectors, vectors.end))
    }

    pub(crate) fn codes(&self, vectors: Range<usize>) -> Result<&[u8], Damaged> {
        let stride = stride(self.head.dimension);
        self.some(Section::Codes, vectors.start * stride..vectors.end * stride)
    }

    pub(crate) fn vectors(&self, vectors: Range<usize>) -> Result<&[u8], Damaged> {
        let size = self.head.dimension * 4;
        self.some(Section::Vectors, vectors.start * size..vectors.end * size)
    }

    /// A row's own vectors, and those of its windows.
    pub(crate) fn row_vectors(&self, row: usize) -> Result<[Vec<Vec<f32>>; 2], Damaged> {
        let [start, windows, end] = self.spans()?.of(row)?;
        let read = |vector| self.vectors(vector..vector + 1).map(|bytes| f32s(bytes).collect());
        Ok([
            (start..windows).map(read).collect::<Result<_, _>>()?,
            (windows..end).map(read).collect::<Result<_, _>>()?,
        ])
    }

    /// The rows before and after each row in its group, as they are stored: see [`Self::row_of`].
    pub(crate) fn neighbours(&self) -> Result<[U32s<'_>; 2], Damaged> {
        Ok([self.part(Section::Before)?, self.part(Section::After)?].map(U32s::new))
    }

    /// The row of the index before a row in its group, as it is stored.
    pub(crate) fn before(&self, place: usize) -> Result<Option<u32>, Damaged> {
        let [before, _] = self.neighbours()?;
        Ok(before.get(place).filter(|row| *row != NONE))
    }

    /// Rows of earlier segments with the rows here that come after them.
    pub(crate) fn joins(&self) -> Result<Vec<(usize, usize)>, Damaged> {
        let (pairs, _) = self.part(Section::Joins)?.as_chunks::<8>();
        Ok(pairs
            .iter()
            .map(|pair| {
                let [a, b, c, d, e, f, g, h] = *pair;
                let rows = [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])];
                let [before, here] = rows.map(|row| self.row_of(row));
                (before, here)
            })
            .collect())
    }

    /// The first row of each row's session, as it is stored: see [`Self::row_of`].
    pub(crate) fn sessions(&self) -> Result<U32s<'_>, Damaged> {
        Ok(U32s::new(self.part(Section::Sessions)?))
    }

    /// Each row's day from this place on.
    pub(crate) fn days_from(&self, place: usize) -> Result<impl Iterator<Item = Option<i32>>, Damaged> {
        let (days, _) = self.part(Section::Days)?.as_chunks();
        let days = days.get(place..).unwrap_or_default().iter();
        Ok(days.map(|day| Some(i32::from_le_bytes(*day)).filter(|day| *day != NO_DAY)))
    }

    /// A row's day.
    pub(crate) fn day(&self, place: usize) -> Result<Option<i32>, Damaged> {
        Ok(self.days_from(place)?.next().flatten())
    }

    /// The signs in each row's text.
    pub(crate) fn cues(&self) -> Result<&[u8], Damaged> {
        self.part(Section::Cues)
    }

    /// How long the pool of each vector is.
    pub(crate) fn pools(&self) -> Result<F32s<'_>, Damaged> {
        Ok(F32s::new(self.part(Section::Pools)?))
    }

    /// Passages of rows of earlier segments, and how long their pools are since there are the rows of this one.
    pub(crate) fn earlier_pools(&self) -> Result<impl Iterator<Item = ((usize, usize), f32)>, Damaged> {
        let (pools, _) = self.part(Section::EarlierPools)?.as_chunks::<12>();
        let pool = |bytes: &[u8; 12]| {
            let mut reader = ByteReader(bytes);
            let [row, passage] = [reader.u32().unwrap_or(NONE), reader.u32().unwrap_or(0)];
            let length = f32::from_bits(reader.u32().unwrap_or(0));
            ((self.row_of(row), passage as usize), length)
        };
        Ok(pools.iter().map(pool))
    }

    /// The last row here of the group with this hash.
    pub(crate) fn tail(&self, group: u64) -> Result<Option<u32>, Damaged> {
        let (tails, _) = self.part(Section::Tails)?.as_chunks::<12>();
        let key = |tail: &[u8; 12]| ByteReader(tail).u64().unwrap_or(0);
        let found = tails.binary_search_by_key(&group, key).ok().and_then(|place| tails.get(place));
        Ok(found.and_then(|tail| ByteReader(tail.get(8..)?).u32()).filter(|row| *row != NONE))
    }

    /// Reads everything.
    pub(crate) fn verify(&self) -> Result<(), Damaged> {
        Section::ALL.iter().try_for_each(|part| self.part(*part).map(drop))?;
        self.words()?.verify()?;
        self.facets()?.verify()
    }
}
