//! Looks at everything the program keeps for its user, and says what to type for each fault.

mod checks;

use serde_json::{Value, json};

use self::checks::Check;
use super::storing::count;
use crate::Outcome;
use crate::args::Doctor;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

pub fn run(args: &Doctor, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let checks = checks::all(settings);
    let faults = checks.iter().filter(|check| check.verdict.is_err()).count();
    if args.json {
        let checks: Vec<Value> = checks.iter().map(to_json).collect();
        ui.json(&json!({"faults": faults, "checks": checks}));
    } else {
        let width = checks.iter().map(|check| check.subject.chars().count()).max().unwrap_or(0);
        checks.iter().for_each(|check| print(check, width, ui));
        ui.print(match faults {
            0 => "\nNothing is wrong.".to_owned(),
            faults => format!("\n{} found.", count(faults, "fault")),
        });
    }
    Ok(if faults == 0 { Outcome::Done } else { Outcome::FaultsFound })
}

fn print(Check { subject, verdict }: &Check, width: usize, ui: &Ui) {
    match verdict {
        Ok(found) => ui.print(format_args!("ok     {subject:<width$}  {found}")),
        Err(failure) => {
            ui.print(format_args!("{}  {subject:<width$}  {}", ui.bold("FAULT"), failure.message));
            for hint in &failure.hints {
                ui.print(format_args!("       {:<width$}  hint: {hint}", ""));
            }
        }
    }
}

fn to_json(Check { subject, verdict }: &Check) -> Value {
    match verdict {
        Ok(found) => json!({"subject": subject, "ok": true, "found": found, "hints": []}),
        Err(failure) => {
            json!({"subject": subject, "ok": false, "found": failure.message, "hints": failure.hints})
        }
    }
}
