//! A home of its own for each test, and a tiny model with pins of its own.

use std::fs::{self, File};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use naragtive_hub::{
    FetchEvent, FetchSettings, FileSpec, FoundModel, HubError, Languages, Manner, ModelKind, ModelSpec,
    Package, Places, Programs, ensure,
};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// The commit at which the model stands.
pub(crate) const COMMIT: &str = "89abcdef0123";

/// Path, contents, whether required.
pub(crate) fn contents() -> Vec<(&'static str, Vec<u8>, bool)> {
    let weights = (0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    vec![
        ("config.json", b"{\"tiny\": true}".to_vec(), true),
        ("1_Pooling/config.json", b"{}".to_vec(), false),
        ("vocab.txt", b"a\nb\n".to_vec(), true),
        ("tokenizer.json", b"[\"a\", \"b\"]".to_vec(), false),
        ("model.safetensors", weights, true),
    ]
}

pub(crate) fn content(path: &str) -> Vec<u8> {
    contents().into_iter().find(|(name, ..)| *name == path).map(|(_, bytes, _)| bytes).unwrap()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Git's sum of a file.
pub(crate) fn git(bytes: &[u8]) -> String {
    let sum = Sha1::new_with_prefix(format!("blob {}\0", bytes.len())).chain_update(bytes).finalize();
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn spec() -> ModelSpec {
    let files: Vec<FileSpec> = contents()
        .into_iter()
        .map(|(path, bytes, required)| FileSpec {
            path,
            bytes: bytes.len() as u64,
            sha256: Some(hex(&bytes).leak()),
            required,
        })
        .collect();
    ModelSpec {
        name: "tiny",
        repo: "owner/tiny",
        revision: "0123abcd",
        files: files.leak(),
        package: Some(Package { name: "py-tiny", version: "1.2.3", bytes: 200_000 }),
        licence: "MIT",
        kind: ModelKind::Embedder { dimension: 4, languages: Languages::English },
        shape: None,
        manner: Manner::PLAIN,
        summary: "for tests",
        derived: None,
    }
}

pub(crate) struct Sandbox {
    pub(crate) root: TempDir,
    pub(crate) spec: ModelSpec,
    pub(crate) settings: FetchSettings,
}

impl Sandbox {
    /// Puts these files where the Hugging Face libraries would, links to blobs that are called by their sums, and has that
    /// looked into; returns the model's folder there.
    #[cfg(unix)]
    pub(crate) fn linked<'f>(&mut self, files: impl Iterator<Item = (&'f str, &'f [u8])>) -> PathBuf {
        let cache = self.path("hub");
        let repo = cache.join("models--owner--tiny");
        write(&repo.join("refs/main"), COMMIT.as_bytes());
        for (path, bytes) in files {
            let blob = repo.join("blobs").join(hex(bytes));
            write(&blob, bytes);
            let link = repo.join("snapshots").join(COMMIT).join(path);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(&blob, &link).unwrap();
        }
        self.settings.places.hub_cache = Some(cache);
        repo
    }

    /// A home with nothing in it, an endpoint where nobody listens, and no pip.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut settings = FetchSettings::new(Places::new(root.path().join("home")));
        settings.endpoint = "http://127.0.0.1:1".into();
        settings.pips = vec![vec![root.path().join("no-such-python").display().to_string()]];
        settings.programs = Programs::on("/usr/bin:/bin".as_ref(), root.path());
        settings.connect_timeout = Duration::from_secs(5);
        settings.stall_timeout = Duration::from_secs(5);
        Self { root, spec: spec(), settings }
    }

    pub(crate) fn with_hub(endpoint: String) -> Self {
        let mut sandbox = Self::new();
        sandbox.settings.endpoint = endpoint;
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn own(&self) -> PathBuf {
        self.settings.places.own(&self.spec)
    }

    pub(crate) fn partial(&self) -> PathBuf {
        self.settings.places.home.join("models/.tiny.partial")
    }

    /// Everything in the folder of models but the lock, with sizes.
    pub(crate) fn models(&self) -> Vec<String> {
        let mut names = tree(&self.settings.places.home.join("models"));
        names.retain(|name| name != ".tiny.lock");
        names
    }

    /// Runs [`ensure`] and writes down what was told.
    pub(crate) fn ensure(&self) -> (Result<FoundModel, HubError>, Vec<String>) {
        let mut events = Vec::new();
        let found = ensure(&self.spec, &self.settings, &mut |event| {
            events.push(name_of(&event));
            ControlFlow::Continue(())
        });
        events.dedup();
        (found, events)
    }

    pub(crate) fn assert_complete(&self) {
        assert_model(&self.own());
    }

    /// An error's text without what differs from run to run.
    pub(crate) fn text(&self, error: &HubError) -> String {
        let text = error.to_string().replace(&self.root.path().display().to_string(), "<root>");
        text.replace(&self.settings.endpoint, "<hub>")
            .replace(self.settings.endpoint.trim_start_matches("https://"), "<hub>")
    }
}

fn name_of(event: &FetchEvent<'_>) -> String {
    match event {
        FetchEvent::PassedOver { reason, .. } => format!("passed over: {}", kind(reason)),
        FetchEvent::WaitingForOther(_) => "waiting".into(),
        FetchEvent::Starting { from, bytes, .. } if from.to_string() == "pip" => format!("pip {bytes}"),
        FetchEvent::Starting { bytes, .. } => format!("hub {bytes}"),
        FetchEvent::Bytes { .. } => "bytes".into(),
        FetchEvent::Checking { file } => format!("checking {file}"),
        FetchEvent::Failed { reason, .. } => format!("failed: {}", kind(reason)),
        FetchEvent::Unpacking { .. } => "unpacking".into(),
        FetchEvent::Done { .. } => "done".into(),
    }
}

/// The variant's name.
pub(crate) fn kind(error: &HubError) -> String {
    let text = match error {
        HubError::Http(error) => format!("{error:?}"),
        error => format!("{error:?}"),
    };
    text.split([' ', '(', '{']).next().unwrap_or_default().into()
}

/// The name of the variant for each way that failed.
pub(crate) fn reasons(error: &HubError) -> Vec<String> {
    match error {
        HubError::NothingWorked { attempts, .. } => {
            attempts.iter().map(|attempt| kind(&attempt.error)).collect()
        }
        other => panic!("not NothingWorked: {other:?}"),
    }
}

pub(crate) fn assert_model(folder: &Path) {
    for (path, bytes, _) in contents() {
        assert!(fs::read(folder.join(path)).unwrap() == bytes, "{path} differs");
    }
    let expected =
        ["1_Pooling/config.json", "config.json", "model.safetensors", "tokenizer.json", "vocab.txt"];
    assert_eq!(tree(folder), expected);
}

/// The files under a folder, sorted.
pub(crate) fn tree(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            names.extend(tree(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

pub(crate) fn write_model(folder: &Path) {
    for (path, bytes, _) in contents() {
        write(&folder.join(path), &bytes);
    }
}

/// A zip archive of these entries.
pub(crate) fn zip_of(path: &Path, entries: &[(String, Vec<u8>)]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in entries {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

/// The tiny model's entries in a folder of an archive, with something of a wheel around them.
pub(crate) fn wheel_entries(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut entries = vec![("py_tiny/__init__.py".to_owned(), b"import os".to_vec())];
    entries.extend(contents().into_iter().map(|(path, bytes, _)| (format!("{folder}{path}"), bytes)));
    entries.push(("py_tiny-1.2.3.dist-info/METADATA".into(), b"Name: py-tiny".to_vec()));
    entries
}
