use naragtive_disk::DiskError;
use naragtive_store::StoreError;
use postgres::error::SqlState;

use crate::Permission;

/// What can go wrong with a shared store. `server` is the name that the user gave the server.
#[derive(Debug, thiserror::Error)]
pub enum SharedError {
    /// An address means nothing.
    #[error("expected the address of a PostgreSQL server, found `{address}`: {problem}")]
    BadAddress {
        /// The address, without its password.
        address: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An address has a password in it, which is kept nowhere.
    #[error("the address holds a password, and passwords are not kept")]
    PasswordInAddress,
    /// The service that an address names isn't in the service file.
    #[error("there is no service `{service}` in {file}")]
    NoService {
        /// The service.
        service: String,
        /// The file, or what stands for it.
        file: String,
    },
    /// The certificate file can't be used.
    #[error("can't use the certificates in `{file}`: {problem}")]
    BadCertificates {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Nobody answers.
    #[error("the server `{server}` can't be reached: {problem}")]
    Unreachable {
        /// The server.
        server: String,
        /// What the system said.
        problem: String,
    },
    /// No encrypted connection could be made.
    #[error("no safe connection to the server `{server}`: {problem}")]
    Unsafe {
        /// The server.
        server: String,
        /// What is wrong.
        problem: String,
    },
    /// The server wants a password and there is none.
    #[error("the server `{server}` wants a password for `{user}`, found none")]
    NoPassword {
        /// The server.
        server: String,
        /// Who asked.
        user: String,
    },
    /// The server lets nobody in of this name and password.
    #[error("the server `{server}` lets `{user}` not in: {problem}")]
    NotLetIn {
        /// The server.
        server: String,
        /// Who asked.
        user: String,
        /// What it said.
        problem: String,
    },
    /// The PostgreSQL there is too old.
    #[error("the server `{server}` is PostgreSQL {found}, expected {oldest} or later")]
    OldServer {
        /// The server.
        server: String,
        /// Its version.
        found: String,
        /// The oldest that will do.
        oldest: u32,
    },
    /// There is no pgvector.
    #[error("the server `{server}` has no extension `vector`: {problem}")]
    NoVector {
        /// The server.
        server: String,
        /// What it said.
        problem: String,
    },
    /// The pgvector there is too old.
    #[error("the server `{server}` has pgvector {found}, expected {oldest} or later")]
    OldVector {
        /// The server.
        server: String,
        /// Its version.
        found: String,
        /// The oldest that will do.
        oldest: &'static str,
    },
    /// Somebody wants to prepare a database and may not.
    #[error("`{user}` may not prepare the database of `{server}`: {problem}")]
    MayNotPrepare {
        /// The server.
        server: String,
        /// Who asked.
        user: String,
        /// What it said.
        problem: String,
    },
    /// The database isn't prepared.
    #[error("the database of `{server}` is not prepared for shared stores")]
    NotPrepared {
        /// The server.
        server: String,
    },
    /// The database was prepared by an earlier version of this program.
    #[error("the database of `{server}` has version {found} of the schema, expected {expected}")]
    OlderSchema {
        /// The server.
        server: String,
        /// Its version.
        found: u32,
        /// The one that this program works with.
        expected: u32,
    },
    /// The database was prepared by a later version of this program.
    #[error(
        "the database of `{server}` has version {found} of the schema, the latest this program knows is {known}"
    )]
    NewerSchema {
        /// The server.
        server: String,
        /// Its version.
        found: u32,
        /// The latest known here.
        known: u32,
    },
    /// No store of this name is there for whoever asks.
    #[error("there is no store `{store}` on `{server}` that you may read; those you may: {}", listed(known))]
    NoStore {
        /// The server.
        server: String,
        /// The store.
        store: String,
        /// The stores there are for whoever asks.
        known: Vec<String>,
    },
    /// The name belongs to a store already.
    #[error("the name `{store}` is taken on `{server}`")]
    NameInUse {
        /// The server.
        server: String,
        /// The name.
        store: String,
    },
    /// Whoever asks may not do that with this store.
    #[error("you may {} `{server}/{store}`, expected that you may {needed} it", allowed(*may))]
    MayNot {
        /// The server.
        server: String,
        /// The store.
        store: String,
        /// What they may.
        may: Option<Permission>,
        /// What they would have to.
        needed: Permission,
    },
    /// The last owner of a store would lose it.
    #[error("`{store}` would have no owner any more")]
    LastOwner {
        /// The store.
        store: String,
    },
    /// The database knows nobody of this name.
    #[error("there is no role `{who}` on `{server}`")]
    NobodyCalledSo {
        /// The server.
        server: String,
        /// The name.
        who: String,
    },
    /// Several scenes of a store have one id, so that nobody could tell them apart.
    #[error("several scenes have the id `{id}`, expected one of each")]
    RepeatedId {
        /// The id.
        id: String,
    },
    /// An id holds a character that no text of the database may hold.
    #[error("the id `{}` holds a NUL character, which PostgreSQL can't store", id.escape_debug())]
    NulInId {
        /// The id.
        id: String,
    },
    /// Others wrote to the store since.
    #[error("`{store}` was changed by others meanwhile")]
    Outdated {
        /// The store.
        store: String,
    },
    /// Somebody said stop.
    #[error("stopped; what was sent before is stored")]
    Stopped,
    /// The database said something else.
    #[error("the server `{server}` said: {problem}")]
    Database {
        /// The server.
        server: String,
        /// What.
        problem: String,
    },
    /// The copy or the store that is sent.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another file.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl SharedError {
    /// What the database said.
    pub(crate) fn said(server: &str) -> impl Fn(postgres::Error) -> Self + '_ {
        move |error| {
            let server = server.to_owned();
            match error.code() {
                Some(
                    &SqlState::UNDEFINED_FUNCTION
                    | &SqlState::INVALID_SCHEMA_NAME
                    | &SqlState::UNDEFINED_TABLE,
                ) => Self::NotPrepared { server },
                Some(_) => Self::Database { server, problem: words(&error) },
                None if error.is_closed() || is_io(&error) => {
                    Self::Unreachable { server, problem: words(&error) }
                }
                None => Self::Database { server, problem: words(&error) },
            }
        }
    }

    /// Whether the server didn't answer, so that what is here already has to do.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Whether whoever asks may not read the store any more, or it is gone.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::NoStore { .. })
    }
}

/// What an error and those behind it say.
pub(crate) fn words(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.message().to_owned();
    }
    let mut words = error.to_string();
    let mut behind = std::error::Error::source(error);
    while let Some(error) = behind {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        behind = error.source();
    }
    words
}

pub(crate) fn is_io(error: &postgres::Error) -> bool {
    let mut behind = std::error::Error::source(error);
    while let Some(error) = behind {
        if error.is::<std::io::Error>() {
            return true;
        }
        behind = error.source();
    }
    false
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn allowed(may: Option<Permission>) -> String {
    may.map_or_else(|| "do nothing with".to_owned(), |role| role.to_string())
}
