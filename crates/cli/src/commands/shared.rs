//! Servers with stores that many people share.

use std::fmt::Display;

use jiff::Timestamp;
use naragtive::shared::{About, Host, Membership, Pulled, Pushed, SharedName, SharedStore, Synced};
use naragtive::{Choice, StoreName, count, views};
use naragtive_serve::http::new_token;
use serde_json::Value;

use super::common;
use crate::Outcome;
use crate::args::{May, SharedCommand};
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, age};

pub fn run(command: &SharedCommand, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        SharedCommand::Add { name, address, json } => add(name, address, *json, settings, ui),
        SharedCommand::Remove { host } => remove(host, settings, ui),
        SharedCommand::Init { host, json } => init(host, *json, settings, ui),
        SharedCommand::List { host, json } => list(host.as_ref(), *json, settings, ui),
        SharedCommand::Status { host, json } => status(host.as_ref(), *json, settings, ui),
        SharedCommand::Push { store, to, json } => push(store, to, *json, settings, ui),
        SharedCommand::Pull { from, name, json } => pull(from, name.as_ref(), *json, settings, ui),
        SharedCommand::Sync { store, json } => sync(store, *json, settings, ui),
        SharedCommand::Token { host, who, remove, json } => token(host, who, *remove, *json, settings, ui),
        SharedCommand::Grant { store, who, may, json } => {
            grant(store, who.as_deref().zip(*may), *json, settings, ui)
        }
    }
}

/// Prints one or the other.
fn tell(json: bool, value: Value, words: impl Display, ui: &Ui) -> Result<Outcome, Failure> {
    if json {
        ui.json(&value);
    } else {
        ui.print(words);
    }
    Ok(Outcome::Done)
}

fn add(
    name: &StoreName,
    address: &str,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let host = settings.library.shared().add(name, address)?;
    let told =
        tell(json, views::shared_host(&host), format_args!("`{name}` is {} from now on.", host.address), ui);
    ui.note(format_args!("Now try: naragtive shared status {name}"));
    told
}

fn remove(host: &StoreName, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let Host { name, address } = settings.library.shared().hosts().remove(host)?;
    ui.print(format_args!("Forgot `{name}`, which was {address}."));
    Ok(Outcome::Done)
}

fn init(host: &StoreName, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let prepared = settings.library.shared().prepare(host)?;
    let done = match prepared.before {
        Some(before) if before == prepared.now => "was prepared before",
        Some(_) => "is brought up to date",
        None => "is prepared",
    };
    let words = format_args!("The database of `{host}` {done}.");
    let told = tell(json, views::prepared(&prepared), words, ui);
    ui.note(
        "Whoever may connect to it can keep stores there, and sees those of others that they were granted: \
         naragtive shared grant HOST/CAMPAIGN WHO read",
    );
    told
}

fn token(
    host: &StoreName,
    who: &str,
    remove: bool,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let shared = settings.library.shared();
    if remove {
        let (Host { name, .. }, was_there) = shared.let_out(host, who)?;
        let done = if was_there { "is let in no more" } else { "had no token" };
        return tell(json, views::shared_token(&name, who, None), format_args!("`{who}` {done}."), ui);
    }
    let made = new_token().map_err(Failure::of_server)?;
    let Host { name, .. } = shared.let_in(host, who, &made)?;
    ui.note(format_args!("`{who}` is let in by this token from now on, and it is not shown again:"));
    tell(json, views::shared_token(&name, who, Some(&made)), &made, ui)
}

fn list(
    host: Option<&StoreName>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let shared = settings.library.shared();
    let hosts = shared.hosts().chosen(host)?;
    let found = hosts.iter().map(|host| (host, shared.stores(&host.name).map_err(Failure::from)));
    let found: Vec<(&Host, Result<Vec<SharedStore>, Failure>)> = found.collect();
    if json {
        let hosts = found.iter().map(|(host, stores)| {
            views::shared_listed(host, stores.as_deref().map_err(|failure| failure.message.as_str()))
        });
        ui.json(&views::shared_hosts(hosts));
        return Ok(Outcome::Done);
    }
    if found.is_empty() {
        ui.print("No servers yet.");
        ui.note("Name one: naragtive shared add NAME postgresql://USER@HOST/DATABASE");
    }
    for (host, stores) in found {
        ui.print(format_args!("{}  {}", ui.bold(host.name.as_str()), host.address));
        match stores {
            Ok(stores) if stores.is_empty() => ui.print("  no store that you may read"),
            Ok(stores) => stores.iter().for_each(|store| ui.print(line(host, store, settings))),
            Err(failure) => ui.warn_of("not asked", &failure),
        }
    }
    Ok(Outcome::Done)
}

fn line(host: &Host, store: &SharedStore, settings: &CommandSettings) -> String {
    let name = format!("{}/{}", host.name, store.name);
    let changed = store.changed.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let changed =
        changed.map_or_else(String::new, |at| format!(", changed {}", age(at, settings.environment.now)));
    format!(
        "  {name}  {}, you may {}, made by {}{changed}",
        count(store.scenes, "scene"),
        store.may,
        store.owner
    )
}

fn status(
    host: Option<&StoreName>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let shared = settings.library.shared();
    let hosts = shared.hosts().chosen(host)?;
    let asked = hosts.iter().map(|host| (host, shared.about(&host.name).map_err(Failure::from)));
    let asked: Vec<(&Host, Result<About, Failure>)> = asked.collect();
    let failed = asked.iter().any(|(_, about)| about.is_err());
    if json {
        let hosts = asked.iter().map(|(host, about)| {
            views::shared_status(host, about.as_ref().map_err(|failure| failure.message.as_str()))
        });
        ui.json(&views::shared_hosts(hosts));
    } else {
        for (host, about) in &asked {
            ui.print(format_args!("{}  {}", ui.bold(host.name.as_str()), host.address));
            match about {
                Ok(about) => words(about).iter().for_each(|line| ui.print(format_args!("  {line}"))),
                Err(failure) => ui.warn_of("not reached", failure),
            }
        }
    }
    Ok(if failed { Outcome::FaultsFound } else { Outcome::Done })
}

fn words(about: &About) -> Vec<String> {
    let cipher = if about.encrypted { "encrypted" } else { "not encrypted" };
    let vector = about.vector.as_deref().map_or("none".to_owned(), |version| version.to_owned());
    let schema = match about.schema {
        Some(version) => format!("prepared (schema {version})"),
        None => "not prepared: naragtive shared init HOST".to_owned(),
    };
    vec![
        format!("PostgreSQL {}, pgvector {vector}, {schema}", about.postgres),
        format!("you are {}, {cipher}", about.user),
    ]
}

fn push(
    store: &str,
    to: &SharedName,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let located = common::locate_told(Choice::word(store), settings, ui)?;
    let shared = settings.library.shared();
    let pushed = common::watched(ui, |watch| shared.push(&located, to, watch))?;
    let Pushed { appended, unread, .. } = &pushed;
    if *unread > 0 {
        ui.note(format_args!(
            "{} beside new ones were not read with them, as there is no model here: naragtive model pull",
            count(*unread, "message")
        ));
    }
    let told = tell(
        json,
        views::pushed(to, &pushed),
        format_args!(
            "Sent {} to {to}; it holds {}.",
            count(appended.added + appended.updated, "scene"),
            appended.total
        ),
        ui,
    );
    ui.note(format_args!("Now try: naragtive search \"what you remember\" --store-name {to}"));
    told
}

fn pull(
    from: &SharedName,
    name: Option<&StoreName>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let (name, now) = (name.unwrap_or(&from.store).clone(), settings.environment.noted);
    let shared = settings.library.shared();
    let pulled = common::watched(ui, |watch| shared.pull(from, name, now, watch))?;
    let Pulled { name, appended, .. } = &pulled;
    let told = format!(
        "Fetched {} of {from} into `{name}`; it holds {}.",
        count(appended.added, "scene"),
        appended.total
    );
    tell(json, views::pulled(&pulled), told, ui)
}

fn sync(store: &SharedName, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    let shared = settings.library.shared();
    let synced = common::watched(ui, |watch| shared.sync(store, watch))?;
    let Synced { store: found, fetched, removed, .. } = &synced;
    let told = format!("{store} holds {}; {fetched} came, {removed} went.", count(found.scenes, "scene"));
    tell(json, views::synced(store, &synced), told, ui)
}

fn grant(
    store: &SharedName,
    change: Option<(&str, May)>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let shared = settings.library.shared();
    let members = match change {
        Some((who, May(may))) => shared.grant(store, who, may)?,
        None => shared.members(store)?.1,
    };
    if json {
        ui.json(&views::shared_members(store, &members));
    } else {
        members.iter().for_each(|Membership { who, may }| ui.print(format_args!("{may:<5}  {who}")));
    }
    Ok(Outcome::Done)
}
