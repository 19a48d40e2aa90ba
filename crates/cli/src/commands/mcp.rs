use naragtive::SettingOrigin;
use naragtive_serve::install::{self, Client, Machine, System, Written, plan};
use naragtive_serve::stdio;

use crate::Outcome;
use crate::args::{McpArgs, McpInstall};
use crate::commands::common::service;
use crate::error::{Failure, quoted};
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &McpArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match args.command {
        Some(McpInstall::Install { client, write }) => install(client, write, settings, ui),
        None => serve(settings, ui),
    }
}

/// Until stdin ends.
fn serve(settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    if settings.environment.stdin_is_terminal {
        ui.note("this waits for a chat program; to set one up: naragtive mcp install CLIENT");
    }
    stdio(service(settings), settings.threads.value).map_err(Failure::of_server)?;
    Ok(Outcome::Done)
}

fn install(client: Client, write: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let plan = plan(client, &machine(settings)?);
    if write {
        return match install::write(&plan, &settings.home.value).map_err(Failure::of_server)? {
            Some(written) => {
                tell(&written, ui);
                plan.then.iter().for_each(|line| ui.note(line));
                Ok(Outcome::Done)
            }
            None => {
                let name = client.name();
                let failure =
                    Failure::new(format!("there is no file to write for {name}: it is set up by hand"));
                Err(failure.hint(format!("see how: naragtive mcp install {name}")))
            }
        };
    }
    if let Some(file) = &plan.file {
        ui.note(format_args!(
            "into {} goes, or: naragtive mcp install {} --write",
            quoted(file),
            client.name()
        ));
    }
    ui.print(format_args!("{:#}", plan.snippet()));
    plan.then.iter().for_each(|line| ui.note(line));
    Ok(Outcome::Done)
}

fn tell(written: &Written, ui: &Ui) {
    match written {
        Written::Unchanged(file) => ui.print(format_args!("{} has it already", quoted(file))),
        Written::Changed(file, backup) => {
            ui.print(format_args!("wrote {}", quoted(file)));
            if let Some(backup) = backup {
                ui.note(format_args!("what it was is in {}", quoted(backup)));
            }
        }
    }
}

fn machine(settings: &CommandSettings) -> Result<Machine, Failure> {
    let environment = &settings.environment;
    let unknown = |source| Failure::new(format!("can't tell where this program is: {source}"));
    let home = &settings.home;
    Ok(Machine {
        system: System::HERE,
        user: environment.variables.user_home().ok_or(naragtive::Error::NoHome)?,
        folder: environment.folder.clone(),
        program: environment.program().map_err(unknown)?,
        home: matches!(home.origin, SettingOrigin::Variable(_)).then(|| home.value.root().to_owned()),
    })
}
