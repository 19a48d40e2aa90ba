use jiff::Timestamp;
use naragtive::shared::{About, Host, SharedStore, SharedStores};
use naragtive::{StoreName, count, views};
use serde_json::Value;

use super::telling::tell;
use crate::Outcome;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::{Ui, age};

pub(super) fn add(
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

pub(super) fn remove(host: &StoreName, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let Host { name, address } = settings.library.shared().hosts().remove(host)?;
    ui.print(format_args!("Forgot `{name}`, which was {address}."));
    Ok(Outcome::Done)
}

pub(super) fn init(
    host: &StoreName,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
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

/// Servers with what each said, or why it could not be asked.
struct Asked<T>(Vec<(Host, Result<T, Failure>)>);

impl<T> Asked<T> {
    /// Asks the servers that are meant.
    fn of(
        host: Option<&StoreName>,
        settings: &CommandSettings,
        ask: impl Fn(&SharedStores<'_>, &StoreName) -> Result<T, naragtive::Error>,
    ) -> Result<Self, Failure> {
        let shared = settings.library.shared();
        let hosts = shared.hosts().chosen(host)?.into_iter();
        let answer = |host: Host| {
            let said = ask(&shared, &host.name).map_err(Failure::from);
            (host, said)
        };
        Ok(Self(hosts.map(answer).collect()))
    }

    /// Prints all of it, as JSON or in lines under each server; `not` says that one was not asked.
    fn tell(
        &self,
        json: bool,
        view: impl Fn(&Host, Result<&T, &str>) -> Value,
        lines: impl Fn(&Host, &T) -> Vec<String>,
        not: &str,
        ui: &Ui,
    ) {
        if json {
            let view = |(host, said): &(Host, Result<T, Failure>)| {
                view(host, said.as_ref().map_err(|failure| failure.message.as_str()))
            };
            return ui.json(&views::shared_hosts(self.0.iter().map(view)));
        }
        for (host, said) in &self.0 {
            ui.print(format_args!("{}  {}", ui.bold(host.name.as_str()), host.address));
            match said {
                Ok(said) => lines(host, said).iter().for_each(|line| ui.print(format_args!("  {line}"))),
                Err(failure) => ui.warn_of(not, failure),
            }
        }
    }
}

pub(super) fn list(
    host: Option<&StoreName>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let asked = Asked::of(host, settings, |shared, host| shared.stores(host))?;
    if asked.0.is_empty() && !json {
        ui.print("No servers yet.");
        ui.note("Name one: naragtive shared add NAME postgresql://USER@HOST/DATABASE");
    }
    let view = |host: &Host, stores: Result<&Vec<SharedStore>, &str>| {
        views::shared_listed(host, stores.map(Vec::as_slice))
    };
    let lines = |host: &Host, stores: &Vec<SharedStore>| match stores.as_slice() {
        [] => vec!["no store that you may read".to_owned()],
        stores => stores.iter().map(|store| line(host, store, settings)).collect(),
    };
    asked.tell(json, view, lines, "not asked", ui);
    Ok(Outcome::Done)
}

fn line(host: &Host, store: &SharedStore, settings: &CommandSettings) -> String {
    let name = format!("{}/{}", host.name, store.name);
    let changed = store.changed.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let changed =
        changed.map_or_else(String::new, |at| format!(", changed {}", age(at, settings.environment.now)));
    let indexed = if store.indexed { ", indexed on the server" } else { "" };
    format!(
        "{name}  {}, you may {}, made by {}{changed}{indexed}",
        count(store.scenes, "scene"),
        store.may,
        store.owner
    )
}

pub(super) fn status(
    host: Option<&StoreName>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let asked = Asked::of(host, settings, |shared, host| shared.about(host))?;
    asked.tell(json, views::shared_status, |_, about| words(about), "not reached", ui);
    let failed = asked.0.iter().any(|(_, about)| about.is_err());
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
