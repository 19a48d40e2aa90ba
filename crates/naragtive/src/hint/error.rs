use std::path::Path;

use naragtive_disk::DiskError;
use naragtive_index::IndexError;
use naragtive_ingest::{Format, IngestError};
use naragtive_model::{Isa, ModelError};
use naragtive_shared::SharedError;
use naragtive_store::StoreError;

use super::disk::{TYPE_AGAIN, aside, is_full, look_at, mend, of_disk};
use super::export::{of_chroma, of_document, of_export};
use super::models::of_hub;
use super::remote::{EMBEDDER, RERANKER, of_chat, of_remote};
use super::shared::of_shared;
use super::store::of_store;
use super::{Hint, quoted};
use crate::Error;

impl Error {
    /// What to type or do next, best first; nothing where nobody can do anything.
    pub fn hints(&self) -> Vec<Hint> {
        let one = |hint: Hint| vec![hint];
        match self {
            Self::Read { source, path } | Self::Write { source, path } if is_full(source).is_some() => {
                one(look_at(path, source))
            }
            Self::Read { path, .. } => {
                let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                let folder = folder.map(|folder| format!(" {}", quoted(folder))).unwrap_or_default();
                one(Hint::to("look at what is there", format!("ls -l{folder}")))
            }
            Self::NoFile { path } => {
                let command = format!("cat {} | naragtive ingest -", quoted(path));
                one(Hint::to("hand over what it gives", command))
            }
            Self::Folder { path } => one(Hint::to("name one file of it", format!("ls {}", quoted(path)))),
            Self::Export { seems: Some(seems), path, .. } => {
                let command = format!("{} {}", seems.command(), quoted(path));
                one(Hint::to(format!("it looks like a {seems}"), command))
            }
            Self::Bundle { source, .. } => one(of_document(source).map_or_else(
                || Hint::say("naragtive formats says what can be read and how to export it"),
                Hint::say,
            )),
            Self::Export { source: IngestError::IsStore, path, .. } => vec![
                Hint::to("search it", format!("naragtive search \"...\" --store {}", quoted(path))),
                Hint::to("or give it a name", format!("naragtive create-store NAME {} TYPE", quoted(path))),
            ],
            Self::Export { source: IngestError::NoTextField { found }, path, .. } if !found.is_empty() => {
                named_fields(path, found)
            }
            Self::Export {
                source: IngestError::NoSuchField { nearest: Some(nearest), meaning, .. }, ..
            } => one(Hint::to("did you mean", format!("--map {meaning}={nearest}"))),
            Self::Export { source: IngestError::NoSuchField { found, .. }, path, .. } => {
                named_fields(path, found)
            }
            Self::Export { source, .. } => one(of_export(source)),
            Self::UnknownFormat { path, fields } if !fields.is_empty() => {
                let mut hints = named_fields(path, &fields.join(", "));
                hints.push(Hint::to(
                    "or say what it is",
                    format!("naragtive ingest --as FORMAT {}", quoted(path)),
                ));
                hints
            }
            Self::UnknownFormat { path, .. } => {
                let formats: Vec<String> =
                    Format::all().map(|format| format!("`{}`", format.name())).collect();
                vec![
                    Hint::to("say what it is", format!("naragtive ingest --as FORMAT {}", quoted(path))),
                    Hint::to(
                        format!("the formats: {}; what each looks like", formats.join(", ")),
                        "naragtive ingest --help",
                    ),
                ]
            }
            Self::Lexicon { .. } => {
                one(Hint::say("`naragtive ingest-help` shows what a campaign file looks like"))
            }
            Self::Config { path, .. } => one(Hint::to("mend the line, or move the file away", aside(path))),
            Self::NotAnEmbedder { name } => {
                one(Hint::to("name it as the reranker", format!("rerank_model = \"{name}\"")))
            }
            Self::NoSuchReranker { .. } => one(Hint::to("what each is", "naragtive model list")),
            Self::NoScene { .. } => one(Hint::to("what each source looks like", "naragtive ingest-help")),
            Self::LikeReranked => one(Hint::to("leave reranking out", "--rerank=off")),
            Self::LikeByWords { .. } => one(Hint::say("leave --mode out with --similar-to")),
            Self::NothingToSearch { .. } => vec![
                Hint::to("type what you remember", "naragtive search \"who lied to the harbour master\""),
                Hint::to("to see all scenes", "naragtive list"),
            ],
            Self::NoHome => one(Hint::run("export NARAGTIVE_HOME=/path/to/a/folder")),
            Self::BadVariable { name, .. } => one(Hint::run(format!("unset {name}"))),
            Self::NoQueries { .. } => one(Hint::say("write a query on each line")),
            Self::FileForShared { .. } => {
                one(Hint::say("leave --output out, or register it under a name without a slash"))
            }
            Self::InputWatched => one(Hint::say("name files or folders")),
            Self::InputTwice => one(Hint::to("name the other one", "naragtive ingest - FILE")),
            Self::NotPruned => one(Hint::say("mend or export anew what could not be read")),
            Self::IndexNotKept { folder, .. } => {
                let cache = folder.parent().and_then(Path::parent).unwrap_or(folder);
                one(Hint::to("look at the place", format!("ls -ld {0}; df -h {0}", quoted(cache))))
            }
            Self::NoFolder { .. } => one(Hint::to("name another folder", "export NARAGTIVE_HOME=FOLDER")),
            Self::PathAndName { .. } => one(Hint::to("choose one", "--store FILE or --store-name NAME")),
            Self::NoStore => vec![
                Hint::to("a file", "--store FILE"),
                Hint::to("a name", "--store-name NAME"),
                Hint::to("a new store", "naragtive ingest FILE --register NAME"),
                Hint::to("the stores there are", "naragtive list-stores"),
            ],
            Self::NoDefault => vec![
                Hint::to("a file", "--store FILE"),
                Hint::to("register one", "naragtive ingest FILE --register NAME"),
            ],
            Self::NoneNamed => vec![
                Hint::to("the stores there are", "naragtive list-stores"),
                Hint::to("all of them", "--all-stores"),
            ],
            Self::NoDay { first, last } => {
                one(Hint::to("the earlier day first", format!("--since {last} --until {first}")))
            }
            Self::UnknownKey { nearest, .. } => one(Hint::to(
                match nearest.first() {
                    Some(nearest) => format!("did you mean `{nearest}`? what scenes have"),
                    None => "what scenes have".to_owned(),
                },
                "naragtive list --json",
            )),
            Self::StoreFromInput => vec![
                Hint::to(
                    "name its file, or put it into one first",
                    "cat > s.parquet; naragtive search \"...\" --store s.parquet",
                ),
                Hint::to("a file that is called so", "--store ./-"),
            ],
            Self::NoStoreFile { .. } => vec![
                Hint::to("the stores there are", "naragtive list-stores"),
                Hint::to("a new store", "naragtive ingest FILE --output STORE"),
            ],
            Self::StoreMoved { name, path, relative } => of_moved(name, path, *relative),
            Self::OfStore { source, .. } => {
                let mut all = source.hints();
                all.push(Hint::to("or search without it", "--stores NAME,NAME"));
                all
            }
            Self::UnknownScene { nearest, .. } => one(Hint::to(
                match nearest.first() {
                    Some(nearest) => format!("did you mean `{nearest}`? the ids are in"),
                    None => "the ids are in".to_owned(),
                },
                "naragtive list --json",
            )),
            Self::Write { .. } => {
                one(Hint::say("leave --output away to print it, or name a file in a folder that is there"))
            }
            Self::OutputIsStore { .. } | Self::OutputInHome { .. } => {
                one(Hint::say("name another file, or leave --output away to print it"))
            }
            Self::OutputExists { .. } => vec![
                Hint::to("name another file, or write over this one", "--force"),
                Hint::say("or leave --output away to print it"),
            ],
            Self::FolderInUse { .. } => one(Hint::say("name a folder that isn't there yet, or an empty one")),
            Self::Stopped => one(Hint::say(TYPE_AGAIN)),
            Self::Disk(error) | Self::Index(IndexError::Disk(error)) => one(of_disk(error)),
            Self::Chroma(error) => one(of_chroma(error)),
            Self::Store(error) => of_store(error),
            Self::Model(ModelError::Isa { .. }) => {
                let names = Isa::available().into_iter().map(Isa::name).collect::<Vec<_>>().join(", ");
                let about = format!("this machine has {names}; the best is chosen without it");
                one(Hint::to(about, "unset NARAGTIVE_ISA"))
            }
            Self::Index(IndexError::LongQuery { .. }) => {
                one(Hint::to("ask for what matters most; a whole scene", "--similar-to ID"))
            }
            Self::Index(_) => one(Hint::to("build it anew", "naragtive index build")),
            Self::Model(_) => vec![
                Hint::to("fetch the default model anew", "naragtive model pull"),
                Hint::to("or name another folder", "--model-dir FOLDER"),
            ],
            Self::RerankModel(_) | Self::NoScore { .. } => vec![
                Hint::to("fetch it anew", "naragtive model pull NAME"),
                Hint::to("or name another reranker", "--rerank-model NAME"),
            ],
            Self::Hub(error) => of_hub(error),
            Self::UnknownSetting { source, .. } => of_hub(source),
            Self::Remote(error) => of_remote(error, &RERANKER),
            Self::Chat(error) => of_chat(error),
            Self::Embed(error) => of_remote(error, &EMBEDDER),
            Self::NoEmbedServer { .. } => vec![
                Hint::to("name the server, or embed_url in config.toml", "--embed-url http://localhost:8080"),
                Hint::to("by words alone none is needed", "--mode keyword"),
            ],
            Self::NoChatServer => vec![
                Hint::to("start one", "llama-server -m MODEL.gguf --port 8080"),
                Hint::to("and name it, or chat_url in config.toml", "--url http://localhost:8080"),
                Hint::to("what would be sent", "--show-prompt"),
            ],
            Self::NoRoom { .. } => one(Hint::to("give it more room", "--budget 4000")),
            Self::Shared(error) => of_shared(error),
            Self::UnknownHost { nearest: Some(nearest), .. } => {
                one(Hint::to(format!("did you mean `{nearest}`? all of them"), "naragtive shared list"))
            }
            Self::UnknownHost { name, .. } => one(Hint::to(
                "name it",
                format!("naragtive shared add {name} postgresql://USER@HOST/DATABASE"),
            )),
            Self::BadHosts { path, .. } => one(mend(path)),
            Self::TooManyWithoutCopy { name, .. } => vec![
                Hint::to("search fewer", "--character NAME, --since DATE, --where KEY=VALUE"),
                Hint::to("or only those that the server takes for near", "--no-copy --approximate"),
                Hint::to(
                    "or make a copy once, and search it without --no-copy",
                    format!("naragtive shared sync {name}"),
                ),
            ],
            Self::NotSearchable { name, language: Some(language) } => vec![
                Hint::to("search in that language", format!("NARAGTIVE_LANGUAGE={language}")),
                Hint::to(
                    "or make a copy, and search it without --no-copy",
                    format!("naragtive shared sync {name}"),
                ),
            ],
            Self::NotSearchable { name, .. } => one(Hint::to(
                "make a copy, and search it without --no-copy",
                format!("naragtive shared sync {name}"),
            )),
            Self::IsShared { name } => vec![
                Hint::to(
                    "fetch it into a store of your own first",
                    format!("naragtive shared pull {name} NAME"),
                ),
                Hint::to("and send that again", "naragtive shared push NAME HOST/CAMPAIGN"),
            ],
        }
    }

    /// Whether this is about a store's file.
    pub fn is_of_store(&self) -> bool {
        match self {
            Self::Store(_) | Self::StoreMoved { .. } | Self::NoStoreFile { .. } => true,
            Self::OfStore { source, .. } => source.is_of_store(),
            _ => false,
        }
    }

    /// Whether somebody ended the work before it had done anything.
    pub fn is_stop(&self) -> bool {
        match self {
            Self::Stopped | Self::Shared(SharedError::Stopped) => true,
            Self::Disk(error)
            | Self::Shared(SharedError::Disk(error))
            | Self::Store(StoreError::Disk(error))
            | Self::Index(IndexError::Disk(error)) => matches!(error, DiskError::Stopped { .. }),
            Self::OfStore { source, .. } => source.is_stop(),
            _ => false,
        }
    }
}

/// How one says which field of a list of records is the text.
fn named_fields(path: &Path, found: &str) -> Vec<Hint> {
    let command = format!("naragtive ingest {} --map message=FIELD,user=FIELD,time=FIELD", quoted(path));
    vec![Hint::to(
        format!("if it is a list of records, name the field that is the text; it has {found}"),
        command,
    )]
}

fn of_moved(name: &str, path: &Path, relative: bool) -> Vec<Hint> {
    let moved = if relative {
        let whole = quoted(Path::new("/WHOLE/PATH").join(path));
        Hint::to(
            "its path is from another folder; give the whole one",
            format!("naragtive create-store {name} {whole} TYPE"),
        )
    } else {
        Hint::to(
            "if it moved",
            format!("naragtive delete-store {name} && naragtive create-store {name} NEWPATH TYPE"),
        )
    };
    vec![moved, Hint::to("if it is gone", format!("naragtive delete-store {name}"))]
}
