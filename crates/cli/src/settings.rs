//! What a command works with: what was typed and what the environment says, handed to the library, which settles the rest.
//!
//! Only this file and those below it read the environment.

mod environment;

use std::num::NonZeroUsize;
use std::ops::Deref;
use std::thread::available_parallelism;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use naragtive::{Color, Given, Isa, Library, Network, Patience, Setting, Waiting};

use crate::args::Global;
use crate::error::Failure;
use crate::stop;
use crate::ui::Ui;

pub use environment::Environment;

/// Everything a command is told besides its own arguments: the library's settings, and what the process was started in.
pub struct Settings {
    pub environment: Environment,
    pub library: Library,
}

impl Deref for Settings {
    type Target = naragtive::Settings;

    fn deref(&self) -> &naragtive::Settings {
        self.library.settings()
    }
}

impl Settings {
    pub fn resolve(global: &Global, environment: Environment, ui: &Ui) -> Result<Self, Failure> {
        let given = given(global, &environment)?;
        let settings = naragtive::Settings::resolve(environment.home()?, given)?;
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
    let text = |name: &'static str| Setting::variable(name, environment.text(name));
    let path = |name: &'static str| Setting::variable(name, environment.path(name));
    let no_color = environment.var("NO_COLOR").map(|_| Color::Never);
    let isa = environment.text("NARAGTIVE_ISA").map(|name| Isa::named(&name)).transpose();
    let isa = isa.map_err(naragtive::Error::from)?;
    let flag = Setting::flag("--threads", global.threads);
    let threads = flag.map_or_else(
        || environment.parsed("NARAGTIVE_THREADS", "a whole number from 1 up"),
        |flag| Ok(Some(flag)),
    )?;
    let numbers = "auto, f32, bf16, int16 or int8";
    let precision = environment.parsed("NARAGTIVE_PRECISION", numbers)?;
    Ok(Given {
        color: Setting::flag("--color", global.color).or(Setting::variable("NO_COLOR", no_color)),
        rerank_model: text("NARAGTIVE_RERANK_MODEL"),
        rerank_url: text("NARAGTIVE_RERANK_URL"),
        rerank_key: environment.text("NARAGTIVE_RERANK_API_KEY"),
        chat_url: text("NARAGTIVE_CHAT_URL"),
        chat_model: text("NARAGTIVE_CHAT_MODEL"),
        chat_key: environment.text("NARAGTIVE_CHAT_API_KEY"),
        embed_url: Setting::flag("--embed-url", global.embed_url.clone()).or(text("NARAGTIVE_EMBED_URL")),
        embed_key: environment.text("NARAGTIVE_EMBED_API_KEY"),
        model: Setting::flag("--model", global.model.clone()).or(text("NARAGTIVE_MODEL")),
        model_dir: Setting::flag("--model-dir", global.model_dir.clone()).or(path("NARAGTIVE_MODEL_DIR")),
        lexicon: path("NARAGTIVE_LEXICON"),
        threads,
        precision: Setting::flag("--precision", global.precision).or(precision),
        language: environment.parsed("NARAGTIVE_LANGUAGE", "a language, like english, or none")?,
        isa: Setting::variable("NARAGTIVE_ISA", isa),
        cores: Some(available_parallelism().unwrap_or(NonZeroUsize::MIN)),
        user: environment.user_home(),
        network: network(environment),
        login: environment.login(),
    })
}

fn network(environment: &Environment) -> Network {
    Network {
        endpoint: environment.text("HF_ENDPOINT"),
        token: environment.text("HF_TOKEN"),
        proxy: environment.proxy(),
        offline: environment.flag("HF_HUB_OFFLINE"),
        hub_cache: environment.hub_cache(),
        programs: environment.programs(),
    }
}
