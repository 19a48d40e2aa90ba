//! What a command works with: what was typed and what the environment says, handed to the library, which settles the rest.
//!
//! Only this file and those below it read the environment.

mod environment;

use std::num::NonZeroUsize;
use std::ops::Deref;
use std::thread::available_parallelism;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use naragtive::{Given, Library, Patience, Setting, Waiting};

use crate::args::Global;
use crate::error::Failure;
use crate::stop;
use crate::ui::Ui;

pub use environment::Environment;

/// Everything a command is told besides its own arguments: the library's settings, and what the process was started in.
pub struct CommandSettings {
    pub environment: Environment,
    pub library: Library,
}

impl Deref for CommandSettings {
    type Target = naragtive::Settings;

    fn deref(&self) -> &naragtive::Settings {
        self.library.settings()
    }
}

impl CommandSettings {
    pub fn resolve(global: &Global, environment: Environment, ui: &Ui) -> Result<Self, Failure> {
        let given = given(global, &environment)?;
        let settings = naragtive::Settings::resolve(environment.variables.home()?, given)?;
        let library = Library::new(settings).waiting(patience(&environment, ui));
        Ok(Self { environment, library })
    }
}

/// How other processes are waited for: after a second that is said, and Ctrl-C ends it.
fn patience(environment: &Environment, ui: &Ui) -> Patience {
    let tell = ui.teller();
    let notice = move |waiting: &Waiting| tell(&waiting_for(waiting));
    Patience::new(&environment.command, notice, stop::is_asked_of_waiting)
}

/// Who is waited for, in words.
pub fn waiting_for(Waiting { file, holder }: &Waiting) -> String {
    let file = file.display();
    match (holder.pid, holder.since.and_then(|since| Timestamp::try_from(since).ok())) {
        (Some(pid), Some(since)) => {
            let since = since.to_zoned(TimeZone::system()).strftime("%H:%M");
            format!("waiting for another process (pid {pid}, since {since}) to finish with {file}")
        }
        _ => format!("waiting for another process to finish with {file}"),
    }
}

/// What flags and variables say, flags over variables.
fn given(global: &Global, environment: &Environment) -> Result<Given, Failure> {
    let said = environment.variables.given()?;
    Ok(Given {
        color: Setting::flag("--color", global.color).or(said.color),
        embed_url: Setting::flag("--embed-url", global.embed_url.clone()).or(said.embed_url),
        model: Setting::flag("--model", global.model.clone()).or(said.model),
        model_dir: Setting::flag("--model-dir", global.model_dir.clone()).or(said.model_dir),
        threads: Setting::flag("--threads", global.threads).or(said.threads),
        precision: Setting::flag("--precision", global.precision).or(said.precision),
        cores: Some(available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        ..said
    })
}
