use std::fmt::Write;

use serde_json::{Value, json};

use crate::Outcome;
use crate::args::Config;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(command: &Config, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let Config::Show { json } = command;
    let file = &settings.config_path;
    if *json {
        let settings: Vec<Value> = settings
            .rows()
            .into_iter()
            .map(|(key, value, origin)| {
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
    let rows: Vec<_> =
        settings.rows().into_iter().map(|(key, value, origin)| (key, plain(value), origin)).collect();
    let width = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or(0);
    for (key, value, origin) in rows {
        let _ = writeln!(out, "{key:<12}  {value:<width$}  {}", ui.dim(&format!("from {origin}")));
    }
    let file = settings.config_path.display();
    let is_there = if settings.config_path.exists() { "" } else { " (not there yet)" };
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
