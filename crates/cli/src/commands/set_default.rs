use naragtive::views;

use crate::Outcome;
use crate::args::SetDefaultArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &SetDefaultArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let entry = settings.library.registry().set_default(&args.name)?;
    if args.json {
        ui.json(&views::default_store(&entry));
    } else {
        ui.print(format_args!("`{}` is the default store now.", entry.name));
    }
    Ok(Outcome::Done)
}
