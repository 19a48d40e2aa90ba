use naragtive::views;

use crate::Outcome;
use crate::args::SetDefault;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(args: &SetDefault, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let entry = settings.library.registry().set_default(&args.name)?;
    if args.json {
        ui.json(&views::default_store(&entry));
    } else {
        ui.print(format_args!("`{}` is the default store now.", entry.name));
    }
    Ok(Outcome::Done)
}
