//! Where a model is looked for, and in which order.

use std::fs;
use std::path::Path;

use naragtive_hub::{HubError, Languages, ModelKind, ModelPlace, find, list};

use crate::sandbox::{Sandbox, content, contents, kind, write, write_model};

/// A cache of the Hugging Face libraries with one snapshot.
fn hub_cache(cache: &Path, revision: &str, main: Option<&str>) {
    let repo = cache.join("models--owner--tiny");
    for (path, bytes, _) in contents() {
        place(&repo, revision, path, &bytes);
    }
    if let Some(main) = main {
        write(&repo.join("refs/main"), main.as_bytes());
    }
}

/// A link to a blob, as on Unix; elsewhere a plain file, as there.
fn place(repo: &Path, revision: &str, path: &str, bytes: &[u8]) {
    let file = repo.join("snapshots").join(revision).join(path);
    if cfg!(unix) {
        let blob = repo.join("blobs").join(path.replace('/', "-"));
        write(&blob, bytes);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&blob, &file).unwrap();
    } else {
        write(&file, bytes);
    }
}

#[test]
fn the_places_are_looked_in_one_after_the_other() {
    let mut sandbox = Sandbox::new();
    let cache = sandbox.path("hf/hub");
    sandbox.settings.places.hub_cache = Some(cache.clone());
    assert_eq!(kind(&find(&sandbox.spec, &sandbox.settings.places).unwrap_err()), "NotFound");

    hub_cache(&cache, "0123abcd", None);
    assert_eq!(find(&sandbox.spec, &sandbox.settings.places).unwrap().place, ModelPlace::HubCache);

    write_model(&sandbox.own());
    assert_eq!(find(&sandbox.spec, &sandbox.settings.places).unwrap().place, ModelPlace::Own);

    let given = sandbox.path("mine");
    write_model(&given);
    sandbox.settings.places.model_dir = Some(given.clone());
    let found = find(&sandbox.spec, &sandbox.settings.places).unwrap();
    assert_eq!((found.place, found.folder, found.pinned), (ModelPlace::Given, given, true));
    assert_eq!(found.model, "tiny");
}

#[test]
fn an_older_revision_in_the_hub_cache_is_found_through_its_main() {
    for (revision, main, is_found) in [
        ("aaaa1111", Some("aaaa1111\n"), true),
        ("aaaa1111", Some("bbbb2222"), false),
        ("aaaa1111", None, false),
        ("aaaa1111", Some("../snapshots/aaaa1111"), false),
        ("0123abcd", Some("bbbb2222"), true),
    ] {
        let mut sandbox = Sandbox::new();
        sandbox.settings.places.hub_cache = Some(sandbox.path("hub"));
        hub_cache(&sandbox.path("hub"), revision, main);
        let found = find(&sandbox.spec, &sandbox.settings.places);
        assert_eq!(found.is_ok(), is_found, "{revision} {main:?}");
    }
}

#[test]
fn a_hub_cache_that_lacks_files_or_has_others_is_passed_over() {
    let mut sandbox = Sandbox::new();
    let cache = sandbox.path("hub");
    sandbox.settings.places.hub_cache = Some(cache.clone());
    hub_cache(&cache, "0123abcd", None);
    let snapshot = cache.join("models--owner--tiny/snapshots/0123abcd");
    fs::remove_file(snapshot.join("model.safetensors")).unwrap();
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err();
    insta::assert_snapshot!(sandbox.text(&error), @r"
    the model `tiny` is not on this machine
      no folder `<root>/home/models/tiny`
      `<root>/hub/models--owner--tiny/snapshots/0123abcd` has no `model.safetensors`
    ");
    write(&snapshot.join("model.safetensors"), &vec![0; 200_000]);
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
}

#[test]
fn a_named_folder_is_used_or_is_an_error() {
    let other = |folder: &Path| write(&folder.join("tokenizer.json"), b"another");
    type Change<'a> = &'a dyn Fn(&Path);
    let without = |files: &'static [&str]| {
        move |folder: &Path| files.iter().for_each(|file| fs::remove_file(folder.join(file)).unwrap())
    };
    let rows: [(&str, Change<'_>, &str); 11] = [
        ("as pinned", &|_| (), "pinned"),
        ("no folder", &|folder| fs::remove_dir_all(folder).unwrap(), "NotAFolder"),
        ("no config", &without(&["config.json"]), "FileMissing"),
        ("no vocabulary", &without(&["vocab.txt"]), "FileMissing"),
        ("no weights", &without(&["model.safetensors"]), "FileMissing"),
        ("a tokenizer that isn't read", &without(&["tokenizer.json"]), "pinned"),
        (
            "the tokenizer and what must be as pinned",
            &without(&["tokenizer.json", "1_Pooling/config.json"]),
            "pinned",
        ),
        ("cut weights", &|folder| write(&folder.join("model.safetensors"), b"x"), "WrongSize"),
        ("other weights", &|folder| write(&folder.join("model.safetensors"), &[0; 200_000]), "WrongSum"),
        ("another config", &|folder| write(&folder.join("config.json"), b"{}"), "mine"),
        ("a model of the same family", &other, "mine"),
    ];
    for (what, change, expected) in rows {
        let mut sandbox = Sandbox::new();
        // A complete copy of our own must not hide the trouble with the one that was named.
        write_model(&sandbox.own());
        let folder = sandbox.path("mine");
        write_model(&folder);
        change(&folder);
        sandbox.settings.places.model_dir = Some(folder);
        let answer = match find(&sandbox.spec, &sandbox.settings.places) {
            Ok(found) if found.pinned => "pinned".into(),
            Ok(found) => found.model,
            Err(error) => kind(&error),
        };
        assert_eq!(answer, expected, "{what}");
        assert_eq!(sandbox.ensure().0.is_ok(), ["pinned", "mine"].contains(&expected), "{what}");
    }
}

#[test]
fn a_folder_of_ones_own_needs_what_is_read_of_it() {
    let embedder = ModelKind::Embedder { dimension: 4, languages: Languages::English };
    let weights = "neither `model.safetensors` nor `model.safetensors.index.json`";
    let tokens = "neither `vocab.txt` nor `tokenizer.json`";
    for (files, fault) in [
        ("vocab.txt model.safetensors", "no `config.json`"),
        ("config.json model.safetensors", tokens),
        ("config.json tokenizer.json model.safetensors", ""),
        ("config.json vocab.txt tokenizer.json", weights),
        ("config.json vocab.txt model.safetensors.index.json", ""),
        ("config.json vocab.txt model.safetensors", ""),
    ] {
        for kind in [embedder, ModelKind::Reranker { languages: "none" }] {
            let mut sandbox = Sandbox::new();
            sandbox.spec.kind = kind;
            let folder = sandbox.path("mine");
            files.split(' ').for_each(|file| write(&folder.join(file), b"of my own"));
            sandbox.settings.places.model_dir = Some(folder);
            match find(&sandbox.spec, &sandbox.settings.places) {
                Ok(found) => assert_eq!((found.pinned, found.model.as_str(), fault), (false, "mine", "")),
                Err(error) => {
                    assert_eq!(sandbox.text(&error), format!("`<root>/mine` has {fault}"), "{files}");
                }
            }
        }
    }
}

#[test]
fn an_error_about_sums_names_the_file_and_both_sums() {
    let mut sandbox = Sandbox::new();
    let folder = sandbox.path("mine");
    write_model(&folder);
    write(&folder.join("model.safetensors"), &[0; 200_000]);
    sandbox.settings.places.model_dir = Some(folder);
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err();
    insta::assert_snapshot!(sandbox.text(&error), @"`<root>/mine/model.safetensors` has other contents than expected: SHA-256 4cbbd9be0cba685835755f827758705db5a413c5494c34262cd25946a73e7582, not b979e17a4e147685e5c2df66ad2d316b7665ddb2896ff60fcab25cea0675b048");
}

#[test]
fn an_optional_file_may_be_absent_but_not_different() {
    let sandbox = Sandbox::new();
    write_model(&sandbox.own());
    let pooling = sandbox.own().join("1_Pooling/config.json");
    fs::remove_file(&pooling).unwrap();
    assert!(find(&sandbox.spec, &sandbox.settings.places).is_ok());
    write(&pooling, b"[]");
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err();
    assert!(error.to_string().contains("1_Pooling"), "{error}");
}

#[test]
fn a_list_says_how_it_stands_with_each_model() {
    let sandbox = Sandbox::new();
    let specs = [sandbox.spec];
    let before = list(&specs, &sandbox.settings.places);
    assert!(matches!(before[0].found, Err(HubError::NotFound { .. })));
    assert_eq!(before[0].bytes, 0);
    write(&sandbox.partial().join("model.safetensors.part"), &content("model.safetensors")[..10]);
    assert_eq!(list(&specs, &sandbox.settings.places)[0].bytes, 10);
    write_model(&sandbox.own());
    let after = list(&specs, &sandbox.settings.places);
    assert_eq!(after[0].found.as_ref().unwrap().place, ModelPlace::Own);
    assert_eq!(after[0].bytes, 10 + sandbox.spec.bytes());
}
