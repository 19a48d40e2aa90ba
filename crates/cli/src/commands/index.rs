use std::path::{Path, PathBuf};

use naragtive::{Cached, IndexState, Located, Step, StoreEntry, views};
use serde_json::{Value, json};

use super::common;
use super::storing::count;
use crate::Outcome;
use crate::args::{Index, IndexOf};
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::stop;
use crate::ui::{Ui, bytes};

pub fn run(command: &Index, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen_to_leave();
    match command {
        Index::Build(of) => build(of, settings, ui),
        Index::Status(of) => status(of, settings, ui),
        Index::Drop(of) => drop_index(of, settings, ui),
    }
}

/// An index and the name of its store.
struct Row {
    name: Option<String>,
    cached: Cached,
}

/// The name of a store, and why nothing can be told of its index.
type Fault = (String, Failure);

fn build(of: &IndexOf, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    if !of.which.is_all() {
        let built = build_one(&common::chosen(&of.which, settings, ui)?, settings, ui)?;
        return Ok(report(&[built], &[], of.json, settings, ui));
    }
    let (mut built, mut failed) = (Vec::new(), Vec::new());
    for StoreEntry { name, at, .. } in settings.registry().list()? {
        let located = Located { name: Some(name.clone()), at };
        match build_one(&located, settings, ui) {
            Ok(row) => built.push(row),
            Err(failure) => failed.push((name, failure)),
        }
    }
    Ok(report(&built, &failed, of.json, settings, ui))
}

fn build_one(located: &Located, settings: &Settings, ui: &Ui) -> Result<Row, Failure> {
    let indexes = settings.library.indexes();
    let store = located.at.open()?;
    common::watched(ui, |watch| indexes.build(&store, &mut |done| watch(Step::Indexing(done))))?;
    let cached = indexes.state(&located.at)?;
    if matches!(cached.state, IndexState::Ready(_)) {
        return Ok(Row { name: located.name.clone(), cached });
    }
    let folder = cached.folder.display();
    Err(Failure::new(format!("the index of `{}` can't be kept in `{folder}`", located.at))
        .hint(format!("look at the place: ls -ld {0}; df -h {0}", quoted(settings.home.value.cache()))))
}

fn status(of: &IndexOf, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    if !of.which.is_all() {
        let Located { name, at } = common::chosen(&of.which, settings, ui)?;
        let cached = settings.library.indexes().state(&at)?;
        return Ok(report(&[Row { name, cached }], &[], of.json, settings, ui));
    }
    let (rows, failed) = all(settings)?;
    Ok(report(&rows, &failed, of.json, settings, ui))
}

/// Every index there is, then every registered store without one; and what can't be told for a fault of the store.
fn all(settings: &Settings) -> Result<(Vec<Row>, Vec<Fault>), Failure> {
    let (indexes, entries) = (settings.library.indexes(), settings.registry().list()?);
    let folder_of = |entry: &StoreEntry| indexes.folder(&entry.at);
    let (mut rows, mut failed): (Vec<Row>, _) = (Vec::new(), Vec::new());
    for cached in indexes.all()? {
        match cached {
            Ok(cached) => {
                let entry = entries.iter().find(|entry| folder_of(entry) == cached.folder);
                rows.push(Row { name: entry.map(|entry| entry.name.clone()), cached });
            }
            Err(error) => failed.push(("index".to_owned(), error.into())),
        }
    }
    for entry in entries.iter().filter(|entry| !folder_of(entry).exists() && entry.at.exists()) {
        match indexes.state(&entry.at) {
            Ok(cached) => rows.push(Row { name: Some(entry.name.clone()), cached }),
            Err(error) => failed.push((entry.name.clone(), error.into())),
        }
    }
    Ok((rows, failed))
}

fn drop_index(of: &IndexOf, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let indexes = settings.library.indexes();
    let folders: Vec<PathBuf> = if of.which.is_all() {
        indexes.folders()?
    } else {
        vec![indexes.folder(&common::chosen(&of.which, settings, ui)?.at)]
    };
    let dropped: Vec<Cached> =
        folders.into_iter().filter(|folder| folder.is_dir()).map(Cached::unread).collect();
    dropped.iter().try_for_each(|cached| cached.remove(&indexes.patience))?;
    let freed: u64 = dropped.iter().map(|cached| cached.bytes).sum();
    if of.json {
        ui.json(&json!({"folder": display(&indexes.root), "dropped": dropped.len(), "bytes": freed}));
    } else {
        let dropped = match dropped.len() {
            1 => "1 index".to_owned(),
            several => format!("{several} indexes"),
        };
        ui.print(format_args!("Removed {dropped}, {}; the next search builds what it needs.", bytes(freed)));
    }
    Ok(Outcome::Done)
}

fn report(rows: &[Row], failed: &[Fault], json: bool, settings: &Settings, ui: &Ui) -> Outcome {
    let root = settings.library.indexes().root;
    let total: u64 = rows.iter().map(|row| row.cached.bytes).sum();
    if json {
        let indexes: Vec<Value> =
            rows.iter().map(|row| views::index(row.name.as_deref(), &row.cached)).collect();
        let failed: Vec<Value> =
            failed.iter().map(|(name, failure)| json!({"name": name, "error": failure.message})).collect();
        ui.json(&json!({"folder": display(&root), "bytes": total, "indexes": indexes, "failed": failed}));
    } else {
        let width = rows.iter().map(|row| title(row).chars().count()).max().unwrap_or(0);
        rows.iter().for_each(|row| print(row, width, ui));
        failed.iter().for_each(|(name, failure)| ui.print(format_args!("{name}: {}", failure.message)));
        if rows.is_empty() && failed.is_empty() {
            ui.print("No index yet: the first search of a store builds one.");
        } else {
            ui.print(format_args!("{} in {}", bytes(total), root.display()));
        }
    }
    if failed.is_empty() { Outcome::Done } else { Outcome::FaultsFound }
}

fn title(Row { name, cached }: &Row) -> String {
    let path = || cached.store.as_ref().map_or("a store that is not known".to_owned(), ToString::to_string);
    name.clone().unwrap_or_else(path)
}

fn print(row: &Row, width: usize, ui: &Ui) {
    let Cached { folder, bytes: size, state, .. } = &row.cached;
    let about = match state {
        IndexState::Ready(status) => {
            let (scenes, language) = (count(status.rows, "scene"), status.language.name());
            format!("{scenes}, {}, {language}", count(status.vectors, "vector"))
        }
        IndexState::Stale => "of an earlier state of the store; built anew at the next search".to_owned(),
        IndexState::Newer => "written by a later version; built anew at the next search".to_owned(),
        IndexState::Missing => "built at the next search".to_owned(),
        IndexState::Damaged(damage) => format!("{damage}; build it anew: naragtive index build"),
        IndexState::Orphan => "its store is gone; remove it: naragtive index drop".to_owned(),
    };
    ui.print(format_args!("{:<width$}  {:<7}  {:>9}  {about}", title(row), state.as_str(), bytes(*size)));
    ui.print(format_args!("{:<width$}  {}", "", ui.dim(&display(folder))));
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
