use std::str::FromStr;

use naragtive::{NewStore, StoreName};
use serde_json::json;

use crate::Outcome;
use crate::args::CreateStore;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(args: &CreateStore, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let Ok(source) = args.source_type.parse();
    let new = NewStore {
        name: StoreName::from_str(&args.name)?,
        at: args.path.clone().into(),
        source,
        description: args.description.clone(),
    };
    let entry = settings.library.registry().describe(new, settings.environment.now)?;
    if args.json {
        ui.json(&json!({"name": entry.name, "path": entry.at.to_string(), "records": entry.record_count}));
    } else {
        ui.print(format_args!("Registered `{}`: {} records in {}", entry.name, entry.record_count, entry.at));
    }
    Ok(Outcome::Done)
}
