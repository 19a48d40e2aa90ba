//! Servers with stores that many people share.

mod servers;
mod stores;
mod telling;
mod token;

use crate::Outcome;
use crate::args::SharedCommand;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(command: &SharedCommand, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        SharedCommand::Add { name, address, json } => servers::add(name, address, *json, settings, ui),
        SharedCommand::Remove { host } => servers::remove(host, settings, ui),
        SharedCommand::Init { host, json } => servers::init(host, *json, settings, ui),
        SharedCommand::List { host, json } => servers::list(host.as_ref(), *json, settings, ui),
        SharedCommand::Status { host, json } => servers::status(host.as_ref(), *json, settings, ui),
        SharedCommand::Push { store, to, json } => stores::push(store, to, *json, settings, ui),
        SharedCommand::Pull { from, name, json } => stores::pull(from, name.as_ref(), *json, settings, ui),
        SharedCommand::Sync { store, json } => stores::sync(store, *json, settings, ui),
        SharedCommand::Index { store, remove, json } => stores::index(store, !remove, *json, settings, ui),
        SharedCommand::Token { host, who, remove, json } => {
            token::token(host, who, *remove, *json, settings, ui)
        }
        SharedCommand::Grant { store, who, may, json } => {
            stores::grant(store, who.as_deref().zip(*may), *json, settings, ui)
        }
    }
}
