//! Databases to test with, on the server that `NARAGTIVE_TEST_POSTGRES` names: the URL of somebody who may make databases,
//! roles and extensions there. `tools/test-postgres` starts one.

use std::env;
use std::io::{Write, stderr};
use std::sync::atomic::{AtomicUsize, Ordering};

use postgres::config::Host;
use postgres::{Client, Config, NoTls};

const VARIABLE: &str = "NARAGTIVE_TEST_POSTGRES";

/// What roles of these databases say where the server asks for a password.
pub const PASSWORD: &str = "naragtive-test";

/// A database of its own, with roles of its own, until it is dropped.
pub struct Database {
    server: Config,
    name: String,
    roles: Vec<String>,
}

impl Database {
    /// An empty one with pgvector in it, which belongs to the role `keeper`; besides there are these. None where no server is
    /// named: then it is said on stderr, also where tests' output is kept back, that `test` is skipped.
    ///
    /// # Panics
    /// When the server that is named can't be used.
    #[allow(clippy::panic)]
    pub fn new(test: &str, roles: &[&str]) -> Option<Self> {
        let Some(url) = env::var(VARIABLE).ok().filter(|url| !url.is_empty()) else {
            let _ = writeln!(stderr(), "skipped: {test}: {VARIABLE} names no PostgreSQL server");
            return None;
        };
        let made = url.parse().and_then(|server| Self::make(server, roles));
        Some(made.unwrap_or_else(|error| panic!("the server that {VARIABLE} names: {error:?}")))
    }

    fn make(server: Config, roles: &[&str]) -> Result<Self, postgres::Error> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("naragtive_test_{}_{number}", std::process::id());
        let roles = roles.iter().chain(&["keeper"]).map(|role| (*role).to_owned()).collect();
        let database = Self { server, name, roles };
        let mut admin = database.server.connect(NoTls)?;
        for role in &database.roles {
            let role = database.role(role);
            admin.batch_execute(&format!("create role {role} login password '{PASSWORD}'"))?;
        }
        let (name, keeper) = (&database.name, database.role("keeper"));
        admin.batch_execute(&format!("create database {name} owner {keeper}"))?;
        database.admin()?.batch_execute("create extension vector")?;
        Ok(database)
    }

    /// What a role is called on the server.
    pub fn role(&self, role: &str) -> String {
        format!("{}_{role}", self.name)
    }

    /// The URL for a role.
    pub fn url(&self, role: &str) -> String {
        let host = match self.server.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            #[cfg(unix)]
            Some(Host::Unix(folder)) => folder.to_string_lossy().replace('/', "%2F"),
            None => "localhost".to_owned(),
        };
        let port = self.server.get_ports().first().copied().unwrap_or(5432);
        format!("postgresql://{}@{host}:{port}/{}?sslmode=disable", self.role(role), self.name)
    }

    /// A connection as a role.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn client(&self, role: &str) -> Result<Client, postgres::Error> {
        let mut config = self.server.clone();
        config.user(&self.role(role)).password(PASSWORD).dbname(&self.name).connect(NoTls)
    }

    /// A connection as the server's administrator.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn admin(&self) -> Result<Client, postgres::Error> {
        self.server.clone().dbname(&self.name).connect(NoTls)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Ok(mut admin) = self.server.connect(NoTls) else { return };
        admin.batch_execute(&format!("drop database if exists {} with (force)", self.name)).ok();
        for role in &self.roles {
            admin.batch_execute(&format!("drop role if exists {}", self.role(role))).ok();
        }
    }
}
