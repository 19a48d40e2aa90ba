use std::path::Path;

use naragtive::{Condition, StoreEntry, views};

use crate::Outcome;
use crate::args::ListStores;
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::ui::Ui;

/// How many characters of a description are shown.
const DESCRIPTION: usize = 40;

pub fn run(args: &ListStores, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let registry = settings.registry();
    let entries = registry.list()?;
    let default = registry.default_store()?.map(|entry| entry.name);
    if args.json {
        ui.json(&views::registered_stores(&entries, default.as_deref()));
        return Ok(Outcome::Done);
    }
    let stores: Vec<(StoreEntry, Condition)> =
        entries.into_iter().map(|entry| (entry.clone(), entry.condition())).collect();
    if stores.is_empty() {
        ui.print("No stores yet.");
        ui.note("Make one: naragtive ingest-neptune --export FILE --register NAME");
        return Ok(Outcome::Done);
    }
    let width = |of: fn(&StoreEntry) -> usize| stores.iter().map(|(entry, _)| of(entry)).max().unwrap_or(0);
    let name_width = width(|entry| entry.name.chars().count());
    let source_width = width(|entry| entry.source.as_str().chars().count());
    for (entry, condition) in &stores {
        let star = if Some(&entry.name) == default.as_ref() { "⭐" } else { "  " };
        let date = entry.created_at.get(..10).unwrap_or(&entry.created_at);
        let description: String =
            entry.description.iter().flat_map(|text| text.chars()).take(DESCRIPTION).collect();
        let row = format!(
            "{star} {:name_width$}  {:source_width$}  {:>7} records  {date}  {description}",
            entry.name,
            entry.source.as_str(),
            entry.record_count,
        );
        ui.print(row.trim_end());
        if let Some(fault) = fault(entry, condition) {
            ui.print(format_args!("     {fault}"));
        }
    }
    Ok(Outcome::Done)
}

/// What is wrong with a store, and how to mend it.
fn fault(entry: &StoreEntry, condition: &Condition) -> Option<String> {
    let (name, path, word) = (&entry.name, &entry.at, quoted(&entry.at));
    match condition {
        Condition::Present if entry.at.is_relative() => Some(format!(
            "its path works in this folder only; mend it: naragtive create-store {name} {word} {}",
            entry.source
        )),
        Condition::Present => upgradable(entry),
        Condition::Missing if entry.at.is_relative() => Some(format!(
            "missing: {path}, a path from another folder; mend it: naragtive create-store {name} \
             {} {}",
            quoted(Path::new("/WHOLE/PATH").join(&entry.at)),
            entry.source
        )),
        Condition::Missing => Some(format!(
            "missing: {path}; if it moved: naragtive delete-store {name} && naragtive create-store {name} NEWPATH {}",
            entry.source
        )),
        Condition::Changed { found, .. } => Some(format!(
            "changed: it holds {found} records now; note that: naragtive create-store {name} {word} {}",
            entry.source
        )),
        Condition::Unreadable(error) => Some(format!(
            "damaged: {error}; take it from a backup, or forget it: naragtive delete-store {name}"
        )),
    }
}

/// What would make a store better.
fn upgradable(entry: &StoreEntry) -> Option<String> {
    let lacking = lacking(entry).filter(|lacking| *lacking > 0)?;
    Some(format!("{lacking} without passages, to be found better: naragtive upgrade {}", entry.name))
}

/// How many of its scenes lack passages, if it can be read.
fn lacking(entry: &StoreEntry) -> Option<usize> {
    Some(entry.at.open().ok()?.lacking_passages())
}
