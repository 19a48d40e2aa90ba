use naragtive::{SourceFile, Timestamp, count, sources, views};

use super::common;
use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &args::SourcesArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::store(&args.store, settings, ui)?;
    let store = located.at.open()?;
    let found = sources(&store)?;
    if args.json {
        ui.json(&views::sources(&located.info(store.len()), &found));
        return Ok(if found.is_empty() { Outcome::NothingFound } else { Outcome::Done });
    }
    if found.is_empty() {
        ui.print(format_args!("No scenes in {}.", located.at));
        return Ok(Outcome::NothingFound);
    }
    for SourceFile { file, source, conversations, scenes, days, added } in &found {
        ui.print(file.as_deref().unwrap_or("(scenes that don't say what they were read from)"));
        let days = days.as_ref().map_or_else(String::new, |(first, last)| match first == last {
            true => format!(", {first}"),
            false => format!(", {first} to {last}"),
        });
        let kind = source.as_ref().map_or_else(String::new, |source| format!("{source}, "));
        let (conversations, scenes) = (count(*conversations, "conversation"), count(*scenes, "scene"));
        let added = added.map_or_else(String::new, |(first, last)| match (day(first), day(last)) {
            (first, last) if first == last => format!("; added {first}"),
            (first, last) => format!("; added {first} to {last}"),
        });
        ui.print(format_args!("    {kind}{scenes}, {conversations}{days}{added}"));
    }
    Ok(Outcome::Done)
}

/// The day of a moment, in UTC.
fn day(moment: Timestamp) -> String {
    moment.to_string().chars().take_while(|sign| *sign != 'T').collect()
}
