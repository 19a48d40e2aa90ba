//! Bytes of an export of any format: what is detected in them, the reader of that format and one of another, whether it is its
//! own or not, and the same bytes packed, or as the files of a folder. `FORMAT=discord` reads all of them as that format only.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use naragtive_ingest::{Bundle, Format, Lexicon, Options, is_archive, read};
use naragtive_scene::Scene;

/// What parts the files of a folder; each begins with a line that is its name.
const BETWEEN: &[u8] = b"\x1c\x1d\x1c";

fuzz_target!(init: quiet(), |bytes: &[u8]| {
    let lexicon = Lexicon::builtin();
    let options = Options::new("export", &lexicon, Timestamp::UNIX_EPOCH);
    let named = std::env::var("FORMAT").ok();
    for format in formats(bytes, named.as_deref()) {
        if let Ok(read) = read(format, bytes, &options) {
            assert!(read.scenes.iter().all(has_text));
        }
    }
    if named.is_some() {
        return;
    }
    if is_archive(bytes) {
        together(&[("", bytes)], options);
    } else if bytes.windows(BETWEEN.len()).any(|window| window == BETWEEN) {
        together(&files(bytes), options);
    }
});

/// The readers that are libraries' are guarded against their panics; only what isn't caught is a finding.
fn quiet() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

/// The one that is named; else what is detected, and one that the length chooses, so that all get their turn.
fn formats(bytes: &[u8], named: Option<&str>) -> Vec<Format> {
    if let Some(name) = named {
        return vec![Format::named(name).unwrap_or_else(|| panic!("no format is called {name}"))];
    }
    let chosen = Format::all().nth(bytes.len() % Format::all().count());
    Format::detect(bytes).into_iter().chain(chosen).collect()
}

fn has_text(scene: &Scene) -> bool {
    !scene.text.trim().is_empty()
}

/// Reads files that come together, each as what it is.
fn together(files: &[(&str, &[u8])], options: Options<'_>) {
    let mut bundle = Bundle::new(options, None, None);
    let mut take = |scene: Scene| assert!(has_text(&scene));
    for (name, bytes) in files {
        bundle.add(name, *bytes, &mut take);
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
