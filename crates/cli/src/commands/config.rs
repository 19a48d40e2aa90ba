use std::fmt::Write;

use naragtive::home::SettingRow;
use serde_json::{Value, json};

use crate::Outcome;
use crate::args::Config;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(command: &Config, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let Config::Show { json } = command;
    let file = settings.home.value.config();
    if *json {
        let settings: Vec<Value> = settings
            .rows()
            .into_iter()
            .map(|SettingRow { key, value, origin }| {
                json!({"key": key, "value": value, "from": origin.kind(), "by": origin.name()})
            })
            .collect();
        let file = json!({"path": file.display().to_string(), "exists": file.exists()});
        ui.json(&json!({"file": file, "settings": settings}));
    } else {
        ui.print(text(settings, ui));
    }
    Ok(Outcome::Done)
}

fn text(settings: &Settings, ui: &Ui) -> String {
    let mut out = String::new();
    let rows = settings.rows().into_iter().map(|row| (row.key, plain(row.value), row.origin));
    let rows: Vec<_> = rows.collect();
    let width = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or(0);
    for (key, value, origin) in rows {
        let _ = writeln!(out, "{key:<12}  {value:<width$}  {}", ui.dim(&format!("from {origin}")));
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
