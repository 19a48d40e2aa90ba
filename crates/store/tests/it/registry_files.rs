//! Registry files that are damaged, foreign or elsewhere.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use naragtive_scene::Source;
use naragtive_store::{NewStore, Registry};
use tempfile::TempDir;

use crate::support::{append, folder, rows, tiny};

/// A folder with a store and a registry, whose files are `registry` and `default`.
fn home(registry: &[u8], default: &[u8]) -> (TempDir, Registry) {
    let folder = folder();
    let root = folder.path().join("stores");
    fs::create_dir(&root).unwrap();
    append(&folder.path().join("s.parquet"), rows(0..3), &tiny()).unwrap();
    fs::write(root.join("registry.json"), registry).unwrap();
    fs::write(root.join("default.txt"), default).unwrap();
    (folder, Registry::new(root))
}

fn new_store(folder: &TempDir) -> NewStore {
    let path: PathBuf = folder.path().join("s.parquet");
    NewStore { name: "new".parse().unwrap(), at: path.into(), source: Source::Txt, description: None }
}

/// What every method says, where all must say the same.
fn all_methods(folder: &TempDir, registry: &Registry) -> Vec<String> {
    let name = || "new".parse().unwrap();
    let tried = [
        registry.list().err(),
        registry.get("a").err(),
        registry.default_store().err(),
        registry.set_default("a").err(),
        registry.delete("a").err(),
        registry.rename("a", &name()).err(),
        registry.update_record_count("a").err(),
        registry.check_can_register(&name(), folder.path().join("s.parquet")).err(),
        registry.register(new_store(folder), Timestamp::UNIX_EPOCH).err(),
    ];
    tried.into_iter().map(|error| error.unwrap().to_string()).collect()
}

fn entry(changed: &str, by: &str) -> String {
    let entry = r#"{"a": {"name": "a", "path": "/s.parquet", "created_at": "2025",
  "source_type": "txt", "record_count": 3, "description": null}}"#;
    assert!(entry.contains(changed));
    entry.replacen(changed, by, 1)
}

#[test]
fn a_bad_registry_says_where_and_why_and_is_left_as_it_is() {
    for (json, expected) in [
        (String::new(), "EOF while parsing a value at line 1 column 0"),
        ("{".into(), "EOF while parsing an object at line 1 column 1"),
        ("[]".into(), "invalid type: sequence, expected an object of stores by name at line 1 column 0"),
        ("{} {}".into(), "trailing characters at line 1 column 4"),
        (
            r#"{"a": 1}"#.into(),
            "entry `a`: invalid type: integer `1`, expected an object with the six keys of a store",
        ),
        (
            entry("3", "\"3\""),
            "entry `a`: invalid type: string \"3\", expected a whole number of scenes at line 2 column 43",
        ),
        (
            entry("3", "-3"),
            "entry `a`: invalid type: integer `-3`, expected a whole number of scenes at line 2 column 42",
        ),
        (
            entry("3", "3.5"),
            "entry `a`: invalid type: floating point `3.5`, expected a whole number of scenes",
        ),
        (entry("null", "[]"), "entry `a`: invalid type: sequence, expected a string"),
        (entry("\"2025\"", "null"), "entry `a`: invalid type: null, expected a string"),
        (entry("\"path\"", "\"file\""), "entry `a`: unknown field `file`, expected one of `name`, `path`,"),
        (entry("\"path\": \"/s.parquet\", ", ""), "entry `a`: missing field `path` at line 2 column 63"),
        (entry("{\"a\"", "{\"b\""), "entry `b`: expected the name `b`, found `a` at line 2 column"),
        (
            entry(
                "}}",
                "}, \"a\": {\"name\": \"a\", \"path\": \"\", \"created_at\": \"\", \"source_type\": \"\", \"record_count\": 0, \"description\": \"\"}}",
            ),
            "entry `a`: expected one of this name, found two",
        ),
    ] {
        let (folder, registry) = home(json.as_bytes(), b"a");
        for error in all_methods(&folder, &registry) {
            let begin = format!("`{}` is not a registry of stores: ", registry.path().display());
            assert!(error.starts_with(&begin) && error.contains(expected), "{json}: {error}");
        }
        assert_eq!(fs::read(registry.path()).unwrap(), json.as_bytes());
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_an_error() {
    let (folder, registry) = home(b"{\"\xff\": {}}", b"");
    assert!(
        registry
            .list()
            .unwrap_err()
            .to_string()
            .ends_with("registry.json` should be text, found bytes that are not UTF-8")
    );
    drop(folder);
    let (_folder, registry) = home(entry("3", "3").as_bytes(), b"\xff");
    let error = registry.default_store().unwrap_err().to_string();
    assert!(
        error.ends_with("default.txt` should hold one store name, found bytes that are not UTF-8"),
        "{error}"
    );
    assert_eq!(registry.set_default("a").unwrap().name, "a", "naming another one mends it");
    assert_eq!(registry.default_store().unwrap().unwrap().name, "a");
}

#[test]
fn a_folder_in_the_place_of_a_file_is_an_error() {
    let (folder, registry) = home(b"{}", b"");
    fs::remove_file(registry.path()).unwrap();
    fs::create_dir(registry.path()).unwrap();
    for error in all_methods(&folder, &registry) {
        assert!(error.starts_with(&format!("can't read `{}`", registry.path().display())), "{error}");
    }
    let (folder, registry) = home(entry("3", "3").as_bytes(), b"");
    let default = registry.root().join("default.txt");
    fs::remove_file(&default).unwrap();
    fs::create_dir(&default).unwrap();
    let checked = registry.check_can_register(&"new".parse().unwrap(), folder.path().join("s.parquet"));
    assert!(checked.unwrap_err().to_string().contains("default.txt`"));
    assert!(registry.set_default("a").unwrap_err().to_string().ends_with("it is not a regular file"));
}

#[test]
fn a_file_in_the_place_of_the_root_is_an_error() {
    let (folder, _) = home(b"{}", b"");
    let registry = Registry::new(folder.path().join("s.parquet"));
    let error = registry.register(new_store(&folder), Timestamp::UNIX_EPOCH).unwrap_err().to_string();
    assert!(error.starts_with("can't make the folder"), "{error}");
}

#[test]
fn a_description_may_be_left_out_and_the_six_keys_are_written() {
    let (folder, registry) = home(entry(", \"description\": null", "").as_bytes(), b"a");
    registry.register(new_store(&folder), Timestamp::UNIX_EPOCH).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(registry.path()).unwrap()).unwrap();
    for name in ["a", "new"] {
        let keys: Vec<_> = json[name].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["name", "path", "created_at", "source_type", "record_count", "description"]);
    }
}

#[cfg(unix)]
#[test]
fn linked_files_stay_links() {
    let (folder, registry) = home(b"{}", b"");
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for file in ["registry.json", "default.txt"] {
        fs::rename(registry.root().join(file), elsewhere.join(file)).unwrap();
        std::os::unix::fs::symlink(elsewhere.join(file), registry.root().join(file)).unwrap();
    }
    registry.register(new_store(&folder), Timestamp::UNIX_EPOCH).unwrap();
    for file in ["registry.json", "default.txt"] {
        assert!(registry.root().join(file).is_symlink());
        assert!(fs::read_to_string(elsewhere.join(file)).unwrap().contains("new"));
    }
    registry.delete("new").unwrap();
    assert_eq!(registry.default_store().unwrap(), None);
    registry.register(new_store(&folder), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(fs::read_to_string(elsewhere.join("default.txt")).unwrap(), "new");
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_not_text_can_not_be_registered() {
    use std::os::unix::ffi::OsStrExt;
    let (folder, registry) = home(b"{}", b"");
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"s\xff.parquet"));
    fs::copy(folder.path().join("s.parquet"), &path).unwrap();
    let error = registry
        .register(NewStore { at: path.into(), ..new_store(&folder) }, Timestamp::UNIX_EPOCH)
        .unwrap_err();
    assert!(error.to_string().ends_with("can't be registered: its path is not UTF-8"), "{error}");
}
