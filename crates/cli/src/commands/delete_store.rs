use naragtive::StoreEntry;
use naragtive::jobs::delete;
use serde_json::json;

use super::common;
use crate::Outcome;
use crate::args::DeleteStore;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(args: &DeleteStore, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let entry = settings.registry().get(&args.name)?;
    if args.purge && !args.yes {
        confirm(&entry, settings, ui)?;
    }
    let entry = delete(&settings.library, &entry.name, args.purge)?.entry;
    let path = entry.at.to_string();
    if args.json {
        ui.json(&json!({"name": entry.name, "path": path, "purged": args.purge}));
    } else if args.purge {
        ui.print(format_args!("Forgot `{}` and deleted {path}", entry.name));
    } else {
        ui.print(format_args!("Forgot `{}`; its file is still there: {path}", entry.name));
    }
    Ok(Outcome::Done)
}

/// Deleting a file can't be undone, so a person has to say yes.
fn confirm(entry: &StoreEntry, settings: &Settings, ui: &Ui) -> Result<(), Failure> {
    let path = &entry.at;
    let kept = |why: &str| {
        Failure::new(format!("nothing was deleted: {why}"))
            .hint(format!("naragtive delete-store {} --purge --yes", entry.name))
    };
    let question = format!("Delete {path} with its {} scenes for good? [y/N] ", entry.record_count);
    common::ask("--purge asks first", &question, kept, settings, ui)
}
