//! What exports are packed in: zip archives and gzip. What a container claims to unpack to is not believed: reading
//! stops at a limit for each file and one for all of them.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::IngestError;
use crate::input::Bytes;

/// How many bytes one file in an archive may unpack to.
const FILE_LIMIT: u64 = 512 << 20;
/// How many bytes all of them together may.
const ARCHIVE_LIMIT: u64 = 4 << 30;

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08")
}

/// Hands over the files that are packed in `bytes`, one after the other, each with its name; a file that isn't packed
/// is handed over as it is. Of an archive only files whose names end with one of `extensions` are unpacked. One that
/// `take` can't read costs no other: it goes to `failed` with its error.
///
/// # Errors
/// When the container is damaged, holds no such file or too much; and the error of `take` where no file could be read.
pub(crate) fn each_file(
    bytes: Bytes<'_>,
    extensions: &[&str],
    mut take: impl FnMut(Bytes<'_>) -> Result<(), IngestError>,
    failed: impl FnMut(&str, &IngestError),
) -> Result<(), IngestError> {
    let limits = (FILE_LIMIT, ARCHIVE_LIMIT);
    if is_zip(bytes.all) {
        return each_file_within(bytes.all, extensions, limits, |file| take(file.into()), failed);
    }
    if is_gzip(bytes.all) { take(gunzipped(bytes.all, FILE_LIMIT)?.as_slice().into()) } else { take(bytes) }
}

/// The beginning of the first file in `bytes` that may be an export, at most `length` bytes; none where there is none.
pub(crate) fn head(bytes: &[u8], extensions: &[&str], length: usize) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    if is_gzip(bytes) {
        MultiGzDecoder::new(bytes).take(length as u64).read_to_end(&mut head).ok()?;
    } else if is_zip(bytes) {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let wanted = |at: &usize| wanted_name(&archive, *at, extensions).is_ok_and(|name| name.is_some());
        let first = (0..archive.len()).find(wanted)?;
        archive.by_index(first).ok()?.take(length as u64).read_to_end(&mut head).ok()?;
    } else {
        head.extend_from_slice(bytes.get(..length).unwrap_or(bytes));
    }
    Some(head)
}

/// Whether the bytes are an archive of several files: zip or tar, the latter within gzip too.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    is_zip(bytes)
        || is_tar(bytes)
        || (is_gzip(bytes) && head(bytes, &[], 512).is_some_and(|head| is_tar(&head)))
}

/// What is done with a file of an archive and its name; false where no more is wanted.
pub(crate) type TakeEntry<'a> = dyn FnMut(&str, Result<&[u8], IngestError>) -> bool + 'a;

fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

/// Hands over every file in `bytes`, or why it can't be read, with its name; those called like one of `first` come
/// first. Hidden files and what macOS puts beside files are left out. Stops where `take` says so.
///
/// # Errors
/// When the container is damaged or holds too much.
pub(crate) fn each_entry(bytes: &[u8], first: &[&str], take: &mut TakeEntry<'_>) -> Result<(), IngestError> {
    if is_gzip(bytes) {
        let file = gunzipped(bytes, FILE_LIMIT)?;
        take("", Ok(&file));
        return Ok(());
    }
    if is_tar(bytes) {
        return each_in_tar(bytes, take);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let name = |archive: &ZipArchive<Cursor<&[u8]>>, at| {
        let name = archive.name_for_index(at).transpose().ok().flatten();
        name.map(|name| name.into_owned()).filter(|name| !name.ends_with('/') && !is_hidden(name))
    };
    let mut names: Vec<(usize, String)> =
        (0..archive.len()).filter_map(|at| Some((at, name(&archive, at)?))).collect();
    names.sort_by_key(|(_, name)| !first.contains(&name.rsplit('/').next().unwrap_or(name)));
    let mut left = ARCHIVE_LIMIT;
    for (at, name) in names {
        let goes_on = match unpacked(&mut archive, at, &name, left.min(FILE_LIMIT)) {
            Ok(file) => {
                left = left.saturating_sub(file.len() as u64);
                take(&name, Ok(&file))
            }
            Err(IngestError::InArchive { problem, .. }) => take(&name, Err(*problem)),
            Err(problem) => take(&name, Err(problem)),
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

fn each_in_tar(bytes: &[u8], take: &mut TakeEntry<'_>) -> Result<(), IngestError> {
    let bad = |error: std::io::Error| IngestError::BadArchive { problem: error.to_string() };
    let mut archive = tar::Archive::new(bytes);
    for entry in archive.entries().map_err(bad)? {
        let mut entry = match entry {
            Ok(entry) => entry,
            // What stands before the end of an archive that is cut short is worth reading.
            Err(error) => {
                take("", Err(bad(error)));
                return Ok(());
            }
        };
        let name = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
        if !entry.header().entry_type().is_file() || is_hidden(&name) {
            continue;
        }
        let mut file = Vec::new();
        let read = entry.read_to_end(&mut file).map_err(bad);
        if !take(&name, read.map(|_| file.as_slice())) {
            break;
        }
    }
    Ok(())
}

/// Whether a file or a folder above it is hidden or a cache.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| (part.starts_with('.') && !matches!(part, "." | "..")) || part == "__MACOSX")
}

/// Whether the bytes are packed at all.
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    is_zip(bytes) || is_gzip(bytes)
}

fn gunzipped(bytes: &[u8], limit: u64) -> Result<Vec<u8>, IngestError> {
    let mut unpacked = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(limit.saturating_add(1)).read_to_end(&mut unpacked);
    match read {
        // What a gzip file that is cut short holds up to there is worth reading.
        Err(error) if unpacked.is_empty() => Err(IngestError::BadArchive { problem: error.to_string() }),
        _ if unpacked.len() as u64 > limit => {
            Err(IngestError::TooLarge { entry: "the file".to_owned(), limit })
        }
        _ => Ok(unpacked),
    }
}

fn each_file_within(
    bytes: &[u8],
    extensions: &[&str],
    (file_limit, archive_limit): (u64, u64),
    mut take: impl FnMut(&[u8]) -> Result<(), IngestError>,
    mut failed: impl FnMut(&str, &IngestError),
) -> Result<(), IngestError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = archive_limit;
    let mut good = false;
    let mut first_problem = None;
    for index in 0..archive.len() {
        let Some(name) = wanted_name(&archive, index, extensions)? else { continue };
        let read = unpacked(&mut archive, index, &name, left.min(file_limit)).and_then(|file| {
            left = left.saturating_sub(file.len() as u64);
            take(&file)
                .map_err(|problem| IngestError::InArchive { entry: name.clone(), problem: Box::new(problem) })
        });
        match read {
            Ok(()) => good = true,
            Err(problem @ IngestError::TooLarge { .. }) => return Err(problem),
            Err(problem) => {
                failed(&name, &problem);
                first_problem.get_or_insert(problem);
            }
        }
    }
    match first_problem {
        _ if good => Ok(()),
        Some(problem) => Err(problem),
        None => Err(IngestError::NoConversation { entries: archive.len() }),
    }
}

fn wanted_name(
    archive: &ZipArchive<Cursor<&[u8]>>,
    index: usize,
    extensions: &[&str],
) -> Result<Option<String>, IngestError> {
    let name = archive.name_for_index(index).transpose().map_err(damaged)?;
    Ok(name.map(|name| name.into_owned()).filter(|name| is_wanted(name, extensions)))
}

fn unpacked(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    name: &str,
    limit: u64,
) -> Result<Vec<u8>, IngestError> {
    let in_file = |problem| IngestError::InArchive { entry: name.to_owned(), problem: Box::new(problem) };
    let file = archive.by_index(index).map_err(|error| in_file(damaged(error)))?;
    let mut unpacked = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut unpacked)
        .map_err(|error| in_file(IngestError::BadArchive { problem: error.to_string() }))?;
    if unpacked.len() as u64 > limit {
        return Err(IngestError::TooLarge { entry: name.to_owned(), limit });
    }
    Ok(unpacked)
}

fn damaged(error: ZipError) -> IngestError {
    if matches!(&error, ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED) {
        return IngestError::Encrypted;
    }
    IngestError::BadArchive { problem: error.to_string() }
}

/// Not folders, and not the `._` companions that macOS puts beside files.
fn is_wanted(name: &str, extensions: &[&str]) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    extensions.contains(&extension) && !file.starts_with("._")
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

    fn taken(bytes: &[u8], file_limit: u64, archive_limit: u64) -> Result<Vec<Vec<u8>>, IngestError> {
        let mut files = Vec::new();
        let take = |file: &[u8]| {
            if file == b"?" {
                return Err(IngestError::Empty);
            }
            files.push(file.to_vec());
            Ok(())
        };
        each_file_within(bytes, &["json", "jsonl"], (file_limit, archive_limit), take, |_, _| {})?;
        Ok(files)
    }

    #[test]
    fn only_conversations_are_unpacked() {
        let bytes =
            archive(&[("a/b.jsonl", b"1"), ("x.png", b"2"), ("C.JSON", b"3"), ("__MACOSX/._b.jsonl", b"4")]);
        assert!(is_packed(&bytes) && head(&bytes, &["json", "jsonl"], 9).unwrap() == b"1");
        assert_eq!(taken(&bytes, 9, 9).unwrap(), [b"1", b"3"]);
        let bytes = archive(&[("x.png", b"2")]);
        assert_eq!(head(&bytes, &["json"], 9), None);
        assert_eq!(taken(&bytes, 9, 9), Err(IngestError::NoConversation { entries: 1 }));
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
    fn a_file_that_cannot_be_read_costs_no_other() {
        assert_eq!(taken(&archive(&[("a.json", b"?"), ("b.json", b"1")]), 9, 9).unwrap(), [b"1"]);
        assert!(matches!(taken(&archive(&[("a.json", b"?")]), 9, 9), Err(IngestError::InArchive { .. })));
    }

    #[test]
    fn gzip_is_unpacked_as_far_as_it_goes() {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(b"one two three").unwrap();
        let packed = writer.finish().unwrap();
        assert_eq!(gunzipped(&packed, 99).unwrap(), b"one two three");
        assert!(matches!(gunzipped(&packed, 5), Err(IngestError::TooLarge { .. })));
        assert_eq!(head(&packed, &[], 3).unwrap(), b"one");
        assert!(matches!(gunzipped(b"\x1f\x8b\x08", 99), Err(IngestError::BadArchive { .. })));
    }

    #[test]
    fn a_damaged_archive_is_an_error() {
        let mut bytes = archive(&[("a.jsonl", b"one two three four")]);
        bytes[40] ^= 0xff;
        assert!(matches!(taken(&bytes, 99, 99), Err(IngestError::InArchive { .. })));
        bytes.truncate(30);
        assert!(matches!(taken(&bytes, 99, 99), Err(IngestError::BadArchive { .. })));
    }
}
