//! One file a command. Each takes its arguments as typed, the settings and the terminal.

mod common;
mod create_store;
mod delete_store;
mod export;
mod ingest;
mod ingest_help;
mod list;
mod list_stores;
mod model;
mod quickstart;
mod rename_store;
mod search;
mod set_default;
mod stats;

use crate::Outcome;
use crate::args::Command;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(command: &Command, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        Command::Quickstart(_) => quickstart::run(settings, ui),
        Command::IngestNeptune(args) => ingest::neptune(args, settings, ui),
        Command::IngestLlama(args) => ingest::llama(args, settings, ui),
        Command::IngestChat(args) => ingest::chat(args, settings, ui),
        Command::IngestHelp => ingest_help::run(ui),
        Command::Search(args) => search::run(args, settings, ui),
        Command::Export(args) => export::run(args, settings, ui),
        Command::Stats(args) => stats::run(args, settings, ui),
        Command::List(args) => list::run(args, settings, ui),
        Command::ListStores(args) => list_stores::run(args, settings, ui),
        Command::CreateStore(args) => create_store::run(args, settings, ui),
        Command::SetDefault(args) => set_default::run(args, settings, ui),
        Command::RenameStore(args) => rename_store::run(args, settings, ui),
        Command::DeleteStore(args) => delete_store::run(args, settings, ui),
        Command::Model { command } => model::run(command, settings, ui),
    }
}
