use std::str::FromStr;

use naragtive::{StoreName, views};

use crate::Outcome;
use crate::args::RenameStoreArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &RenameStoreArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let entry = settings.library.registry().rename(&args.old, &StoreName::from_str(&args.new)?)?;
    if args.json {
        ui.json(&views::renamed_store(&args.old, &entry));
    } else {
        ui.print(format_args!("`{}` is called `{}` now.", args.old, entry.name));
    }
    Ok(Outcome::Done)
}
