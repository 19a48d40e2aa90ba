use std::fs;
use std::path::Path;

use naragtive_ingest::{Format, Ingested, Options, read};

use crate::Error;

/// Reads an export file as `format`.
///
/// # Errors
/// When the file can't be read, is a folder, or isn't such an export; then the error says what it seems to be.
pub fn read_export(path: &Path, format: Format, options: &Options<'_>) -> Result<Ingested, Error> {
    if path.is_dir() {
        return Err(Error::Folder { path: path.to_owned() });
    }
    let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let file = absolute(path);
    read(format, &bytes, &Options { file: &file, ..*options }).map_err(|source| {
        let seems = Format::detect(&bytes).filter(|seems| *seems != format && *seems != Format::PLAIN_TEXT);
        Error::Export { path: path.to_owned(), format, seems, source }
    })
}

/// A path that means the same from every folder, links resolved where that is possible.
fn absolute(path: &Path) -> String {
    let absolute = fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    absolute.unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}
