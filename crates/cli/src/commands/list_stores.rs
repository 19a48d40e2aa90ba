use naragtive::doctor::{name_it, nameless};
use naragtive::{EntryCondition, StoreEntry, StoreRemark, views};

use crate::Outcome;
use crate::args::ListStoresArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

/// How many characters of a description are shown.
const DESCRIPTION: usize = 40;

pub fn run(args: &ListStoresArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let registry = settings.registry();
    let entries = registry.list()?;
    let default = registry.default_store()?.map(|entry| entry.name);
    if args.json {
        ui.json(&views::registered_stores(&entries, default.as_deref()));
        return Ok(Outcome::Done);
    }
    let stores: Vec<(StoreEntry, EntryCondition)> =
        entries.into_iter().map(|entry| (entry.clone(), entry.condition())).collect();
    let nameless = nameless(settings, &stores.iter().map(|(entry, _)| entry.clone()).collect::<Vec<_>>());
    nameless.iter().for_each(|path| ui.note(name_it(path)));
    if stores.is_empty() {
        ui.print(if nameless.is_empty() { "No stores yet." } else { "No store has a name." });
        ui.note("Make one: naragtive ingest FILE --register NAME");
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
        if let Some(remark) = StoreRemark::of(entry, condition) {
            ui.print(format_args!("     {remark}"));
        }
    }
    Ok(Outcome::Done)
}
