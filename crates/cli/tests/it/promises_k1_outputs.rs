//! No command destroys what is the user's: members of the kind that nobody has reported.

use std::fs;

use crate::sandbox::Sandbox;

/// Every file here and in the folder of the stores, but for locks.
fn files(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let folders = [sandbox.path(""), sandbox.home("stores")];
    let all =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let mut files: Vec<_> = all
        .filter(|path| path.is_file() && !path.to_string_lossy().ends_with(".lock"))
        .map(|path| (path.to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn what_stands_where_an_output_would_go_stays_as_it_is() {
    let sandbox = Sandbox::with_a_table();
    sandbox.write("notes.md", "my notes");
    fs::copy(sandbox.home("stores/table.parquet"), sandbox.path("copy.parquet")).unwrap();
    std::os::unix::fs::symlink(sandbox.home("stores/table.parquet"), sandbox.path("link.md")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("copy.parquet"), sandbox.path("link2.md")).unwrap();
    let registry = sandbox.home("stores/registry.json");
    let registry = registry.to_str().unwrap();
    let before = files(&sandbox);
    for command in [
        &["ingest", "chat.json", "-o", "chat.json"][..],
        &["ingest", "chat.json", "-o", "notes.md"],
        &["ingest", "chat.json", "-o", "notes.md", "--no-append"],
        &["ingest", "chat.json", "-o", "."],
        &["ingest", "chat.json", "-o", "no/such/folder/s.parquet"],
        &["ingest", "chat.json", "-o", registry, "--no-append"],
        &["export", "lamp", "-o", "notes.md"],
        &["export", "lamp", "-o", "chat.json"],
        &["export", "lamp", "-o", "copy.parquet", "--force"],
        &["export", "lamp", "-o", "link.md", "--force"],
        &["export", "lamp", "-o", "link2.md", "--force"],
        &["export", "lamp", "-o", ".", "--force"],
        &["export", "lamp", "-o", "no/such/folder.md"],
        &["export", "lamp", "-o", registry, "--force"],
        &["man", "-o", "notes.md"],
        &["upgrade", "notes.md"],
        &["index", "build", "notes.md"],
        &["forget", "--where", "user=Ada", "-s", "notes.md", "--yes"],
        &["create-store", "notes", "notes.md", "txt"],
        &["create-store", "again", "link.md", "json"],
        &["rename-store", "nobody", "table"],
        &["delete-store", "nobody", "--purge", "--yes"],
    ] {
        let said = sandbox.refused(command);
        assert!(files(&sandbox) == before, "{command:?}: {said}");
    }
    assert_eq!(sandbox.run(&["export", "lamp", "-o", "notes.md", "--force"]).code, Some(0));
    assert!(sandbox.read("notes.md") != b"my notes");
}

#[test]
fn one_file_has_one_name() {
    let sandbox = Sandbox::with_a_table();
    let table = sandbox.home("stores/table.parquet");
    let said = sandbox.refused(&["create-store", "twin", table.to_str().unwrap(), "json"]);
    assert!(
        said.contains("is the store `table`") && said.contains("naragtive rename-store table NAME"),
        "{said}"
    );
    sandbox.done(&["create-store", "table", table.to_str().unwrap(), "json", "--description", "a table"]);
    assert_eq!(sandbox.json(&["list-stores", "--json"])["stores"].as_array().unwrap().len(), 1);
}
