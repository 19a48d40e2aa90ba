//! What is kept to make commands fast and can be made again.

use std::time::SystemTime;

use naragtive::caches::{CacheEntry, CacheKind, Cleaning};
use naragtive::{count, views};

use crate::Outcome;
use crate::args::CacheCommand;
use crate::error::{Failure, quoted};
use crate::settings::CommandSettings;
use crate::ui::{Ui, bytes};

pub fn run(command: &CacheCommand, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        CacheCommand::Status { json } => status(*json, settings, ui),
        CacheCommand::Clean { unused, json } => clean(*unused, *json, settings, ui),
    }
}

/// Removes what nobody has used for long, once a day. It is no reason for a command to fail.
pub fn sweep(settings: &CommandSettings, ui: &Ui) {
    if let Ok(Some(cleaned)) = settings.library.caches().sweep(now(settings))
        && !cleaned.removed.is_empty()
    {
        let freed = bytes(cleaned.bytes());
        ui.note(format_args!(
            "Removed {freed} from the cache that nobody has used for long: naragtive cache status"
        ));
    }
}

fn now(settings: &CommandSettings) -> SystemTime {
    settings.environment.now.into()
}

fn status(json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let (entries, now) = (settings.library.caches().entries()?, now(settings));
    if json {
        ui.json(&views::caches(&settings.home.value.cache(), &entries, now));
        return Ok(Outcome::Done);
    }
    let titles: Vec<String> = entries.iter().map(|entry| title(entry, settings)).collect();
    let width = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0);
    for (entry, title) in entries.iter().zip(&titles) {
        let (kind, size, about) = (entry.kind.as_str(), bytes(entry.bytes), about(entry, now));
        ui.print(format_args!("{kind:<8}  {title:<width$}  {size:>9}  {about}"));
        ui.print(format_args!("{:<8}  {}", "", ui.dim(&entry.path.display().to_string())));
    }
    let total = entries.iter().map(|entry| entry.bytes).sum::<u64>();
    ui.print(match total {
        0 if entries.is_empty() => "The cache is empty.".to_owned(),
        _ => format!("{} that can be made again; remove it: naragtive cache clean", bytes(total)),
    });
    Ok(Outcome::Done)
}

/// Whose it is, as far as it has a name.
fn title(entry: &CacheEntry, settings: &CommandSettings) -> String {
    let file = entry.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match (entry.kind, &entry.store) {
        (CacheKind::Index, Some(store)) => {
            let gone = if store.exists() { "" } else { " (gone)" };
            format!("{}{gone}", settings.library.caches().store_of(entry).unwrap_or_default())
        }
        (CacheKind::Index, None) => "a store that is not known".to_owned(),
        (CacheKind::Checks, _) => "files of models that were checked".to_owned(),
        (CacheKind::Sample, _) => "the store of naragtive quickstart".to_owned(),
        _ => file,
    }
}

fn about(entry: &CacheEntry, now: SystemTime) -> String {
    let ago = match entry.unused_days(now) {
        0 => "today".to_owned(),
        days => format!("{} ago", count(usize::try_from(days).unwrap_or(usize::MAX), "day")),
    };
    match entry.kind {
        CacheKind::Leftover => format!("left by a process that was killed, {ago}"),
        CacheKind::Download => format!("a fetch goes on from it, stopped {ago}"),
        _ => format!("used {ago}"),
    }
}

fn clean(unused: bool, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let wanted = if unused { Cleaning::Unused { now: now(settings) } } else { Cleaning::All };
    let cleaned = settings.library.caches().clean(wanted)?;
    if json {
        ui.json(&views::cleaned(&settings.home.value.cache(), &cleaned));
    } else {
        let removed = count(cleaned.removed.len(), "item");
        let freed = bytes(cleaned.bytes());
        ui.print(format_args!("Removed {removed}, {freed}; the next command makes what it needs."));
        for (entry, error) in &cleaned.failed {
            let failure = Failure::of(error).hint(format!("look at it: ls -ld {}", quoted(&entry.path)));
            ui.warn_of("not removed", &failure);
        }
    }
    Ok(if cleaned.failed.is_empty() { Outcome::Done } else { Outcome::FaultsFound })
}
