//! What can be typed. The doc comments are the help.
//!
//! Values of an enum have no doc comments: clap would lay out the whole help in its long form for them.

mod ask;
mod cache;
mod export;
mod find;
mod groups;
mod index;
mod ingest;
mod machine;
mod mcp;
mod rerank;
mod serve;
mod shared;
mod stores;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::ArgValueCandidates;
use naragtive::{Color, Precision};

use crate::names;

pub use ask::AskArgs;
pub use cache::CacheCommand;
pub use export::ExportArgs;
pub use find::{FindingArgs, InteractiveArgs, ListArgs, SearchArgs, StatsArgs, StoreArgs, StoresArgs};
pub use index::{IndexCommand, IndexOf, UpgradeArgs, WhichArgs};
pub use ingest::{
    ChatKind, DateArgs, IngestArgs, IngestChatArgs, IngestLlamaArgs, IngestNeptuneArgs, MigrateArgs,
    TakingArgs, TargetArgs, WatchArgs,
};
pub use machine::{CompletionsArgs, ConfigCommand, DoctorArgs, ManArgs, ModelCommand, QuickstartArgs, Shell};
pub use mcp::{McpArgs, McpInstall};
pub use serve::ServeArgs;
pub use shared::{May, SharedCommand};
pub use stores::{
    CreateStoreArgs, DeleteStoreArgs, ForgetArgs, ListStoresArgs, RenameStoreArgs, SetDefaultArgs,
    SourcesArgs,
};

/// Search your own stories: exports become scenes, and scenes are found by what they mean.
#[derive(Debug, Parser)]
#[command(name = "naragtive", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Nothing prepared yet? Try `naragtive quickstart`.\n\
                        Stores, models and settings are kept in ~/.naragtive, or where NARAGTIVE_HOME says.")]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

impl Args {
    /// What was typed on the command line of this process.
    pub fn typed() -> Result<Self, clap::Error> {
        let mut matches = command().try_get_matches()?;
        Self::from_arg_matches_mut(&mut matches)
    }
}

/// The whole command line's definition: for parsing, help, completions and the man page.
pub fn command() -> clap::Command {
    groups::grouped(Args::command())
}

/// Options of every command.
#[derive(Debug, Clone, ClapArgs)]
pub struct Global {
    /// Print nothing on stderr but errors
    #[arg(short, long, global = true, help_heading = "Everywhere")]
    pub quiet: bool,
    /// Colour: auto, always or never [env: NO_COLOR]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        help_heading = "Everywhere",
        hide_possible_values = true
    )]
    #[arg(value_parser = color())]
    pub color: Option<Color>,
    /// The embedding model by name, for this command [env: NARAGTIVE_MODEL]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Everywhere")]
    #[arg(add = ArgValueCandidates::new(names::embedders))]
    pub model: Option<String>,
    /// The embedding model's folder [env: NARAGTIVE_MODEL_DIR]
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Everywhere")]
    pub model_dir: Option<PathBuf>,
    /// A server that embeds in the model's place, like llama-server --embedding [env: NARAGTIVE_EMBED_URL]
    #[arg(long, global = true, value_name = "URL", help_heading = "Everywhere")]
    pub embed_url: Option<String>,
    /// How many threads compute [default: all cores] [env: NARAGTIVE_THREADS]
    #[arg(long, global = true, value_name = "N", help_heading = "Everywhere", value_parser = whole, allow_negative_numbers = true)]
    pub threads: Option<NonZeroUsize>,
    /// Numbers used: auto, f32, bf16, int16 or int8 [env: NARAGTIVE_PRECISION]
    #[arg(
        long,
        global = true,
        value_name = "NUMBERS",
        help_heading = "Everywhere",
        hide_possible_values = true
    )]
    #[arg(value_parser = precision())]
    pub precision: Option<Precision>,
}

/// What stands under the help of a command that needs a store.
fn example(line: &str) -> String {
    format!(
        "Example:\n  {line}\n\nWhere no store is named, the default store is used (naragtive set-default), else \
         ./scenes.parquet."
    )
}

/// A number of things, of which there must be one at least.
fn whole(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "expected a whole number from 1 up")
}

fn color() -> impl TypedValueParser<Value = Color> {
    PossibleValuesParser::new(Color::ALL.map(Color::name)).try_map(|name| name.parse())
}

fn precision() -> impl TypedValueParser<Value = Precision> {
    PossibleValuesParser::new(Precision::ALL.map(Precision::name)).try_map(|name| name.parse())
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Try everything on a sample campaign; needs nothing prepared
    Quickstart(QuickstartArgs),
    /// Store the scenes of exports of any kind: what is in a file tells what it is
    Ingest(IngestArgs),
    /// Store what appears or grows in files and folders, until Ctrl-C
    Watch(WatchArgs),
    /// Store the scenes of a Neptune AI export (.txt)
    IngestNeptune(IngestNeptuneArgs),
    /// Store the exchanges of llama-server conversations (.json, .jsonl, .zip)
    IngestLlama(IngestLlamaArgs),
    /// Store chat messages (.json) or plain text (.txt)
    IngestChat(IngestChatArgs),
    /// A guide to the sources, with examples
    IngestHelp,
    /// List the formats that can be read, and how to export from each program
    Formats,
    /// Store the documents of a ChromaDB folder
    Migrate(MigrateArgs),
    /// Embed an old store's scenes by passages, so that long ones are found better
    Upgrade(UpgradeArgs),
    /// Find the scene you mean
    Search(SearchArgs),
    /// Search again and again; the model is loaded once
    Interactive(InteractiveArgs),
    /// Have a server of yours answer in words, from the scenes that a search finds
    Ask(AskArgs),
    /// Write what a search finds in the form another program reads
    Export(ExportArgs),
    /// Let a chat program search: the Model Context Protocol on stdin and stdout
    Mcp(McpArgs),
    /// Search and read in your browser, and let other programs ask over HTTP
    Serve(ServeArgs),
    /// List the scenes of a store
    List(ListArgs),
    /// What is in a store
    Stats(StatsArgs),
    /// The files that a store was made from
    Sources(SourcesArgs),
    /// Remove scenes from a store: those of a file, or those with a value
    Forget(ForgetArgs),
    /// The stores you have named
    ListStores(ListStoresArgs),
    /// Give an existing store a name
    CreateStore(CreateStoreArgs),
    /// Choose the store that commands use when none is named
    SetDefault(SetDefaultArgs),
    /// Give a store another name
    RenameStore(RenameStoreArgs),
    /// Forget a store's name; its file stays, unless --purge says otherwise
    DeleteStore(DeleteStoreArgs),
    /// Stores on a PostgreSQL server that many people share
    Shared {
        #[command(subcommand)]
        command: SharedCommand,
    },
    /// The embedding model and the rerankers on this machine
    Model {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// The settings, and where each came from
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// What makes searches fast: build it, look at it, remove it
    Index {
        #[command(subcommand)]
        command: IndexCommand,
    },
    /// What is kept to make commands fast and can be made again: look at it, remove it
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
    /// Check stores, names and models, and say what to type for each fault
    Doctor(DoctorArgs),
    /// Print what a shell needs to complete commands and store names
    Completions(CompletionsArgs),
    /// Print the man page
    Man(ManArgs),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }
}
