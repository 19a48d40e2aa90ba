//! Stores that are deleted with their files, and homes that were moved.

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use naragtive_disk::{AtomicFile, DiskError, Patience};
use naragtive_scene::Source;
use naragtive_store::{NewStore, Registry, StoreError};
use tempfile::TempDir;

use crate::child::{said, say, start};
use crate::support::{Dice, append, folder, names_in, rows, tiny};

/// A registry in `home/stores` and a store at `path`, registered as `name`.
fn registered(root: &Path, name: &str, path: &Path) -> Registry {
    let registry = Registry::new(root.join("home/stores"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    append(path, rows(0..3), &tiny()).unwrap();
    let new = NewStore {
        name: name.parse().unwrap(),
        at: path.into(),
        source: Source::Txt,
        description: Some("kept".into()),
    };
    registry.register(new, Timestamp::UNIX_EPOCH).unwrap();
    registry
}

fn one() -> (TempDir, PathBuf, Registry) {
    let root = folder();
    let path = root.path().join("work/tale.parquet");
    let registry = registered(root.path(), "tale", &path);
    (root, path, registry)
}

/// Writes another path into the registry, as only another program does.
fn set_path(registry: &Registry, from: &Path, to: &str) {
    let json = fs::read_to_string(registry.path()).unwrap();
    fs::write(registry.path(), json.replace(from.to_str().unwrap(), to)).unwrap();
}

#[test]
fn a_store_goes_with_its_lock_and_nothing_else() {
    let (_root, path, registry) = one();
    fs::write(path.with_file_name("notes.md"), "kept").unwrap();
    assert_eq!(registry.purge("TALE").unwrap().name, "tale");
    assert_eq!(names_in(path.parent().unwrap()), ["notes.md"]);
    assert_eq!(registry.list().unwrap(), []);
    assert!(!registry.root().join("default.txt").exists());
}

#[test]
fn a_relative_path_deletes_no_file_and_forgets_no_name() {
    let (_root, path, registry) = one();
    for relative in ["Cargo.toml", "src/lib.rs", "tale.parquet"] {
        set_path(&registry, &path, relative);
        let error = registry.purge("tale").unwrap_err();
        assert!(matches!(error, StoreError::RelativePath { .. }), "{error}");
        assert_eq!(registry.list().unwrap().len(), 1);
        set_path(&registry, Path::new(relative), path.to_str().unwrap());
    }
    assert!(Path::new("Cargo.toml").exists() && Path::new("src/lib.rs").exists() && path.exists());
}

#[test]
fn what_is_no_store_is_not_deleted() {
    let (_root, path, registry) = one();
    for text in ["Dear diary", "PAR"] {
        fs::write(&path, text).unwrap();
        assert!(matches!(registry.purge("tale").unwrap_err(), StoreError::NotParquet { .. }));
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(registry.purge("tale").is_err());
    assert!(path.is_dir() && registry.get("tale").is_ok());
}

#[test]
fn a_file_that_is_another_names_store_too_stays() {
    let (root, path, registry) = one();
    registered(root.path(), "twin", &path);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&path, root.path().join("link.parquet")).unwrap();
        registered(root.path(), "link", &root.path().join("link.parquet"));
    }
    let error = registry.purge("tale").unwrap_err();
    assert!(matches!(error, StoreError::OtherStore { .. }), "{error}");
    assert!(path.exists());
    let other = registry.check_can_register(&"new".parse().unwrap(), &path).unwrap_err();
    assert!(
        matches!(other, StoreError::OtherStore { .. }),
        "a name is not put on another one's file: {other}"
    );
}

#[cfg(unix)]
#[test]
fn of_a_link_the_link_goes() {
    let (root, path, _) = one();
    let link = root.path().join("link.parquet");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let registry = Registry::new(root.path().join("other"));
    let (name, source) = ("link".parse().unwrap(), Source::Txt);
    let new = NewStore { name, at: link.clone().into(), source, description: None };
    registry.register(new, Timestamp::UNIX_EPOCH).unwrap();
    registry.purge("link").unwrap();
    assert!(fs::symlink_metadata(&link).is_err() && path.exists());
}

#[test]
fn whoever_writes_to_it_is_waited_for() {
    let (_root, path, registry) = one();
    let held = AtomicFile::find(&path).unwrap().lock(&Patience::default()).unwrap();
    let stopped =
        registry.clone().with_patience(Patience::new("", |_| {}, || true)).purge("tale").unwrap_err();
    assert!(matches!(stopped, StoreError::Disk(DiskError::Stopped { .. })), "{stopped}");
    assert!(path.exists() && registry.get("tale").is_ok());
    drop(held);
    registry.purge("tale").unwrap();
}

#[test]
fn a_purge_that_was_killed_half_way_is_ended_by_the_same_call() {
    let (_root, path, registry) = one();
    // Killed behind the file, and killed behind registry.json.
    fs::remove_file(&path).unwrap();
    registry.purge("tale").unwrap();
    assert_eq!(registry.list().unwrap(), []);
}

#[test]
fn a_name_in_default_txt_that_is_gone_is_removed_by_the_next_change() {
    let (root, path, registry) = one();
    let default = registry.root().join("default.txt");
    for change in ["register", "rename", "delete", "count"] {
        fs::write(&default, "gone").unwrap();
        assert!(registry.default_store().unwrap().is_some(), "it counts as no name");
        match change {
            "register" => drop(registered(root.path(), "other", &path.with_file_name("other.parquet"))),
            "rename" => drop(registry.rename("other", &"another".parse().unwrap()).unwrap()),
            "delete" => drop(registry.delete("another").unwrap()),
            _ => drop(registry.update_record_count("tale").unwrap()),
        }
        assert_ne!(fs::read_to_string(&default).ok().as_deref(), Some("gone"), "{change}");
    }
}

#[test]
fn a_byte_order_mark_and_utf_16_change_neither_the_default_nor_the_registry() {
    let (root, path, registry) = one();
    registered(root.path(), "a", &path.with_file_name("a.parquet"));
    let json = fs::read_to_string(registry.path()).unwrap();
    let utf_16 = |text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), text.encode_utf16().flat_map(bytes).collect()].concat()
    };
    let forms: [fn(&str) -> Vec<u8>; 2] =
        [|text| text.into(), |text| [b"\xEF\xBB\xBF", text.as_bytes()].concat()];
    let mut saved: Vec<(Vec<u8>, Vec<u8>)> =
        forms.iter().map(|form| (form("tale\r\n"), form(&json))).collect();
    for (mark, bytes) in
        [([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xFE, 0xFF], u16::to_be_bytes)]
    {
        saved.push((utf_16("tale\r\n", mark, bytes), utf_16(&json, mark, bytes)));
    }
    for (default, json) in saved {
        fs::write(registry.root().join("default.txt"), &default).unwrap();
        fs::write(registry.path(), &json).unwrap();
        assert_eq!(registry.list().unwrap().len(), 2);
        assert_eq!(registry.default_store().unwrap().unwrap().name, "tale", "{default:?}");
    }
}

#[test]
fn the_stores_of_a_home_that_was_moved_are_found_beside_its_registry_and_written_down_by_the_next_change() {
    let root = folder();
    let registry = registered(root.path(), "tale", &root.path().join("home/stores/tale.parquet"));
    registered(root.path(), "else", &root.path().join("work/else.parquet"));
    registered(root.path(), "gone", &root.path().join("home/stores/gone.parquet"));
    assert_eq!(registry.moved().unwrap(), []);
    fs::rename(root.path().join("home"), root.path().join("new")).unwrap();
    fs::write(root.path().join("new/stores/gone.parquet"), "no store").unwrap();
    let registry = Registry::new(root.path().join("new/stores"));
    let here = root.path().join("new/stores/tale.parquet");
    assert_eq!(registry.get("tale").unwrap().at.file(), here);
    assert_eq!(registry.get("else").unwrap().at.file(), root.path().join("work/else.parquet"));
    assert_eq!(registry.get("gone").unwrap().at.file(), root.path().join("home/stores/gone.parquet"));
    let old = root.path().join("home/stores/tale.parquet");
    assert_eq!(registry.moved().unwrap(), [("tale".to_owned(), old.clone().into())]);
    registry.set_default("tale").unwrap();
    registry.update_record_count("else").unwrap();
    assert_eq!(registry.moved().unwrap(), []);
    assert!(!fs::read_to_string(registry.path()).unwrap().contains(old.to_str().unwrap()));
}

#[test]
fn a_file_beside_the_registry_that_is_another_names_store_is_not_taken_for_one_that_is_gone() {
    let root = folder();
    let registry = registered(root.path(), "lost", &root.path().join("work/scenes.parquet"));
    registered(root.path(), "own", &root.path().join("home/stores/scenes.parquet"));
    fs::remove_file(root.path().join("work/scenes.parquet")).unwrap();
    assert_eq!(registry.get("lost").unwrap().at.file(), root.path().join("work/scenes.parquet"));
    assert_eq!(registry.moved().unwrap(), []);
}

/// Registers a store, makes it the default and purges it.
pub(crate) fn purge_job(root: &Path, _: usize) {
    let registry = registered(root, "tale", &root.join("work/tale.parquet"));
    registry.set_default("tale").unwrap();
    say("registered");
    registry.purge("tale").unwrap();
    say("purged");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_purge_that_is_killed_at_any_instant_leaves_no_file_without_its_name_and_the_same_call_ends_it() {
    let root = folder();
    let registry = registered(root.path(), "kept", &root.path().join("work/kept.parquet"));
    let path = root.path().join("work/tale.parquet");
    let mut dice = Dice::new(7);
    for round in 0..40 {
        let mut child = start("purge", root.path(), round);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        assert_eq!(said(&mut output).next().as_deref(), Some("registered"));
        // Within the time that a purge takes, or a bit later.
        std::thread::sleep(Duration::from_micros(dice.roll(3000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let is_there = registry.get("tale").is_ok();
        if is_there {
            registry.purge("tale").unwrap();
        }
        assert!(!path.exists(), "round {round}: a file is left, and its name is gone");
        registry.update_record_count("kept").unwrap();
        let default = registry.named_default().unwrap();
        assert!(default.is_none_or(|name| name == "kept"), "round {round}");
        let names: Vec<String> = registry.list().unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["kept"], "round {round}");
    }
}
