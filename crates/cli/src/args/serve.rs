use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap_complete::ArgValueCandidates;
use naragtive::{StoreError, StoreName};

use crate::names;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:\n  naragtive serve\n  \
                        naragtive serve --allow-origin http://127.0.0.1:8000        # for SillyTavern\n  \
                        naragtive serve --watch ~/SillyTavern/data/default-user/chats=tavern\n  \
                        naragtive serve --host 192.168.1.7                          # others have to say the token\n\n\
                        Ctrl-C ends it. docs/http.md has every address.")]
pub struct ServeArgs {
    /// The address to listen at; one that others reach asks them for a token
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 7600)]
    pub port: u16,
    /// Ask everybody for a token: the one of NARAGTIVE_TOKEN, else a new one, which is shown
    #[arg(long)]
    pub token: bool,
    /// Serve the shared stores of a server, to each who has a token what they may read there: naragtive shared token
    #[arg(long, value_name = "HOST", conflicts_with_all = ["token", "watch"])]
    #[arg(add = ArgValueCandidates::new(names::hosts))]
    pub shared: Option<StoreName>,
    /// A further name by which this machine is asked, as NAME or NAME:PORT; may be repeated
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// A page of another origin that may ask, as http://127.0.0.1:8000; may be repeated
    #[arg(long, value_name = "ORIGIN", value_parser = naragtive_serve::http::origin)]
    pub allow_origin: Vec<String>,
    /// A file to listen at instead of an address: a socket that only you may open, and whoever may is asked for nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["host", "port", "token", "shared", "allow_host", "allow_origin", "open"])]
    #[cfg(unix)]
    pub socket: Option<PathBuf>,
    /// A file or folder whose exports are stored under a name as they appear and grow, as `naragtive watch` does; may be
    /// repeated
    #[arg(long, value_name = "PATH=NAME", value_parser = watched)]
    pub watch: Vec<(PathBuf, StoreName)>,
    /// Show the page in your browser
    #[arg(long)]
    pub open: bool,
    /// A line for each request on stderr: how and where it asked, the status, milliseconds; not what was looked for
    #[arg(long)]
    pub log: bool,
    /// The same with what addresses say of what was looked for
    #[arg(long)]
    pub log_queries: bool,
}

/// A path, which may have `=` in it, and the name behind the last one.
fn watched(text: &str) -> Result<(PathBuf, StoreName), String> {
    let (path, name) = text
        .rsplit_once('=')
        .filter(|(path, _)| !path.is_empty() && *path != "-")
        .ok_or("expected a file or folder and the name of a store, as chats=my-campaign")?;
    name.parse().map(|name| (PathBuf::from(path), name)).map_err(|error: StoreError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_watched_is_a_path_and_a_name() {
        for (typed, path, name) in
            [("chats=tavern", "chats", "tavern"), ("/a=b/c.json=my-campaign", "/a=b/c.json", "my-campaign")]
        {
            let found = watched(typed).unwrap();
            assert_eq!((found.0, found.1.as_str()), (PathBuf::from(path), name));
        }
        for typed in ["chats", "=tavern", "chats=", "chats=a b", "-=tavern"] {
            assert!(watched(typed).is_err(), "{typed}");
        }
    }
}
