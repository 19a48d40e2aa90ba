use std::env;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::PathBuf;

use console::Term;
use jiff::Timestamp;
use naragtive::Variables;

/// What the process was started in.
pub struct Environment {
    pub variables: Variables,
    pub folder: PathBuf,
    pub now: Timestamp,
    /// What is noted as the time at which something was stored: now, or what `SOURCE_DATE_EPOCH` says, in seconds, so that two
    /// ingests of the same files can come to the same bytes.
    pub noted: Timestamp,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    /// How many columns it has, if it is one.
    pub stdout_width: Option<usize>,
    pub stderr_is_terminal: bool,
    pub stdout_takes_colors: bool,
    pub stderr_takes_colors: bool,
    /// What others who wait for this process are told it is doing.
    pub command: String,
}

/// The program and the command, without its arguments, which are nobody else's business.
fn command(arguments: impl Iterator<Item = OsString>) -> String {
    let mut words = arguments.filter_map(|word| word.into_string().ok());
    let command = words.find(|word| !word.starts_with('-')).unwrap_or_default();
    format!("naragtive {command}").trim_end().to_owned()
}

/// Whether a terminal does what codes for colours say. Consoles of Windows do so once they are asked, which this does.
fn takes_colors(terminal: &Term) -> bool {
    !cfg!(windows) || terminal.features().colors_supported()
}

impl Environment {
    pub fn of_this_process() -> Self {
        let folder = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let now = Timestamp::now();
        let epoch = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.trim().parse().ok());
        Self {
            variables: Variables::new(env::vars_os(), folder.clone()),
            folder,
            now,
            noted: epoch.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(now),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stdout_width: Term::stdout().size_checked().map(|(_, columns)| usize::from(columns)),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            stdout_takes_colors: takes_colors(&Term::stdout()),
            stderr_takes_colors: takes_colors(&Term::stderr()),
            command: command(env::args_os().skip(1)),
        }
    }

    /// A variable that is set and not empty.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name)
    }

    /// The file of this program.
    pub fn program(&self) -> std::io::Result<PathBuf> {
        env::current_exe()
    }
}
