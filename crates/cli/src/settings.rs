//! What a command works with: flags over environment over config file over defaults.
//!
//! Only this file reads the environment, the home folder and the config file.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use jiff::Timestamp;
use naragtive::hub::{self, Places, Proxy};
use naragtive::{Home, Isa, Registry};

use crate::args::{Color, Global};
use crate::config::Config;
use crate::error::Failure;

pub const DEFAULT_MODEL: &str = "all-MiniLM-L6-v2";
const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(10).unwrap();
const DEFAULT_INITIAL_K: NonZeroUsize = NonZeroUsize::new(50).unwrap();

/// What the process was started in.
pub struct Environment {
    variables: Vec<(OsString, OsString)>,
    pub folder: PathBuf,
    pub now: Timestamp,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
}

impl Environment {
    pub fn of_this_process() -> Self {
        Self {
            variables: env::vars_os().collect(),
            folder: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            now: Timestamp::now(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// A variable that is set and not empty.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        let (_, value) = self.variables.iter().find(|(found, _)| found == name)?;
        (!value.is_empty()).then_some(value)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.var(name)?.to_string_lossy().into_owned())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from)
    }

    /// A flag in the way of the Hugging Face libraries: 1, ON, YES or TRUE.
    fn flag(&self, name: &str) -> bool {
        let value = self.text(name).unwrap_or_default().to_uppercase();
        ["1", "ON", "YES", "TRUE"].contains(&value.as_str())
    }

    fn user_home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| self.path("USERPROFILE"))
    }

    fn home(&self) -> Result<PathBuf, Failure> {
        let home = self.path("NARAGTIVE_HOME").or_else(|| Some(self.user_home()?.join(".naragtive")));
        home.map(|home| self.folder.join(home)).ok_or_else(Failure::no_home)
    }

    /// Where the Hugging Face libraries keep downloaded models, by their own rules.
    fn hub_cache(&self) -> Option<PathBuf> {
        let home = || {
            self.path("HF_HOME").or_else(|| {
                let cache = self.path("XDG_CACHE_HOME").or_else(|| Some(self.user_home()?.join(".cache")));
                Some(cache?.join("huggingface"))
            })
        };
        self.path("HF_HUB_CACHE").or_else(|| Some(home()?.join("hub")))
    }

    fn proxy(&self) -> Option<Proxy> {
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let url = names.iter().find_map(|name| self.text(name))?;
        let except = self.text("NO_PROXY").or_else(|| self.text("no_proxy")).unwrap_or_default();
        Some(Proxy { url, except })
    }
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

/// Where a value came from, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Variable(&'static str),
    File,
    Default,
}

impl<T> Setting<T> {
    /// The strongest of what there is.
    fn of(flag: Option<Self>, variable: Option<Self>, file: Option<T>, default: T) -> Self {
        let file = file.map(|value| Self { value, origin: Origin::File });
        flag.or(variable).or(file).unwrap_or(Self { value: default, origin: Origin::Default })
    }

    /// The value typed with a flag instead, if there is one.
    pub fn or_flag(&self, flag: &'static str, typed: Option<T>) -> Self
    where
        T: Clone,
    {
        from_flag(flag, typed).unwrap_or_else(|| self.clone())
    }
}

fn from_flag<T>(flag: &'static str, typed: Option<T>) -> Option<Setting<T>> {
    Some(Setting { value: typed?, origin: Origin::Flag(flag) })
}

fn from_variable<T>(name: &'static str, value: Option<T>) -> Option<Setting<T>> {
    Some(Setting { value: value?, origin: Origin::Variable(name) })
}

/// Everything a command is told besides its own arguments.
pub struct Settings {
    pub environment: Environment,
    pub home: Home,
    pub config_path: PathBuf,
    pub quiet: bool,
    pub color: Setting<Color>,
    pub limit: Setting<NonZeroUsize>,
    pub initial_k: Setting<NonZeroUsize>,
    pub rerank: Setting<bool>,
    pub model: Setting<String>,
    pub model_dir: Setting<Option<PathBuf>>,
    pub lexicon: Setting<Option<PathBuf>>,
    pub threads: Setting<NonZeroUsize>,
    pub isa: Setting<Isa>,
}

impl Settings {
    pub fn resolve(global: &Global, environment: Environment) -> Result<Self, Failure> {
        let home = Home::new(environment.home()?);
        let config_path = home.root().join("config.toml");
        let config = Config::read(&config_path)?;
        let threads = number(&environment, "NARAGTIVE_THREADS")?;
        let isa = environment.text("NARAGTIVE_ISA").map(|name| Isa::named(&name)).transpose();
        let isa = isa.map_err(naragtive::Error::from)?;
        let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let color = environment.var("NO_COLOR").map(|_| Color::Never);
        // A path in the config file is meant from the folder the file is in.
        let in_home = |path: PathBuf| Some(home.root().join(path));
        Ok(Self {
            quiet: global.quiet,
            color: Setting::of(
                from_flag("--color", global.color),
                from_variable("NO_COLOR", color),
                config.color,
                Color::Auto,
            ),
            limit: Setting::of(None, None, config.limit, DEFAULT_LIMIT),
            initial_k: Setting::of(None, None, config.initial_k, DEFAULT_INITIAL_K),
            rerank: Setting::of(None, None, config.rerank, false),
            model: Setting::of(None, None, config.model, DEFAULT_MODEL.to_owned()),
            model_dir: Setting::of(
                from_flag("--model-dir", global.model_dir.clone().map(Some)),
                from_variable("NARAGTIVE_MODEL_DIR", environment.path("NARAGTIVE_MODEL_DIR").map(Some)),
                config.model_dir.map(in_home),
                None,
            ),
            lexicon: Setting::of(
                None,
                from_variable("NARAGTIVE_LEXICON", environment.path("NARAGTIVE_LEXICON").map(Some)),
                config.lexicon.map(in_home),
                None,
            ),
            threads: Setting::of(
                from_flag("--threads", global.threads),
                from_variable("NARAGTIVE_THREADS", threads),
                config.threads,
                cores,
            ),
            isa: Setting::of(None, from_variable("NARAGTIVE_ISA", isa), None, Isa::best()),
            config_path,
            home,
            environment,
        })
    }

    pub fn registry(&self) -> Registry {
        self.home.registry()
    }

    /// What finding and fetching models needs to know.
    pub fn hub(&self) -> hub::Settings {
        let environment = &self.environment;
        let places = Places {
            home: self.home.root().to_owned(),
            hub_cache: environment.hub_cache(),
            model_dir: self.model_dir.value.clone(),
        };
        let usual = hub::Settings::new(places);
        hub::Settings {
            endpoint: environment.text("HF_ENDPOINT").unwrap_or_else(|| usual.endpoint.clone()),
            token: environment.text("HF_TOKEN"),
            proxy: environment.proxy(),
            offline: environment.flag("HF_HUB_OFFLINE"),
            ..usual
        }
    }
}

fn number(environment: &Environment, name: &'static str) -> Result<Option<NonZeroUsize>, Failure> {
    let Some(text) = environment.text(name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Failure::bad_variable(name, &text, "a whole number from 1 on"))
}
