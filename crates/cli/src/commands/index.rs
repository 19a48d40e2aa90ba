use std::path::Path;

use naragtive::jobs::{
    Dropped, IndexReport, IndexRow, build_index, build_indexes, drop_index, drop_indexes, index_state,
    index_states,
};
use naragtive::{Cached, IndexState, count, views};

use super::common;
use crate::Outcome;
use crate::args::{IndexCommand, IndexOf};
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, bytes};

pub fn run(command: &IndexCommand, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen_to_leave();
    match command {
        IndexCommand::Build(of) => build(of, settings, ui),
        IndexCommand::Status(of) => status(of, settings, ui),
        IndexCommand::Drop(of) => drop_some(of, settings, ui),
    }
}

fn build(of: &IndexOf, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let library = &settings.library;
    let built = if of.which.is_all() {
        common::watched(ui, |watch| build_indexes(library, watch))?
    } else {
        let located = common::chosen(&of.which, settings, ui)?;
        IndexReport::of(common::watched(ui, |watch| build_index(library, &located, watch))?)
    };
    Ok(report(&built, of.json, settings, ui))
}

fn status(of: &IndexOf, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let found = if of.which.is_all() {
        index_states(&settings.library)?
    } else {
        IndexReport::of(index_state(&settings.library, &common::chosen(&of.which, settings, ui)?)?)
    };
    Ok(report(&found, of.json, settings, ui))
}

fn drop_some(of: &IndexOf, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let dropped = if of.which.is_all() {
        drop_indexes(&settings.library)?
    } else {
        drop_index(&settings.library, &common::chosen(&of.which, settings, ui)?)?
    };
    if of.json {
        ui.json(&views::dropped(&settings.home.value.indexes(), &dropped));
    } else {
        let Dropped { indexes, bytes: freed } = dropped;
        let gone = if indexes == 1 { "1 index".to_owned() } else { format!("{indexes} indexes") };
        ui.print(format_args!("Removed {gone}, {}; the next search builds what it needs.", bytes(freed)));
    }
    Ok(Outcome::Done)
}

fn report(report: &IndexReport, json: bool, settings: &CommandSettings, ui: &Ui) -> Outcome {
    let IndexReport { rows, failed } = report;
    let root = settings.home.value.indexes();
    if json {
        ui.json(&views::indexes(&root, report));
    } else {
        let width = rows.iter().map(|row| title(row).chars().count()).max().unwrap_or(0);
        rows.iter().for_each(|row| print(row, width, ui));
        failed.iter().for_each(|(name, error)| ui.print(format_args!("{name}: {error}")));
        if rows.is_empty() && failed.is_empty() {
            ui.print("No index yet: the first search of a store builds one.");
        } else {
            ui.print(format_args!("{} in {}", bytes(report.bytes()), root.display()));
        }
    }
    if failed.is_empty() { Outcome::Done } else { Outcome::FaultsFound }
}

fn title(IndexRow { name, cached }: &IndexRow) -> String {
    let path = || cached.store.as_ref().map_or("a store that is not known".to_owned(), ToString::to_string);
    name.clone().unwrap_or_else(path)
}

fn print(row: &IndexRow, width: usize, ui: &Ui) {
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
