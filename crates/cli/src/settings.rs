//! What a command works with: flags over environment over config file over defaults.
//!
//! Only this file and those below it read the environment, the home folder and the config file.

mod environment;
mod setting;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use naragtive::hub::{self, Kind, ModelSpec, Places};
use naragtive::{Home, Isa, Language, Precision, Registry};
use serde_json::{Value, json};

use crate::args::{Color, Global, Rerank};
use crate::config::Config;
use crate::error::Failure;

pub use environment::Environment;
pub use setting::{Origin, Setting};
use setting::{from_flag, from_variable};

pub const DEFAULT_MODEL: &str = "all-MiniLM-L6-v2";
const DEFAULT_RERANKER: &str = "bge-reranker-v2-m3";
const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(10).unwrap();
const DEFAULT_INITIAL_K: NonZeroUsize = NonZeroUsize::new(50).unwrap();

/// Everything a command is told besides its own arguments.
pub struct Settings {
    pub environment: Environment,
    pub home: Home,
    home_origin: Origin,
    pub config_path: PathBuf,
    pub color: Setting<Color>,
    pub limit: Setting<NonZeroUsize>,
    pub initial_k: Setting<NonZeroUsize>,
    pub rerank: Setting<Rerank>,
    pub rerank_model: Setting<String>,
    pub rerank_url: Setting<Option<String>>,
    pub model: Setting<String>,
    pub model_dir: Setting<Option<PathBuf>>,
    pub lexicon: Setting<Option<PathBuf>>,
    pub threads: Setting<NonZeroUsize>,
    pub precision: Setting<Precision>,
    pub language: Setting<Language>,
    pub isa: Setting<Isa>,
}

impl Settings {
    pub fn resolve(global: &Global, environment: Environment) -> Result<Self, Failure> {
        let Setting { value: root, origin: home_origin } = environment.home()?;
        let home = Home::new(root);
        let config_path = home.root().join("config.toml");
        let config = Config::read(&config_path)?;
        let isa = environment.text("NARAGTIVE_ISA").map(|name| Isa::named(&name)).transpose();
        let isa = isa.map_err(naragtive::Error::from)?;
        let cores = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let color = environment.var("NO_COLOR").map(|_| Color::Never);
        // A path in the config file is meant from the folder the file is in.
        let in_home = |path: PathBuf| Some(home.root().join(path));
        let path = |name: &'static str| from_variable(name, environment.path(name).map(Some));
        let text = |name: &'static str| from_variable(name, environment.text(name));
        Ok(Self {
            color: Setting::of(
                from_flag("--color", global.color),
                from_variable("NO_COLOR", color),
                config.color,
                Color::Auto,
            ),
            limit: Setting::of(None, None, config.limit, DEFAULT_LIMIT),
            initial_k: Setting::of(None, None, config.initial_k, DEFAULT_INITIAL_K),
            rerank: Setting::of(None, None, config.rerank, Rerank::Off),
            rerank_model: Setting::of(
                None,
                text("NARAGTIVE_RERANK_MODEL"),
                config.rerank_model,
                DEFAULT_RERANKER.to_owned(),
            ),
            rerank_url: Setting::of(
                None,
                text("NARAGTIVE_RERANK_URL")
                    .map(|url| Setting { value: Some(url.value), origin: url.origin }),
                config.rerank_url.map(Some),
                None,
            ),
            model: Setting::of(None, None, config.model, DEFAULT_MODEL.to_owned()),
            model_dir: Setting::of(
                from_flag("--model-dir", global.model_dir.clone().map(Some)),
                path("NARAGTIVE_MODEL_DIR"),
                config.model_dir.map(in_home),
                None,
            ),
            lexicon: Setting::of(None, path("NARAGTIVE_LEXICON"), config.lexicon.map(in_home), None),
            threads: Setting::of(
                from_flag("--threads", global.threads),
                environment.parsed("NARAGTIVE_THREADS", "a whole number from 1 up")?,
                config.threads,
                cores,
            ),
            precision: Setting::of(
                from_flag("--precision", global.precision),
                environment.parsed("NARAGTIVE_PRECISION", "auto, f32, bf16, int16 or int8")?,
                config.precision,
                Precision::Auto,
            ),
            language: Setting::of(
                None,
                environment.parsed("NARAGTIVE_LANGUAGE", "a language, like english, or none")?,
                config.language,
                Language::default(),
            ),
            isa: Setting::of(None, from_variable("NARAGTIVE_ISA", isa), None, Isa::best()),
            config_path,
            home,
            home_origin,
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
            programs: environment.programs(),
            ..usual
        }
    }

    /// The same for one model: the folder that may be named is the embedding model's.
    pub fn hub_of(&self, spec: &ModelSpec) -> hub::Settings {
        let mut settings = self.hub();
        if matches!(spec.kind, Kind::Reranker { .. }) {
            settings.places.model_dir = None;
        }
        settings
    }

    /// What a reranking server is told to show who asks. It is printed nowhere.
    pub fn rerank_key(&self) -> Option<String> {
        self.environment.text("NARAGTIVE_RERANK_API_KEY")
    }

    /// Every setting by name, as JSON, with where it came from.
    pub fn rows(&self) -> Vec<(&'static str, Value, Origin)> {
        let path = |setting: &Setting<Option<PathBuf>>| {
            json!(setting.value.as_ref().map(|path| path.display().to_string()))
        };
        vec![
            ("home", json!(self.home.root().display().to_string()), self.home_origin),
            ("color", json!(self.color.value.as_str()), self.color.origin),
            ("limit", json!(self.limit.value), self.limit.origin),
            ("rerank", self.rerank.value.to_json(), self.rerank.origin),
            ("rerank_model", json!(self.rerank_model.value), self.rerank_model.origin),
            ("rerank_url", json!(self.rerank_url.value.as_deref().map(hub::shown)), self.rerank_url.origin),
            ("initial_k", json!(self.initial_k.value), self.initial_k.origin),
            ("model", json!(self.model.value), self.model.origin),
            ("model_dir", path(&self.model_dir), self.model_dir.origin),
            ("lexicon", path(&self.lexicon), self.lexicon.origin),
            ("threads", json!(self.threads.value), self.threads.origin),
            ("precision", json!(self.precision.value.name()), self.precision.origin),
            ("language", json!(self.language.value.name()), self.language.origin),
            ("isa", json!(self.isa.value.to_string()), self.isa.origin),
        ]
    }
}
