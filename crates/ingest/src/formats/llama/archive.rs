//! Zip archives of conversations. What an archive claims to unpack to is not believed: reading stops at
//! a limit for each file and one for all of them.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::IngestError;

/// How many bytes one file in an archive may unpack to.
const FILE_LIMIT: u64 = 512 << 20;
/// How many bytes all of them together may.
const ARCHIVE_LIMIT: u64 = 4 << 30;

/// Whether the bytes begin as a zip archive does.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether there is a file in the archive that may hold conversations.
pub(super) fn has_conversations(bytes: &[u8]) -> bool {
    ZipArchive::new(Cursor::new(bytes))
        .is_ok_and(|archive| archive.file_names().flatten().any(|name| is_wanted(&name)))
}

/// Unpacks one wanted file after the other, in the archive's order, and hands it to `take`.
///
/// # Errors
/// When the archive is damaged, holds no such file or too much, or `take` has an error, which then is
/// told with the file's name.
pub(super) fn each_file(
    bytes: &[u8],
    take: impl FnMut(&[u8]) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    each_file_within(bytes, FILE_LIMIT, ARCHIVE_LIMIT, take)
}

fn each_file_within(
    bytes: &[u8],
    file_limit: u64,
    archive_limit: u64,
    mut take: impl FnMut(&[u8]) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = archive_limit;
    let mut seen = false;
    for index in 0..archive.len() {
        let Some(name) = wanted_name(&archive, index)? else { continue };
        seen = true;
        let file = unpacked(&mut archive, index, &name, left.min(file_limit))?;
        left = left.saturating_sub(file.len() as u64);
        take(&file).map_err(|problem| IngestError::InArchive { entry: name, problem: Box::new(problem) })?;
    }
    if seen { Ok(()) } else { Err(IngestError::NoConversation { entries: archive.len() }) }
}

fn wanted_name(archive: &ZipArchive<Cursor<&[u8]>>, index: usize) -> Result<Option<String>, IngestError> {
    let name = archive.name_for_index(index).transpose().map_err(damaged)?;
    Ok(name.map(|name| name.into_owned()).filter(|name| is_wanted(name)))
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
    IngestError::BadArchive { problem: error.to_string() }
}

/// Not folders, and not the `._` companions that macOS puts beside files.
fn is_wanted(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    (file.ends_with(".jsonl") || file.ends_with(".json")) && !file.starts_with("._")
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
        each_file_within(bytes, file_limit, archive_limit, |file| {
            files.push(file.to_vec());
            Ok(())
        })?;
        Ok(files)
    }

    #[test]
    fn only_conversations_are_unpacked() {
        let bytes =
            archive(&[("a/b.jsonl", b"1"), ("x.png", b"2"), ("C.JSON", b"3"), ("__MACOSX/._b.jsonl", b"4")]);
        assert!(is_archive(&bytes) && has_conversations(&bytes));
        assert_eq!(taken(&bytes, 9, 9).unwrap(), [b"1", b"3"]);
        let bytes = archive(&[("x.png", b"2")]);
        assert!(!has_conversations(&bytes));
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
    fn a_damaged_archive_is_an_error() {
        let mut bytes = archive(&[("a.jsonl", b"one two three four")]);
        bytes[40] ^= 0xff;
        assert!(matches!(taken(&bytes, 99, 99), Err(IngestError::InArchive { .. })));
        bytes.truncate(30);
        assert!(matches!(taken(&bytes, 99, 99), Err(IngestError::BadArchive { .. })));
    }
}
