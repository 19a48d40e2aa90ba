//! Whatever happens to the files, an answer is right or there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use naragtive_disk::{DiskError, Patience};
use naragtive_index::*;

use crate::story::*;

const OTHER: Fingerprint = Fingerprint([2; 32]);

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn segment(folder: &Path) -> PathBuf {
    files(folder).into_iter().find(|path| path.extension().is_some_and(|end| end == "segment")).unwrap()
}

fn is_damaged(folder: &Path) -> bool {
    matches!(open(folder, &FILE), Opened::Damaged(_))
}

#[test]
fn a_deleted_index_is_missing_and_one_without_a_segment_is_damaged() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("deep/er");
    assert!(matches!(open(&folder, &FILE), Opened::Missing));
    build(&folder, &scenes(5, 1), &FILE);
    fs::remove_file(segment(&folder)).unwrap();
    assert!(is_damaged(&folder));
    build(&folder, &scenes(5, 1), &FILE);
    assert_eq!(ready(&folder, &FILE).rows(), 5);
    remove_index(&folder, &Patience::default()).unwrap();
    assert!(matches!(open(&folder, &FILE), Opened::Missing));
    assert!(!folder.exists());
    remove_index(&folder, &Patience::default()).unwrap();
}

#[test]
fn an_open_index_answers_though_its_files_are_deleted_or_replaced() {
    let home = tempfile::tempdir().unwrap();
    let index = build(home.path(), &scenes(50, 1), &FILE);
    let before = answers(&memory(&scenes(50, 1))).unwrap();
    build(home.path(), &scenes(20, 2), &OTHER);
    assert_eq!(answers(&index).unwrap(), before);
    fs::remove_dir_all(home.path()).unwrap();
    assert_eq!(answers(&index).unwrap(), before);
}

#[test]
fn a_truncated_file_is_damaged() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &scenes(50, 1), &FILE);
    for path in [segment(home.path()), home.path().join("manifest")] {
        let whole = fs::read(&path).unwrap();
        for len in [0, 1, 12, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, &whole[..len]).unwrap();
            assert!(is_damaged(home.path()), "{} of {len}", path.display());
        }
        fs::write(&path, whole.repeat(2)).unwrap();
        assert!(is_damaged(home.path()), "{} twice", path.display());
        fs::write(&path, whole).unwrap();
    }
    ready(home.path(), &FILE).verify().unwrap();
}

#[test]
fn a_flipped_byte_never_changes_an_answer_and_is_always_found_by_a_full_reading() {
    let home = tempfile::tempdir().unwrap();
    let expected = answers(&build(home.path(), &scenes(120, 1), &FILE)).unwrap();
    let path = segment(home.path());
    let whole = fs::read(&path).unwrap();
    let (mut opened, mut answered) = (0, 0);
    for place in (0..whole.len()).filter(|place| *place < 300 || place % 37 == 0) {
        let mut flipped = whole.clone();
        flipped[place] ^= 1 << (place % 8);
        // A new file, as an index may still be mapped from the old one.
        fs::remove_file(&path).unwrap();
        fs::write(&path, flipped).unwrap();
        let Opened::Ready(index) = open(home.path(), &FILE) else { continue };
        opened += 1;
        assert!(index.verify().is_err(), "{place}");
        match answers(&index) {
            Ok(found) => assert_eq!(found, expected, "{place}"),
            Err(IndexError::Damaged { .. }) => continue,
            Err(other) => panic!("{other}"),
        }
        answered += 1;
    }
    assert!(opened > answered, "{answered} of {opened}");
    build(home.path(), &scenes(120, 1), &FILE);
    assert_eq!(answers(&ready(home.path(), &FILE)).unwrap(), expected);
}

#[test]
fn an_index_of_another_file_or_other_settings_is_stale() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &scenes(5, 1), &FILE);
    let found = |of: &Fingerprint, settings: IndexSettings| Index::open(home.path(), of, &settings).unwrap();
    assert!(matches!(found(&OTHER, settings()), Opened::Stale));
    assert!(matches!(found(&FILE, IndexSettings { dimension: 9, ..settings() }), Opened::Stale));
    assert!(matches!(found(&FILE, IndexSettings { language: Language::NONE, ..settings() }), Opened::Stale));
    let recipe = "another".to_owned();
    assert!(matches!(found(&FILE, IndexSettings { recipe, ..settings() }), Opened::Stale));
    assert!(matches!(found(&FILE, settings()), Opened::Ready(_)));
}

#[test]
fn an_index_of_another_version_is_built_anew() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &scenes(5, 1), &FILE);
    let path = home.path().join("manifest");
    let mut manifest = fs::read(&path).unwrap();
    manifest.truncate(12);
    manifest.extend(b"whatever another version writes");
    manifest[8] -= 1;
    fs::write(&path, &manifest).unwrap();
    assert!(matches!(open(home.path(), &FILE), Opened::Stale));
    manifest[8] += 2;
    fs::write(&path, &manifest).unwrap();
    assert!(matches!(open(home.path(), &FILE), Opened::Newer));
    build(home.path(), &scenes(5, 1), &FILE);
    assert_eq!(ready(home.path(), &FILE).rows(), 5);
}

#[test]
fn a_builder_that_is_dropped_leaves_what_was_there() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &scenes(5, 1), &FILE);
    let before = files(home.path());
    let mut builder = Builder::new(home.path(), &settings(), &Patience::default()).unwrap();
    scenes(9, 2).iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
    assert_eq!(files(home.path()).len(), before.len() + 1);
    drop(builder);
    assert_eq!(files(home.path()), before);
    assert_eq!(ready(home.path(), &FILE).rows(), 5);
}

/// Where the child below builds.
const FOLDER: &str = "NARAGTIVE_INDEX_TEST_FOLDER";

#[test]
#[ignore = "it never ends; the next test runs and kills it"]
fn a_child_that_builds_for_ever() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let mut builder = Builder::new(&folder, &settings(), &Patience::default()).unwrap();
    loop {
        scenes(1000, 1).iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
    }
}

#[test]
fn what_a_killed_builder_left_is_in_nobodys_way_and_is_swept() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &scenes(5, 1), &FILE);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "faults::a_child_that_builds_for_ever"])
        .env(FOLDER, home.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let builds = || files(home.path()).into_iter().find(|path| path.to_string_lossy().contains(".build-"));
    let writes = |build: PathBuf| fs::metadata(build.join("open")).is_ok_and(|file| file.len() > 0);
    while !builds().is_some_and(writes) {
        assert!(child.try_wait().unwrap().is_none());
        thread::sleep(Duration::from_millis(5));
    }

    let living = builds().unwrap();
    build(home.path(), &scenes(6, 1), &FILE);
    assert!(living.join("open").exists(), "somebody still builds there");

    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(ready(home.path(), &FILE).rows(), 6);
    fs::write(home.path().join("0123456789abcdef.segment"), b"half").unwrap();
    assert_eq!(ready(home.path(), &FILE).rows(), 6);
    build(home.path(), &scenes(7, 1), &FILE);
    assert_eq!(files(home.path()).len(), 3, "a segment, the manifest, the lock");
    assert_eq!(ready(home.path(), &FILE).rows(), 7);
}

#[test]
fn two_may_build_at_once_and_the_last_one_stays() {
    let home = tempfile::tempdir().unwrap();
    let [mut first, mut second] =
        [(), ()].map(|()| Builder::new(home.path(), &settings(), &Patience::default()).unwrap());
    for (one, other) in scenes(30, 1).iter().zip(&scenes(30, 2)) {
        one.add_to(&mut first).unwrap();
        other.add_to(&mut second).unwrap();
    }
    let expected = [1, 2].map(|seed| answers(&memory(&scenes(30, seed))).unwrap());
    let second = second.finish(&FILE).unwrap();
    assert_eq!(answers(&ready(home.path(), &FILE)).unwrap(), expected[1]);
    let first = first.finish(&FILE).unwrap();
    assert_eq!(answers(&ready(home.path(), &FILE)).unwrap(), expected[0]);
    assert_eq!([first, second].map(|index| answers(&index).unwrap()), expected);
}

#[test]
fn readers_find_one_or_the_other_while_builders_take_turns() {
    let home = tempfile::tempdir().unwrap();
    let expected = [1, 2].map(|seed| answers(&build(home.path(), &scenes(30, seed), &FILE)).unwrap());
    thread::scope(|scope| {
        for seed in [1, 2] {
            let folder = home.path();
            scope.spawn(move || (0..15).for_each(|_| drop(build(folder, &scenes(30, seed), &FILE))));
        }
        for _ in 0..60 {
            assert!(expected.contains(&answers(&ready(home.path(), &FILE)).unwrap()));
        }
    });
}

#[test]
fn where_no_folder_can_be_made_the_index_is_in_memory() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(matches!(
        Builder::new(&file.join("cache"), &settings(), &Patience::default()),
        Err(IndexError::Disk(DiskError::Io { .. }))
    ));
    assert!(matches!(open(&file.join("cache"), &FILE), Opened::Missing));
    let [mapped, in_memory] =
        [build(&home.path().join("cache"), &scenes(9, 1), &FILE), memory(&scenes(9, 1))];
    assert_eq!(answers(&mapped).unwrap(), answers(&in_memory).unwrap());
}
