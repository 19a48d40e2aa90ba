use postgres::error::SqlState;

use crate::error::words;
use crate::server::schema_version;
use crate::{Server, SharedError};

/// The version of the schema that this program makes and understands.
pub const SCHEMA: u32 = 3;
/// The oldest PostgreSQL that will do.
pub const OLDEST_POSTGRES: u32 = 16;
/// The oldest pgvector that will do: it was the first with vectors of halves. Its searches by index had faults up to 0.8.3.
pub const OLDEST_VECTOR: &str = "0.7.0";

/// The oldest pgvector whose own indexes may be trusted.
pub const OLDEST_INDEXED_VECTOR: &str = "0.8.4";

/// What leads from each version of the schema to the next one; nothing is the version 0.
const MIGRATIONS: [&str; SCHEMA as usize] = [
    include_str!("../sql/postgres-1.sql"),
    include_str!("../sql/postgres-2.sql"),
    include_str!("../sql/postgres-3.sql"),
];

/// What preparing a database came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The version of the schema that was there; none where there was none.
    pub before: Option<u32>,
    /// The version there is now.
    pub now: u32,
}

impl Server {
    /// Makes the schema, or brings it up to date: all of it or nothing. Where it is up to date, nothing is done.
    ///
    /// # Errors
    /// When PostgreSQL or pgvector is too old or pgvector isn't there, the schema is a later version's, or whoever asks may not
    /// make one.
    pub fn prepare(&mut self) -> Result<Prepared, SharedError> {
        let about = self.about()?;
        self.check_postgres(&about.postgres)?;
        let vector = match about.vector {
            Some(vector) => vector,
            None => self.add_vector()?,
        };
        self.check_vector(&vector)?;
        let before = about.schema;
        if before.is_some_and(|before| before > SCHEMA) {
            let (server, found) = (self.name().to_owned(), before.unwrap_or_default());
            return Err(SharedError::NewerSchema { server, found, known: SCHEMA });
        }
        if before != Some(SCHEMA) {
            self.migrate()?;
        }
        Ok(Prepared { before, now: SCHEMA })
    }

    fn migrate(&mut self) -> Result<(), SharedError> {
        let user = self.user().to_owned();
        let (mut all, server) = self.begin()?;
        let said = |error: postgres::Error| match error.code() {
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => SharedError::MayNotPrepare {
                server: server.to_owned(),
                user: user.clone(),
                problem: words(&error),
            },
            _ => SharedError::said(server)(error),
        };
        // Of two who prepare at once the second one finds it done.
        all.batch_execute("select pg_advisory_xact_lock(hashtext('naragtive schema'))").map_err(said)?;
        let version = schema_version(&mut all).map_err(said)?.unwrap_or_default();
        for migration in MIGRATIONS.iter().skip(version as usize) {
            all.batch_execute(migration).map_err(said)?;
        }
        all.commit().map_err(said)
    }

    fn check_postgres(&self, version: &str) -> Result<(), SharedError> {
        let number = version.split(['.', ' ']).next().and_then(|number| number.parse::<u32>().ok());
        if number.is_some_and(|number| number >= OLDEST_POSTGRES) {
            return Ok(());
        }
        let (server, found) = (self.name().to_owned(), version.to_owned());
        Err(SharedError::OldServer { server, found, oldest: OLDEST_POSTGRES })
    }

    fn check_vector(&self, version: &str) -> Result<(), SharedError> {
        self.require_vector(version, OLDEST_VECTOR)
    }

    pub(crate) fn require_vector(&self, version: &str, oldest: &'static str) -> Result<(), SharedError> {
        if numbers(version) >= numbers(oldest) {
            return Ok(());
        }
        let (server, found) = (self.name().to_owned(), version.to_owned());
        Err(SharedError::OldVector { server, found, oldest })
    }

    fn add_vector(&mut self) -> Result<String, SharedError> {
        let made = self.client.batch_execute("create extension if not exists vector");
        let server = self.name().to_owned();
        made.map_err(|error| SharedError::NoVector { server, problem: words(&error) })?;
        Ok(self.about()?.vector.unwrap_or_default())
    }
}

/// A version as numbers that can be compared.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, is_new_enough) in
            [("0.7.0", true), ("0.8.5", true), ("0.10.0", true), ("1.0", true), ("0.6.2", false), ("", false)]
        {
            assert_eq!(numbers(version) >= numbers(OLDEST_VECTOR), is_new_enough, "{version}");
        }
    }
}
