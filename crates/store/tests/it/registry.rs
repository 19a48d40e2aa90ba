//! The registry's rules.

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use naragtive_scene::Source;
use naragtive_store::{EntryCondition, NewStore, Registry, StoreEntry, StoreError, StoreName, StoreRef};
use tempfile::TempDir;

use crate::support::{append, folder, replace, row, rows, tiny};

/// A folder with two stores, of three and of five scenes, and a registry.
struct Home {
    folder: TempDir,
    registry: Registry,
}

impl Home {
    fn new() -> Self {
        let folder = folder();
        append(&folder.path().join("three.parquet"), rows(0..3), &tiny()).unwrap();
        append(&folder.path().join("five.parquet"), rows(0..5), &tiny()).unwrap();
        let registry = Registry::new(folder.path().join("home/stores"));
        Self { folder, registry }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn try_register(&self, name: &str, file: &str) -> Result<StoreEntry, StoreError> {
        let (name, description) = (name.parse()?, Some(format!("about {name}")));
        let new = NewStore { name, at: self.path(file).into(), source: Source::Neptune, description };
        self.registry.register(new, "2025-12-13T10:00:00.5Z".parse::<Timestamp>().unwrap())
    }

    fn register(&self, name: &str) -> StoreEntry {
        self.try_register(name, "three.parquet").unwrap()
    }

    fn default(&self) -> Option<String> {
        self.registry.default_store().unwrap().map(|entry| entry.name)
    }

    fn default_file(&self) -> Option<String> {
        fs::read_to_string(self.registry.root().join("default.txt")).ok()
    }

    fn names(&self) -> Vec<String> {
        self.registry.list().unwrap().into_iter().map(|entry| entry.name).collect()
    }
}

fn name(name: &str) -> StoreName {
    name.parse().unwrap()
}

#[test]
fn a_registry_that_is_not_there_is_empty() {
    let home = Home::new();
    assert_eq!((home.names(), home.default()), (vec![], None));
    assert!(!home.registry.root().exists(), "reading makes no folder");
}

#[test]
fn a_registered_store_is_found_with_its_scenes_counted() {
    let home = Home::new();
    let entry = home.register("campaign");
    let expected = StoreEntry {
        name: "campaign".into(),
        at: home.path("three.parquet").into(),
        created_at: "2025-12-13T10:00:00.500000+00:00".into(),
        source: Source::Neptune,
        record_count: 3,
        description: Some("about campaign".into()),
    };
    assert_eq!(entry, expected);
    assert_eq!(home.registry.get("campaign").unwrap(), expected);
    assert_eq!(home.registry.get("CAMPAIGN").unwrap(), expected);
    let json = fs::read_to_string(home.registry.path()).unwrap();
    let path = serde_json::to_string(expected.at.file()).unwrap();
    let python = format!(
        r#"{{
  "campaign": {{
    "name": "campaign",
    "path": {path},
    "created_at": "2025-12-13T10:00:00.500000+00:00",
    "source_type": "neptune",
    "record_count": 3,
    "description": "about campaign"
  }}
}}"#
    );
    assert_eq!(json, python);
}

#[test]
fn the_default_is_the_named_one_else_the_first_in_order() {
    let home = Home::new();
    home.register("m");
    assert_eq!((home.default(), home.default_file()), (Some("m".into()), Some("m".into())));
    home.register("z");
    home.register("a");
    assert_eq!(home.names(), ["a", "m", "z"]);
    assert_eq!(home.default().as_deref(), Some("m"), "the first that was registered");
    assert_eq!(home.registry.set_default("Z").unwrap().name, "z");
    assert_eq!(home.default().as_deref(), Some("z"));
    fs::write(home.registry.root().join("default.txt"), " m\r\n").unwrap();
    assert_eq!(home.default().as_deref(), Some("m"));
    fs::write(home.registry.root().join("default.txt"), "gone").unwrap();
    assert_eq!(home.default().as_deref(), Some("a"));
    fs::remove_file(home.registry.root().join("default.txt")).unwrap();
    assert_eq!((home.default(), home.default_file()), (Some("a".into()), None));
}

#[test]
fn deleting_removes_the_entry_and_clears_the_default_but_never_the_file() {
    let home = Home::new();
    ["m", "a", "z"].iter().for_each(|name| drop(home.register(name)));
    assert_eq!(home.registry.delete("z").unwrap().at.file(), home.path("three.parquet"));
    assert_eq!(home.default_file().as_deref(), Some("m"));
    home.registry.delete("M").unwrap();
    assert_eq!((home.default(), home.default_file()), (Some("a".into()), None));
    assert_eq!(home.names(), ["a"]);
    assert!(home.path("three.parquet").exists());
    home.registry.delete("a").unwrap();
    assert_eq!(home.default(), None);
}

#[test]
fn renaming_carries_the_default_along() {
    let home = Home::new();
    let before = home.register("m");
    home.register("a");
    let after = home.registry.rename("m", &name("y")).unwrap();
    assert_eq!(after, StoreEntry { name: "y".into(), ..before });
    assert_eq!((home.names(), home.default_file()), (vec!["a".into(), "y".into()], Some("y".into())));
    home.registry.rename("a", &name("b")).unwrap();
    assert_eq!(home.default().as_deref(), Some("y"));
    fs::remove_file(home.registry.root().join("default.txt")).unwrap();
    home.registry.rename("b", &name("zz")).unwrap();
    assert_eq!(home.default().as_deref(), Some("zz"), "it was the default without being named");
    home.registry.rename("zz", &name("ZZ")).unwrap();
    assert_eq!((home.names(), home.default()), (vec!["ZZ".into(), "y".into()], Some("ZZ".into())));
}

#[test]
fn a_name_belongs_to_one_file_in_any_case() {
    let home = Home::new();
    home.register("campaign");
    home.register("other");
    let taken = |error: StoreError| {
        let expected = format!("the name `campaign` is taken by `{}`", home.path("three.parquet").display());
        assert_eq!(error.to_string(), expected);
    };
    for other in ["campaign", "CAMPAIGN"] {
        taken(home.try_register(other, "five.parquet").unwrap_err());
        taken(home.registry.check_can_register(&name(other), home.path("five.parquet")).unwrap_err());
        taken(home.registry.rename("other", &name(other)).unwrap_err());
    }
    assert_eq!(home.names(), ["campaign", "other"]);
}

#[test]
fn registering_again_counts_anew_and_keeps_the_rest() {
    let home = Home::new();
    let before = home.register("campaign");
    append(&home.path("three.parquet"), rows(3..9), &tiny()).unwrap();
    home.registry.check_can_register(&name("campaign"), home.path("three.parquet")).unwrap();
    let new = NewStore {
        name: name("Campaign"),
        at: home.path("./three.parquet").into(),
        source: Source::Txt,
        description: Some("another".into()),
    };
    let after = home.registry.register(new, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(after, StoreEntry { record_count: 9, ..before.clone() });
    append(&home.path("three.parquet"), vec![row("x", "A", 1)], &tiny()).unwrap();
    let after = home.registry.update_record_count("campaign").unwrap();
    assert_eq!(after, StoreEntry { record_count: 10, ..before });
    assert_eq!(home.registry.list().unwrap(), [after]);
}

#[test]
fn an_unknown_name_offers_those_that_look_alike() {
    let home = Home::new();
    ["campaign-1", "campaign-2", "research"].iter().for_each(|name| drop(home.register(name)));
    let registry = &home.registry;
    let errors = [
        registry.get("campain").unwrap_err(),
        registry.set_default("campain").unwrap_err(),
        registry.delete("campain").unwrap_err(),
        registry.rename("campain", &name("b")).unwrap_err(),
        registry.update_record_count("campain").unwrap_err(),
    ];
    for error in errors {
        let expected = "no store is named `campain`; known: `campaign-1`, `campaign-2`, `research`";
        assert_eq!(error.to_string(), expected);
        let StoreError::UnknownStore { nearest, .. } = error else { panic!("{error}") };
        assert_eq!(nearest, ["campaign-1", "campaign-2"]);
    }
}

#[test]
fn only_a_store_can_be_registered() {
    let home = Home::new();
    fs::write(home.path("notes.txt"), "notes").unwrap();
    assert!(
        home.try_register("a", "notes.txt").unwrap_err().to_string().contains("is not a whole parquet file")
    );
    let missing = home.try_register("a", "missing.parquet").unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert!(matches!(home.try_register("default", "three.parquet"), Err(StoreError::BadName { .. })));
    assert_eq!(home.names(), [""; 0]);
    home.registry.check_can_register(&name("a"), home.path("missing.parquet")).unwrap();
    let error = home.registry.check_can_register(&name("a"), home.path("no/such.parquet")).unwrap_err();
    assert!(error.to_string().starts_with("can't find the folder of"), "{error}");
}

#[test]
fn the_condition_of_a_store_is_read_from_its_file() {
    let home = Home::new();
    let entry = home.register("campaign");
    assert!(matches!(entry.condition(), EntryCondition::Present));
    replace(&home.path("three.parquet"), rows(0..7), &tiny()).unwrap();
    assert!(matches!(entry.condition(), EntryCondition::Changed { registered: 3, found: 7 }));
    fs::write(home.path("three.parquet"), "PAR1").unwrap();
    let EntryCondition::Unreadable(error) = entry.condition() else { panic!() };
    assert!(error.to_string().contains("is not a whole parquet file"), "{error}");
    let failed = home.registry.update_record_count("campaign").unwrap_err();
    assert_eq!(failed.to_string(), error.to_string());
    fs::remove_file(home.path("three.parquet")).unwrap();
    assert!(matches!(entry.condition(), EntryCondition::Missing));
    assert_eq!(home.registry.get("campaign").unwrap(), entry);
}

#[test]
fn a_relative_path_is_kept_as_found_until_its_name_is_registered_again() {
    let home = Home::new();
    fs::create_dir_all(home.registry.root()).unwrap();
    let python = r#"{"My Campaign!": {"name": "My Campaign!", "path": "x/three.parquet", "created_at": "2025",
        "source_type": "llama", "record_count": 1, "description": null},
        "old": {"name": "old", "path": "three.parquet", "created_at": "2025-12-13T10:00:00.123456",
        "source_type": "llama", "record_count": 1, "description": null}}"#;
    fs::write(home.registry.path(), python).unwrap();
    let entry = home.registry.get("my campaign!").unwrap();
    assert!(entry.at.is_relative() && entry.at == StoreRef::from("x/three.parquet"));
    let error = home.try_register("old", "five.parquet").unwrap_err().to_string();
    assert_eq!(error, "the name `old` is taken by `three.parquet`");
    let mended = home.register("old");
    assert_eq!((mended.at, mended.record_count), (home.path("three.parquet").into(), 3));
    assert_eq!(mended.created_at, "2025-12-13T10:00:00.123456");
    assert_eq!(mended.source, Source::Other("llama".into()));
    assert_eq!(home.registry.get("My Campaign!").unwrap(), entry);
    home.registry.rename("My Campaign!", &name("mine")).unwrap();
    assert_eq!(home.names(), ["mine", "old"]);
}

#[test]
fn a_name_that_is_described_anew_has_the_new_type_and_keeps_what_is_not_said() {
    let home = Home::new();
    let first = home.register("tale");
    let describe = |description: Option<&str>| {
        let (name, path) = ("tale".parse().unwrap(), home.path("three.parquet"));
        let new = NewStore {
            name,
            at: path.into(),
            source: Source::Txt,
            description: description.map(str::to_owned),
        };
        home.registry.describe(new, Timestamp::UNIX_EPOCH).unwrap()
    };
    let kept = describe(None);
    assert_eq!((kept.source, kept.description), (Source::Txt, first.description));
    assert_eq!(kept.created_at, first.created_at);
    assert_eq!(describe(Some("another")).description.as_deref(), Some("another"));
}

#[test]
fn a_file_is_known_by_all_its_names() {
    let home = Home::new();
    for (name, file) in [("tale", "three.parquet"), ("saga", "five.parquet"), ("twin", "three.parquet")] {
        home.try_register(name, file).unwrap();
    }
    let names = |file: &str| home.registry.names_of(home.path(file)).unwrap();
    assert_eq!(names("three.parquet"), ["tale", "twin"]);
    assert_eq!(names("five.parquet"), ["saga"]);
    assert!(names("none.parquet").is_empty());
}

/// Who asks whether a file has a name already has to hold the lock under which it gets one.
#[test]
fn of_many_names_that_are_given_to_one_file_at_once_one_is_kept() {
    for _ in 0..8 {
        let home = Home::new();
        let give = |number: usize| {
            let (name, at) = (name(&format!("name{number}")), home.path("three.parquet").into());
            let new = NewStore { name, at, source: Source::Json, description: None };
            home.registry.describe(new, Timestamp::UNIX_EPOCH).is_ok()
        };
        let given = std::thread::scope(|scope| {
            let threads: Vec<_> = {
                let give = &give;
                (0..6).map(|number| scope.spawn(move || give(number))).collect()
            };
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|given| *given).count()
        });
        assert_eq!((given, home.names().len()), (1, 1));
    }
}
