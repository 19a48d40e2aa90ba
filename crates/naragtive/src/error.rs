use std::io;
use std::path::{Path, PathBuf};

use naragtive_chroma::ChromaError;
use naragtive_disk::DiskError;
use naragtive_hub::HubError;
use naragtive_index::{IndexError, Mode};
use naragtive_ingest::IngestError;
use naragtive_model::ModelError;
use naragtive_remote::RemoteError;
use naragtive_scene::{Day, SceneId};
use naragtive_shared::SharedError;
use naragtive_store::{StoreError, StoreRef};

use crate::home::SettingOrigin;

/// What can go wrong between an export and a hit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that was named can't be read.
    #[error("can't read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder was named where a file is needed.
    #[error("can't read `{}`: expected a file, found a folder", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// A pipe, a socket or a device was named: it may never end, or never begin.
    #[error("can't read `{}`: expected a file, found a pipe or a device", path.display())]
    NoFile {
        /// What was named.
        path: PathBuf,
    },
    /// A folder or an archive in which no export could be read.
    #[error("can't read `{}`: {source}", path.display())]
    Bundle {
        /// The folder or the archive.
        path: PathBuf,
        /// Why not.
        source: IngestError,
    },
    /// The export isn't what it was said to be.
    #[error("can't read `{}` as a {format}: {source}", path.display())]
    Export {
        /// The file.
        path: PathBuf,
        /// What it was read as.
        format: naragtive_ingest::Format,
        /// What the file seems to be instead.
        seems: Option<naragtive_ingest::Format>,
        /// What is wrong.
        source: IngestError,
    },
    /// Nothing in the file tells what it is.
    #[error("can't tell what `{}` is: what is in it is of no known format", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// What its records have, where it seems to be a list of such.
        fields: Vec<String>,
    },
    /// The campaign file with the word lists can't be used.
    #[error("can't use the lexicon `{}`: {source}", path.display())]
    Lexicon {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: IngestError,
    },
    /// The config file can't be used.
    #[error("can't use `{}`: {}", path.display(), source.to_string().trim_end())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        source: Box<toml::de::Error>,
    },
    /// Nothing says where the program's folder is.
    #[error("no home folder: neither `NARAGTIVE_HOME` nor `HOME` is set")]
    NoHome,
    /// A variable of the environment holds something else than its setting can be.
    #[error("the variable `{name}` should be {expected}, found `{found}`")]
    BadVariable {
        /// The variable.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A path and a name were given, and they may mean two stores.
    #[error("expected one store, found a path (`{}`) and a name (`{name}`)", path.display())]
    PathAndName {
        /// The path.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// No store was named and there is none to fall back on.
    #[error("no store was named, no store is registered, and there is no `scenes.parquet` in this folder")]
    NoStore,
    /// The default store was named and there is none.
    #[error("there is no default store: no store is registered")]
    NoDefault,
    /// A store was to come from standard input.
    #[error("a store can't be read from standard input (`-`): its parts are read in any order")]
    StoreFromInput,
    /// The store's file isn't there.
    #[error("there is no store at `{}`", path.display())]
    NoStoreFile {
        /// The file.
        path: PathBuf,
    },
    /// A registered store's file isn't there.
    #[error("the file of store `{name}` is not there any more: `{}`", path.display())]
    StoreMoved {
        /// The store's name.
        name: String,
        /// The file.
        path: PathBuf,
        /// Whether the registry has it as typed in some folder, as the Python tool wrote it.
        relative: bool,
    },
    /// One of several stores can't be used.
    #[error("store `{name}`: {source}")]
    OfStore {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// No scene has this id.
    #[error("there is no scene `{id}` in {}", paths(stores))]
    UnknownScene {
        /// The id.
        id: SceneId,
        /// The stores that were looked through.
        stores: Vec<StoreRef>,
        /// Ids that look like it, the most alike first.
        nearest: Vec<String>,
    },
    /// No scene of any store that was looked through has a key that scenes are chosen by.
    #[error("no scene has a value under `{key}`; known: {}", ticked(known))]
    UnknownKey {
        /// The key.
        key: String,
        /// Keys that look like it, the most alike first.
        nearest: Vec<String>,
        /// Every key that there is.
        known: Vec<String>,
    },
    /// Scenes are asked for from a day on and up to an earlier one.
    #[error("no day is both {first} or later and {last} or earlier")]
    NoDay {
        /// The first day that is asked for.
        first: Day,
        /// The last one.
        last: Day,
    },
    /// Several stores were to be named, and none was.
    #[error("expected the names or files of stores, found none")]
    NoneNamed,
    /// Exports hold no scene; no store was made or emptied.
    #[error("there is no scene in {}; nothing was stored", paths(exports))]
    NoScene {
        /// The files.
        exports: Vec<PathBuf>,
    },
    /// A document can't be written.
    #[error("can't write `{}`: {source}", path.display())]
    Write {
        /// Where to.
        path: PathBuf,
        /// What the system answered.
        source: std::io::Error,
    },
    /// A document would be written over a store.
    #[error("nothing was written: `{}` is {}", path.display(), which_store(name))]
    OutputIsStore {
        /// Where to.
        path: PathBuf,
        /// The store's name, if it is registered.
        name: Option<String>,
    },
    /// A document would be written into the program's own folder.
    #[error("nothing was written: `{}` is in the program's own folder, `{}`", path.display(), home.display())]
    OutputInHome {
        /// Where to.
        path: PathBuf,
        /// The folder.
        home: PathBuf,
    },
    /// A document would be written over another file.
    #[error("nothing was written: `{}` is there already", path.display())]
    OutputExists {
        /// Where to.
        path: PathBuf,
    },
    /// A model would be written into a folder with other files.
    #[error("nothing was written: there is something in `{}` already", path.display())]
    FolderInUse {
        /// Where to.
        path: PathBuf,
    },
    /// A mode by words was asked for scenes like another one.
    #[error("scenes are like each other in meaning, not by words: `--mode {}`", mode.name())]
    LikeByWords {
        /// The mode.
        mode: Mode,
    },
    /// A query with nothing in it that could be searched for.
    #[error("there is nothing to search for: the query {}", if *is_empty { "is empty" } else { "has no word in it" })]
    NothingToSearch {
        /// Whether there is nothing in it at all.
        is_empty: bool,
    },
    /// A file of queries has none in it.
    #[error("there is nothing to search for: `{}` holds no query", path.display())]
    NoQueries {
        /// The file.
        path: PathBuf,
    },
    /// A file was named for the scenes of a shared store.
    #[error("{name} is a shared store, found a file for it: {}", crate::quoted(path))]
    FileForShared {
        /// The store.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// Standard input was to be watched.
    #[error("standard input (`-`) can't be watched")]
    InputWatched,
    /// Standard input was named more than once.
    #[error("standard input (`-`) can be read once, found it twice")]
    InputTwice,
    /// Nobody knows what exports don't hold any more.
    #[error("nothing was pruned: not all of the exports could be read, so nobody knows what they don't hold")]
    NotPruned,
    /// An index that was asked for can't be kept.
    #[error("the index of `{store}` can't be kept in `{}`", folder.display())]
    IndexNotKept {
        /// Its store.
        store: StoreRef,
        /// Where it would be.
        folder: PathBuf,
    },
    /// A folder can't be made.
    #[error("can't make the folder `{}`: {source}", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The one who watched said stop.
    #[error("stopped; the store is as it was")]
    Stopped,
    /// A ChromaDB folder.
    #[error(transparent)]
    Chroma(#[from] ChromaError),
    /// A store or the registry.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A model's folder.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A reranker's folder.
    #[error(transparent)]
    RerankModel(ModelError),
    /// A reranker answered with something that is no number.
    #[error("the reranker `{model}` gave a score that is not a number; its files may be damaged")]
    NoScore {
        /// The model's name.
        model: String,
    },
    /// The config file or a variable names a model that nobody knows.
    #[error("{source} (`model` is from {origin})")]
    UnknownSetting {
        /// What says so.
        origin: SettingOrigin,
        /// Which name.
        source: Box<HubError>,
    },
    /// A reranker was named where an embedding model is needed.
    #[error("expected an embedding model as `model`, found the reranker `{name}`")]
    NotAnEmbedder {
        /// The name.
        name: String,
    },
    /// What was named as the reranker is none.
    #[error("expected a reranker's name or folder, found `{name}`; known: {}", ticked(known))]
    NoSuchReranker {
        /// What was named.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// Scenes like another one were to be reranked.
    #[error("scenes like another one answer no question that a reranker could read")]
    LikeReranked,
    /// The system refused something about a file, or a wait for one was ended.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Finding or fetching a model.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Asking a server that reranks.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A shared store or its server.
    #[error(transparent)]
    Shared(#[from] SharedError),
    /// No server has this name.
    #[error("no server is named `{name}`; known: {}", if known.is_empty() { "none".to_owned() } else { ticked(known) })]
    UnknownHost {
        /// The name.
        name: String,
        /// The name that may have been meant.
        nearest: Option<String>,
        /// The names there are.
        known: Vec<String>,
    },
    /// shared.toml holds something else than servers.
    #[error("can't use `{}`: {problem}", path.display())]
    BadHosts {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Something can be done to a store of one's own only.
    #[error("`{name}` is a shared store, of which this would change the copy only")]
    IsShared {
        /// The store.
        name: String,
    },
    /// More scenes of a shared store may be found than are fetched for one search.
    #[error(
        "{found} scenes of `{name}` may be found, expected at most {most} where it is searched without a copy"
    )]
    TooManyWithoutCopy {
        /// The store.
        name: String,
        /// How many may be found.
        found: usize,
        /// How many may be at most.
        most: usize,
    },
    /// What a shared store is searched by isn't there, or means something else than here.
    #[error("`{name}` can't be searched without a copy: {}", not_searchable(language.as_deref()))]
    NotSearchable {
        /// The store.
        name: String,
        /// The language whose word forms it is searched by, where that is why.
        language: Option<String>,
    },
    /// Asking a server that answers in words.
    #[error(transparent)]
    Chat(RemoteError),
    /// Asking a server that embeds.
    #[error(transparent)]
    Embed(RemoteError),
    /// A store's vectors are of a server's model, and nobody said where that server is.
    #[error("the vectors are of `{model}` ({dimension} numbers), the model of a server that isn't named")]
    NoEmbedServer {
        /// The model.
        model: String,
        /// How long its vectors are.
        dimension: usize,
    },
    /// A question was asked, and nobody said of whom.
    #[error("no server is named that could answer")]
    NoChatServer,
    /// A prompt has room for no scene.
    #[error("no scene fits into {tokens} tokens")]
    NoRoom {
        /// How many it may have.
        tokens: usize,
    },
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn which_store(name: &Option<String>) -> String {
    name.as_ref().map_or_else(|| "a store".to_owned(), |name| format!("the store `{name}`"))
}

fn paths(paths: &[impl AsRef<Path>]) -> String {
    paths.iter().map(|path| format!("`{}`", path.as_ref().display())).collect::<Vec<_>>().join(", ")
}

fn not_searchable(language: Option<&str>) -> String {
    language.map_or_else(
        || "who wrote to it last used another version of this program".to_owned(),
        |language| format!("its words are kept in the forms of `{language}`"),
    )
}
