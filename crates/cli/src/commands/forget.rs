use naragtive::jobs::{Selection, Unwanted, forget, unwanted};
use naragtive::{count, views};

use super::common;
use crate::Outcome;
use crate::args;
use crate::error::{Failure, quoted};
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::Ui;

pub fn run(args: &args::ForgetArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::store(&args.store, settings, ui)?;
    let which = Selection { source: args.source.clone(), having: args.having.clone() };
    let found = unwanted(&located.at, &which)?;
    if found.scenes > 0 && !args.yes {
        confirm(&found, settings, ui)?;
    }
    stop::listen();
    let done = common::watched(ui, |watch| forget(&settings.library, &found, watch))?;
    done.note().iter().for_each(|note| ui.tell(note));
    if args.json {
        ui.json(&views::forgotten(&located.info(located.at.open()?.len()), &done, &found));
    } else if found.scenes == 0 {
        ui.print(format_args!("No scene in {} is meant.", located.at));
        let named = located.name.map(|name| format!("--store-name {name}"));
        let named = named.unwrap_or_else(|| format!("--store {}", quoted(&located.at)));
        ui.note(format_args!("What it was made from: naragtive sources {named}"));
    } else {
        ui.print(format_args!("Forgot {}; it holds {}.", count(done.scenes, "scene"), done.total));
    }
    Ok(if found.scenes == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// The scenes can't be had back, so a person has to say yes.
fn confirm(found: &Unwanted, settings: &CommandSettings, ui: &Ui) -> Result<(), Failure> {
    let kept = |why: &str| {
        Failure::new(format!("nothing was forgotten: {why}; it would be {}", count(found.scenes, "scene")))
            .hint("the same command with --yes doesn't ask")
    };
    common::ask("forget asks first", &format!("Forget {found}? [y/N] "), kept, settings, ui)
}
