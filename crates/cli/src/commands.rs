//! One file a command. Each takes its arguments as typed, the settings and the terminal.

mod ask;
mod cache;
mod common;
mod completions;
mod config;
mod create_store;
mod delete_store;
mod doctor;
mod export;
mod forget;
mod formats;
mod index;
mod ingest;
mod ingest_help;
mod interactive;
mod list;
mod list_stores;
mod man;
mod mcp;
mod migrate;
mod model;
mod open;
mod quickstart;
mod rename_store;
mod search;
mod serve;
mod set_default;
mod shared;
mod sources;
mod stats;
mod storing;
mod upgrade;
mod watch;
mod watch_beside;

use crate::Outcome;
use crate::args::Command;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub use cache::sweep;
pub use completions::VARIABLE as COMPLETIONS_VARIABLE;

pub fn run(command: &Command, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        Command::Quickstart(args) => quickstart::run(args, settings, ui),
        Command::Ingest(args) => ingest::any(args, settings, ui),
        Command::IngestNeptune(args) => ingest::neptune(args, settings, ui),
        Command::IngestLlama(args) => ingest::llama(args, settings, ui),
        Command::IngestChat(args) => ingest::chat(args, settings, ui),
        Command::Watch(args) => watch::run(args, settings, ui),
        Command::Formats => formats::run(ui),
        Command::IngestHelp => ingest_help::run(ui),
        Command::Migrate(args) => migrate::run(args, settings, ui),
        Command::Upgrade(args) => upgrade::run(args, settings, ui),
        Command::Search(args) => search::run(args, settings, ui),
        Command::Interactive(args) => interactive::run(args, settings, ui),
        Command::Ask(args) => ask::run(args, settings, ui),
        Command::Export(args) => export::run(args, settings, ui),
        Command::Stats(args) => stats::run(args, settings, ui),
        Command::Serve(args) => serve::run(args, settings, ui),
        Command::Mcp(args) => mcp::run(args, settings, ui),
        Command::List(args) => list::run(args, settings, ui),
        Command::Sources(args) => sources::run(args, settings, ui),
        Command::Forget(args) => forget::run(args, settings, ui),
        Command::ListStores(args) => list_stores::run(args, settings, ui),
        Command::CreateStore(args) => create_store::run(args, settings, ui),
        Command::SetDefault(args) => set_default::run(args, settings, ui),
        Command::RenameStore(args) => rename_store::run(args, settings, ui),
        Command::DeleteStore(args) => delete_store::run(args, settings, ui),
        Command::Shared { command } => shared::run(command, settings, ui),
        Command::Model { command } => model::run(command, settings, ui),
        Command::Config { command } => config::run(command, settings, ui),
        Command::Index { command } => index::run(command, settings, ui),
        Command::Cache { command } => cache::run(command, settings, ui),
        Command::Doctor(args) => doctor::run(args, settings, ui),
        Command::Completions(args) => completions::run(args, ui),
        Command::Man(args) => man::run(args, settings, ui),
    }
}
