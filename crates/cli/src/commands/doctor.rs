//! Looks at everything the program keeps for its user, and says what to type for each fault.

use naragtive::doctor::{Check, check_all};
use naragtive::{count, views};

use crate::Outcome;
use crate::args::DoctorArgs;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::ui::Ui;

pub fn run(args: &DoctorArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let checks = check_all(&settings.library);
    let faults = checks.iter().filter(|check| check.verdict.is_err()).count();
    if args.json {
        ui.json(&views::checks(&checks));
    } else {
        let width = |check: &Check| check.subject.to_string().chars().count();
        let width = checks.iter().map(width).max().unwrap_or(0);
        checks.iter().for_each(|check| print(check, width, ui));
        ui.print(match faults {
            0 => "\nNothing is wrong.".to_owned(),
            faults => format!("\n{} found.", count(faults, "fault")),
        });
    }
    Ok(if faults == 0 { Outcome::Done } else { Outcome::FaultsFound })
}

fn print(Check { subject, verdict }: &Check, width: usize, ui: &Ui) {
    let subject = subject.to_string();
    match verdict {
        Ok(found) => ui.print(format_args!("ok     {subject:<width$}  {found}")),
        Err(fault) => {
            ui.print(format_args!("{}  {subject:<width$}  {fault}", ui.bold("FAULT")));
            for hint in fault.hints() {
                ui.print(format_args!("       {:<width$}  hint: {hint}", ""));
            }
        }
    }
}
