//! Files that are no export, or not what they seem: each is one clear error, or is counted among those beside it.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use naragtive::jobs::{Ingest, Survey, Target, survey};
use naragtive::{Error, Flow, SkipReason, Timestamp};
use zip::unstable::write::FileOptionsExt;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::home::Place;

const CHAT: &str = r#"[{"id": 1, "user": "Ann", "message": "The lamp is lit."}]"#;

fn look(place: &Place, name: &str) -> Result<Survey, Error> {
    let job = Ingest::new(vec![place.path(name)], None, Target::named("s".parse().unwrap()));
    survey(&place.library, &job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue)
}

/// What is said of a file, without the folder it lies in.
fn refused(place: &Place, name: &str) -> String {
    let said = look(place, name).unwrap_err().to_string();
    said.replace(&format!("{}/", place.path("").display().to_string().trim_end_matches('/')), "")
}

fn zipped(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn protected_book() -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures");
    fs::read(fixtures.join("faults/drm.epub")).unwrap()
}

/// Every such file with what is said of it.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let plain = SimpleFileOptions::default();
    let secret = plain.with_deprecated_encryption(b"password").unwrap();
    let archive = zipped(&[("a.json", CHAT.as_bytes())], plain);
    vec![
        ("picture.bin", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "can't tell what"),
        ("other.json", b"{\"type\": \"other\"}".to_vec(), "can't tell what"),
        (
            "half.json",
            CHAT.as_bytes()[..CHAT.len() - 2].to_vec(),
            "expected a whole JSON file, found its end at line 1",
        ),
        ("empty.json", Vec::new(), "the file is empty"),
        ("book.epub", protected_book(), "it is protected against copying (DRM)"),
        ("secret.zip", zipped(&[("a.json", CHAT.as_bytes())], secret), "it is encrypted"),
        ("half.zip", archive[..archive.len() / 2].to_vec(), "expected a zip archive, found a damaged one"),
        (
            "pictures.zip",
            zipped(&[("a.png", b"\0")], plain),
            "expected an export among its files, found none",
        ),
        ("store.parquet", b"PAR1 and no more PAR1".to_vec(), "expected a table, found a damaged one"),
    ]
}

#[test]
fn a_file_that_cannot_be_read_is_one_error_that_names_it() {
    let place = Place::new();
    for (name, bytes, reason) in files() {
        fs::write(place.path(name), bytes).unwrap();
        let said = refused(&place, name);
        assert!(said.contains(name) && said.contains(reason) && !said.contains('\n'), "{said}");
    }
    assert!(refused(&place, "nowhere").contains("nowhere"));
}

#[test]
fn among_others_each_is_counted_and_costs_none_of_them() {
    let place = Place::new();
    fs::create_dir(place.path("all")).unwrap();
    let files = files();
    for (name, bytes, _) in &files {
        fs::write(place.path("all").join(name), bytes).unwrap();
    }
    fs::write(place.path("all/chat.json"), CHAT).unwrap();
    let found = look(&place, "all").unwrap();
    let report = &found.exports[0].report;
    assert_eq!((found.exports.len(), report.scenes), (1, 1));
    let left_out: usize = report.skipped.iter().map(|skipped| skipped.count).sum();
    assert_eq!(left_out, files.len(), "{:?}", report.skipped);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_and_links_lead_nowhere_twice() {
    let place = Place::new();
    let inner = place.path("all/inner");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("chat.json"), CHAT).unwrap();
    std::os::unix::fs::symlink(place.path("all"), inner.join("round")).unwrap();
    std::os::unix::fs::symlink("itself", inner.join("itself")).unwrap();
    let pipe = inner.join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let report = look(&place, "all").unwrap().exports.remove(0).report;
    assert_eq!((report.scenes, report.count(SkipReason::OtherFile)), (1, 3));
    assert!(refused(&place, "all/inner/pipe").contains("expected a file"));
    assert!(refused(&place, "all/inner/itself").contains("itself"));
}

#[test]
fn names_in_an_archive_that_lead_out_of_it_lead_nowhere() {
    let place = Place::new();
    let names = ["../../out.json", "/etc/out.json", "C:\\out.json", "a/../../../out.json"];
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, CHAT.as_bytes())).collect();
    fs::write(place.path("all.zip"), zipped(&files, SimpleFileOptions::default())).unwrap();
    let before = everything(&place);
    let found = look(&place, "all.zip").unwrap();
    assert_eq!(found.exports[0].report.scenes, names.len());
    assert_eq!(everything(&place), before);
}

/// What lies in the folder of the test and above it.
fn everything(place: &Place) -> Vec<PathBuf> {
    let own = fs::read_dir(place.path("")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = own.collect();
    paths.push(place.path("../out.json"));
    paths.retain(|path| path.exists());
    paths.sort();
    paths
}

#[test]
fn many_small_files_are_read_one_after_the_other() {
    const MANY: usize = 600;
    let place = Place::new();
    for number in 0..MANY {
        let folder = place.path("all").join((number / 100).to_string());
        fs::create_dir_all(&folder).unwrap();
        let text = if number % 3 == 0 { "\0".to_owned() } else { CHAT.replace("lit", &number.to_string()) };
        fs::write(folder.join(format!("{number}.json")), text).unwrap();
    }
    let report = look(&place, "all").unwrap().exports.remove(0).report;
    let counted = (report.scenes, report.count(SkipReason::OtherFile));
    assert_eq!(counted, (MANY - MANY.div_ceil(3), MANY.div_ceil(3)));
}
