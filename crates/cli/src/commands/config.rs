use std::fmt::Write;

use naragtive::{SettingOrigin, views};
use serde_json::Value;

use crate::Outcome;
use crate::args::ConfigCommand;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(command: &ConfigCommand, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let ConfigCommand::Show { json } = command;
    if *json {
        ui.json(&views::config(settings));
    } else {
        ui.print(text(settings, ui));
    }
    Ok(Outcome::Done)
}

fn text(settings: &CommandSettings, ui: &Ui) -> String {
    let mut out = String::new();
    let rows = settings.rows().into_iter().map(|row| (row.key, plain(row.value), row.origin));
    let rows: Vec<_> = rows.collect();
    let widest = |of: for<'a> fn(&'a (&'static str, String, SettingOrigin)) -> &'a str| {
        rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0)
    };
    let (keys, width) = (widest(|row| row.0), widest(|row| &row.1));
    for (key, value, origin) in &rows {
        let _ = writeln!(out, "{key:<keys$}  {value:<width$}  {}", ui.dim(&format!("from {origin}")));
    }
    let path = settings.home.value.config();
    let file = path.display();
    let is_there = if path.exists() { "" } else { " (not there yet)" };
    let _ = write!(out, "\nThe file: {file}{is_there}");
    out
}

fn plain(value: Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}
