use std::env;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::str::FromStr;

use console::Term;
use jiff::Timestamp;
use naragtive::shared::Login;
use naragtive::{Home, Origin, Programs, Proxy, Setting};

use crate::error::Failure;

/// What the process was started in.
pub struct Environment {
    variables: Vec<(OsString, OsString)>,
    pub folder: PathBuf,
    pub now: Timestamp,
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

/// Windows takes names that differ in case for one, and has a `Path`.
fn is_variable(found: &OsStr, name: &str) -> bool {
    if cfg!(windows) { found.eq_ignore_ascii_case(name) } else { found == name }
}

/// Whether a terminal does what codes for colours say. Consoles of Windows do so once they are asked, which this does.
fn takes_colors(terminal: &Term) -> bool {
    !cfg!(windows) || terminal.features().colors_supported()
}

impl Environment {
    pub fn of_this_process() -> Self {
        Self {
            variables: env::vars_os().collect(),
            folder: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            now: Timestamp::now(),
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
        let (_, value) = self.variables.iter().find(|(found, _)| is_variable(found, name))?;
        (!value.is_empty()).then_some(value)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        Some(self.var(name)?.to_string_lossy().into_owned())
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from)
    }

    /// A flag in the way of the Hugging Face libraries: 1, ON, YES or TRUE.
    pub(super) fn flag(&self, name: &str) -> bool {
        let value = self.text(name).unwrap_or_default().to_uppercase();
        ["1", "ON", "YES", "TRUE"].contains(&value.as_str())
    }

    /// The file of this program.
    pub fn program(&self) -> std::io::Result<PathBuf> {
        env::current_exe()
    }

    /// On Windows `HOME` is what shells of other systems say, in paths of their own.
    pub fn user_home(&self) -> Option<PathBuf> {
        let names = if cfg!(windows) { ["USERPROFILE", "HOME"] } else { ["HOME", "USERPROFILE"] };
        names.into_iter().find_map(|name| self.path(name))
    }

    /// The program's folder, which need not be there.
    pub fn home(&self) -> Result<Setting<Home>, Failure> {
        let user = self.user_home();
        if let Some(named) = self.path("NARAGTIVE_HOME") {
            let value = Home::named(&named, user.as_deref(), &self.folder);
            return Ok(Setting { value, origin: Origin::Variable("NARAGTIVE_HOME") });
        }
        let user = user.ok_or_else(Failure::no_home)?;
        Ok(Setting { value: Home::of_user(&self.folder.join(user)), origin: Origin::Default })
    }

    /// A variable that holds something else than text.
    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        expected: &str,
    ) -> Result<Option<Setting<T>>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let value = text.parse().map_err(|_| Failure::bad_variable(name, &text, expected))?;
        Ok(Setting::variable(name, Some(value)))
    }

    /// Where the Hugging Face libraries keep downloaded models, by their own rules.
    pub(super) fn hub_cache(&self) -> Option<PathBuf> {
        let home = || {
            self.path("HF_HOME").or_else(|| {
                let cache = self.path("XDG_CACHE_HOME").or_else(|| Some(self.user_home()?.join(".cache")));
                Some(cache?.join("huggingface"))
            })
        };
        self.path("HF_HUB_CACHE").or_else(|| Some(home()?.join("hub")))
    }

    /// Who asks the servers of shared stores, by PostgreSQL's own rules.
    pub(super) fn login(&self) -> Login {
        let home = |name: &str| Some(self.user_home()?.join(name));
        Login {
            user: self.text("PGUSER").or_else(|| self.text("USER")).or_else(|| self.text("USERNAME")),
            password: self.text("PGPASSWORD"),
            passfile: self.path("PGPASSFILE").or_else(|| home(".pgpass")),
            service_file: self.path("PGSERVICEFILE").or_else(|| home(".pg_service.conf")),
        }
    }

    /// Where programs are started from.
    pub(super) fn programs(&self) -> Programs {
        Programs::on(self.var("PATH").unwrap_or_default(), &self.folder)
    }

    pub(super) fn proxy(&self) -> Option<Proxy> {
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let url = names.iter().find_map(|name| self.text(name))?;
        let except = self.text("NO_PROXY").or_else(|| self.text("no_proxy")).unwrap_or_default();
        Some(Proxy { url, except })
    }
}
