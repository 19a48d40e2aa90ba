//! Sums, and the notes that spare summing up twice.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use naragtive_hub::{HubError, check};

use crate::sandbox::{Sandbox, content, hex, kind, tree, write, write_model};

fn age(path: &Path, time: SystemTime) {
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// A checked model whose weights were then changed behind our back: same size, same time.
fn changed_unseen(sandbox: &Sandbox) -> (std::path::PathBuf, SystemTime) {
    let (folder, stamps) = (sandbox.own(), sandbox.path("stamps"));
    let weights = folder.join("model.safetensors");
    write_model(&folder);
    check(&folder, &sandbox.spec, &stamps).unwrap();
    let time = fs::metadata(&weights).unwrap().modified().unwrap();
    fs::write(&weights, vec![0; 200_000]).unwrap();
    age(&weights, time);
    (weights, time)
}

#[test]
fn a_file_as_it_was_is_not_summed_up_again() {
    let sandbox = Sandbox::new();
    let stamps = sandbox.path("stamps");
    write_model(&sandbox.own());
    check(&sandbox.own(), &sandbox.spec, &stamps).unwrap();
    let note = fs::read_dir(&stamps).unwrap().next().unwrap().unwrap().path();
    let (sum, other) = (hex(&content("model.safetensors")), "0".repeat(64));
    let noted = fs::read_to_string(&note).unwrap();
    assert!(noted.contains(&sum));
    fs::write(&note, noted.replace(&sum, &other)).unwrap();
    // That the note is believed shows that no sum was made.
    let error = check(&sandbox.own(), &sandbox.spec, &stamps).unwrap_err();
    assert!(matches!(&error, HubError::WrongSum { found, .. } if *found == other), "{error}");
}

/// As tar, `cp -p` and layers of images leave it.
#[test]
fn a_file_of_the_same_length_and_time_with_other_contents_is_noticed() {
    let sandbox = Sandbox::new();
    changed_unseen(&sandbox);
    let error = check(&sandbox.own(), &sandbox.spec, &sandbox.path("stamps")).unwrap_err();
    assert_eq!(kind(&error), "WrongSum");
}

#[test]
fn a_file_with_a_new_time_is_summed_up_again() {
    let sandbox = Sandbox::new();
    let (weights, time) = changed_unseen(&sandbox);
    age(&weights, time + Duration::from_nanos(1_000));
    let error = check(&sandbox.own(), &sandbox.spec, &sandbox.path("stamps")).unwrap_err();
    assert_eq!(kind(&error), "WrongSum");
}

#[test]
fn a_note_counts_only_for_its_own_folder_and_its_own_pins() {
    let mut sandbox = Sandbox::new();
    changed_unseen(&sandbox);
    let mut files = sandbox.spec.files.to_vec();
    files[3].sha256 = Some("0000000000000000000000000000000000000000000000000000000000000000");
    sandbox.spec.files = files.leak();
    let stamps = sandbox.path("stamps");
    assert_eq!(kind(&check(&sandbox.own(), &sandbox.spec, &stamps).unwrap_err()), "WrongSum");

    let sandbox = Sandbox::new();
    changed_unseen(&sandbox);
    let moved = sandbox.path("moved");
    fs::rename(sandbox.own(), &moved).unwrap();
    assert_eq!(kind(&check(&moved, &sandbox.spec, &sandbox.path("stamps")).unwrap_err()), "WrongSum");
}

#[test]
fn a_damaged_or_unwritable_note_only_costs_time() {
    let sandbox = Sandbox::new();
    let stamps = sandbox.path("stamps");
    write_model(&sandbox.own());
    check(&sandbox.own(), &sandbox.spec, &stamps).unwrap();
    let note = stamps.join(&tree(&stamps)[0]);
    for damage in [&b""[..], b"{", b"[]", b"\xff\xff", b"{\"folder\": \"/\", \"files\": {}}"] {
        fs::write(&note, damage).unwrap();
        check(&sandbox.own(), &sandbox.spec, &stamps).unwrap();
    }
    let in_the_way = sandbox.path("a-file");
    write(&in_the_way, b"");
    check(&sandbox.own(), &sandbox.spec, &in_the_way).unwrap();
}

#[test]
fn a_folder_where_a_file_should_be_is_a_missing_file() {
    let sandbox = Sandbox::new();
    write_model(&sandbox.own());
    fs::remove_file(sandbox.own().join("vocab.txt")).unwrap();
    fs::create_dir(sandbox.own().join("vocab.txt")).unwrap();
    let error = check(&sandbox.own(), &sandbox.spec, &sandbox.path("stamps")).unwrap_err();
    assert_eq!(kind(&error), "FileMissing");
}
