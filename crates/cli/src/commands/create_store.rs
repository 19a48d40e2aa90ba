use std::str::FromStr;

use naragtive::{NewStore, StoreName, views};

use crate::Outcome;
use crate::args::CreateStoreArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &CreateStoreArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let Ok(source) = args.source_type.parse();
    let new = NewStore {
        name: StoreName::from_str(&args.name)?,
        at: args.path.clone().into(),
        source,
        description: args.description.clone(),
    };
    let entry = settings.library.registry().describe(new, settings.environment.noted)?;
    if args.json {
        ui.json(&views::created_store(&entry));
    } else {
        ui.print(format_args!("Registered `{}`: {} records in {}", entry.name, entry.record_count, entry.at));
    }
    Ok(Outcome::Done)
}
