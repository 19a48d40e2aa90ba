use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use naragtive_http::Proxy;
use naragtive_hub::Programs;
use naragtive_model::Isa;
use naragtive_shared::Login;

use super::{Color, Given, Home, Network, Setting, SettingOrigin};
use crate::Error;

/// The variables of a process and the folder that it is in, as its front end found them: what each of them means is known
/// here.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    all: Vec<(OsString, OsString)>,
    folder: PathBuf,
}

/// Windows takes names that differ in case for one, and has a `Path`.
fn is_variable(found: &OsStr, name: &str) -> bool {
    if cfg!(windows) { found.eq_ignore_ascii_case(name) } else { found == name }
}

impl Variables {
    /// These variables, in this folder.
    pub fn new(all: impl IntoIterator<Item = (OsString, OsString)>, folder: impl Into<PathBuf>) -> Self {
        Self { all: all.into_iter().collect(), folder: folder.into() }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        let (_, value) = self.all.iter().find(|(found, _)| is_variable(found, name))?;
        (!value.is_empty()).then_some(value)
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> Option<String> {
        Some(self.get(name)?.to_string_lossy().into_owned())
    }

    /// The folder that the process is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The user's own folder. On Windows `HOME` is what shells of other systems say, in paths of their own.
    pub fn user_home(&self) -> Option<PathBuf> {
        let names = if cfg!(windows) { ["USERPROFILE", "HOME"] } else { ["HOME", "USERPROFILE"] };
        names.into_iter().find_map(|name| self.path(name))
    }

    /// The program's folder, which need not be there.
    ///
    /// # Errors
    /// [`Error::NoHome`] where nothing says which it is.
    pub fn home(&self) -> Result<Setting<Home>, Error> {
        let user = self.user_home();
        if let Some(named) = self.path("NARAGTIVE_HOME") {
            let value = Home::named(&named, user.as_deref(), &self.folder);
            return Ok(Setting { value, origin: SettingOrigin::Variable("NARAGTIVE_HOME") });
        }
        let user = user.ok_or(Error::NoHome)?;
        Ok(Setting { value: Home::of_user(&self.folder.join(user)), origin: SettingOrigin::Default })
    }

    /// What they say about settings, keys, the network and who asks.
    ///
    /// # Errors
    /// [`Error::BadVariable`] where one holds something else than its setting can be.
    pub fn given(&self) -> Result<Given, Error> {
        let text = |name: &'static str| Setting::variable(name, self.text(name));
        let path = |name: &'static str| Setting::variable(name, self.path(name));
        let isa = self.text("NARAGTIVE_ISA").map(|name| Isa::named(&name)).transpose()?;
        Ok(Given {
            color: Setting::variable("NO_COLOR", self.get("NO_COLOR").map(|_| Color::Never)),
            rerank_model: text("NARAGTIVE_RERANK_MODEL"),
            rerank_url: text("NARAGTIVE_RERANK_URL"),
            rerank_key: self.text("NARAGTIVE_RERANK_API_KEY"),
            chat_url: text("NARAGTIVE_CHAT_URL"),
            chat_model: text("NARAGTIVE_CHAT_MODEL"),
            chat_key: self.text("NARAGTIVE_CHAT_API_KEY"),
            embed_url: text("NARAGTIVE_EMBED_URL"),
            embed_key: self.text("NARAGTIVE_EMBED_API_KEY"),
            model: text("NARAGTIVE_MODEL"),
            model_dir: path("NARAGTIVE_MODEL_DIR"),
            lexicon: path("NARAGTIVE_LEXICON"),
            threads: self.parsed("NARAGTIVE_THREADS", "a whole number from 1 up")?,
            precision: self.parsed("NARAGTIVE_PRECISION", "auto, f32, bf16, int16 or int8")?,
            language: self.parsed("NARAGTIVE_LANGUAGE", "a language, like english, or none")?,
            isa: Setting::variable("NARAGTIVE_ISA", isa),
            cores: None,
            user: self.user_home(),
            network: self.network(),
            login: self.login(),
        })
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// A flag in the way of the Hugging Face libraries: 1, ON, YES or TRUE.
    fn flag(&self, name: &str) -> bool {
        let value = self.text(name).unwrap_or_default().to_uppercase();
        ["1", "ON", "YES", "TRUE"].contains(&value.as_str())
    }

    /// A variable that holds something else than text.
    fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Option<Setting<T>>, Error> {
        let Some(found) = self.text(name) else { return Ok(None) };
        let value = found.parse().map_err(|_| Error::BadVariable { name, expected, found })?;
        Ok(Setting::variable(name, Some(value)))
    }

    fn network(&self) -> Network {
        Network {
            endpoint: self.text("HF_ENDPOINT"),
            token: self.text("HF_TOKEN"),
            proxy: self.proxy(),
            offline: self.flag("HF_HUB_OFFLINE"),
            hub_cache: self.hub_cache(),
            programs: Programs::on(self.get("PATH").unwrap_or_default(), &self.folder),
        }
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

    /// Who asks the servers of shared stores, by PostgreSQL's own rules.
    fn login(&self) -> Login {
        let home = |name: &str| Some(self.user_home()?.join(name));
        Login {
            user: self.text("PGUSER").or_else(|| self.text("USER")).or_else(|| self.text("USERNAME")),
            password: self.text("PGPASSWORD"),
            passfile: self.path("PGPASSFILE").or_else(|| home(".pgpass")),
            service_file: self.path("PGSERVICEFILE").or_else(|| home(".pg_service.conf")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(all: &[(&str, &str)]) -> Variables {
        let pair = |(name, value): &(&str, &str)| (OsString::from(name), OsString::from(value));
        Variables::new(all.iter().map(pair), "/work")
    }

    #[test]
    fn the_home_is_what_a_variable_names_else_the_users() {
        for (all, expected, origin) in [
            (&[("HOME", "/ada")][..], "/ada/.naragtive", SettingOrigin::Default),
            (&[("HOME", "/ada"), ("NARAGTIVE_HOME", "")], "/ada/.naragtive", SettingOrigin::Default),
            (
                &[("NARAGTIVE_HOME", "here"), ("HOME", "/ada")],
                "/work/here",
                SettingOrigin::Variable("NARAGTIVE_HOME"),
            ),
            (
                &[("NARAGTIVE_HOME", "~/own"), ("HOME", "/ada")],
                "/ada/own",
                SettingOrigin::Variable("NARAGTIVE_HOME"),
            ),
            (&[("HOME", "ada")], "/work/ada/.naragtive", SettingOrigin::Default),
        ] {
            let home = variables(all).home().unwrap();
            assert_eq!((home.value.root(), home.origin), (Path::new(expected), origin), "{all:?}");
        }
        assert!(matches!(variables(&[]).home(), Err(Error::NoHome)));
    }

    #[test]
    fn a_variable_that_holds_something_else_is_named_with_what_was_expected() {
        for (name, bad) in [
            ("NARAGTIVE_THREADS", "0"),
            ("NARAGTIVE_THREADS", "many"),
            ("NARAGTIVE_PRECISION", "f31"),
            ("NARAGTIVE_LANGUAGE", "klingon"),
        ] {
            let Err(Error::BadVariable { name: told, found, .. }) = variables(&[(name, bad)]).given() else {
                panic!("{name} {bad}");
            };
            assert_eq!((told, found.as_str()), (name, bad));
        }
        assert!(variables(&[("NARAGTIVE_ISA", "sse")]).given().is_err());
        let given = variables(&[("NARAGTIVE_THREADS", "3"), ("NO_COLOR", "1")]).given().unwrap();
        assert_eq!(given.threads.map(|threads| threads.value.get()), Some(3));
        assert_eq!(given.color.map(|color| color.value), Some(Color::Never));
    }

    #[test]
    fn downloaded_models_are_where_the_first_variable_says_that_the_libraries_ask() {
        let all = [
            ("HF_HUB_CACHE", "/a", "/a"),
            ("HF_HOME", "/b", "/b/hub"),
            ("XDG_CACHE_HOME", "/c", "/c/huggingface/hub"),
            ("HOME", "/d", "/d/.cache/huggingface/hub"),
        ];
        for from in 0..all.len() {
            let pairs: Vec<(&str, &str)> =
                all[from..].iter().map(|(name, value, _)| (*name, *value)).collect();
            let network = variables(&pairs).given().unwrap().network;
            assert_eq!(network.hub_cache.as_deref(), Some(Path::new(all[from].2)));
        }
    }

    #[test]
    fn nothing_is_fetched_where_the_flag_of_the_libraries_says_so() {
        for (value, offline) in [("1", true), ("on", true), ("True", true), ("0", false), ("", false)] {
            let given = variables(&[("HF_HUB_OFFLINE", value)]).given().unwrap();
            assert_eq!(given.network.offline, offline, "{value}");
        }
    }
}
