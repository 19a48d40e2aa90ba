use std::fmt::Display;

use serde_json::Value;

use crate::Outcome;
use crate::error::Failure;
use crate::ui::Ui;

/// Prints one or the other.
pub(super) fn tell(json: bool, value: Value, words: impl Display, ui: &Ui) -> Result<Outcome, Failure> {
    if json {
        ui.json(&value);
    } else {
        ui.print(words);
    }
    Ok(Outcome::Done)
}
