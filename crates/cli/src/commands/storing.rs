//! What every command that stores scenes does with them, wherever they came from.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use naragtive::{
    Added, Error, Flow, How, NewStore, Scene, Source, Store, StoreEntry, StoreName, add, check_replaceable,
    check_writable,
};
use serde_json::{Map, Value, json};

use super::common;
use crate::args::Target;
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::stop;
use crate::ui::{AddBar, IndexBar, Ui};

/// Where scenes go.
pub struct Destination {
    name: Option<StoreName>,
    path: PathBuf,
    how: How,
}

impl Destination {
    /// The file: the one typed, the one the name to register has already, the one it gets in the home folder, or
    /// `usual` in the current folder. All that could refuse it or its registration is looked at here, before
    /// anything is fetched or computed.
    pub fn resolve(
        typed: Option<&Path>,
        usual: &str,
        target: &Target,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let how = if target.no_append { How::Replace } else { How::Merge };
        let name = target.register.as_deref().map(StoreName::from_str).transpose()?;
        let path = match (typed, &name) {
            (Some(path), _) => path.to_owned(),
            (None, Some(name)) => registered_path(name, settings)?,
            (None, None) => PathBuf::from(usual),
        };
        if let Some(name) = &name {
            settings.registry().check_can_register(name, &path)?;
        }
        match how {
            How::Merge => check_writable(&path)?,
            How::Replace => check_replaceable(&path)?,
        }
        Ok(Self { name, path, how })
    }
}

fn registered_path(name: &StoreName, settings: &Settings) -> Result<PathBuf, Failure> {
    let mut known = settings.registry().list()?.into_iter();
    match known.find(|entry| entry.name.eq_ignore_ascii_case(name.as_str())) {
        None => Ok(settings.home.store(name.as_str())),
        // The Python tool meant a file in another folder. A second one here would take its name.
        Some(StoreEntry { name, path, .. }) if path.is_relative() && !path.exists() => {
            Err(Error::StoreMoved { name, path, relative: true }.into())
        }
        Some(entry) => Ok(entry.path),
    }
}

/// What became of the scenes.
pub struct Stored {
    destination: Destination,
    /// The name it has in the registry.
    registered: Option<String>,
    added: Added,
    seconds: f64,
}

/// Embeds the scenes that are new, puts them into the store and registers it.
pub fn store(
    scenes: Vec<Scene>,
    destination: Destination,
    source: Source,
    settings: &Settings,
    ui: &Ui,
) -> Result<Stored, Failure> {
    stop::listen();
    let model = common::model(settings, ui)?;
    let (bar, began, patience) = (AddBar::new(ui), Instant::now(), common::patience(settings, ui));
    let added = add(scenes, &destination.path, destination.how, &model, &patience, |done| {
        bar.show(done);
        if stop::is_asked() { Flow::Stop } else { Flow::Continue }
    });
    bar.finish();
    let (added, seconds) = (added?, began.elapsed().as_secs_f64());
    common::tell_cut(&added.cut, ui);
    // One who said stop doesn't wait for the index; the next search builds it.
    if !added.stopped {
        index(&destination.path, &added, settings, ui)?;
    }
    let registered = destination.name.clone().map(|name| {
        let new = NewStore { name, path: destination.path.clone(), source, description: None };
        // Who said stop wants what is finished to be found.
        let patience = if added.stopped { patience.without_stop() } else { patience };
        settings.registry().with_patience(patience).register(new, settings.environment.now)
    });
    let registered = registered.transpose()?.map(|entry| entry.name);
    Ok(Stored { destination, registered, added, seconds })
}

/// Brings the store's index up to date, so that the first search needn't.
fn index(path: &Path, added: &Added, settings: &Settings, ui: &Ui) -> Result<(), Failure> {
    let (indexes, bar) = (common::indexes(settings, ui), IndexBar::new(ui));
    let extended = indexes.extend(path, &added.appended, &mut |done| bar.show(done))?;
    if !extended {
        indexes.open(&Store::open(path)?, &mut |done| bar.show(done))?;
    }
    bar.finish();
    Ok(())
}

impl Stored {
    pub fn print(&self, ui: &Ui) {
        let Stored { destination: Destination { name, path, .. }, added: Added { appended, .. }, .. } = self;
        let mut line = format!("Stored {} in {}", count(appended.added, "new scene"), path.display());
        if self.added.tokens > 0 {
            line += &format!(" in {:.1} s", self.seconds);
        }
        ui.print(format_args!("{line}; it holds {}.", appended.total));
        if appended.already_there > 0 {
            ui.print(format_args!("There already: {}.", count(appended.already_there, "scene")));
        }
        if appended.renamed > 0 {
            ui.print(format_args!(
                "Under a longer id, as theirs belongs to another scene: {}.",
                count(appended.renamed, "scene")
            ));
        }
        let typed = name.as_ref().map(StoreName::as_str).unwrap_or_default();
        let store = match &self.registered {
            Some(name) => {
                let same = if name == typed {
                    String::new()
                } else {
                    format!(", which `{typed}` is but for its case")
                };
                ui.print(format_args!("Registered as `{name}`{same}."));
                format!("--store-name {name}")
            }
            None => format!("--store {}", quoted(path)),
        };
        ui.note(format_args!("Now try: naragtive search \"what you remember\" {store}"));
    }

    /// The object that is reported, to which a command adds what it read.
    pub fn to_json(&self) -> Map<String, Value> {
        let Stored { destination: Destination { path, .. }, added: Added { appended, .. }, .. } = self;
        let mut object = Map::new();
        for (key, value) in [
            (
                "store",
                json!({
                    "name": self.registered,
                    "path": path.display().to_string(),
                    "records": appended.total,
                }),
            ),
            ("added", json!(appended.added)),
            ("already_there", json!(appended.already_there)),
            ("renamed", json!(appended.renamed)),
            ("embedded_in_part", self.added.cut.iter().map(|id| id.as_str()).collect()),
            ("tokens", json!(self.added.tokens)),
            ("seconds", json!((self.seconds * 1000.0).round() / 1000.0)),
            ("stopped", json!(self.added.stopped)),
        ] {
            object.insert(key.to_owned(), value);
        }
        object
    }

    /// A stop is a failure in the end, so that a script sees it; what was finished is stored nevertheless.
    pub fn check_finished(&self) -> Result<(), Failure> {
        if !self.added.stopped {
            return Ok(());
        }
        let scenes = self.added.appended.added;
        Err(Failure::new(format!("stopped after {scenes} new scenes; they are stored"))
            .hint("type the same command again: what is stored is skipped"))
    }
}

/// A number of things, in words that fit it.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
