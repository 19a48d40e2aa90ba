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
        Ok(outcome) => ended(outcome, &args.command, &ui),
        Err(failure) => {
            ui.failure(&failure);
            ExitCode::from(failure.code)
        }
    }
}

fn ended(outcome: Outcome, command: &args::Command, ui: &Ui) -> ExitCode {
    use args::Command::{Interactive, Mcp, Serve, Watch};
    let is_endless = matches!(command, Watch(_) | Serve(_) | Mcp(_) | Interactive(_));
    let code = code(outcome, stop::is_asked() && !is_endless);
    if code == stop::CODE {
        ui.note("Ctrl-C came when all of it was done already");
    }
    ExitCode::from(code)
}

/// What the process ends with. Who pressed Ctrl-C hears so, though it came so late that nothing was left to stop.
fn code(outcome: Outcome, asked_to_stop: bool) -> u8 {
    match outcome {
        _ if asked_to_stop => stop::CODE,
        Outcome::Done => 0,
        Outcome::NothingFound => 1,
        Outcome::FaultsFound => 2,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_that_comes_too_late_is_told_by_the_code_all_the_same() {
        for (outcome, code_alone) in
            [(Outcome::Done, 0), (Outcome::NothingFound, 1), (Outcome::FaultsFound, 2)]
        {
            assert_eq!((code(outcome, false), code(outcome, true)), (code_alone, 130), "{outcome:?}");
        }
    }
}
