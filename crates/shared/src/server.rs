use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::{Client, GenericClient, NoTls, Transaction};

use crate::error::{is_io, words};
use crate::login::Ready;
use crate::tls::Encryption;
use crate::{Address, Login, SharedError};

/// A connection to a server.
pub struct Server {
    name: String,
    user: String,
    pub(crate) client: Client,
}

/// What a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Whose eyes it is seen through.
    pub user: String,
    /// The version of PostgreSQL.
    pub postgres: String,
    /// The version of pgvector, if it is installed in the database.
    pub vector: Option<String>,
    /// The version of the schema, if the database is prepared.
    pub schema: Option<u32>,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
}

impl Server {
    /// Connects, whether the database is prepared or not. The user's `name` for the server is for errors.
    ///
    /// # Errors
    /// When the server can't be reached, lets nobody in of that name and password, or no encrypted connection can be made
    /// where one is asked for.
    pub fn connect(name: &str, address: &Address, login: &Login) -> Result<Self, SharedError> {
        let Ready { config, certificates, user } = login.complete(address)?;
        let client = match config.get_ssl_mode() {
            // Reading what the system trusts takes a while, and nobody needs it here.
            SslMode::Disable => config.connect(NoTls),
            _ => config.connect(Encryption::new(certificates.as_deref())?),
        };
        let client = client.map_err(|error| refusal(name, &user, &error))?;
        Ok(Self { name: name.to_owned(), user, client })
    }

    /// Connects to a database that is prepared.
    ///
    /// # Errors
    /// As [`Server::connect`], and when it isn't prepared, or by a later version of this program.
    pub fn open(name: &str, address: &Address, login: &Login) -> Result<Self, SharedError> {
        let mut server = Self::connect(name, address, login)?;
        server.check_schema()?;
        Ok(server)
    }

    /// From now on everything is asked as this role, which whoever connected has to be a member of.
    ///
    /// # Errors
    /// [`SharedError::NotLetIn`] when they aren't, or there is no such role.
    pub fn act_as(&mut self, role: &str) -> Result<(), SharedError> {
        let done = self.client.batch_execute(&format!("set role \"{}\"", role.replace('"', "\"\"")));
        done.map_err(|error| match error.code() {
            Some(&SqlState::INSUFFICIENT_PRIVILEGE | &SqlState::INVALID_PARAMETER_VALUE) => {
                let (server, user) = (self.name.clone(), role.to_owned());
                SharedError::NotLetIn { server, user, problem: words(&error) }
            }
            _ => SharedError::said(&self.name)(error),
        })?;
        role.clone_into(&mut self.user);
        Ok(())
    }

    /// The user's name for it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose eyes it is seen through.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What it is.
    ///
    /// # Errors
    /// When it doesn't answer.
    pub fn about(&mut self) -> Result<About, SharedError> {
        let schema = self.schema_version()?;
        let said = SharedError::said(&self.name);
        let row = self.client.query_one(
            "select current_user::text, current_setting('server_version'),
                (select extversion from pg_extension where extname = 'vector'),
                coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)",
            &[],
        );
        let row = row.map_err(said)?;
        Ok(About {
            user: row.get(0),
            postgres: row.get(1),
            vector: row.get(2),
            schema,
            encrypted: row.get(3),
        })
    }

    fn schema_version(&mut self) -> Result<Option<u32>, SharedError> {
        schema_version(&mut self.client).map_err(SharedError::said(&self.name))
    }

    fn check_schema(&mut self) -> Result<(), SharedError> {
        let server = self.name.clone();
        match self.schema_version()? {
            None => Err(SharedError::NotPrepared { server }),
            Some(found) if found > crate::SCHEMA => {
                Err(SharedError::NewerSchema { server, found, known: crate::SCHEMA })
            }
            Some(found) if found < crate::SCHEMA => {
                Err(SharedError::OlderSchema { server, found, expected: crate::SCHEMA })
            }
            Some(_) => Ok(()),
        }
    }

    /// A transaction, and what the server is called in its errors.
    pub(crate) fn begin(&mut self) -> Result<(Transaction<'_>, &str), SharedError> {
        let begun = self.client.transaction().map_err(SharedError::said(&self.name))?;
        Ok((begun, &self.name))
    }
}

/// Which version of the schema there is; none where there is none.
pub(crate) fn schema_version(client: &mut impl GenericClient) -> Result<Option<u32>, postgres::Error> {
    let there = client.query_one("select to_regproc('naragtive.schema_version') is not null", &[])?;
    if !there.get::<_, bool>(0) {
        return Ok(None);
    }
    let version: Option<i32> = client.query_one("select naragtive.schema_version()", &[])?.get(0);
    Ok(version.and_then(|version| u32::try_from(version).ok()))
}

/// Why a server that is there takes nobody for now.
const LATER: [SqlState; 3] =
    [SqlState::CANNOT_CONNECT_NOW, SqlState::TOO_MANY_CONNECTIONS, SqlState::ADMIN_SHUTDOWN];

/// Why a connection could not be made.
fn refusal(server: &str, user: &str, error: &postgres::Error) -> SharedError {
    let (server, user, problem) = (server.to_owned(), user.to_owned(), words(error));
    match error.code() {
        Some(_) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {
            SharedError::Database { server, problem }
        }
        // One that comes up, goes down or has too many guests is there, and lets the same in a little later.
        Some(code) if LATER.contains(code) => SharedError::Unreachable { server, problem },
        Some(_) => SharedError::NotLetIn { server, user, problem },
        None if problem.contains("password missing") => SharedError::NoPassword { server, user },
        None if problem.contains("TLS") || problem.contains("certificate") => {
            SharedError::Unsafe { server, problem }
        }
        None if is_io(error) || problem.contains("connecting to server") || problem.contains("timed out") => {
            SharedError::Unreachable { server, problem }
        }
        None => SharedError::Database { server, problem },
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;
    use std::os::unix::net::UnixListener;
    use std::thread;

    use super::*;

    #[test]
    fn a_socket_of_this_machine_is_spoken_to_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let socket = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let heard = thread::spawn(move || {
            let mut first = [0; 8];
            socket.accept().unwrap().0.read_exact(&mut first).unwrap();
            first
        });
        let address = format!("host={} user=ada", folder.path().display()).parse().unwrap();
        assert!(Server::connect("studio", &address, &Login::default()).is_err(), "nobody answers");
        // The version of the protocol comes behind the length.
        assert_eq!(heard.join().unwrap()[4..], [0, 3, 0, 0]);
    }
}
