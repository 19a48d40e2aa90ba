use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use naragtive_ingest::{Branches, Format, IngestReport, Lexicon, Options};
use naragtive_scene::Scene;

use super::{Stored, Target, store_scenes};
use crate::progress::{Step, Watch};
use crate::{Error, Library, read_export};

/// Exports to be read and stored.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// The files, all of one format.
    pub exports: Vec<PathBuf>,
    /// The format.
    pub format: Format,
    /// The campaign file with the user's own words, over the one that the settings name.
    pub lexicon: Option<PathBuf>,
    /// Which branches of a conversation are taken.
    pub branches: Branches,
    /// How many characters a piece of plain text has at most; the format's own number where nobody says.
    pub chunk_size: Option<NonZeroUsize>,
    /// Where the scenes go.
    pub target: Target,
}

/// What became of exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestDone {
    /// What each held.
    pub exports: Vec<(PathBuf, IngestReport)>,
    /// What became of their scenes.
    pub stored: Stored,
}

impl Ingest {
    /// One file, in the usual way.
    pub fn new(export: impl Into<PathBuf>, format: Format, target: Target) -> Self {
        let exports = vec![export.into()];
        Self { exports, format, lexicon: None, branches: Branches::Active, chunk_size: None, target }
    }
}

/// Reads the exports, embeds the scenes that are new, puts them into the store, brings its index up to date and
/// registers it. `watch` hears what each export held before anything is stored.
///
/// # Errors
/// When an export can't be read, none of them has a scene, or as [`store_scenes`]; then no store is made or emptied.
pub fn ingest(
    library: &Library,
    ingest: Ingest,
    now: Timestamp,
    watch: &mut Watch<'_>,
) -> Result<IngestDone, Error> {
    let lexicon = lexicon(library, &ingest)?;
    let destination = ingest.target.clone().resolve(library)?;
    let (mut scenes, mut exports) = (Vec::new(), Vec::new());
    for export in &ingest.exports {
        let (read, report) = read(export, &ingest, &lexicon, now)?;
        scenes.extend(read);
        exports.push((export.clone(), report));
    }
    for (export, report) in &exports {
        watch(Step::Read { export, report });
    }
    if scenes.is_empty() {
        return Err(Error::NoScene { exports: ingest.exports });
    }
    let stored = store_scenes(library, scenes, destination, ingest.format.source(), now, watch)?;
    Ok(IngestDone { exports, stored })
}

fn read(
    export: &Path,
    ingest: &Ingest,
    lexicon: &Lexicon,
    now: Timestamp,
) -> Result<(Vec<Scene>, IngestReport), Error> {
    let source_file = export.to_string_lossy();
    let usual = Options::new(&source_file, lexicon, now);
    let chunk_size = ingest.chunk_size.unwrap_or(usual.chunk_size);
    let options = Options { chunk_size, branches: ingest.branches, ..usual };
    let ingested = read_export(export, ingest.format, &options)?;
    Ok((ingested.scenes, ingested.report))
}

/// Only a format that has scenes of its own is annotated by one.
fn lexicon(library: &Library, ingest: &Ingest) -> Result<Lexicon, Error> {
    if ingest.format != Format::NEPTUNE {
        return Ok(Lexicon::builtin());
    }
    let path = ingest.lexicon.as_ref().or(library.settings().lexicon.value.as_ref());
    path.map_or_else(|| Ok(Lexicon::builtin()), |path| read_lexicon(path))
}

/// Reads a campaign file.
///
/// # Errors
/// When it can't be read or isn't one.
pub fn read_lexicon(path: &Path) -> Result<Lexicon, Error> {
    let path = path.to_owned();
    match fs::read_to_string(&path) {
        Err(source) => Err(Error::Read { path, source }),
        Ok(toml) => Lexicon::parse(&toml).map_err(|source| Error::Lexicon { path, source }),
    }
}
