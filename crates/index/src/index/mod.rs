//! An index: made of segments, in memory or in a folder with a manifest.

pub(crate) mod builder;
pub(crate) mod folder;
pub(crate) mod manifest;
pub(crate) mod settings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::index::folder::{is_absent, read_manifest};
use crate::index::manifest::{IndexManifest, SegmentEntry, is_newer};
use crate::segment::Segment;
use crate::segment::layout::NONE;
use crate::{Analyzer, Bits, Damaged, Fingerprint, IndexError, IndexSettings, Language};

/// What makes a store's rows found at once. It never changes once it is open.
pub struct Index {
    pub(crate) folder: PathBuf,
    pub(crate) settings: IndexSettings,
    pub(crate) analyzer: Analyzer,
    pub(crate) segments: Vec<Segment>,
    /// The first row of each segment.
    pub(crate) firsts: Vec<usize>,
    /// Neighbours in different segments, the earlier row first, in its order.
    pub(crate) joins: Vec<(usize, usize)>,
    rows: usize,
}

/// What was found where an index was looked for.
pub enum Opened {
    /// It is what it should be, as far as can be told without reading all of it.
    Ready(Box<Index>),
    /// It is of another file, other settings or another recipe, or of an earlier version of this library.
    Stale,
    /// A later version of this library wrote it.
    Newer,
    /// There is none.
    Missing,
    /// It is not as it was written.
    Damaged(Damaged),
}

/// What an index is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexStatus {
    /// How many rows.
    pub rows: usize,
    /// How many vectors, those of windows included.
    pub vectors: usize,
    /// How many values each of these has.
    pub dimension: usize,
    /// How many runs of rows it is stored in.
    pub segments: usize,
    /// How large it is.
    pub bytes: u64,
    /// How words are reduced to terms.
    pub language: Language,
}

/// The vectors of a row, as they were given.
#[derive(Debug, Clone, PartialEq)]
pub struct RowVectors {
    /// One for each passage.
    pub passages: Vec<Vec<f32>>,
    /// One for each window.
    pub windows: Vec<Vec<f32>>,
}

impl Index {
    /// Opens the index in `folder` if it is of the file and the settings given. Only heads and checksums are read.
    ///
    /// # Errors
    /// What the system says, but for files that aren't there.
    pub fn open(folder: &Path, of: &Fingerprint, settings: &IndexSettings) -> Result<Opened, IndexError> {
        let mut seen = None;
        loop {
            let Some(bytes) = read_manifest(folder)? else { return Ok(Opened::Missing) };
            let manifest = match IndexManifest::decode(&bytes) {
                Err(damage) => return Ok(Opened::Damaged(damage)),
                Ok(Some(manifest)) if manifest.is_of(of, settings) => manifest,
                Ok(None) if is_newer(&bytes) => return Ok(Opened::Newer),
                Ok(_) => return Ok(Opened::Stale),
            };
            match open_segments(folder, &manifest)? {
                Ok(segments) => {
                    let index = Self::of(folder.to_owned(), settings, segments);
                    return Ok(index.map_or_else(Opened::Damaged, |index| Opened::Ready(Box::new(index))));
                }
                // Somebody may have put another index in the place of this one between two looks.
                Err(_) if seen.as_ref() != Some(&bytes) => seen = Some(bytes),
                Err(damage) => return Ok(Opened::Damaged(damage)),
            }
        }
    }

    /// An index of these segments, which follow each other.
    pub(crate) fn of(
        folder: PathBuf,
        settings: &IndexSettings,
        segments: Vec<Segment>,
    ) -> Result<Self, Damaged> {
        let mut rows = 0;
        let (mut firsts, mut joins) = (Vec::new(), Vec::new());
        for segment in &segments {
            firsts.push(rows);
            rows += segment.rows();
            joins.extend(segment.joins()?);
        }
        joins.sort_unstable();
        let analyzer = Analyzer::new(settings.language);
        Ok(Self { folder, settings: settings.clone(), analyzer, segments, firsts, joins, rows })
    }

    /// One index over the rows of all `indexes`, one index after the other, so that what is found in several stores has
    /// one order: words are as rare and signals as strong as they are among all rows. Rows of different indexes are no
    /// neighbours. The settings are those of the first one.
    ///
    /// # Errors
    /// If the indexes have vectors of different dimensions, or one is damaged.
    pub fn together(indexes: Vec<Self>) -> Result<Self, IndexError> {
        let mut indexes = indexes.into_iter();
        let first = indexes.next().ok_or(IndexError::NoIndex)?;
        if indexes.len() == 0 {
            return Ok(first);
        }
        let (folder, settings) = (first.folder.clone(), first.settings.clone());
        let (mut rows, mut segments) = (first.rows, first.into_segments());
        for index in indexes {
            let (expected, found) = (settings.dimension, index.settings.dimension);
            if found != expected {
                return Err(IndexError::Dimension { expected, found });
            }
            let more = index.rows;
            segments.extend(index.into_segments().into_iter().map(|segment| segment.moved(rows)));
            rows += more;
        }
        Self::of(folder.clone(), &settings, segments).map_err(IndexError::damaged(&folder))
    }

    pub(crate) fn into_segments(self) -> Vec<Segment> {
        self.segments
    }

    pub(crate) fn damaged(&self) -> impl Fn(Damaged) -> IndexError {
        |damage| IndexError::damaged(&self.folder)(damage)
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How words become terms here, for marking what was found.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// What the index is made of.
    pub fn status(&self) -> IndexStatus {
        IndexStatus {
            rows: self.rows,
            vectors: self.segments.iter().map(|segment| segment.head().vectors).sum(),
            dimension: self.settings.dimension,
            segments: self.segments.len(),
            bytes: self.segments.iter().map(|segment| segment.len() as u64).sum(),
            language: self.settings.language,
        }
    }

    /// Reads all of the index.
    ///
    /// # Errors
    /// If anything is not as it was written.
    pub fn verify(&self) -> Result<(), IndexError> {
        self.segments.iter().try_for_each(Segment::verify).map_err(self.damaged())
    }

    /// The rows that have a `wanted` value under `key`.
    ///
    /// # Errors
    /// If the index is damaged.
    pub fn bits_where(&self, key: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Bits, IndexError> {
        let mut bits = Bits::none(self.rows);
        for (segment, first) in self.segments.iter().zip(&self.firsts) {
            let found = segment.facets().and_then(|facets| facets.rows_where(key, wanted, &mut bits, *first));
            found.map_err(self.damaged())?;
        }
        Ok(bits)
    }

    /// The values under `key` in order, each with the number of its rows.
    ///
    /// # Errors
    /// If the index is damaged.
    pub fn values(&self, key: &str) -> Result<Vec<(String, usize)>, IndexError> {
        let mut values = BTreeMap::<String, usize>::new();
        for segment in &self.segments {
            let found = segment.facets().and_then(|facets| facets.values(key)).map_err(self.damaged())?;
            for (value, rows) in found {
                *values.entry(value.to_owned()).or_default() += rows;
            }
        }
        Ok(values.into_iter().collect())
    }

    /// Hears every value under `key` of each segment, with the rows that have it there.
    ///
    /// # Errors
    /// If the index is damaged.
    pub fn each_value(&self, key: &str, hear: &mut dyn FnMut(&str, &[usize])) -> Result<(), IndexError> {
        for (segment, first) in self.segments.iter().zip(&self.firsts) {
            let heard = segment.facets().and_then(|facets| facets.each(key, *first, hear));
            heard.map_err(self.damaged())?;
        }
        Ok(())
    }

    /// The rows before and after this one in its group.
    ///
    /// # Errors
    /// If the index is damaged.
    pub fn neighbours(&self, row: usize) -> Result<[Option<usize>; 2], IndexError> {
        self.around(row).map_err(self.damaged())
    }

    pub(crate) fn around(&self, row: usize) -> Result<[Option<usize>; 2], Damaged> {
        let Some((segment, place)) = self.segment_of(row) else { return Ok([None, None]) };
        let row_of = |row: Option<u32>| row.filter(|row| *row != NONE).map(|row| segment.row_of(row));
        let [before, after] = segment.neighbours()?.map(|rows| row_of(rows.get(place)));
        Ok([before, after.or_else(|| self.joined(row))])
    }

    /// The row after this one, if it is in a later segment.
    pub(crate) fn joined(&self, row: usize) -> Option<usize> {
        let found = self.joins.binary_search_by_key(&row, |(before, _)| *before).ok()?;
        self.joins.get(found).map(|(_, after)| *after)
    }

    /// The vectors of a row; none for a row that isn't there.
    ///
    /// # Errors
    /// If the index is damaged.
    pub fn vectors(&self, row: usize) -> Result<Option<RowVectors>, IndexError> {
        let Some((segment, place)) = self.segment_of(row) else { return Ok(None) };
        let [passages, windows] = segment.row_vectors(place).map_err(self.damaged())?;
        Ok(Some(RowVectors { passages, windows }))
    }

    /// The segment that has this row, and which of its rows it is.
    pub(crate) fn segment_of(&self, row: usize) -> Option<(&Segment, usize)> {
        let place = self.firsts.partition_point(|first| *first <= row).checked_sub(1)?;
        let segment = self.segments.get(place)?;
        let inside = row - self.firsts.get(place)?;
        (inside < segment.rows()).then_some((segment, inside))
    }
}

impl IndexManifest {
    fn is_of(&self, of: &Fingerprint, settings: &IndexSettings) -> bool {
        self.fingerprint == *of
            && self.dimension == settings.dimension
            && self.language == settings.language.name()
            && self.recipe == settings.whole_recipe()
    }
}

fn open_segments(
    folder: &Path,
    manifest: &IndexManifest,
) -> Result<Result<Vec<Segment>, Damaged>, IndexError> {
    let mut segments = Vec::new();
    for entry in &manifest.segments {
        match open_segment(folder, *entry, manifest.dimension)? {
            Ok(segment) => segments.push(segment),
            Err(damage) => return Ok(Err(damage)),
        }
    }
    Ok(Ok(segments))
}

fn open_segment(
    folder: &Path,
    entry: SegmentEntry,
    dimension: usize,
) -> Result<Result<Segment, Damaged>, IndexError> {
    let path = folder.join(entry.file_name());
    match Segment::map(&path, entry.name, entry.len) {
        Err(error) if is_absent(&error) => {
            Ok(Err(Damaged::new("a segment", entry.file_name(), "no such file")))
        }
        Err(error) => Err(IndexError::io("map", &path)(error)),
        Ok(Ok(segment)) if segment.head().dimension != dimension => {
            Ok(Err(Damaged::new("a segment's dimension", dimension, segment.head().dimension)))
        }
        Ok(opened) => Ok(opened),
    }
}
