use naragtive::jobs::{StoreUpgrade, upgrade_or_move};
use naragtive::notes::embedded_in_part;
use naragtive::{Upgraded, count, views};

use super::common;
use crate::Outcome;
use crate::args::UpgradeArgs;
use crate::error::{Failure, quoted};
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, Watcher};

pub fn run(args: &UpgradeArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::chosen(&args.which, settings, ui)?;
    stop::listen();
    let mut watcher = Watcher::new(ui);
    let done = upgrade_or_move(&settings.library, &located, &mut |step| watcher.step(step));
    let seconds = watcher.seconds();
    drop(watcher);
    let done = done?;
    if let Some(upgraded) = &done.upgraded {
        embedded_in_part(&upgraded.cut).iter().for_each(|note| ui.tell(note));
    }
    if args.json {
        ui.json(&views::upgraded(&done, seconds));
    } else {
        print(&done, seconds, ui);
    }
    done.upgraded.map_or(Ok(Outcome::Done), |upgraded| check_finished(&upgraded))
}

fn print(StoreUpgrade { store, upgraded, moved_to }: &StoreUpgrade, seconds: f64, ui: &Ui) {
    let at = &store.at;
    let Some(Upgraded { scenes, total, .. }) = upgraded else {
        ui.print(format_args!("Every scene in {at} has passages already."));
        return;
    };
    let scenes = count(*scenes, "scene");
    match moved_to {
        Some(model) => ui.print(format_args!("Moved {scenes} in {at} over to {model} in {seconds:.1} s.")),
        None => {
            ui.print(format_args!("Gave passages to {scenes} of {total} in {at} in {seconds:.1} s."));
            ui.note("The Python tool still reads this file; it passes over the new columns.");
        }
    }
    let named = store.name.as_ref().map(|name| format!("--store-name {name}"));
    let named = named.unwrap_or_else(|| format!("--store {}", quoted(&store.at)));
    ui.note(format_args!("Now try: naragtive search \"what you remember\" {named}"));
}

/// A stop is a failure in the end, so that a script sees it; what was finished is stored nevertheless.
fn check_finished(upgraded: &Upgraded) -> Result<Outcome, Failure> {
    if upgraded.left == 0 {
        return Ok(Outcome::Done);
    }
    let Upgraded { scenes, left, .. } = upgraded;
    Err(Failure::new(format!("stopped after {}; {left} still lack passages", count(*scenes, "scene")))
        .hint("type the same command again: it goes on from there")
        .code(stop::CODE))
}
