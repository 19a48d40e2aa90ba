use std::path::{Path, PathBuf};

use naragtive_store::Registry;

/// The program's own folder: stores, models, caches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

/// What the folder is called in the user's own one.
const USUAL: &str = ".naragtive";
/// What folders begin with in which files are summed up anew.
const CHECKUP: &str = "doctor-";

impl Home {
    /// The folder `root`, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder in that of a user, where nobody names another.
    pub fn of_user(user: &Path) -> Self {
        Self::new(user.join(USUAL))
    }

    /// The folder that a user named, from the folder the user is in; `~` is the user's own one.
    pub fn named(named: &Path, user: Option<&Path>, folder: &Path) -> Self {
        Self::new(folder.join(expanded(named, user)))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file with what the user doesn't want to type every time.
    pub fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// The lines that were typed at the prompt.
    pub fn history(&self) -> PathBuf {
        self.root.join("history.txt")
    }

    /// Where registered stores are kept when nobody names a place.
    pub fn stores(&self) -> PathBuf {
        self.root.join("stores")
    }

    /// Where a store of this name is kept when nobody names a place.
    pub fn store(&self, name: &str) -> PathBuf {
        self.stores().join(format!("{name}.parquet"))
    }

    /// A file of this name beside the stores that nobody named a place for.
    pub(crate) fn store_file(&self, file: &str) -> PathBuf {
        self.stores().join(file)
    }

    /// The servers of shared stores.
    pub fn hosts(&self) -> PathBuf {
        self.root.join("shared.toml")
    }

    /// Who is let in by which token where shared stores are served.
    pub(crate) fn tokens(&self) -> PathBuf {
        self.root.join("shared-tokens.toml")
    }

    /// The copy of a shared store.
    pub(crate) fn shared_copy(&self, host: &str, store: &str) -> PathBuf {
        self.root.join("shared").join(host).join(format!("{store}.parquet"))
    }

    /// Models, a folder each.
    pub fn models(&self) -> PathBuf {
        self.root.join("models")
    }

    /// What can be made again at any time.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// A folder for the index of each store.
    pub fn indexes(&self) -> PathBuf {
        self.cache().join("index")
    }

    /// The weights of models, as kernels read them.
    pub fn weights(&self) -> PathBuf {
        self.cache().join("weights")
    }

    /// The folder in which the process of this number sums up files anew.
    pub(crate) fn checkup(&self, process: u32) -> PathBuf {
        self.cache().join(format!("{CHECKUP}{process}"))
    }

    /// Whether such a folder is called so.
    pub(crate) fn is_checkup(path: &Path) -> bool {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(CHECKUP))
    }

    /// The store that is made of the sample exports, where the user has stores already.
    pub fn sample(&self) -> PathBuf {
        self.cache().join("quickstart").join("sample.parquet")
    }

    /// The names of the stores.
    pub fn registry(&self) -> Registry {
        Registry::new(self.stores())
    }
}

/// The path with `~` at its start read as a shell reads it: the user's own folder. `~name` stays as it is.
pub(super) fn expanded(path: &Path, user: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), user) {
        (Ok(rest), Some(user)) => user.join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_at_the_start_is_the_users_folder() {
        let user = Some(Path::new("/home/ada"));
        for (path, user, expected) in [
            ("~/x", user, "/home/ada/x"),
            ("~", user, "/home/ada"),
            ("~//x/y", user, "/home/ada/x/y"),
            ("~bob/x", user, "~bob/x"),
            ("x/~/y", user, "x/~/y"),
            ("./~", user, "./~"),
            ("/x", user, "/x"),
            ("", user, ""),
            ("~/x", None, "~/x"),
        ] {
            assert_eq!(expanded(Path::new(path), user), Path::new(expected), "{path}");
        }
    }
}
