//! The shell asks the program itself what fits, so that store names are completed too.

use clap_complete::env::Shells;

use crate::Outcome;
use crate::args::{CompletionsArgs, Shell};
use crate::error::Failure;
use crate::ui::Ui;

/// Set by the shell's script when it asks.
pub const VARIABLE: &str = "NARAGTIVE_COMPLETE";
/// What the script calls, wherever it is then.
pub const PROGRAM: &str = "naragtive";

pub fn run(args: &CompletionsArgs, ui: &Ui) -> Result<Outcome, Failure> {
    let name = match args.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Elvish => "elvish",
    };
    let unknown = || Failure::new(format!("there is no completion for {name}"));
    let shells = Shells::builtins();
    let shell = shells.completer(name).ok_or_else(unknown)?;
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)
        .map_err(|error| Failure::new(format!("can't write the script for {name}: {error}")))?;
    ui.print(String::from_utf8_lossy(&script).trim());
    Ok(Outcome::Done)
}
