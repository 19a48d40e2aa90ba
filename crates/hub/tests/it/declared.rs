//! A model without pins: the hub says what its files should be, and that is kept.

use std::fs;
use std::ops::ControlFlow;

use naragtive_hub::{FileSpec, HubError, ModelKind, ModelPlace, ModelSpec, find, import};
use serde_json::Value;

use crate::sandbox::{
    COMMIT, Sandbox, content, contents, git, hex, kind, reasons, tree, write, write_model, zip_of,
};
use naragtive_testkit::server::{Reply, Request, Server};

const LINKED: [&str; 2] = ["tokenizer.json", "model.safetensors"];

fn unpinned() -> ModelSpec {
    let files: Vec<FileSpec> = contents()
        .into_iter()
        .map(|(path, bytes, required)| FileSpec {
            path,
            bytes: bytes.len() as u64 + 9,
            sha256: None,
            required,
        })
        .chain([FileSpec { path: "special_tokens_map.json", bytes: 1000, sha256: None, required: false }])
        .collect();
    let kind = ModelKind::Reranker { languages: "none" };
    ModelSpec { revision: "main", files: files.leak(), package: None, kind, ..crate::sandbox::spec() }
}

fn sandbox(hub: &Server) -> Sandbox {
    Sandbox { spec: unpinned(), ..Sandbox::with_hub(hub.url()) }
}

/// A hub that redirects large files to a store of its own, and says in that answer what they are.
fn hub(declare: impl Fn(&str) -> String + Send + Sync + 'static) -> Server {
    hub_with(declare, |file| git(&content(file)))
}

/// The same; of small files it says `small`.
fn hub_with(
    declare: impl Fn(&str) -> String + Send + Sync + 'static,
    small: impl Fn(&str) -> String + Send + Sync + 'static,
) -> Server {
    Server::start(move |request, _| {
        let Some(file) = asked_for(request) else { return Reply::status(404) };
        let bytes = content(file);
        match (request.method.as_str(), LINKED.contains(&file)) {
            ("HEAD", true) => Reply::Http {
                head: format!(
                    "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/{file}\r\nX-Repo-Commit: {COMMIT}\r\n\
                     X-Linked-Size: {}\r\nX-Linked-Etag: \"{}\"\r\nContent-Length: 0\r\n",
                    bytes.len(),
                    declare(file),
                ),
                body: Vec::new(),
            },
            ("HEAD", false) => Reply::Http {
                head: format!(
                    "HTTP/1.1 200 OK\r\nX-Repo-Commit: {COMMIT}\r\nEtag: \"{}\"\r\n\
                     Content-Length: {}\r\n",
                    small(file),
                    bytes.len()
                ),
                body: Vec::new(),
            },
            _ => Reply::ranged(request, &bytes),
        }
    })
}

/// The file a request is about: the branch is asked for once, then the commit.
fn asked_for(request: &Request) -> Option<&'static str> {
    let path = request.path.strip_prefix("/owner/tiny/resolve/")?;
    let (revision, path) = path.split_once('/')?;
    let known = revision == COMMIT || request.method == "HEAD" && revision == "main";
    contents().into_iter().map(|(name, ..)| name).find(|name| known && *name == path)
}

#[test]
fn a_reranker_is_fetched_as_the_hub_declares_it() {
    let hub = hub(|file| hex(&content(file)));
    let sandbox = sandbox(&hub);
    let (found, _) = sandbox.ensure();
    let found = found.unwrap();
    assert_eq!((found.place, found.pinned, &found.folder), (ModelPlace::Own, true, &sandbox.own()));
    let manifest: Value =
        serde_json::from_slice(&fs::read(sandbox.own().join("naragtive.json")).unwrap()).unwrap();
    assert_eq!(manifest["revision"], COMMIT);
    for (at, (path, bytes, _)) in contents().into_iter().enumerate() {
        assert_eq!(fs::read(sandbox.own().join(path)).unwrap(), bytes);
        let entry = &manifest["files"][at];
        assert_eq!((&entry["path"], &entry["sha256"]), (&path.into(), &hex(&bytes).into()));
    }
    // It is there now: the second time nobody is asked.
    let before = hub.requests().len();
    assert!(sandbox.ensure().0.unwrap().pinned);
    assert_eq!(hub.requests().len(), before);
}

#[test]
fn a_large_file_that_is_not_as_declared_is_never_kept() {
    let hub = hub(|file| if file == "model.safetensors" { "0".repeat(64) } else { hex(&content(file)) });
    let sandbox = sandbox(&hub);
    assert_eq!(reasons(&sandbox.ensure().0.unwrap_err()), ["WrongSum"]);
    assert!(!sandbox.own().exists());
}

#[test]
fn a_small_file_that_is_not_as_declared_is_never_kept() {
    for (file, sum, reason) in [
        ("config.json", git(b"other"), "WrongSum"),
        ("vocab.txt", git(&content("config.json")), "WrongSum"),
        ("1_Pooling/config.json", hex(b"other"), "WrongSum"),
        // A sum of the bytes alone is none of git's.
        ("config.json", "0123456789".repeat(4), "WrongSum"),
        ("config.json", "5f-61a0c".into(), "Unsummed"),
        ("vocab.txt", String::new(), "Unsummed"),
    ] {
        let hub = hub_with(
            |file| hex(&content(file)),
            move |asked| if asked == file { sum.clone() } else { git(&content(asked)) },
        );
        let sandbox = sandbox(&hub);
        assert_eq!(reasons(&sandbox.ensure().0.unwrap_err()), [reason], "{file}");
        assert!(!sandbox.own().exists(), "{file}");
    }
}

#[test]
fn a_small_file_may_be_declared_by_either_sum_in_any_case() {
    let hub = hub_with(|file| hex(&content(file)).to_uppercase(), |file| git(&content(file)).to_uppercase());
    sandbox(&hub).ensure().0.unwrap();
    let hub = hub_with(|file| hex(&content(file)), |file| hex(&content(file)));
    sandbox(&hub).ensure().0.unwrap();
}

#[test]
fn a_broken_transfer_of_a_large_file_is_gone_on_from() {
    let hub = hub(|file| hex(&content(file)));
    let sandbox = sandbox(&hub);
    write(&sandbox.partial().join("model.safetensors.part"), &content("model.safetensors")[..70_000]);
    write(&sandbox.partial().join("config.json"), b"of another revision");
    sandbox.ensure().0.unwrap();
    assert_eq!(fs::read(sandbox.own().join("config.json")).unwrap(), content("config.json"));
    let ranges: Vec<_> = hub.requests().into_iter().filter_map(|request| request.range).collect();
    assert_eq!(ranges, [70_000]);
}

#[test]
fn a_model_that_was_renamed_on_the_hub_is_followed_but_not_to_another_host() {
    let other = hub(|file| hex(&content(file)));
    let url = other.url();
    let elsewhere = Server::start(move |request, _| Reply::redirect(&format!("{url}{}", request.path)));
    assert_eq!(reasons(&sandbox(&elsewhere).ensure().0.unwrap_err()), ["Status"]);
    assert!(other.requests().is_empty());
    let hub = Server::start(|request, _| {
        let renamed = request.path.replace("/old/tiny", "/owner/tiny");
        let known = Request { path: renamed.clone(), ..request.clone() };
        match asked_for(&known).map(content) {
            Some(_) if request.path.starts_with("/old/") => Reply::redirect(&renamed),
            Some(bytes) if request.method == "HEAD" => Reply::Http {
                head: format!(
                    "HTTP/1.1 200 OK\r\nX-Repo-Commit: {COMMIT}\r\nEtag: W/\"{}\"\r\nContent-Length: {}\r\n",
                    git(&bytes),
                    bytes.len()
                ),
                body: Vec::new(),
            },
            Some(bytes) => Reply::whole(&bytes),
            None => Reply::status(404),
        }
    });
    let mut sandbox = sandbox(&hub);
    sandbox.spec.repo = "old/tiny";
    sandbox.ensure().0.unwrap();
}

#[test]
fn a_hub_that_fails_is_said_and_pip_is_not_tried() {
    for (head, reason) in [
        ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n", "FileMissing"),
        ("HTTP/1.1 401 No\r\nContent-Length: 0\r\n", "Status"),
        ("HTTP/1.1 302 Found\r\nX-Linked-Size: many\r\nContent-Length: 0\r\n", "Undeclared"),
    ] {
        let hub = Server::start(move |_, _| Reply::Http { head: head.into(), body: Vec::new() });
        assert_eq!(reasons(&sandbox(&hub).ensure().0.unwrap_err()), [reason], "{head}");
    }
    let nowhere = Sandbox { spec: unpinned(), ..Sandbox::new() };
    assert_eq!(reasons(&nowhere.ensure().0.unwrap_err()), ["Unreachable"]);
}

#[test]
fn what_was_fetched_is_held_against_what_was_declared() {
    let hub = hub(|file| hex(&content(file)));
    let sandbox = sandbox(&hub);
    sandbox.ensure().0.unwrap();
    let places = &sandbox.settings.places;
    let weights = sandbox.own().join("model.safetensors");
    let whole = fs::read(&weights).unwrap();
    for (bytes, fault) in [(vec![0; whole.len()], "SHA-256"), (whole[..9].to_vec(), "has 9 bytes")] {
        fs::write(&weights, bytes).unwrap();
        let error = find(&sandbox.spec, places).unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
    fs::write(sandbox.own().join("naragtive.json"), "{").unwrap();
    let error = find(&sandbox.spec, places).unwrap_err().to_string();
    assert!(error.contains("does not say which files the model has"), "{error}");
    // Fetching again replaces it.
    sandbox.ensure().0.unwrap();
    assert!(find(&sandbox.spec, places).is_ok());
}

#[test]
fn a_folder_or_an_archive_is_imported_and_remembered_as_it_came() {
    let entries =
        contents().into_iter().map(|(path, bytes, _)| (format!("deep/{path}"), bytes)).collect::<Vec<_>>();
    for archived in [false, true] {
        let sandbox = Sandbox { spec: unpinned(), ..Sandbox::new() };
        let path = sandbox.path("mine");
        if archived {
            zip_of(&path, &entries);
        } else {
            write_model(&path);
        }
        let take = |_: naragtive_hub::FetchEvent<'_>| ControlFlow::Continue(());
        let found = import(&path, &sandbox.spec, &sandbox.settings.places, &mut { take }).unwrap();
        assert!(found.pinned, "archived: {archived}");
        let mut names: Vec<String> = contents().iter().map(|(name, ..)| (*name).to_owned()).collect();
        names.push("naragtive.json".into());
        names.sort();
        assert_eq!(tree(&sandbox.own()), names);
        fs::write(sandbox.own().join("config.json"), b"{\"tiny\": 1234}").unwrap();
        let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err();
        assert!(error.to_string().contains("SHA-256"), "{error}");
    }
}

#[test]
fn an_import_that_lacks_a_file_says_which() {
    let sandbox = Sandbox { spec: unpinned(), ..Sandbox::new() };
    let folder = sandbox.path("mine");
    write_model(&folder);
    fs::remove_file(folder.join("config.json")).unwrap();
    let mut hear = |_: naragtive_hub::FetchEvent<'_>| ControlFlow::Continue(());
    let error = import(&folder, &sandbox.spec, &sandbox.settings.places, &mut hear).unwrap_err();
    assert_eq!(kind(&error), "FileMissing");
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn in_the_hub_cache_the_links_tell_the_sums() {
    let mut sandbox = Sandbox { spec: unpinned(), ..Sandbox::new() };
    let repo = sandbox.linked(contents().iter().map(|(path, bytes, _)| (*path, bytes.as_slice())));
    let found = find(&sandbox.spec, &sandbox.settings.places).unwrap();
    assert_eq!((found.place, found.pinned), (ModelPlace::HubCache, false));
    let weights = content("model.safetensors");
    fs::write(repo.join("blobs").join(hex(&weights)), vec![0; weights.len()]).unwrap();
    let error = find(&sandbox.spec, &sandbox.settings.places).unwrap_err();
    let HubError::NotFound { looked, .. } = &error else { panic!("{error}") };
    assert_eq!(
        looked.iter().filter_map(|look| look.fault.as_ref()).map(kind).collect::<Vec<_>>(),
        ["WrongSum"]
    );
}
