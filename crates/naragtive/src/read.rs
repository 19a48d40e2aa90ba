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
    read(format, &bytes, options).map_err(|source| {
        let seems = Format::detect(&bytes).filter(|seems| *seems != format && *seems != Format::PlainText);
        Error::Export { path: path.to_owned(), format, seems, source }
    })
}
