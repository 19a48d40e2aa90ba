use naragtive::Format;

use crate::Outcome;
use crate::error::Failure;
use crate::ui::Ui;

/// The table of formats: its name, what it is, and how one gets such a file.
pub fn run(ui: &Ui) -> Result<Outcome, Failure> {
    for format in Format::all() {
        ui.print(format_args!("{:<12} {}", format.name(), format.help()));
        ui.print(format_args!("{:<12} from {}", "", format.how_to_export()));
    }
    Ok(Outcome::Done)
}
