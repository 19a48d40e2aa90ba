//! Documents that are zip archives of parts: EPUB, DOCX and ODT. An archive that is one document is no archive of files.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::IngestError;
use crate::decode::decode;

/// How many bytes one part may unpack to: text of that length is no book.
const PART_LIMIT: u64 = 256 << 20;
/// How many bytes all parts that are read may.
const LIMIT: u64 = 512 << 20;

/// The parts that each kind of document has; all of one row.
const SIGNS: [&[&str]; 3] = [
    &["META-INF/container.xml"],
    &["[Content_Types].xml", "word/document"],
    &["META-INF/manifest.xml", "content.xml"],
];

/// A document that is being read.
pub(crate) struct DocumentPackage<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

/// Whether the bytes are a document in parts.
pub(crate) fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") && DocumentPackage::open(bytes).is_ok_and(|package| package.is_document())
}

impl<'a> DocumentPackage<'a> {
    /// # Errors
    /// When the archive can't be opened.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, IngestError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        Ok(Self { archive, left: LIMIT })
    }

    fn is_document(&self) -> bool {
        SIGNS.iter().any(|signs| signs.iter().all(|sign| self.named(sign).is_some()))
    }

    /// Whether a part is called so.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The first part whose name begins so.
    pub(crate) fn named(&self, beginning: &str) -> Option<String> {
        if self.has(beginning) {
            return Some(beginning.to_owned());
        }
        self.names().filter(|name| name.starts_with(beginning)).min()
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.archive.file_names().filter_map(|name| Some(name.ok()?.into_owned()))
    }

    /// The text of a part; none where there is no such part.
    ///
    /// # Errors
    /// When it is damaged, encrypted, or unpacks to too much.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, IngestError> {
        let same = || self.names().find(|own| own.eq_ignore_ascii_case(name));
        let own = if self.has(name) { Some(name.to_owned()) } else { same() };
        let Some(name) = own else { return Ok(None) };
        let in_part = |problem| IngestError::InArchive { entry: name.clone(), problem: Box::new(problem) };
        let part = self.archive.by_name(&name).map_err(|error| in_part(damaged(&error)))?;
        let limit = self.left.min(PART_LIMIT);
        let mut bytes = Vec::new();
        let read = part.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| in_part(IngestError::BadArchive { problem: error.to_string() }))?;
        if bytes.len() as u64 > limit {
            return Err(IngestError::TooLarge { entry: name, limit });
        }
        self.left -= bytes.len() as u64;
        Ok(Some(decode(&bytes).text.into_owned()))
    }

    /// The text of a part that there has to be.
    ///
    /// # Errors
    /// As [`Self::text`], and when it isn't there.
    pub(crate) fn needed(&mut self, name: &str) -> Result<String, IngestError> {
        self.text(name)?.ok_or_else(|| IngestError::NoPart { part: name.to_owned() })
    }
}

/// Why a zip archive can't be read.
pub(crate) fn damaged(error: &ZipError) -> IngestError {
    if matches!(error, ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED) {
        return IngestError::Encrypted;
    }
    IngestError::BadArchive { problem: error.to_string() }
}
