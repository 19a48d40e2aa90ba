//! Looks at everything the program keeps for its user, and says what to type for each fault.

mod words;

use naragtive::doctor::{Check, check_all};
use serde_json::{Value, json};

use self::words::{failure, finding, subject};
use super::storing::count;
use crate::Outcome;
use crate::args::Doctor;
use crate::error::Failure;
use crate::settings::Settings;
use crate::ui::Ui;

/// A check in words.
struct Told {
    subject: String,
    verdict: Result<String, Failure>,
}

impl Told {
    fn of(check: &Check) -> Self {
        let verdict = match &check.verdict {
            Ok(found) => Ok(finding(found)),
            Err(fault) => Err(failure(fault)),
        };
        Self { subject: subject(&check.subject), verdict }
    }
}

pub fn run(args: &Doctor, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let checks: Vec<Told> = check_all(&settings.library).iter().map(Told::of).collect();
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

fn print(Told { subject, verdict }: &Told, width: usize, ui: &Ui) {
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

fn to_json(Told { subject, verdict }: &Told) -> Value {
    match verdict {
        Ok(found) => json!({"subject": subject, "ok": true, "found": found, "hints": []}),
        Err(failure) => {
            json!({"subject": subject, "ok": false, "found": failure.message, "hints": failure.hints})
        }
    }
}
