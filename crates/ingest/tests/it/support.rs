use std::io::{Cursor, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::LazyLock;

use naragtive_ingest::{Format, IngestError, Ingested, Lexicon, Options, read};
use zip::write::{SimpleFileOptions, ZipWriter};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::builtin);

pub(crate) fn options(source_file: &str) -> Options<'_> {
    Options {
        chunk_size: NonZeroUsize::new(120).unwrap(),
        ..Options::new(source_file, &LEXICON, "2026-01-02T03:04:05Z".parse().unwrap())
    }
}

pub(crate) fn ingest(format: Format, bytes: &[u8]) -> Result<Ingested, IngestError> {
    read(format, bytes, &options("export"))
}

pub(crate) fn texts(ingested: &Ingested) -> Vec<&str> {
    ingested.scenes.iter().map(|scene| scene.text.as_str()).collect()
}

pub(crate) fn shared(path: &str) -> Vec<u8> {
    file(&format!("../../../shared/{path}"))
}

pub(crate) fn fixture(path: &str) -> Vec<u8> {
    file(&format!("tests/fixtures/{path}"))
}

fn file(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A zip archive of these files.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
