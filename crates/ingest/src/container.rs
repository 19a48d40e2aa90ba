//! What exports are packed in: zip and tar archives, and gzip. What a container claims to unpack to is not believed: reading
//! stops at a limit for each file and one for all of them. Names of files are never paths here: nothing is written.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::IngestError;
use crate::file_order::by_name;
use crate::package::{damaged, is_package};

/// How many bytes one file in an archive may unpack to.
const FILE_LIMIT: u64 = 512 << 20;
/// How many bytes all of them together may.
const ARCHIVE_LIMIT: u64 = 4 << 30;
/// What there is of a tar archive where the first file's name and kind stand.
const TAR_HEAD: usize = 512;

fn is_zip(bytes: &[u8]) -> bool {
    (bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")) && !is_package(bytes)
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08")
}

fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

fn is_packed_tar(bytes: &[u8]) -> bool {
    is_gzip(bytes) && gunzipped_head(bytes, TAR_HEAD).is_some_and(|head| is_tar(&head))
}

/// Whether the bytes are packed at all. A document that is an archive of its parts is not.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    is_gzip(bytes) || is_archive(bytes)
}

/// Whether the bytes are an archive of several files: zip or tar, the latter within gzip too.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    is_zip(bytes) || is_tar(bytes) || is_packed_tar(bytes)
}

/// How much may still be unpacked.
#[derive(Debug)]
pub(crate) struct Limits {
    file: u64,
    left: Cell<u64>,
    /// Whether nothing but the beginning of each file is wanted.
    heads: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: FILE_LIMIT, left: Cell::new(ARCHIVE_LIMIT), heads: false }
    }
}

impl Limits {
    /// For the first bytes of files.
    fn of_heads(length: usize) -> Self {
        Self { file: length as u64, heads: true, ..Self::default() }
    }

    /// Whether nothing more may be unpacked.
    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// All that `from` gives, and what went wrong behind it. A file that says itself that it is too large isn't begun; one that
    /// only shows it counts for what was unpacked in vain.
    fn unpacked(
        &self,
        name: &str,
        claimed: Option<u64>,
        from: impl Read,
    ) -> Result<(Vec<u8>, Option<IngestError>), IngestError> {
        let limit = self.left.get().min(self.file);
        let too_large = || Err(IngestError::TooLarge { entry: name.to_owned(), limit });
        if !self.heads && claimed.is_some_and(|size| size > limit) {
            return too_large();
        }
        let mut unpacked = Vec::new();
        let read = from.take(limit.saturating_add(u64::from(!self.heads))).read_to_end(&mut unpacked);
        if unpacked.len() as u64 > limit {
            self.left.set(self.left.get() - limit);
            return too_large();
        }
        self.left.set(self.left.get() - unpacked.len() as u64);
        Ok((unpacked, read.err().map(|error| IngestError::BadArchive { problem: error.to_string() })))
    }
}

/// Which files of an archive are unpacked, by their names, and which of them come first.
pub(crate) struct Wanted<'a> {
    pub(crate) is_wanted: &'a dyn Fn(&str) -> bool,
    pub(crate) comes_first: &'a dyn Fn(&str) -> bool,
}

/// What is done with a file of an archive and its name; false where no more is wanted.
pub(crate) type TakeEntry<'a> = dyn FnMut(&str, Result<&[u8], IngestError>) -> bool + 'a;

/// Hands over every file in `bytes` that is wanted, or why it can't be read, with its name. Hidden files and what macOS
/// puts beside files are left out. Stops where `take` says so.
///
/// # Errors
/// When the container is damaged.
pub(crate) fn each_entry(
    bytes: &[u8],
    wanted: &Wanted<'_>,
    limits: &Limits,
    take: &mut TakeEntry<'_>,
) -> Result<(), IngestError> {
    if is_zip(bytes) {
        each_in_zip(bytes, wanted, limits, take)
    } else if is_tar(bytes) {
        each_in_tar(|| bytes, wanted, limits, take)
    } else if is_packed_tar(bytes) {
        each_in_tar(|| MultiGzDecoder::new(bytes), wanted, limits, take)
    } else {
        let (file, problem) = gunzipped(bytes, limits)?;
        if take("", Ok(&file))
            && let Some(problem) = problem
        {
            take("", Err(problem));
        }
        Ok(())
    }
}

fn each_in_zip(
    bytes: &[u8],
    wanted: &Wanted<'_>,
    limits: &Limits,
    take: &mut TakeEntry<'_>,
) -> Result<(), IngestError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let name = |at| {
        let name = archive.name_for_index(at).transpose().ok().flatten()?.into_owned();
        let is_file = !name.ends_with('/') && !is_hidden(&name);
        (is_file && (wanted.is_wanted)(&name)).then_some((at, name))
    };
    let mut names: Vec<(usize, String)> = (0..archive.len()).filter_map(name).collect();
    in_order(&mut names, wanted.comes_first);
    for (at, name) in names {
        let file = match archive.by_index(at) {
            Ok(file) => limits.unpacked(&name, Some(file.size()), file),
            Err(error) => Err(damaged(&error)),
        };
        let goes_on = match file {
            Err(problem) | Ok((_, Some(problem))) => take(&name, Err(problem)),
            Ok((file, None)) => take(&name, Ok(&file)),
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

/// Puts what comes first before all else, and the files of a folder into the order of their names. Folders stay in theirs.
fn in_order(names: &mut [(usize, String)], comes_first: &dyn Fn(&str) -> bool) {
    let parted = |name: &str| {
        name.rsplit_once('/')
            .map_or((String::new(), name.to_owned()), |(folder, own)| (folder.to_owned(), own.to_owned()))
    };
    let mut folders = HashMap::new();
    for (_, name) in names.iter() {
        let next = folders.len();
        folders.entry(parted(name).0).or_insert(next);
    }
    let place = |name: &str| {
        let (folder, own) = parted(name);
        (!comes_first(name), folders.get(&folder).copied(), own)
    };
    names.sort_by(|(_, one), (_, other)| {
        let ((one_last, one_folder, one), (other_last, other_folder, other)) = (place(one), place(other));
        (one_last, one_folder).cmp(&(other_last, other_folder)).then_with(|| by_name(&one, &other))
    });
}

/// A tar archive has no list of what is in it: it is gone through for what comes first, and again for the rest.
fn each_in_tar<R: Read>(
    open: impl Fn() -> R,
    wanted: &Wanted<'_>,
    limits: &Limits,
    take: &mut TakeEntry<'_>,
) -> Result<(), IngestError> {
    for first in [true, false] {
        let mut archive = tar::Archive::new(open());
        let entries =
            archive.entries().map_err(|error| IngestError::BadArchive { problem: error.to_string() })?;
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                // What stands before the end of an archive that is cut short is worth reading.
                Err(_) if first => break,
                Err(error) => {
                    take("", Err(IngestError::BadArchive { problem: error.to_string() }));
                    return Ok(());
                }
            };
            let name = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
            let is_file = entry.header().entry_type().is_file() && !is_hidden(&name);
            if !is_file || (wanted.comes_first)(&name) != first || !(wanted.is_wanted)(&name) {
                continue;
            }
            let size = entry.size();
            let (file, problem) = match limits.unpacked(&name, Some(size), entry) {
                Ok(unpacked) => unpacked,
                Err(problem) => match take(&name, Err(problem)) {
                    true => continue,
                    false => return Ok(()),
                },
            };
            let is_short = (file.len() as u64) < size && !limits.heads;
            let problem = problem.or_else(|| {
                is_short.then(|| IngestError::BadArchive { problem: "it ends too early".to_owned() })
            });
            // Behind a file that is cut short nothing comes.
            if !take(&name, problem.map_or(Ok(&file), Err)) || is_short {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// How many files of an archive are looked at to tell what it is.
const LOOKED_AT: usize = 16;

/// Shows the beginnings of the first files in `bytes` that may be exports, at most `length` bytes of each, to `look` until
/// that has enough.
pub(crate) fn each_head(
    bytes: &[u8],
    extensions: &[&str],
    length: usize,
    look: &mut dyn FnMut(&[u8]) -> bool,
) -> Option<()> {
    if !is_archive(bytes) {
        let head = if is_gzip(bytes) { &gunzipped_head(bytes, length)? } else { bytes };
        look(head.get(..length).unwrap_or(head));
        return Some(());
    }
    let mut seen = 0;
    let wanted = Wanted { is_wanted: &|name| is_wanted(name, extensions), comes_first: &is_binder };
    each_entry(bytes, &wanted, &Limits::of_heads(length), &mut |_, file| {
        seen += 1;
        let has_enough = file.is_ok_and(&mut *look);
        !has_enough && seen < LOOKED_AT
    })
    .ok()
}

fn gunzipped_head(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    MultiGzDecoder::new(bytes).take(length as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

/// What a gzip file that is cut short holds up to there is worth reading; what is wrong with it comes too.
fn gunzipped(bytes: &[u8], limits: &Limits) -> Result<(Vec<u8>, Option<IngestError>), IngestError> {
    let (file, problem) = limits.unpacked("the file", None, MultiGzDecoder::new(bytes))?;
    match problem {
        Some(problem) if file.is_empty() => Err(problem),
        problem => Ok((file, problem)),
    }
}

/// Whether a file or a folder above it is hidden or a cache.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| (part.starts_with('.') && !matches!(part, "." | "..")) || part == "__MACOSX")
}

/// Whether the file says what the texts beside it are: Scrivener's do.
pub fn is_binder(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".scrivx")
}

/// Whether the name ends as exports' names do.
fn is_wanted(name: &str, extensions: &[&str]) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    name.is_empty() || extensions.contains(&extension)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// The files that end as conversations do.
    fn taken(bytes: &[u8], file: u64, left: u64) -> Result<Vec<Vec<u8>>, IngestError> {
        let limits = Limits { file, left: Cell::new(left), heads: false };
        let wanted =
            Wanted { is_wanted: &|name| is_wanted(name, &["json", "jsonl"]), comes_first: &|_| false };
        let (mut files, mut first) = (Vec::new(), None);
        each_entry(bytes, &wanted, &limits, &mut |_, file| {
            match file {
                Ok(file) => files.push(file.to_vec()),
                Err(problem) => first = first.take().or(Some(problem)),
            }
            true
        })?;
        first.map_or(Ok(files), Err)
    }

    #[test]
    fn only_conversations_are_unpacked() {
        let bytes =
            archive(&[("a/b.jsonl", b"1"), ("x.png", b"2"), ("C.JSON", b"3"), ("__MACOSX/._b.jsonl", b"4")]);
        let heads = |bytes: &[u8], enough: usize| {
            let mut heads = Vec::new();
            each_head(bytes, &["json", "jsonl"], 9, &mut |head| {
                heads.push(head.to_vec());
                heads.len() == enough
            });
            heads
        };
        assert!(is_packed(&bytes));
        assert_eq!(
            (heads(&bytes, 1), heads(&bytes, 9)),
            (vec![b"1".to_vec()], vec![b"1".to_vec(), b"3".to_vec()])
        );
        assert_eq!(taken(&bytes, 9, 9).unwrap(), [b"1", b"3"]);
        let bytes = archive(&[("x.png", b"2")]);
        assert!(heads(&bytes, 9).is_empty());
        assert!(taken(&bytes, 9, 9).unwrap().is_empty());
    }

    #[test]
    fn unpacking_stops_at_the_limit() {
        let bytes = archive(&[("a.jsonl", &[b' '; 5000]), ("b.jsonl", &[b' '; 5000])]);
        let over = |entry: &str, limit| Err(IngestError::TooLarge { entry: entry.into(), limit });
        assert_eq!(taken(&bytes, 4999, 10_000), over("a.jsonl", 4999));
        assert_eq!(taken(&bytes, 5000, 9999), over("b.jsonl", 4999));
        assert_eq!(taken(&bytes, 5000, 10_000).unwrap().len(), 2);
    }

    #[test]
    fn gzip_is_unpacked_as_far_as_it_goes() {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(b"one two three").unwrap();
        let packed = writer.finish().unwrap();
        let unpacked = |bytes: &[u8], left| {
            gunzipped(bytes, &Limits { file: left, left: Cell::new(left), heads: false })
        };
        assert_eq!(unpacked(&packed, 99).unwrap(), (b"one two three".to_vec(), None));
        assert!(matches!(unpacked(&packed, 5), Err(IngestError::TooLarge { .. })));
        each_head(&packed, &[], 3, &mut |head| {
            assert_eq!(head, b"one");
            true
        });
        assert!(matches!(unpacked(b"\x1f\x8b\x08", 99), Err(IngestError::BadArchive { .. })));
        let (half, problem) = unpacked(&packed[..packed.len() - 6], 99).unwrap();
        assert!(b"one two three".starts_with(&half) && problem.is_some());
    }

    #[test]
    fn a_damaged_archive_is_an_error() {
        let mut bytes = archive(&[("a.jsonl", b"one two three four")]);
        bytes[40] ^= 0xff;
        assert!(matches!(taken(&bytes, 99, 99), Err(IngestError::BadArchive { .. })));
        bytes.truncate(30);
        assert!(matches!(taken(&bytes, 99, 99), Err(IngestError::BadArchive { .. })));
    }
}
