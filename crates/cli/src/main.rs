//! The `naragtive` command.

// A binary has no outside; `pub` means "for the other files" here.
#![allow(unreachable_pub)]

mod args;
mod bug;
mod commands;
mod error;
mod names;
mod settings;
mod stop;
mod ui;

use std::process::ExitCode;

use clap_complete::CompleteEnv;

use crate::args::Args;
use crate::error::Failure;
use crate::settings::{CommandSettings, Environment};
use crate::ui::Ui;

fn main() -> ExitCode {
    bug::told(command)
}

fn command() -> ExitCode {
    #[cfg(unix)]
    stop::survive_limits();
    let completions = CompleteEnv::with_factory(args::command);
    completions.var(commands::COMPLETIONS_VARIABLE).complete();
    let environment = Environment::of_this_process();
    let args = match Args::typed() {
        Ok(args) => args,
        Err(error) => return ui::usage(&error),
    };
    let mut ui = Ui::new(&args.global, &environment);
    let outcome = run(&args, environment, &mut ui);
    match outcome.and_then(|outcome| ui.check_printed().map(|()| outcome)) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            ui.failure(&failure);
            ExitCode::from(failure.code)
        }
    }
}

fn run(args: &Args, environment: Environment, ui: &mut Ui) -> Result<Outcome, Failure> {
    let settings = CommandSettings::resolve(&args.global, environment, ui)?;
    ui.set_color(settings.color.value, &settings.environment);
    let path = settings.home.value.config();
    let doctor_tells = matches!(args.command, args::Command::Doctor(_));
    for key in settings.unknown_keys.iter().filter(|_| !doctor_tells) {
        ui.warn_of("passing over a line of the config file", &Failure::unknown_key(&path, key));
    }
    let outcome = commands::run(&args.command, &settings, ui);
    if !matches!(args.command, args::Command::Cache { .. }) {
        commands::sweep(&settings, ui);
    }
    outcome
}

/// How a command that didn't fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It did what was asked.
    Done,
    /// It looked and there was nothing.
    NothingFound,
    /// It looked for faults and there are some.
    FaultsFound,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::NothingFound => 1,
            Outcome::FaultsFound => 2,
        })
    }
}
