//! A reranker whose weights are in several files.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use naragtive_hub::{FileSpec, FoundModel, HubError, ModelKind, ModelPlace, ModelSpec, find, import};
use serde_json::{Value, json};

use crate::sandbox::{COMMIT, Sandbox, git, hex, kind, reasons, tree, write, zip_of};
use naragtive_testkit::server::{Reply, Request, Server};

const INDEX: &str = "model.safetensors.index.json";
const SHARDS: [&str; 3] = [
    "model-00001-of-00003.safetensors",
    "model-00002-of-00003.safetensors",
    "model-00003-of-00003.safetensors",
];

type Files = Vec<(String, Vec<u8>)>;

fn spec() -> ModelSpec {
    let file = |(path, required)| FileSpec { path, bytes: 9, sha256: None, required };
    let files =
        [("config.json", true), ("vocab.txt", false), ("tokenizer.json", false), ("model.safetensors", true)];
    let kind = ModelKind::Reranker { languages: "none" };
    ModelSpec {
        revision: "main",
        files: files.map(file).to_vec().leak(),
        package: None,
        kind,
        ..crate::sandbox::spec()
    }
}

fn index(shards: &[&str]) -> Vec<u8> {
    // Some tensors share a file.
    let tensors = shards.iter().chain(shards).enumerate();
    let map: serde_json::Map<_, _> =
        tensors.map(|(at, shard)| (format!("tensor.{at}"), (*shard).into())).collect();
    json!({"metadata": {}, "weight_map": Value::Object(map)}).to_string().into_bytes()
}

fn files() -> Files {
    let shard = |at: usize| (0..60_000 + at).map(|i| (i * (at + 3) / 4) as u8).collect::<Vec<_>>();
    let shards = SHARDS.iter().enumerate().map(|(at, name)| ((*name).to_owned(), shard(at)));
    [("config.json", b"{}".to_vec()), ("vocab.txt", b"a\n".to_vec()), (INDEX, index(&SHARDS))]
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .chain(shards)
        .collect()
}

fn without(gone: &str) -> Files {
    files().into_iter().filter(|(name, _)| name != gone).collect()
}

fn with(name: &str, bytes: Vec<u8>) -> Files {
    without(name).into_iter().chain([(name.to_owned(), bytes)]).collect()
}

/// A hub with these files, which says of every shard what it is.
fn hub(files: Files) -> Server {
    let declared: Files = files.clone();
    hub_that_declares(files, move |name| {
        declared.iter().find(|(known, _)| known == name).map(|(_, bytes)| hex(bytes)).unwrap_or_default()
    })
}

fn hub_that_declares(files: Files, declare: impl Fn(&str) -> String + Send + Sync + 'static) -> Server {
    Server::start(move |request, _| {
        let path = request.path.strip_prefix("/owner/tiny/resolve/").unwrap_or_default();
        let Some((_, bytes)) = path
            .split_once('/')
            .filter(|(revision, _)| *revision == COMMIT || request.method == "HEAD" && *revision == "main")
            .and_then(|(_, path)| files.iter().find(|(name, _)| name == path))
        else {
            return Reply::status(404);
        };
        if request.method == "HEAD" {
            let name = path.rsplit('/').next().unwrap_or_default();
            let tag = if name.ends_with(".safetensors") { declare(name) } else { git(bytes) };
            let length = bytes.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\nX-Repo-Commit: {COMMIT}\r\nEtag: \"{tag}\"\r\nContent-Length: {length}\r\n"
            );
            return Reply::Http { head, body: Vec::new() };
        }
        Reply::ranged(request, bytes)
    })
}

fn sandbox(hub: &Server) -> Sandbox {
    Sandbox { spec: spec(), ..Sandbox::with_hub(hub.url()) }
}

fn offline() -> Sandbox {
    Sandbox { spec: spec(), ..Sandbox::new() }
}

fn put(folder: &Path, files: &Files) {
    files.iter().for_each(|(name, bytes)| write(&folder.join(name), bytes));
}

fn take(sandbox: &Sandbox, path: &Path) -> Result<FoundModel, HubError> {
    import(path, &sandbox.spec, &sandbox.settings.places, &mut |_| ControlFlow::Continue(()))
}

/// Holds the model in its place against `files`, and what was written down about it.
fn assert_here(sandbox: &Sandbox, files: &Files) {
    let found = find(&sandbox.spec, &sandbox.settings.places).unwrap();
    assert!(found.pinned && matches!(found.place, ModelPlace::Own | ModelPlace::Imported));
    let mut names: Vec<&str> =
        files.iter().map(|(name, _)| name.as_str()).chain(["naragtive.json"]).collect();
    names.sort_unstable();
    assert_eq!(tree(&sandbox.own()), names);
    let manifest = fs::read(sandbox.own().join("naragtive.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let noted = manifest["files"].as_array().unwrap();
    assert_eq!(noted.len(), files.len());
    for (name, bytes) in files {
        assert!(fs::read(sandbox.own().join(name)).unwrap() == *bytes, "{name}");
        let entry = noted.iter().find(|entry| entry["path"] == name.as_str()).unwrap();
        assert_eq!((&entry["bytes"], &entry["sha256"]), (&bytes.len().into(), &hex(bytes).into()));
    }
}

fn gets(hub: &Server) -> Vec<Request> {
    hub.requests().into_iter().filter(|request| request.method == "GET").collect()
}

#[test]
fn every_shard_that_the_index_names_is_fetched_and_checked() {
    let hub = hub(files());
    let sandbox = sandbox(&hub);
    sandbox.ensure().0.unwrap();
    assert_here(&sandbox, &files());
    // Each file once, all of one commit.
    let paths: Vec<String> = gets(&hub).into_iter().map(|request| request.path).collect();
    assert_eq!(paths.len(), files().len(), "{paths:?}");
    assert!(paths.iter().all(|path| path.contains(COMMIT)), "{paths:?}");
}

#[test]
fn a_broken_transfer_of_a_shard_is_gone_on_from_and_what_is_of_another_revision_is_not_kept() {
    let hub = hub(files());
    let sandbox = sandbox(&hub);
    let (second, third) = (&files()[4], &files()[5]);
    write(&sandbox.partial().join(format!("{}.part", second.0)), &second.1[..70]);
    write(&sandbox.partial().join(&third.0), &third.1);
    for left in ["model.safetensors", "model.safetensors.part", "tokenizer.json", "a/b.json"] {
        write(&sandbox.partial().join(left), b"of another revision");
    }
    sandbox.ensure().0.unwrap();
    assert_here(&sandbox, &files());
    let shards: Vec<_> = gets(&hub)
        .into_iter()
        .filter(|get| get.path.ends_with(".safetensors"))
        .map(|get| get.range)
        .collect();
    assert_eq!(shards, [None, Some(70)]);
}

#[test]
fn weights_in_one_file_go_before_an_index() {
    let hub = hub(with("model.safetensors", b"whole".to_vec()));
    let sandbox = sandbox(&hub);
    sandbox.ensure().0.unwrap();
    assert_eq!(tree(&sandbox.own()), ["config.json", "model.safetensors", "naragtive.json", "vocab.txt"]);
}

#[test]
fn a_hub_whose_shards_will_not_do_says_which_and_nothing_is_kept() {
    let damaged = |name: &str| {
        let right = files().into_iter().find(|(file, _)| file == name).map(|(_, bytes)| hex(&bytes));
        right.filter(|_| name != SHARDS[1]).unwrap_or("0".repeat(64))
    };
    let rows: [(Server, &str, &str); 7] = [
        (hub(without(SHARDS[1])), "FileMissing", "has no `model-00002-of-00003.safetensors`"),
        (hub_that_declares(files(), damaged), "WrongSum", "model-00002-of-00003.safetensors.part` has other"),
        (hub(with(INDEX, index(&SHARDS[..2]))), "BadIndex", "weights are in: it names 2 of 3"),
        (hub(with(INDEX, b"{".to_vec())), "BadIndex", "EOF while parsing"),
        (
            hub(with(INDEX, index(&["../../model.safetensors"]))),
            "BadIndex",
            "found `../../model.safetensors`",
        ),
        (hub(without(INDEX)), "FileMissing", "has neither `model.safetensors` nor `model.safetensors.index"),
        (hub(without("vocab.txt")), "FileMissing", "has neither `vocab.txt` nor `tokenizer.json`"),
    ];
    for (hub, reason, said) in rows {
        let sandbox = sandbox(&hub);
        let error = sandbox.ensure().0.unwrap_err();
        assert_eq!(reasons(&error), [reason], "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!sandbox.own().exists(), "{error}");
    }
}

#[test]
fn shards_are_imported_from_a_folder_or_an_archive_and_nothing_else_is() {
    for archived in [false, true] {
        let sandbox = offline();
        let path = sandbox.path("mine");
        let with_more: Files = with("model-00004-of-00004.safetensors", b"of another model".to_vec());
        if archived {
            let deep = with_more.into_iter().map(|(name, bytes)| (format!("a/deep/{name}"), bytes));
            zip_of(&path, &deep.collect::<Files>());
        } else {
            put(&path, &with_more);
        }
        take(&sandbox, &path).unwrap();
        assert_here(&sandbox, &files());
    }
}

#[test]
fn an_import_whose_shards_will_not_do_says_which() {
    for (files, reason, said) in [
        (without(SHARDS[2]), "FileMissing", "has no `model-00003-of-00003.safetensors`"),
        (with(INDEX, index(&SHARDS[1..])), "BadIndex", "it names 2 of 3"),
        (with(INDEX, index(&["/etc/x.safetensors"])), "BadIndex", "found `/etc/x.safetensors`"),
        (without("config.json"), "FileMissing", "has no `config.json`"),
        (without("vocab.txt"), "FileMissing", "has neither `vocab.txt` nor `tokenizer.json`"),
    ] {
        for archived in [false, true] {
            let sandbox = offline();
            let path = sandbox.path("mine");
            if archived {
                zip_of(&path, &files)
            } else {
                put(&path, &files)
            }
            let error = take(&sandbox, &path).unwrap_err();
            assert_eq!(kind(&error), reason, "{error}");
            let text = sandbox.text(&error);
            assert!(text.starts_with("`<root>/mine") && text.contains(said), "{text}");
            assert_eq!(sandbox.models(), Vec::<String>::new());
        }
    }
}

#[test]
fn a_shard_that_was_damaged_since_is_noticed() {
    let sandbox = offline();
    put(&sandbox.path("mine"), &files());
    take(&sandbox, &sandbox.path("mine")).unwrap();
    let shard = sandbox.own().join(SHARDS[1]);
    let whole = fs::read(&shard).unwrap();
    for (bytes, fault) in [(vec![0; whole.len()], "SHA-256"), (whole[..9].to_vec(), "has 9 bytes")] {
        fs::write(&shard, bytes).unwrap();
        let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err().to_string();
        assert!(error.contains(SHARDS[1]) && error.contains(fault), "{error}");
        // As it was written down when it came in, so must a copy be.
        let other = offline();
        let error = take(&other, &sandbox.own()).unwrap_err().to_string();
        assert!(error.contains(SHARDS[1]) && error.contains(fault), "{error}");
    }
    fs::remove_file(&shard).unwrap();
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err().to_string();
    assert!(error.contains("has no `model-00002-of-00003.safetensors`"), "{error}");
}

#[test]
fn what_is_written_down_of_a_folder_leads_to_no_other() {
    for path in ["../outside", "/outside", "a/../../outside", ""] {
        let sandbox = offline();
        let folder = sandbox.path("mine");
        put(&folder, &files());
        write(&sandbox.path("outside"), b"secret");
        let manifest = json!({"revision": null, "files": [{"path": path, "bytes": 6, "sha256": null}]});
        write(&folder.join("naragtive.json"), manifest.to_string().as_bytes());
        let error = take(&sandbox, &folder).unwrap_err();
        assert_eq!(kind(&error), "BadManifest", "{path}: {error}");
        assert_eq!(sandbox.models(), Vec::<String>::new());
    }
}

#[cfg(unix)]
#[test]
fn shards_are_found_in_the_cache_of_the_hugging_face_libraries() {
    let mut sandbox = offline();
    let repo = sandbox.linked(files().iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let found = find(&sandbox.spec, &sandbox.settings.places).unwrap();
    assert_eq!((found.place, found.pinned), (ModelPlace::HubCache, false));
    let (_, shard) = &files()[4];
    fs::write(repo.join("blobs").join(hex(shard)), vec![0; shard.len()]).unwrap();
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err().to_string();
    assert!(error.contains(SHARDS[1]) && error.contains("SHA-256"), "{error}");
}
