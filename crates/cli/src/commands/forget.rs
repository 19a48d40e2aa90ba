use naragtive::jobs::{Forgotten, Selection, Unwanted, forget, unwanted};
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
    let done = if found.scenes > 0 { go(&found, settings, ui)? } else { nothing(&found) };
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

fn nothing(found: &Unwanted) -> Forgotten {
    Forgotten { at: found.at.clone(), scenes: 0, total: found.of, unread: 0 }
}

/// Takes the scenes out of their store.
pub fn go(found: &Unwanted, settings: &CommandSettings, ui: &Ui) -> Result<Forgotten, Failure> {
    stop::listen();
    let done = common::watched(ui, |watch| forget(&settings.library, found, watch))?;
    if done.unread > 0 {
        ui.note(format_args!(
            "{} beside what is gone will be found a little worse: there is no model to read them with the neighbours they \
             have now",
            count(done.unread, "message")
        ));
    }
    Ok(done)
}

/// The scenes can't be had back, so a person has to say yes.
fn confirm(found: &Unwanted, settings: &CommandSettings, ui: &Ui) -> Result<(), Failure> {
    let kept = |why: &str| {
        Failure::new(format!("nothing was forgotten: {why}; it would be {}", count(found.scenes, "scene")))
            .hint("the same command with --yes doesn't ask")
    };
    let question = question(found, "Forget", "");
    common::ask("forget asks first", &question, kept, settings, ui)
}

/// How many scenes are meant, of which files, and the question.
pub fn question(found: &Unwanted, what: &str, why: &str) -> String {
    const SHOWN: usize = 3;
    let mut files: Vec<&str> = found.files.iter().map(String::as_str).take(SHOWN).collect();
    let more = found.files.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("{} more", count(more, "file")) } else { String::new() };
    files.extend(Some(more.as_str()).filter(|more| !more.is_empty()));
    let from = if files.is_empty() { String::new() } else { format!(" from {}", files.join(", ")) };
    format!("{what} {} of {} in {}{from}{why}? [y/N] ", found.scenes, found.of, found.at)
}
