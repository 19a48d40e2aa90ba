//! What every command that stores scenes says about it, wherever they came from.

use std::path::Path;

use naragtive::jobs::{Stored, Target};
use naragtive::{How, StoreName, count};

use crate::args;
use crate::error::{Failure, quoted};
use crate::stop;
use crate::ui::Ui;

/// Where scenes go, as typed; `usual` is the file in the current folder where nothing was.
pub fn target(typed: Option<&Path>, usual: &str, target: &args::TargetArgs) -> Result<Target, Failure> {
    let how = if target.no_append { How::Replace } else { How::Merge };
    Ok(Target::typed(typed, usual, target.register.as_deref(), how)?)
}

/// What became of the scenes, for people.
pub fn print(stored: &Stored, seconds: f64, ui: &Ui) {
    let Stored { at, asked, registered, added, .. } = stored;
    let appended = &added.appended;
    let mut line = format!("Stored {} in {}", count(appended.added, "new scene"), at);
    if added.tokens > 0 {
        line += &format!(" in {seconds:.1} s");
    }
    ui.print(format_args!("{line}; it holds {}.", appended.total));
    if appended.updated > 0 {
        ui.print(format_args!("Updated: {}.", count(appended.updated, "scene")));
    }
    if appended.already_there > 0 {
        ui.print(format_args!("There already: {}.", count(appended.already_there, "scene")));
    }
    if appended.renamed > 0 {
        ui.print(format_args!(
            "Under a longer id, as theirs belongs to another scene: {}.",
            count(appended.renamed, "scene")
        ));
    }
    stored.about_language().iter().for_each(|note| ui.tell(note));
    let typed = asked.as_ref().map(StoreName::as_str).unwrap_or_default();
    let store = match registered {
        Some(name) => {
            let but = if name == typed || asked.is_none() {
                String::new()
            } else {
                format!(", which `{typed}` is but for its case")
            };
            ui.print(format_args!("Registered as `{name}`{but}."));
            format!("--store-name {name}")
        }
        None => format!("--store {}", quoted(at)),
    };
    ui.note(format_args!("Now try: naragtive search \"what you remember\" {store}"));
}

/// A stop is a failure in the end, so that a script sees it; what was finished is stored nevertheless.
pub fn check_finished(stored: &Stored) -> Result<(), Failure> {
    if !stored.added.stopped {
        return Ok(());
    }
    let scenes = stored.added.appended.added;
    Err(Failure::new(format!("stopped after {scenes} new scenes; they are stored"))
        .hint("type the same command again: what is stored is skipped")
        .code(stop::CODE))
}
