use std::io;

use naragtive::overview::People;
use naragtive::{Hint, StoreError};

/// Why a call wasn't answered. What a model can mend says what was expected; story text is in none of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// No tool, or no prompt, has this name.
    #[error("there is no {what} `{name}`; known: {known}")]
    Unknown {
        /// A tool or a prompt.
        what: &'static str,
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The tool has no such argument.
    #[error("unknown argument `{name}`, expected {}", if known.is_empty() { "none".to_owned() } else { format!("one of {}", ticked(known)) })]
    UnknownArgument {
        /// The argument.
        name: String,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// An argument has to be given and wasn't.
    #[error("an argument is missing: expected {expected}")]
    Missing {
        /// Which.
        expected: String,
    },
    /// An argument is something else than it should be.
    #[error("argument `{name}`: expected {expected}, found {found}")]
    BadArgument {
        /// The argument.
        name: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// No registered store has this name.
    #[error("there is no store `{name}`")]
    UnknownStore {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
        /// The one most like it.
        nearest: Option<String>,
    },
    /// No scene has this id.
    #[error("there is no scene `{id}` in {store}")]
    UnknownScene {
        /// The id.
        id: String,
        /// Where it was looked for.
        store: String,
        /// Ids that look like it.
        nearest: Vec<String>,
    },
    /// Nobody in the store has this name.
    #[error("there is nobody called `{name}` in the store")]
    UnknownPerson {
        /// The name.
        name: String,
        /// The one most like it.
        nearest: Option<String>,
    },
    /// A cursor that this program didn't make, or for other arguments.
    #[error("the cursor doesn't belong to this call")]
    BadCursor,
    /// A cursor of a store that is another one by now.
    #[error("what was searched has changed since the cursor was made")]
    StaleCursor,
    /// A resource's address that names no scene.
    #[error("expected naragtive://STORE/ID, found `{uri}`")]
    BadUri {
        /// The address.
        uri: String,
    },
    /// No model that answers here has this name.
    #[error("there is no model `{name}` here; {}: {}", these(known), ticked(known))]
    UnknownModel {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A request that can't be read.
    #[error("{0}")]
    BadRequest(&'static str),
    /// The body of a request isn't what it should be.
    #[error("the body of the request: {problem}")]
    BadBody {
        /// What is wrong.
        problem: String,
    },
    /// A body of another type: no form of another site can send JSON without asking first.
    #[error("expected a body of type application/json")]
    NotJson,
    /// A body that is larger than any that makes sense.
    #[error("the body of the request is larger than {most} bytes")]
    TooLarge {
        /// So many are read.
        most: usize,
    },
    /// A body that doesn't come to its end.
    #[error("the body of the request didn't come within {seconds} seconds")]
    Slow {
        /// So long was waited.
        seconds: u64,
    },
    /// Nothing is at this address.
    #[error("there is nothing at this address")]
    NoSuchPage,
    /// Something is there, and is to be asked in another way.
    #[error("this address is not for {method}")]
    NoSuchMethod {
        /// How it was asked.
        method: String,
    },
    /// A guest who may not come in.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// A guest who has to say the token first.
    #[error("the token is missing or is another one")]
    NoToken,
    /// An address that others can reach, without a token.
    #[error("{host} can be reached by others: a token is needed")]
    Exposed {
        /// The address.
        host: std::net::IpAddr,
    },
    /// All addresses of this machine, without the name by which it is asked.
    #[error("{host} stands for every address of this machine: expected the name by which others will ask")]
    Nameless {
        /// The address.
        host: std::net::IpAddr,
    },
    /// The address can't be listened at.
    #[error("can't listen at {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A file can't be made the socket to listen at.
    #[error("can't listen at {path}: {source}")]
    Socket {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// More calls wait than are ever answered in time.
    #[error("too many calls wait already")]
    Busy,
    /// The client took the call back.
    #[error("the call was cancelled")]
    Cancelled,
    /// A fault of this program.
    #[error("this is a bug in naragtive, please report it")]
    Bug,
    /// The folder of a program's configuration isn't there.
    #[error("can't write `{path}`: its folder `{folder}` is not there; is the program installed?")]
    NoProgram {
        /// The file.
        path: String,
        /// The folder.
        folder: String,
    },
    /// A program's configuration can't be read or isn't what it should be.
    #[error("can't use `{path}`: {problem}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// The connection.
    #[error("the connection to the client: {0}")]
    Connection(String),
    /// The threads that answer can't be started.
    #[error("can't start the server: {0}")]
    Start(io::Error),
    /// The library.
    #[error(transparent)]
    Library(#[from] naragtive::Error),
}

impl From<StoreError> for ServeError {
    fn from(error: StoreError) -> Self {
        Self::Library(error.into())
    }
}

impl ServeError {
    /// Nobody of these has this name.
    pub(crate) fn nobody(name: &str, people: &People) -> Self {
        let known = people.all.iter().map(|person| person.name.as_str());
        let nearest = naragtive::nearest(name, known).into_iter().next().map(str::to_owned);
        Self::UnknownPerson { name: name.to_owned(), nearest }
    }

    /// What to do next, in words for whoever called.
    pub fn hints(&self) -> Vec<Hint> {
        match self {
            Self::Library(naragtive::Error::NoStore | naragtive::Error::NoDefault) => vec![no_store()],
            Self::Library(naragtive::Error::Hub(_)) => vec![Hint::say(
                "the user has to type once: naragtive model pull; `mode` keyword works without",
            )],
            Self::Library(naragtive::Error::NoChatServer) => {
                vec![Hint::say("the user has to name one: chat_url in config.toml, or NARAGTIVE_CHAT_URL")]
            }
            Self::Library(naragtive::Error::Chat(_)) => {
                vec![Hint::say("the user has to look at the server that chat_url in config.toml names")]
            }
            Self::Library(naragtive::Error::NoEmbedServer { .. } | naragtive::Error::Embed(_)) => {
                vec![Hint::say(
                    "the user has to look at the server that embed_url in config.toml names; `mode` keyword works without",
                )]
            }
            Self::Library(naragtive::Error::NoRoom { .. }) => vec![Hint::say("give a larger `budget`")],
            Self::Library(error) => {
                let mut hints = error.hints();
                hints.push(Hint::to("the user can look for what is wrong", "naragtive doctor"));
                hints
            }
            error => error.own_hint().into_iter().collect(),
        }
    }

    fn own_hint(&self) -> Option<Hint> {
        Some(match self {
            Self::UnknownArgument { name, known } => {
                let nearest = naragtive::nearest(name, known.iter().copied());
                Hint::say(format!("did you mean `{}`?", nearest.first()?))
            }
            Self::UnknownStore { nearest: Some(nearest), .. }
            | Self::UnknownPerson { nearest: Some(nearest), .. } => {
                Hint::say(format!("did you mean `{nearest}`?"))
            }
            Self::UnknownStore { known, .. } if known.is_empty() => no_store(),
            Self::UnknownStore { known, .. } => {
                Hint::say(format!("the stores: {}; all of them: `*`", first_ticked(known)))
            }
            Self::UnknownScene { nearest, .. } => {
                let elsewhere = "give `store` as the hit has it, or `*` to look through all stores";
                Hint::say(match nearest.first() {
                    Some(id) => format!("did you mean `{id}`? Else {elsewhere}"),
                    None => elsewhere.to_owned(),
                })
            }
            Self::BadCursor => Hint::say("give back `next` as it came, with the same other arguments"),
            Self::StaleCursor => Hint::say("call again without `cursor`"),
            Self::NoToken => Hint::to("send the header", "Authorization: Bearer TOKEN"),
            Self::Refused(_) => {
                Hint::say("naragtive serve --help says which names and origins can be allowed")
            }
            Self::Exposed { .. } => Hint::to("see what can be said", "naragtive serve --help"),
            Self::NoProgram { folder, .. } => Hint::to(
                "start the program once, or make the folder",
                format!("mkdir -p {}", naragtive::quoted(folder)),
            ),
            Self::Busy => Hint::say("call again in a few seconds"),
            Self::Socket { .. } => {
                Hint::to("name a file that isn't there, in a folder of yours", "--socket FILE")
            }
            Self::Listen { source, .. } if source.kind() == io::ErrorKind::AddrNotAvailable => {
                Hint::say("expected an address that this machine has; without --host it is 127.0.0.1")
            }
            Self::Listen { .. } => Hint::to("another port", "naragtive serve --port 7601"),
            Self::Config { .. } => {
                Hint::say("`naragtive mcp install CLIENT` without --write shows the entry; put it in by hand")
            }
            Self::Nameless { host } => {
                Hint::to("say by what name", format!("naragtive serve --host {host} --allow-host NAME"))
            }
            _ => return None,
        })
    }
}

fn no_store() -> Hint {
    Hint::to("the user has to make a store first", "naragtive ingest FILE --register NAME")
}

/// The first of them, and how many more there are.
fn first_ticked(names: &[String]) -> String {
    const NAMED: usize = 30;
    let more = names.len().saturating_sub(NAMED);
    let first = ticked(names.get(..names.len() - more).unwrap_or_default());
    if more > 0 { format!("{first} and {more} more") } else { first }
}

fn these(known: &[String]) -> &'static str {
    if known.len() == 1 { "this one answers" } else { "these answer" }
}

/// Each in backticks, with commas.
pub(crate) fn ticked(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
