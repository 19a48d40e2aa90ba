use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use naragtive_ingest::{
    Bundle, BundlePart, Certainty, Format, IngestError, IngestReport, Ingested, KnownBefore, Lexicon,
    Options, SkipReason, is_archive, is_binder, is_companion, read_each,
};
use naragtive_scene::Scene;

use crate::Error;
use crate::progress::ReadingWatch;
use crate::reading::held::Held;
use crate::reading::walk::{Found, walk};

/// What standard input goes by.
const INPUT: &str = "standard-input";

/// Reads an export file as `format`.
///
/// # Errors
/// When the file can't be read, is a folder, or isn't such an export; then the error says what it seems to be.
pub fn read_export(path: &Path, format: Format, options: &Options<'_>) -> Result<Ingested, Error> {
    let mut scenes = Vec::new();
    let (bytes, reading) = (ExportBytes::read(path, path)?, ReadingWatch::unheard());
    let report = bytes.each_scene(format, options, &reading, |scene| scenes.push(scene))?;
    Ok(Ingested { scenes, report })
}

/// What an export file holds, read once for all that is asked of it.
pub(crate) struct ExportBytes<'a> {
    path: &'a Path,
    held: Held,
}

impl<'a> ExportBytes<'a> {
    /// Reads the file; one that is large waits in a file without a name, in the folder of `beside`.
    pub(crate) fn read(path: &'a Path, beside: &Path) -> Result<Self, Error> {
        if path.is_dir() {
            return Err(Error::Folder { path: path.to_owned() });
        }
        if is_endless(path) {
            return Err(Error::NoFile { path: path.to_owned() });
        }
        let held = if is_input(path) {
            Held::of(std::io::stdin().lock(), beside)
        } else {
            fs::File::open(path).and_then(|file| Held::of(file, beside))
        };
        let held = held.map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self { path, held })
    }

    /// Whether it is an archive of several files.
    pub(crate) fn is_archive(&self) -> bool {
        is_archive(&self.held)
    }

    /// Reads each file of the archive as what it is, or as `format`.
    pub(crate) fn archive(
        &self,
        format: Option<Format>,
        lexicon: Option<&Lexicon>,
        options: &Options<'_>,
        reading: &ReadingWatch<'_, '_>,
        before: &mut KnownBefore,
        take: &mut dyn FnMut(Scene),
    ) -> Result<Vec<BundlePart>, Error> {
        let file = absolute(self.path);
        let mut bundle = Bundle::new(Options { file: &file, ..*options }, lexicon, format).going_on(before);
        let reached = |at: usize| self.held.reached(at, self.path, reading);
        bundle.add("", self.held.bytes(&reached), take);
        let read = bundle.finish(take);
        reading.check()?;
        read.map_err(|source| Error::Bundle { path: self.path.to_owned(), source })
    }

    /// What it is, and how sure that is. A file that is empty, or unpacks to more than can be held, is told as such.
    pub(crate) fn sniff(&self, options: &Options<'_>) -> Result<(Format, Certainty), Error> {
        Format::sniff_mapped(&self.held, options.map).ok_or_else(|| {
            match self.each_scene(Format::PLAIN_TEXT, options, &ReadingWatch::unheard(), drop) {
                Err(empty @ Error::Export { source: IngestError::Empty, .. }) => empty,
                Err(Error::Export { path, source: source @ IngestError::TooLarge { .. }, .. }) => {
                    Error::Bundle { path, source }
                }
                _ => {
                    Error::UnknownFormat { path: self.path.to_owned(), fields: Format::fields_of(&self.held) }
                }
            }
        })
    }

    pub(crate) fn each_scene(
        &self,
        format: Format,
        options: &Options<'_>,
        reading: &ReadingWatch<'_, '_>,
        take: impl FnMut(Scene),
    ) -> Result<IngestReport, Error> {
        let file = absolute(self.path);
        let reached = |at: usize| self.held.reached(at, self.path, reading);
        let bytes = self.held.bytes(&reached);
        let read = read_each(format, bytes, &Options { file: &file, ..*options }, take);
        reading.check()?;
        read.map_err(|source| {
            let seems = Format::detect(&self.held);
            let seems = seems.filter(|seems| *seems != format && *seems != Format::PLAIN_TEXT);
            Error::Export { path: self.path.to_owned(), format, seems, source }
        })
    }
}

/// A folder, and which of its files are read; none means all.
pub(crate) struct Folder<'a> {
    pub(crate) path: &'a Path,
    pub(crate) only: Option<&'a BTreeSet<PathBuf>>,
}

impl Folder<'_> {
    /// What is to be read, with what isn't but should be told.
    fn found(&self) -> impl Iterator<Item = Found> {
        let is_wanted = |found: &Found| match (self.only, found) {
            (None, _) => true,
            (Some(only), Found::File(path, name)) => only.contains(path) || tells_about_others(name),
            (Some(_), Found::Other(_)) => false,
        };
        walk(self.path).filter(is_wanted)
    }
}

/// Whether it tells about the files beside it, whichever of them are read. A project is read as a whole or not at all.
fn tells_about_others(name: &str) -> bool {
    let own = name.rsplit('/').next().unwrap_or(name);
    is_companion(own) && !is_binder(own)
}

/// Reads each file in a folder as what it is, or as `format`.
///
/// # Errors
/// When there is no export in it.
pub(crate) fn folder(
    of: Folder<'_>,
    format: Option<Format>,
    lexicon: Option<&Lexicon>,
    options: &Options<'_>,
    (beside, reading): (&Path, &ReadingWatch<'_, '_>),
    before: &mut KnownBefore,
    take: &mut dyn FnMut(Scene),
) -> Result<Vec<BundlePart>, Error> {
    let file = absolute(of.path);
    let failed = |source| Error::Bundle { path: of.path.to_owned(), source };
    let mut bundle = Bundle::new(Options { file: &file, ..*options }, lexicon, format).going_on(before);
    for found in of.found() {
        match found {
            Found::File(file, name) => match fs::File::open(&file).and_then(|open| Held::of(open, beside)) {
                Ok(held) => {
                    let reached = |at: usize| held.reached(at, &file, reading);
                    bundle.add(&name, held.bytes(&reached), take);
                    reading.check()?;
                }
                Err(problem) => bundle.skip(SkipReason::BadFile, &format!("{name}: {problem}")),
            },
            Found::Other(name) => bundle.skip(SkipReason::OtherFile, &name),
        }
    }
    bundle.finish(take).map_err(failed)
}

/// The text of a small file, or of standard input where that is meant.
///
/// # Errors
/// When it can't be read or is no text.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let failed = |source: std::io::Error| Error::Read { path: path.to_owned(), source };
    if !is_input(path) {
        return naragtive_disk::read_text(path).map_err(|error| failed(error.into()));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    naragtive_disk::text(bytes).map_err(|problem| failed(std::io::Error::other(problem)))
}

/// Whether it is neither a file nor what a shell names by `<(command)`: a pipe that nobody writes to keeps a reader waiting.
fn is_endless(path: &Path) -> bool {
    let is_of_shell = path.starts_with("/dev/fd") || path.starts_with("/proc");
    !is_input(path) && !is_of_shell && fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir())
}

/// Whether standard input is meant.
fn is_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// What a scene says it was read from.
pub(crate) fn source_file(path: &Path) -> Cow<'_, str> {
    if is_input(path) { INPUT.into() } else { path.to_string_lossy() }
}

/// A path that means the same from every folder, links resolved where that is possible.
pub(crate) fn absolute(path: &Path) -> String {
    if is_input(path) {
        return INPUT.to_owned();
    }
    let absolute = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    as_typed(&absolute.unwrap_or_else(|_| path.to_owned()).to_string_lossy()).to_owned()
}

/// What Windows has resolved begins with a mark that it is to be taken letter for letter, which nobody types.
fn as_typed(path: &str) -> &str {
    let rest = path.strip_prefix(r"\\?\").filter(|rest| rest.as_bytes().get(1) == Some(&b':'));
    rest.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_windows_is_written_as_it_is_typed() {
        for (resolved, typed) in [
            (r"\\?\C:\chats\one.json", r"C:\chats\one.json"),
            (r"\\?\UNC\server\chats\one.json", r"\\?\UNC\server\chats\one.json"),
            ("/home/ada/one.json", "/home/ada/one.json"),
            ("", ""),
        ] {
            assert_eq!(as_typed(resolved), typed);
        }
    }
}
