//! Bytes of an export of any format: what is detected in them, each format's reader, whether it is its own or not, and the
//! same bytes packed, or as the files of a folder.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use naragtive_ingest::{Bundle, Format, Lexicon, Options, is_archive, read};
use naragtive_scene::Scene;

/// What parts the files of a folder; each begins with a line that is its name.
const BETWEEN: &[u8] = b"\x1c\x1d\x1c";

fuzz_target!(|bytes: &[u8]| {
    let lexicon = Lexicon::builtin();
    let options = Options::new("export", &lexicon, Timestamp::UNIX_EPOCH);
    let _ = Format::detect(bytes);
    for format in Format::all() {
        if let Ok(read) = read(format, bytes, &options) {
            assert!(read.scenes.iter().all(has_text));
        }
    }
    if is_archive(bytes) {
        together(&[("", bytes)], options);
    } else if bytes.windows(BETWEEN.len()).any(|window| window == BETWEEN) {
        together(&files(bytes), options);
    }
});

fn has_text(scene: &Scene) -> bool {
    !scene.text.trim().is_empty()
}

/// Reads files that come together, each as what it is.
fn together(files: &[(&str, &[u8])], options: Options<'_>) {
    let mut bundle = Bundle::new(options, None, None);
    let mut take = |scene: Scene| assert!(has_text(&scene));
    for (name, bytes) in files {
        if bundle.add(name, *bytes, &mut take).is_err() {
            return;
        }
    }
    let _ = bundle.finish(&mut take);
}

/// The files of a folder.
fn files(mut rest: &[u8]) -> Vec<(&str, &[u8])> {
    let mut files = Vec::new();
    while !rest.is_empty() {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN).unwrap_or(rest.len());
        let (file, behind) = rest.split_at(end);
        let line = file.iter().position(|byte| *byte == b'\n').unwrap_or(file.len());
        let (name, bytes) = file.split_at(line);
        if let Ok(name) = std::str::from_utf8(name) {
            files.push((name, bytes.get(1..).unwrap_or_default()));
        }
        rest = behind.get(BETWEEN.len()..).unwrap_or_default();
    }
    files
}
