use naragtive::shared::Host;
use naragtive::{StoreName, views};
use naragtive_serve::http::new_token;

use super::telling::tell;
use crate::Outcome;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub(super) fn token(
    host: &StoreName,
    who: &str,
    remove: bool,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let shared = settings.library.shared();
    if remove {
        let (Host { name, .. }, was_there) = shared.let_out(host, who)?;
        let done = if was_there { "is let in no more" } else { "had no token" };
        return tell(json, views::shared_token(&name, who, None), format_args!("`{who}` {done}."), ui);
    }
    let made = new_token().map_err(Failure::of_server)?;
    let Host { name, .. } = shared.let_in(host, who, &made)?;
    ui.note(format_args!("`{who}` is let in by this token from now on, and it is not shown again:"));
    tell(json, views::shared_token(&name, who, Some(&made)), &made, ui)
}
