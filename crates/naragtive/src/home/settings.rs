use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use naragtive_http::Proxy;
use naragtive_hub::{self as hub, ModelKind, ModelSpec, Places, Programs};
use naragtive_index::Language;
use naragtive_model::{Isa, Precision};
use naragtive_shared::Login;
use naragtive_store::Registry;
use serde_json::{Value, json};

use super::config::{Config, UnknownKey};
use super::layout::expanded;
use super::values::{Color, Rerank};
use super::{Home, Setting, SettingOrigin};
use crate::Error;
use crate::models::{DEFAULT_MODEL, DEFAULT_RERANKER};
use crate::rerank::Weight;
use crate::session::query::DEFAULT_LIMIT;

const DEFAULT_INITIAL_K: NonZeroUsize = NonZeroUsize::new(50).unwrap();

/// Everything that is settled before a job begins: flags over variables over the config file over defaults.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program's folder.
    pub home: Setting<Home>,
    /// Keys of the config file that mean nothing.
    pub unknown_keys: Vec<UnknownKey>,
    /// Whether output has colours.
    pub color: Setting<Color>,
    /// How many hits a search has at most.
    pub limit: Setting<NonZeroUsize>,
    /// How many scenes a reranker reads.
    pub initial_k: Setting<NonZeroUsize>,
    /// How much a reranker counts beside the search.
    pub rerank_weight: Setting<Weight>,
    /// Whether searches are reranked.
    pub rerank: Setting<Rerank>,
    /// The reranker's name or folder.
    pub rerank_model: Setting<String>,
    /// The address of a server that reranks.
    pub rerank_url: Setting<Option<String>>,
    /// What that server is told to show who asks. It is printed nowhere.
    pub rerank_key: Option<String>,
    /// The address of a server that answers in words.
    pub chat_url: Setting<Option<String>>,
    /// The model that it is asked for.
    pub chat_model: Setting<Option<String>>,
    /// Its key, which is printed nowhere.
    pub chat_key: Option<String>,
    /// The address of a server that embeds.
    pub embed_url: Setting<Option<String>>,
    /// Its key, which is printed nowhere.
    pub embed_key: Option<String>,
    /// The embedding model's name.
    pub model: Setting<String>,
    /// The embedding model's folder, where the user named one.
    pub model_dir: Setting<Option<PathBuf>>,
    /// The campaign file with the user's own words.
    pub lexicon: Setting<Option<PathBuf>>,
    /// Whether the day comes first in dates like `10/11/2025`; none where each file's own dates tell.
    pub day_first: Setting<Option<bool>>,
    /// How many threads compute.
    pub threads: Setting<NonZeroUsize>,
    /// In which numbers models compute.
    pub precision: Setting<Precision>,
    /// Whose word forms are taken for one word.
    pub language: Setting<Language>,
    /// With which instructions models compute.
    pub isa: Setting<Isa>,
    /// How models are fetched.
    pub network: Network,
    /// Who asks the servers of shared stores. It is printed nowhere.
    pub login: Login,
}

/// What was said for this run besides the config file: by a flag, else by a variable; none where neither spoke.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// See [`Settings::color`]; so below.
    pub color: Option<Setting<Color>>,
    /// The reranker.
    pub rerank_model: Option<Setting<String>>,
    /// The reranking server.
    pub rerank_url: Option<Setting<String>>,
    /// Its key.
    pub rerank_key: Option<String>,
    /// The server that answers in words.
    pub chat_url: Option<Setting<String>>,
    /// Its model.
    pub chat_model: Option<Setting<String>>,
    /// Its key.
    pub chat_key: Option<String>,
    /// The server that embeds.
    pub embed_url: Option<Setting<String>>,
    /// Its key.
    pub embed_key: Option<String>,
    /// The embedding model.
    pub model: Option<Setting<String>>,
    /// Its folder.
    pub model_dir: Option<Setting<PathBuf>>,
    /// The campaign file.
    pub lexicon: Option<Setting<PathBuf>>,
    /// Threads.
    pub threads: Option<Setting<NonZeroUsize>>,
    /// Numbers.
    pub precision: Option<Setting<Precision>>,
    /// Language.
    pub language: Option<Setting<Language>>,
    /// Instructions.
    pub isa: Option<Setting<Isa>>,
    /// How many threads compute where nobody says; one without it.
    pub cores: Option<NonZeroUsize>,
    /// The user's own folder, which `~` stands for.
    pub user: Option<PathBuf>,
    /// How models are fetched.
    pub network: Network,
    /// Who asks the servers of shared stores.
    pub login: Login,
}

/// What there is to fetch models with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The hub's address, where it isn't the public one.
    pub endpoint: Option<String>,
    /// Sent to the hub as a bearer token.
    pub token: Option<String>,
    /// The proxy for HTTP.
    pub proxy: Option<Proxy>,
    /// Fetch nothing.
    pub offline: bool,
    /// The cache folder of the Hugging Face libraries.
    pub hub_cache: Option<PathBuf>,
    /// Where programs that fetch are started from.
    pub programs: Programs,
}

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingRow {
    /// Its key.
    pub key: &'static str,
    /// Its value, without what may be secret in it.
    pub value: Value,
    /// Where it came from.
    pub origin: SettingOrigin,
}

impl Settings {
    /// Reads the config file of `home`, and settles what to use.
    ///
    /// # Errors
    /// When the file can't be read, isn't TOML, or holds a value that is none of its key's.
    pub fn resolve(home: Setting<Home>, given: Given) -> Result<Self, Error> {
        let user = given.user.clone();
        let at_home = |path: &Path| expanded(path, user.as_deref());
        let (config, unknown_keys) = Config::read(&home.value.config())?;
        // A path in the config file is meant from the folder the file is in.
        let in_home = |path: PathBuf| home.value.root().join(at_home(&path));
        let typed = |path: Setting<PathBuf>| Setting { value: at_home(&path.value), origin: path.origin };
        Ok(Self {
            unknown_keys,
            color: Setting::of(given.color, config.color, Color::Auto),
            limit: Setting::of(None, config.limit, DEFAULT_LIMIT),
            initial_k: Setting::of(None, config.initial_k, DEFAULT_INITIAL_K),
            rerank_weight: Setting::of(None, config.rerank_weight, Weight::default()),
            rerank: Setting::of(None, config.rerank, Rerank::Off),
            rerank_model: Setting::of(given.rerank_model, config.rerank_model, DEFAULT_RERANKER.to_owned()),
            rerank_url: Setting::maybe(given.rerank_url, config.rerank_url),
            rerank_key: given.rerank_key,
            chat_url: Setting::maybe(given.chat_url, config.chat_url),
            chat_model: Setting::maybe(given.chat_model, config.chat_model),
            chat_key: given.chat_key,
            embed_url: Setting::maybe(given.embed_url, config.embed_url),
            embed_key: given.embed_key,
            model: Setting::of(given.model, config.model, DEFAULT_MODEL.to_owned()),
            model_dir: Setting::maybe(given.model_dir.map(typed), config.model_dir.map(in_home)),
            lexicon: Setting::maybe(given.lexicon.map(typed), config.lexicon.map(in_home)),
            day_first: Setting::maybe(None, config.day_first),
            threads: Setting::of(given.threads, config.threads, given.cores.unwrap_or(NonZeroUsize::MIN)),
            precision: Setting::of(given.precision, config.precision, Precision::Auto),
            language: Setting::of(given.language, config.language, Language::default()),
            isa: Setting::of(given.isa, None, Isa::best()),
            network: given.network,
            login: given.login,
            home,
        })
    }

    /// The settings of a program that says nothing but where its home is and how many threads compute.
    ///
    /// # Errors
    /// As [`Settings::resolve`].
    pub fn at(home: impl Into<PathBuf>, threads: NonZeroUsize) -> Result<Self, Error> {
        let home = Setting { value: Home::new(home), origin: SettingOrigin::Default };
        Self::resolve(home, Given { cores: Some(threads), ..Given::default() })
    }

    /// The names of the stores.
    pub fn registry(&self) -> Registry {
        self.home.value.registry()
    }

    /// What finding and fetching models needs to know.
    pub fn hub(&self) -> hub::FetchSettings {
        let network = &self.network;
        let usual = hub::FetchSettings::new(Places {
            home: self.home.value.root().to_owned(),
            hub_cache: network.hub_cache.clone(),
            model_dir: self.model_dir.value.clone(),
        });
        hub::FetchSettings {
            endpoint: network.endpoint.clone().unwrap_or_else(|| usual.endpoint.clone()),
            token: network.token.clone(),
            proxy: network.proxy.clone(),
            offline: network.offline,
            programs: network.programs.clone(),
            ..usual
        }
    }

    /// The same for one model: the folder that may be named is that of the embedding model that is settled, and of those
    /// that are made of the same files. Where the model was named nearer to the user than the folder, by a flag, say, and the
    /// folder by a variable, the folder counts only if it has that model.
    pub fn hub_of(&self, spec: &ModelSpec) -> hub::FetchSettings {
        let mut settings = self.hub();
        let settled = hub::lookup(&self.model.value).ok();
        let is_of_others = settled.is_some_and(|settled| settled.base().name != spec.base().name);
        let is_named_nearer = self.model.origin.is_stronger_than(self.model_dir.origin);
        if matches!(spec.kind, ModelKind::Reranker { .. })
            || is_of_others
            || is_named_nearer && !hub::is_in(spec, &settings.places)
        {
            settings.places.model_dir = None;
        }
        settings
    }

    /// Every setting by name, with where it came from.
    pub fn rows(&self) -> Vec<SettingRow> {
        let path = |setting: &Setting<Option<PathBuf>>| {
            json!(setting.value.as_ref().map(|path| path.display().to_string()))
        };
        let url =
            |setting: &Setting<Option<String>>| json!(setting.value.as_deref().map(naragtive_remote::shown));
        let rows = [
            ("home", json!(self.home.value.root().display().to_string()), self.home.origin),
            ("color", json!(self.color.value.name()), self.color.origin),
            ("limit", json!(self.limit.value), self.limit.origin),
            ("rerank", self.rerank.value.to_json(), self.rerank.origin),
            ("rerank_model", json!(self.rerank_model.value), self.rerank_model.origin),
            ("rerank_url", url(&self.rerank_url), self.rerank_url.origin),
            ("initial_k", json!(self.initial_k.value), self.initial_k.origin),
            ("rerank_weight", json!(self.rerank_weight.value.value()), self.rerank_weight.origin),
            ("chat_url", url(&self.chat_url), self.chat_url.origin),
            ("chat_model", json!(self.chat_model.value), self.chat_model.origin),
            ("embed_url", url(&self.embed_url), self.embed_url.origin),
            ("model", json!(self.model.value), self.model.origin),
            ("model_dir", path(&self.model_dir), self.model_dir.origin),
            ("lexicon", path(&self.lexicon), self.lexicon.origin),
            ("day_first", json!(self.day_first.value), self.day_first.origin),
            ("threads", json!(self.threads.value), self.threads.origin),
            ("precision", json!(self.precision.value.name()), self.precision.origin),
            ("language", json!(self.language.value.name()), self.language.origin),
            ("isa", json!(self.isa.value.to_string()), self.isa.origin),
        ];
        rows.map(|(key, value, origin)| SettingRow { key, value, origin }).into()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_tilde_is_the_users_folder_in_every_path_that_is_set() {
        let folder = tempfile::tempdir().unwrap();
        let user = folder.path();
        fs::create_dir(user.join("own")).unwrap();
        fs::write(user.join("own/config.toml"), "lexicon = '~/words.toml'\nmodel_dir = 'models/tuned'")
            .unwrap();
        let value = Home::named(Path::new("~/own"), Some(user), Path::new("/elsewhere"));
        let home = Setting { value, origin: SettingOrigin::Variable("NARAGTIVE_HOME") };
        let given = Given { user: Some(user.to_owned()), ..Given::default() };
        let settings = Settings::resolve(home.clone(), given.clone()).unwrap();
        assert_eq!(settings.home.value.root(), user.join("own"));
        assert_eq!(settings.lexicon.value, Some(user.join("words.toml")));
        assert_eq!(settings.model_dir.value, Some(user.join("own/models/tuned")));
        let model_dir = Setting::flag("--model-dir", Some(PathBuf::from("~/m")));
        let settings = Settings::resolve(home, Given { model_dir, ..given }).unwrap();
        assert_eq!(settings.model_dir.value, Some(user.join("m")));
    }
}
