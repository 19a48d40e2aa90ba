use crate::Outcome;
use crate::error::Failure;
use crate::ui::Ui;

/// The guide, as it is printed.
const GUIDE: &str = include_str!("ingest_help.txt");

pub fn run(ui: &Ui) -> Result<Outcome, Failure> {
    ui.print(GUIDE.trim_end());
    Ok(Outcome::Done)
}
