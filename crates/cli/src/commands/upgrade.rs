use std::time::Instant;

use naragtive::{Flow, Located, Store, Upgraded, check_writable, upgrade};
use serde_json::json;

use super::common;
use super::storing::count;
use crate::Outcome;
use crate::args::Upgrade;
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::stop;
use crate::ui::{AddBar, IndexBar, Ui};

pub fn run(args: &Upgrade, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let located = common::chosen(&args.which, settings, ui)?;
    let began = Instant::now();
    let upgraded = if Store::open(&located.path)?.rows_without_passages()?.is_empty() {
        None
    } else {
        check_writable(&located.path)?;
        Some(give_passages(&located, settings, ui)?)
    };
    let seconds = began.elapsed().as_secs_f64();
    if args.json {
        print_json(&located, upgraded.as_ref(), seconds, ui)?;
    } else {
        print(&located, upgraded.as_ref(), seconds, ui);
    }
    upgraded.map_or(Ok(Outcome::Done), |upgraded| check_finished(&upgraded))
}

fn give_passages(located: &Located, settings: &Settings, ui: &Ui) -> Result<Upgraded, Failure> {
    stop::listen();
    let model = common::model(settings, ui)?;
    let bar = AddBar::new(ui);
    let upgraded = upgrade(&located.path, &model, &common::patience(settings, ui), |done| {
        bar.show(done);
        if stop::is_asked() { Flow::Stop } else { Flow::Continue }
    });
    bar.finish();
    let upgraded = upgraded?;
    common::tell_cut(&upgraded.cut, ui);
    if upgraded.left == 0 {
        let bar = IndexBar::new(ui);
        common::indexes(settings, ui).open(&Store::open(&located.path)?, &mut |done| bar.show(done))?;
        bar.finish();
    }
    Ok(upgraded)
}

fn print(located: &Located, upgraded: Option<&Upgraded>, seconds: f64, ui: &Ui) {
    let path = located.path.display();
    let Some(Upgraded { scenes, total, .. }) = upgraded else {
        ui.print(format_args!("Every scene in {path} has passages already."));
        return;
    };
    let scenes = count(*scenes, "scene");
    ui.print(format_args!("Gave passages to {scenes} of {total} in {path} in {seconds:.1} s."));
    ui.note("The Python tool still reads this file; it passes over the new columns.");
    let store = located.name.as_ref().map(|name| format!("--store-name {name}"));
    let store = store.unwrap_or_else(|| format!("--store {}", quoted(&located.path)));
    ui.note(format_args!("Now try: naragtive search \"what you remember\" {store}"));
}

fn print_json(located: &Located, upgraded: Option<&Upgraded>, seconds: f64, ui: &Ui) -> Result<(), Failure> {
    let records = Store::open(&located.path)?.len();
    let cut = upgraded.map_or(&[][..], |upgraded| &upgraded.cut);
    ui.json(&json!({
        "store": located.info(records).to_json(),
        "upgraded": upgraded.map_or(0, |upgraded| upgraded.scenes),
        "left": upgraded.map_or(0, |upgraded| upgraded.left),
        "embedded_in_part": cut.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        "tokens": upgraded.map_or(0, |upgraded| upgraded.tokens),
        "seconds": (seconds * 1000.0).round() / 1000.0,
    }));
    Ok(())
}

/// A stop is a failure in the end, so that a script sees it; what was finished is stored nevertheless.
fn check_finished(upgraded: &Upgraded) -> Result<Outcome, Failure> {
    if upgraded.left == 0 {
        return Ok(Outcome::Done);
    }
    let Upgraded { scenes, left, .. } = upgraded;
    Err(Failure::new(format!("stopped after {}; {left} still lack passages", count(*scenes, "scene")))
        .hint("type the same command again: it goes on from there"))
}
