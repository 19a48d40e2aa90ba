use naragtive::SettingOrigin;
use naragtive::home::SettingRow;
use naragtive_serve::install::{self, Client, Machine, System, Written, plan};
use naragtive_serve::stdio;
use serde_json::Value;

use crate::Outcome;
use crate::args::{McpArgs, McpInstall};
use crate::commands::common::service;
use crate::error::{Failure, quoted};
use crate::settings::CommandSettings;
use crate::ui::Ui;

/// Variables that name files and folders.
const PATHS: [&str; 2] = ["NARAGTIVE_MODEL_DIR", "NARAGTIVE_LEXICON"];
/// Variables that say where models are and whether they may be fetched.
const FETCHING: [&str; 4] = ["HF_HUB_OFFLINE", "HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT"];

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
    Ok(Machine {
        system: System::HERE,
        user: environment.variables.user_home().ok_or(naragtive::Error::NoHome)?,
        folder: environment.folder.clone(),
        program: environment.program().map_err(unknown)?,
        variables: variables(settings),
    })
}

/// The variables that settings come from, and those of the Hugging Face libraries. Keys are named nowhere, and written nowhere
/// either.
fn variables(settings: &CommandSettings) -> Vec<(String, String)> {
    let variable = |row: SettingRow| match (row.origin, row.value) {
        (SettingOrigin::Variable(name), Value::Null) => Some((name, String::new())),
        (SettingOrigin::Variable(name), Value::String(text)) => Some((name, text)),
        (SettingOrigin::Variable(name), value) => Some((name, value.to_string())),
        _ => None,
    };
    let rows = settings.rows().into_iter().filter(|row| row.key != "color");
    let mut all: Vec<(String, String)> =
        rows.filter_map(variable).map(|(name, value)| (name.to_owned(), value)).collect();
    // A path is meant from the folder in which this was typed.
    for (_, path) in all.iter_mut().filter(|(name, _)| PATHS.contains(&name.as_str())) {
        *path = settings.environment.folder.join(&path).display().to_string();
    }
    let fetching = FETCHING.iter().filter_map(|name| {
        Some(((*name).to_owned(), settings.environment.var(name)?.to_string_lossy().into_owned()))
    });
    all.extend(fetching);
    all
}
