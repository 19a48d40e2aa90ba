use naragtive::jobs::delete;
use naragtive::{StoreEntry, views};

use super::common;
use crate::Outcome;
use crate::args::DeleteStoreArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &DeleteStoreArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let entry = settings.registry().get(&args.name)?;
    if args.purge && !args.yes {
        confirm(&entry, settings, ui)?;
    }
    let deleted = delete(&settings.library, &entry.name, args.purge)?;
    let (name, path) = (&deleted.entry.name, &deleted.entry.at);
    if args.json {
        ui.json(&views::deleted_store(&deleted));
    } else if args.purge {
        ui.print(format_args!("Forgot `{name}` and deleted {path}"));
    } else {
        ui.print(format_args!("Forgot `{name}`; its file is still there: {path}"));
    }
    Ok(Outcome::Done)
}

/// Deleting a file can't be undone, so a person has to say yes.
fn confirm(entry: &StoreEntry, settings: &CommandSettings, ui: &Ui) -> Result<(), Failure> {
    let path = &entry.at;
    let kept = |why: &str| {
        Failure::new(format!("nothing was deleted: {why}"))
            .hint(format!("naragtive delete-store {} --purge --yes", entry.name))
    };
    let question = format!("Delete {path} with its {} scenes for good? [y/N] ", entry.record_count);
    common::ask("--purge asks first", &question, kept, settings, ui)
}
