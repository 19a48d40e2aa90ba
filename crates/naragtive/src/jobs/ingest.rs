use std::cell::RefCell;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use jiff::Timestamp;
use naragtive_disk::read_text;
use naragtive_ingest::{
    Branches, BundlePart, DateOrder, Format, Lexicon, Mapping, Options, SceneRule, SkipReason,
};
use naragtive_scene::{Scene, Scenes, Source};
use naragtive_store::Store;

use super::forget::gone;
use super::{Stored, StoredBefore, Target, Unwanted, store_scenes};
use crate::progress::{ReadingWatch, Step, Watch};
use crate::reading::read::{self, ExportBytes, Folder};
use crate::reading::waiting::WaitingScenes;
use crate::{Error, Exported, How, Library};

/// What the registry calls the source of a store that is made of several.
const MIXED: &str = "mixed";

/// Exports to be read and stored.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The files.
    pub exports: Vec<PathBuf>,
    /// The format of them all; none where each is what its content says.
    pub format: Option<Format>,
    /// The campaign file with the user's own words, over the one that the settings name.
    pub lexicon: Option<PathBuf>,
    /// Which branches of a conversation are taken.
    pub branches: Branches,
    /// How turns become scenes; none leaves it to each format.
    pub scene: Option<SceneRule>,
    /// What fields of records are; none leaves it to their names.
    pub map: Vec<Mapping>,
    /// How many characters a piece of plain text has at most; the format's own number where nobody says.
    pub chunk_size: Option<NonZeroUsize>,
    /// Whether the day comes first in dates like `10/11/2025`, over what the settings say.
    pub day_first: Option<bool>,
    /// Whether folders may be named, with whatever is in them.
    pub folders: bool,
    /// The files of folders that are read, beside those that tell about others; none means all.
    pub only: Option<BTreeSet<PathBuf>>,
    /// Whether to say what the store has of these files that they don't hold any more.
    pub prune: bool,
    /// Where the scenes go.
    pub target: Target,
}

/// What became of exports.
#[derive(Debug, Clone)]
pub struct IngestDone {
    /// What each was and held.
    pub exports: Vec<Exported>,
    /// What became of their scenes.
    pub stored: Stored,
    /// What the store has of these files that they don't hold any more, where that was asked for and can be told: all of
    /// them could be read. Nobody removes it but [`prune`](super::prune).
    pub gone: Option<Unwanted>,
}

impl Ingest {
    /// Files in the usual way, all of one format or each of its own.
    pub fn new(exports: Vec<PathBuf>, format: Option<Format>, target: Target) -> Self {
        let (branches, chunk_size) = (Branches::Active, None);
        Self {
            exports,
            format,
            lexicon: None,
            branches,
            scene: None,
            map: Vec::new(),
            chunk_size,
            day_first: None,
            folders: true,
            only: None,
            prune: false,
            target,
        }
    }
}

/// Reads the exports, embeds the scenes that are new, puts them into the store, brings its index up to date and
/// registers it. `watch` hears what each export was and held before anything is stored.
///
/// # Errors
/// When an export can't be read, none of them has a scene, or as [`store_scenes`]; then no store is made or emptied.
pub fn ingest(
    library: &Library,
    ingest: Ingest,
    now: Timestamp,
    watch: &mut Watch<'_>,
) -> Result<IngestDone, Error> {
    check_input(&ingest.exports)?;
    let destination = ingest.target.clone().resolve(library, watch)?;
    let waiting = Rc::new(RefCell::new(WaitingScenes::new(&destination.at)?));
    let reading = ReadingWatch::heard_by(watch);
    let store = Store::open(&destination.at).ok().filter(|_| destination.how == How::Merge);
    let mut before = StoredBefore::of(store, Some(Rc::clone(&waiting)));
    let how = (destination.at.file(), &reading);
    let exports = read_all(library, &ingest, now, how, &mut before, &mut |mut scene| {
        scene.origin.iter_mut().for_each(|origin| origin.added = Some(now.as_second()));
        waiting.borrow_mut().push(&scene);
    })?;
    let scenes = waiting.borrow_mut().finish()?;
    for exported in &exports {
        watch(Step::Read(exported));
    }
    if scenes.is_empty() {
        return Err(Error::NoScene { exports: ingest.exports });
    }
    let stored = store_scenes(library, &scenes, destination, source(&exports), now, watch)?;
    let told = ingest.prune && !stored.added.stopped && exports.iter().all(is_whole);
    let gone = told.then(|| gone(&stored.at, &scenes, &ingest.exports)).transpose()?;
    Ok(IngestDone { exports, stored, gone })
}

/// Standard input has one end.
pub(super) fn check_input(exports: &[PathBuf]) -> Result<(), Error> {
    match exports.iter().filter(|path| path.as_path() == Path::new("-")).count() {
        0 | 1 => Ok(()),
        _ => Err(Error::InputTwice),
    }
}

/// Whether all of an export could be read: of one that is damaged nobody knows what it doesn't hold.
fn is_whole(exported: &Exported) -> bool {
    let lost = [SkipReason::Unreadable, SkipReason::BadFile];
    lost.iter().all(|reason| exported.report.count(*reason) == 0)
}

/// Reads every export, one after the other. Large ones wait beside a path while they are read.
pub(super) fn read_all(
    library: &Library,
    ingest: &Ingest,
    now: Timestamp,
    how: (&Path, &ReadingWatch<'_, '_>),
    before: &mut StoredBefore,
    take: &mut dyn FnMut(Scene),
) -> Result<Vec<Exported>, Error> {
    let words = Words::read(library, ingest)?;
    let mut exports = Vec::new();
    for path in &ingest.exports {
        let source_file = read::source_file(path);
        let usual = Options::new(&source_file, &words.builtin, now);
        let options = Options {
            chunk_size: ingest.chunk_size.unwrap_or(usual.chunk_size),
            branches: ingest.branches,
            scene: ingest.scene,
            map: &ingest.map,
            date_order: date_order(library, ingest),
            ..usual
        };
        exports.extend(read(path, ingest, &words, &options, how, before, take)?);
    }
    Ok(exports)
}

/// Reads a file, an archive or a folder: what there is of each format.
fn read(
    path: &Path,
    ingest: &Ingest,
    words: &Words,
    options: &Options<'_>,
    how: (&Path, &ReadingWatch<'_, '_>),
    before: &mut StoredBefore,
    take: &mut dyn FnMut(Scene),
) -> Result<Vec<Exported>, Error> {
    let (beside, reading) = how;
    let format = ingest.format;
    let exported = |part: BundlePart| {
        let BundlePart { format, certainty, report } = part;
        Exported { path: path.to_owned(), format, certainty, report }
    };
    let parts = if ingest.folders && path.is_dir() {
        let folder = Folder { path, only: ingest.only.as_ref() };
        read::folder(folder, format, words.own.as_ref(), options, how, &mut before.known, take)?
    } else {
        let bytes = ExportBytes::read(path, beside)?;
        if ingest.folders && bytes.is_archive() {
            bytes.archive(format, words.own.as_ref(), options, reading, &mut before.known, take)?
        } else {
            let (format, certainty) = match format {
                Some(format) => (format, None),
                None => bytes.sniff(options).map(|(format, certainty)| (format, Some(certainty)))?,
            };
            let options = Options { lexicon: words.of(format), ..*options };
            if ingest.exports.len() == 1 {
                before.known.next_is_last();
            }
            let report = before.known.reading(format.continued(), take, |known, take| {
                bytes.each_scene(format, &Options { known, ..options }, reading, take)
            })?;
            vec![BundlePart { format, certainty, report }]
        }
    };
    before.check()?;
    Ok(parts.into_iter().map(exported).collect())
}

fn date_order(library: &Library, ingest: &Ingest) -> Option<DateOrder> {
    let day_first = ingest.day_first.or(library.settings().day_first.value)?;
    Some(if day_first { DateOrder::DayFirst } else { DateOrder::MonthFirst })
}

/// The source that all of them are of.
fn source(exports: &[Exported]) -> Source {
    let mut sources = exports.iter().map(|exported| exported.format.source());
    let mixed = || Source::Other(MIXED.to_owned());
    let first = sources.next().unwrap_or_else(mixed);
    if sources.all(|source| source == first) { first } else { mixed() }
}

/// The words that scenes are annotated with.
struct Words {
    builtin: Lexicon,
    own: Option<Lexicon>,
}

impl Words {
    /// A campaign file that the settings name is in nobody's way where no format could need it.
    fn read(library: &Library, ingest: &Ingest) -> Result<Self, Error> {
        let is_needed = ingest.format.is_none_or(Format::takes_lexicon);
        let path = ingest.lexicon.as_ref().or(library.settings().lexicon.value.as_ref());
        let own = path.filter(|_| is_needed).map(|path| read_lexicon(path)).transpose()?;
        Ok(Self { builtin: Lexicon::builtin(), own })
    }

    fn of(&self, format: Format) -> &Lexicon {
        self.own.as_ref().filter(|_| format.takes_lexicon()).unwrap_or(&self.builtin)
    }
}

/// Reads a campaign file.
///
/// # Errors
/// When it can't be read or isn't one.
pub fn read_lexicon(path: &Path) -> Result<Lexicon, Error> {
    let toml =
        read_text(path).map_err(|error| Error::Read { path: path.to_owned(), source: error.into() })?;
    Lexicon::parse(&toml).map_err(|source| Error::Lexicon { path: path.to_owned(), source })
}
