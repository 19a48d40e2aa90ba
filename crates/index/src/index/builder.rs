use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Cursor, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use naragtive_disk::Patience;

use crate::bytes::blocks::hash;
use crate::index::Opened;
use crate::index::folder::{BuildFolder, read_manifest};
use crate::segment::source::SourceRow;

use crate::bytes::numbers::ByteReader;
use crate::index::manifest::{IndexManifest, SegmentEntry};
use crate::segment::Segment;
use crate::segment::group_end::GroupEnd;
use crate::segment::layout::NONE;
use crate::segment::row::KnownRow;
use crate::segment::sink::Sink;
use crate::segment::writer::SegmentWriter;
use crate::{Analyzer, Damaged, Fingerprint, Index, IndexError, IndexSettings, Row};

/// More small segments than this are merged.
const MOST_SMALL: usize = 8;

/// Makes an index, row by row.
///
/// Nothing is seen of it before [`Self::finish`]; dropped before that, it leaves what was there as it was.
pub struct Builder {
    settings: IndexSettings,
    analyzer: Analyzer,
    /// None for an index in memory.
    place: Option<BuildFolder>,
    /// The manifest of the index that is extended.
    base: Option<Vec<u8>>,
    done: Vec<(SegmentEntry, Segment)>,
    /// How many rows `done` has.
    rows: usize,
    open: Option<SegmentWriter<Sink>>,
    /// The last row of each group, of the rows that were added.
    tails: HashMap<u64, u32>,
    /// A segment that is written anew.
    renewed: Option<Renewed>,
}

/// A segment that gives way, its first row, and the segments behind it.
struct Renewed {
    old: Segment,
    first: usize,
    rest: Vec<(SegmentEntry, Segment)>,
}

impl Builder {
    /// Builds beside the index in `folder`, if there is one, to replace it.
    ///
    /// # Errors
    /// If the folder can't be made or written to, or somebody else has it when `patience` is over.
    pub fn new(folder: &Path, settings: &IndexSettings, patience: &Patience) -> Result<Self, IndexError> {
        Ok(Self { place: Some(BuildFolder::new(folder, patience)?), ..Self::in_memory(settings) })
    }

    /// Builds an index that is gone when it is dropped.
    pub fn in_memory(settings: &IndexSettings) -> Self {
        Self {
            settings: settings.clone(),
            analyzer: Analyzer::new(settings.language),
            place: None,
            base: None,
            done: Vec::new(),
            rows: 0,
            open: None,
            tails: HashMap::new(),
            renewed: None,
        }
    }

    /// Adds rows to the index in `folder`, at a cost in proportion to the new rows. None, and nothing is done, if there
    /// is no index of the file `before`, or not a whole one of these settings.
    ///
    /// # Errors
    /// If the folder can't be read or written to.
    pub fn extending(
        folder: &Path,
        before: &Fingerprint,
        settings: &IndexSettings,
        patience: &Patience,
    ) -> Result<Option<Self>, IndexError> {
        let Some(bytes) = read_manifest(folder)? else { return Ok(None) };
        let Ok(Some(manifest)) = IndexManifest::decode(&bytes) else { return Ok(None) };
        let Opened::Ready(index) = Index::open(folder, before, settings)? else { return Ok(None) };
        // The manifest may have been replaced between the two looks at it.
        if read_manifest(folder)?.as_deref() != Some(&bytes) {
            return Ok(None);
        }
        let rows = index.rows();
        let done = manifest.segments.into_iter().zip(index.into_segments()).collect();
        Ok(Some(Self { base: Some(bytes), done, rows, ..Self::new(folder, settings, patience)? }))
    }

    /// Forgets what comes behind the first `rows` rows of the index that is extended, and as much before it as stands in the
    /// same segment. It is to be added again.
    pub fn keep(&mut self, rows: usize) {
        let mut kept = 0;
        self.done.retain(|(_, segment)| {
            let whole = kept + segment.rows() <= rows;
            kept = if whole { kept + segment.rows() } else { usize::MAX >> 1 };
            whole
        });
        self.rows = self.done.iter().map(|(_, segment)| segment.rows()).sum();
    }

    /// Opens the segment of a row of the index that is extended, to hold other rows of the same number and the same groups:
    /// which these are, is said. They are to be added before any other row; then comes [`Self::end_renewal`].
    pub fn begin_renewal(&mut self, row: usize) -> Option<Range<usize>> {
        let mut first = 0;
        let ends = self.done.iter().map(|(_, segment)| segment.rows());
        let place = ends
            .take_while(|rows| {
                let before = first + rows <= row;
                first += if before { *rows } else { 0 };
                before
            })
            .count();
        let rest = self.done.split_off((place + 1).min(self.done.len()));
        let (_, old) = self.done.pop()?;
        let rows = first..first + old.rows();
        self.rows = first;
        self.renewed = Some(Renewed { old, first, rest });
        Some(rows)
    }

    /// Closes what [`Self::begin_renewal`] opened. Says which rows of later segments go on where this one ended, in
    /// order: their segments are to be renewed too.
    ///
    /// # Errors
    /// If the system refuses to write, or there are fewer or more rows than there were.
    pub fn end_renewal(&mut self) -> Result<Vec<usize>, IndexError> {
        self.close()?;
        let Some(renewed) = self.renewed.take() else { return Ok(Vec::new()) };
        let Renewed { old, first, .. } = &renewed;
        if self.rows != first + old.rows() {
            let damage = Damaged::new("a segment's rows", first + old.rows(), self.rows);
            return Err(IndexError::damaged(self.folder())(damage));
        }
        let affected = self.affected(&renewed).map_err(IndexError::damaged(self.folder()))?;
        self.rows += renewed.rest.iter().map(|(_, segment)| segment.rows()).sum::<usize>();
        self.done.extend(renewed.rest);
        Ok(affected)
    }

    /// The rows of later segments that follow one of the renewed segment in its group. Sessions and pools reach over the
    /// ends of segments, and through several where a group has few rows in each: whether the change really reaches them
    /// can't be told from the segment's own end.
    fn affected(&self, renewed: &Renewed) -> Result<Vec<usize>, Damaged> {
        let mut affected = Vec::new();
        for (_, segment) in &renewed.rest {
            let joins = segment.joins()?.into_iter();
            let here = joins.filter(|(last, _)| (renewed.first..self.rows).contains(last));
            affected.extend(here.map(|(_, next)| next));
        }
        affected.sort_unstable();
        Ok(affected)
    }

    /// How many rows there are so far, those before an extension included.
    pub fn rows(&self) -> usize {
        self.rows + self.open.as_ref().map_or(0, SegmentWriter::rows)
    }

    /// Adds the next row.
    ///
    /// # Errors
    /// For a vector of another dimension, for more rows than a u32 can number, and if the system refuses to write. The
    /// builder should be dropped then.
    pub fn add(&mut self, row: &Row<'_>) -> Result<(), IndexError> {
        let here = self.here(row)?;
        let group = group(row.group);
        if let Some(before) = self.renewed_before()? {
            return self.put(row, Some(before).filter(|before| *before != NONE));
        }
        let before = group.map_or(Ok(None), |group| self.tail(group))?;
        self.tails.extend(group.map(|group| (group, here)));
        self.put(row, before)
    }

    /// Adds spellings of words, each with how often it was met, for rows that are added by what is known of them.
    pub(crate) fn add_forms<'f>(
        &mut self,
        forms: impl Iterator<Item = (&'f str, u32)>,
    ) -> Result<(), IndexError> {
        let mut open = self.opened()?;
        open.add_forms(forms);
        self.open = Some(open);
        Ok(())
    }

    /// Adds the next row by what is known of it; its text isn't looked at. Of `row` the group isn't either.
    pub(crate) fn add_known(&mut self, row: &Row<'_>, known: &KnownRow<'_>) -> Result<(), IndexError> {
        let here = self.here(row)?;
        let before = known.group.map_or(Ok(None), |group| self.tail(group))?;
        self.tails.extend(known.group.map(|group| (group, here)));
        let mut open = self.opened()?;
        self.follow(&mut open, known.group, before)?;
        open.add_known(row, known, before).map_err(IndexError::io("write into", self.folder()))?;
        self.put_back(open)
    }

    /// The number that the next row gets, if it can be added.
    fn here(&self, row: &Row<'_>) -> Result<u32, IndexError> {
        let expected = self.settings.dimension;
        let mut vectors = row.passages.iter().chain(row.windows);
        if let Some(odd) = vectors.find(|vector| vector.len() != expected) {
            return Err(IndexError::Dimension { expected, found: odd.len() });
        }
        let here = u32::try_from(self.rows()).ok().filter(|row| *row != NONE);
        here.ok_or(IndexError::TooMany { what: "rows", expected: NONE as usize })
    }

    /// The row before the next one in its group, of a segment that is renewed.
    fn renewed_before(&self) -> Result<Option<u32>, IndexError> {
        let Some(Renewed { old, first, .. }) = &self.renewed else { return Ok(None) };
        let [before, _] = old.neighbours().map_err(IndexError::damaged(self.folder()))?;
        Ok(Some(before.get(self.rows() - first).unwrap_or(NONE)))
    }

    /// Puts the index in its place and opens it. `fingerprint` is of the file that all the rows are from.
    ///
    /// # Errors
    /// If the system refuses to write, or if the index that is extended was replaced by somebody. What was there stays.
    pub fn finish(mut self, fingerprint: &Fingerprint) -> Result<Index, IndexError> {
        self.close()?;
        if self.base.is_some() {
            self.merge()?;
        }
        let (entries, segments): (Vec<SegmentEntry>, Vec<Segment>) = self.done.into_iter().unzip();
        let manifest = IndexManifest {
            fingerprint: *fingerprint,
            dimension: self.settings.dimension,
            language: self.settings.language.to_string(),
            recipe: self.settings.whole_recipe(),
            segments: entries,
        };
        let Some(place) = &self.place else {
            return Index::of(PathBuf::new(), &self.settings, segments)
                .map_err(IndexError::damaged(Path::new("")));
        };
        place.commit(&manifest, self.base.as_deref())?;
        Index::of(place.folder().to_owned(), &self.settings, segments)
            .map_err(IndexError::damaged(place.folder()))
    }

    fn folder(&self) -> &Path {
        self.place.as_ref().map_or(Path::new(""), BuildFolder::folder)
    }

    /// The last row so far of the group with this hash.
    fn tail(&self, group: u64) -> Result<Option<u32>, IndexError> {
        if let Some(row) = self.tails.get(&group) {
            return Ok(Some(*row));
        }
        let extended = self.done.iter().rev().filter(|_| self.base.is_some());
        let found = extended.map(|(_, segment)| segment.tail(group)).find(|found| !matches!(found, Ok(None)));
        found.unwrap_or(Ok(None)).map_err(IndexError::damaged(self.folder()))
    }

    fn put(&mut self, row: &Row<'_>, before: Option<u32>) -> Result<(), IndexError> {
        let mut open = self.opened()?;
        self.follow(&mut open, group(row.group), before)?;
        open.add(row, group(row.group), before).map_err(IndexError::io("write into", self.folder()))?;
        self.put_back(open)
    }

    /// The segment that is written to.
    fn opened(&mut self) -> Result<SegmentWriter<Sink>, IndexError> {
        self.open.take().map_or_else(|| self.create(), Ok)
    }

    /// Tells it how the group of the next row ended in earlier segments.
    fn follow(
        &self,
        open: &mut SegmentWriter<Sink>,
        group: Option<u64>,
        before: Option<u32>,
    ) -> Result<(), IndexError> {
        if let (Some(group), Some(before)) = (group, before)
            && open.comes_after(before)
        {
            let end = GroupEnd::of(&segments(&self.done), before);
            open.follow(group, &end.map_err(IndexError::damaged(self.folder()))?);
        }
        Ok(())
    }

    fn put_back(&mut self, open: SegmentWriter<Sink>) -> Result<(), IndexError> {
        let full = open.is_full();
        self.open = Some(open);
        if full { self.close() } else { Ok(()) }
    }

    fn create(&self) -> Result<SegmentWriter<Sink>, IndexError> {
        let sink = match &self.place {
            Some(place) => {
                let (file, path) = place.create_segment()?;
                Sink::File(BufWriter::with_capacity(1 << 18, file), path)
            }
            None => Sink::Memory(Cursor::new(Vec::new())),
        };
        SegmentWriter::new(sink, self.rows, self.settings.dimension, &self.analyzer)
            .map_err(IndexError::io("write into", self.folder()))
    }

    /// Finishes the segment that is written to.
    fn close(&mut self) -> Result<(), IndexError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (sink, name) = open.finish().map_err(IndexError::io("write into", self.folder()))?;
        let (entry, segment) = match sink {
            Sink::File(file, path) => self.close_file(file, &path, name)?,
            Sink::Memory(memory) => {
                let segment = Segment::in_memory(memory.into_inner(), name);
                let segment = segment.map_err(IndexError::damaged(Path::new("")))?;
                (SegmentEntry { name, len: segment.len() as u64 }, segment)
            }
        };
        self.rows += segment.rows();
        self.done.push((entry, segment));
        Ok(())
    }

    fn close_file(
        &self,
        file: BufWriter<File>,
        path: &Path,
        name: u64,
    ) -> Result<(SegmentEntry, Segment), IndexError> {
        let len = finish_file(file).map_err(IndexError::io("write", path))?;
        let entry = SegmentEntry { name, len };
        let path = match &self.place {
            Some(place) => place.keep_segment(path, entry)?,
            None => path.to_owned(),
        };
        let segment = Segment::map(&path, name, len).map_err(IndexError::io("map", &path))?;
        Ok((entry, segment.map_err(IndexError::damaged(self.folder()))?))
    }

    /// Writes small segments anew as one, so that extending often doesn't leave a great many.
    ///
    /// It takes the last ones, and further back as long as a segment isn't more than twice what was taken so far: so a
    /// row is rewritten only about as often as the small part doubles.
    fn merge(&mut self) -> Result<(), IndexError> {
        if self.done.iter().filter(|(_, segment)| segment.has_source()).count() <= MOST_SMALL {
            return Ok(());
        }
        let (mut taken, mut rows) = (0, 0);
        for (_, segment) in self.done.iter().rev() {
            if !segment.has_source() || (taken >= 2 && segment.rows() > 2 * rows) {
                break;
            }
            taken += 1;
            rows += segment.rows();
        }
        let old = self.done.split_off(self.done.len() - taken);
        self.rows -= rows;
        old.iter().try_for_each(|(_, segment)| self.replay(segment))?;
        self.close()
    }

    /// Adds the rows of a segment once more.
    fn replay(&mut self, segment: &Segment) -> Result<(), IndexError> {
        let folder = self.folder().to_owned();
        let damaged = || IndexError::damaged(&folder);
        let mut source = ByteReader(segment.source().map_err(damaged())?);
        let [before, _] = segment.neighbours().map_err(damaged())?;
        for (row, before) in before.iter().enumerate() {
            let [passages, windows] = segment.row_vectors(row).map_err(damaged())?;
            let [passages, windows] = [refs(&passages), refs(&windows)];
            let kept = SourceRow::take(&mut source);
            let kept = kept.ok_or_else(|| Damaged::new("a segment's source", "a row", "its end"));
            let kept = kept.map_err(damaged())?;
            self.put(&kept.row(&passages, &windows), Some(before).filter(|before| *before != NONE))?;
        }
        Ok(())
    }
}

fn segments(done: &[(SegmentEntry, Segment)]) -> Vec<&Segment> {
    done.iter().map(|(_, segment)| segment).collect()
}

fn refs(vectors: &[Vec<f32>]) -> Vec<&[f32]> {
    vectors.iter().map(Vec::as_slice).collect()
}

/// The hash of a group; none for the empty one. Of a million groups, two share a hash with a chance of 1 in 30 million.
pub(crate) fn group(group: &str) -> Option<u64> {
    (!group.is_empty()).then(|| hash(group.as_bytes()))
}

fn finish_file(file: BufWriter<File>) -> io::Result<u64> {
    let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.flush()?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}
