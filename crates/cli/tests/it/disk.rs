//! Folders that can't be written and disks that are full.

use std::fs;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, chapter};

/// What an ingest into `output` says that must be refused.
fn refused(sandbox: &Sandbox, output: &str) -> String {
    sandbox.golden("neptune-chapter.txt");
    sandbox.refused_and_kept(&["ingest-neptune", "-e", "neptune-chapter.txt", "-o", output])
}

#[test]
fn an_output_folder_that_is_not_there() {
    assert_snapshot!(refused(&Sandbox::new(), "no/such/folder/s.parquet"), @r"
    error: can't find the folder of `no/such/folder/s.parquet`: No such file or directory (os error 2)
    hint: make the folder: mkdir -p no/such/folder
    ");
}

#[test]
fn an_output_folder_that_is_a_file() {
    assert_snapshot!(refused(&Sandbox::new(), "neptune-chapter.txt/s.parquet"), @r"
    error: can't find the folder of `neptune-chapter.txt/s.parquet`: Not a directory (os error 20)
    hint: look at the folder: ls -ld neptune-chapter.txt
    ");
}

/// Nobody can make a file there, not even root.
#[cfg(target_os = "linux")]
#[test]
fn an_output_folder_that_cannot_be_written() {
    assert_snapshot!(refused(&Sandbox::new(), "/proc/s.parquet"), @r#"
    error: can't write into the folder `/proc`: No such file or directory (os error 2)
    hint: look at the folder: ls -ld /
    "#);
}

#[test]
fn an_output_that_is_no_regular_file() {
    assert_snapshot!(refused(&Sandbox::new(), "/dev/full"), @r"
    error: can't write `/dev/full`: it is not a regular file
    hint: look at the folder: ls -ld /dev
    ");
}

#[test]
fn links_in_a_circle() {
    let sandbox = Sandbox::new();
    symlink("circle", sandbox.path("circle")).unwrap();
    assert_snapshot!(refused(&sandbox, "circle"), @r"
    error: can't find the folder of `circle`: Too many levels of symbolic links (os error 40)
    hint: look at this folder: ls -ld .
    ");
}

/// All is checked before the first embedding: there is no model to be had here.
#[test]
fn what_refuses_the_output_is_said_before_the_model_is_looked_for() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    let ingest = ["ingest-neptune", "-e", "neptune-chapter.txt", "--model-dir", "no-model", "-o"];
    for output in ["no/s.parquet", "/dev/full"] {
        let said = sandbox.refused_and_kept(&[&ingest[..], &[output]].concat());
        assert!(said.contains(output) || said.contains("`no"), "{said}");
        assert!(!said.contains("no-model"), "{said}");
    }
}

#[test]
fn an_export_document_that_cannot_be_written() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&[]);
    for output in ["no/such/folder/out.md", "/dev/full", "."] {
        let said = sandbox.refused_and_kept(&["export", "a door", "-o", output]);
        assert!(said.contains(&format!("`{output}`")), "{said}");
    }
    assert_snapshot!(sandbox.refused_and_kept(&["export", "a door", "-o", "/dev/full"]), @r"
    error: can't write `/dev/full`: No space left on device (os error 28)
    hint: make room on its disk, then type the same command again: df -h /dev
    ");
}

/// A shell in which no file can grow beyond 8 blocks, as on a disk that is full.
const FULL_DISK: &str = r#"trap "" XFSZ; ulimit -f 8; exec "$@""#;
/// The same where the system sends a signal that ends a process.
const FULL_DISK_WITH_SIGNAL: &str = r#"ulimit -c 0; ulimit -f 8; exec "$@""#;

const GROW: [&str; 5] = ["ingest-neptune", "-e", "long.txt", "-o", "kept.parquet"];

/// A sandbox with a store and an export that would make it grow.
fn with_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["-o", "kept.parquet", "--register", "kept"]);
    sandbox.write("long.txt", chapter("The long chapter", 1000));
    sandbox
}

#[test]
fn a_full_disk_costs_nothing_that_was_stored() {
    let sandbox = with_store();
    let (store, registry) =
        (sandbox.read("kept.parquet"), fs::read(sandbox.home("stores/registry.json")).unwrap());
    let said = sandbox.refusal(sandbox.finish(&mut sandbox.by_shell(FULL_DISK, &GROW)));
    assert_snapshot!(said, @r"
    error: can't write beside `kept.parquet`: File too large (os error 27)
    hint: a file may not get so large there, as `ulimit -f` or its disk says: df -h .
    ");
    assert!(sandbox.read("kept.parquet") == store);
    assert_eq!(fs::read(sandbox.home("stores/registry.json")).unwrap(), registry);
    assert_eq!(sandbox.names(), [".kept.parquet.lock", "kept.parquet", "long.txt", "neptune-chapter.txt"]);
    sandbox.done(&GROW);
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_and_not_a_silent_end() {
    let sandbox = with_store();
    let store = sandbox.read("kept.parquet");
    let output = sandbox.finish(&mut sandbox.by_shell(FULL_DISK_WITH_SIGNAL, &GROW));
    assert!(sandbox.read("kept.parquet") == store);
    sandbox.refusal(output);
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let sandbox = with_store();
    for command in [&["list"][..], &["search", "a door", "--json"], &["export", "a door"], &["stats"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = sandbox.finish(sandbox.command(command).stdout(full));
        let said = sandbox.refusal(output);
        assert!(said.contains("No space left on device"), "{command:?}: {said}");
    }
}
